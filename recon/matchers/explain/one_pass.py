"""One entry in one pass: its unit, and the nearest units that faced it, each gate by gate.

The units and the gates are those that the match itself is made from; here every gate is a column of its own, so
that a candidate that failed can still be seen. One unit faces all others in a single scan: nothing is multiplied.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from recon.engines.duck import DuckEngine
from recon.engines.expressions import Column, Expression, all_of, any_of, call, literal
from recon.engines.names import identifier
from recon.engines.relations import Relation, Scan, join, select, union, where, within, without
from recon.engines.render import render
from recon.engines.types import DATE, INTEGER, ROW, SUM, TRUTH
from recon.matchers.comparing.keys import as_word
from recon.matchers.explain.facts import Gate
from recon.matchers.explain.gates import NamedGate, gates_of, measures
from recon.matchers.explain.near import NEAR_DAYS, Asking, band
from recon.matchers.explain.units import LookedBack, is_true, telling_keys
from recon.rules.ruleset import Side

KEPT = 3
"""Candidates that are told for each pass."""
ORDER = ("failed", "failed_keys", "gap", "away", "uid", "held")
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Faced:
    """A unit that faced the one asked about: its columns, what was measured between them, and how many fit as well."""

    unit: Row
    rivals: int = 0

    @property
    def fits(self) -> bool:
        """Whether it passed every gate of the pair."""
        return bool(self.unit["failed"] == 0)


class Question:
    """Which units faced one entry in a pass; `side` is the side the entry is on in it."""

    def __init__(self, looked: LookedBack, side: Side) -> None:
        self.looked, self.side = looked, side
        self.other: Side = "right" if side == "left" else "left"

    @property
    def engine(self) -> DuckEngine:
        """Where the pools are."""
        return self.looked.engine

    def own_unit(self, rid: str) -> Row | None:
        """The unit that the entry was part of, kept as `why_own`; None when the pass does not look at it."""
        pool = self.looked.pool(self.side)
        entry = where(pool, call("eq", pool["rid"], call("row_of", literal(rid))))
        unit = self.looked.units_of(self.side, entry)
        return _one_row(self.engine, "why_own", where(unit, unit["seen"]))

    def nearest(self, own: Row, kin: Relation, only: bool = False) -> list[Faced]:
        """The nearest units of the other side, nearest first; with `only`, just those of the entries in `kin`.

        `kin` are entries (`rid`) that share a reference with the entry: they are candidates whatever else differs.
        """
        one = Scan(self.looked.units(self.side).schema, "why_own")
        pool = self.looked.pool(self.other)
        related = self.looked.units_of(self.other, within(pool, kin, rid="rid"))
        found = {_key(row): {**row, "kin": 0} for row in self._top(one, own, related, None)}
        if not only:
            for row in self._top(one, own, self.looked.units(self.other), self._near(own)):
                found.setdefault(_key(row), {**row, "kin": 1})
        rows = sorted(found.values(), key=_nearness)[:KEPT]
        return [Faced(row, self._rivals(one, own, row) if row["failed"] == 0 else 0) for row in rows]

    def _top(self, one: Relation, own: Row, others: Relation, near: Expression | None) -> list[dict[str, Any]]:
        faced = self._faced(one, own, others, self.side)
        if near is not None:
            faced = where(faced, any_of(call("eq", faced["failed"], literal(0)), near))
        order = ", ".join(f"{identifier(name)} ASC NULLS LAST" for name in ORDER)
        rows = self.engine.rows(f"SELECT * FROM ({render(faced)}) ORDER BY {order} LIMIT {KEPT}")
        return [dict(zip(faced.schema, row, strict=True)) for row in rows]

    def _near(self, own: Row) -> Expression:
        """Whether a unit is worth telling about: it shares a reference, or its amount and date are near.

        Where a pass asks for a reference and none is shared, the amount must be one that the pass would take.
        """
        names = {f"g_k{position + 1}" for position in telling_keys(self.looked.plan.item)} | {
            "g_holds",
            "g_alike",
            "g_where",
            "g_likely",
        }
        agrees = [Column(TRUTH, gate.column) for gate in self.gates(self.side) if gate.column in names]
        wide = band(Asking(self.looked, self.side, own))
        close = all_of(
            call("le", Column(SUM, "gap"), literal(wide)),
            call("between", Column(INTEGER, "apart"), literal(-NEAR_DAYS), literal(NEAR_DAYS)),
        )
        return any_of(*agrees, is_true(close))

    def gates(self, one_side: Side) -> list[NamedGate]:
        """The gates between a unit of one side and the units that face it."""
        plan = self.looked.plan
        keys = {name: Column(key.type, name) for name, key in plan.left.named_keys.items()}
        return gates_of(plan, "r" if one_side == "left" else "l", keys)

    def _faced(self, one: Relation, own: Row, others: Relation, one_side: Side) -> Relation:
        """Each unit of `others` beside the one: its columns, the measures, and every gate as a truth value."""
        if self.looked.plan.item.contains:
            others = self._holding(one, own, others, one_side)
        l_unit, r_unit = (one, others) if one_side == "left" else (others, one)
        candidate = "r" if one_side == "left" else "l"
        gates = self.gates(one_side)
        outcomes = {gate.column: is_true(gate.condition) for gate in gates}
        columns: dict[str, Expression] = {
            **{name: others.of(candidate, name) for name in others.schema if name != "one"},
            **measures(self.looked.plan),
            "apart": call("days", Column(DATE, "day", "l"), Column(DATE, "day", "r")),
            "score": self.looked.plan.pairing.score,
            **outcomes,
        }
        faced = join(l_unit, r_unit, [(l_unit.of("l", "one"), r_unit.of("r", "one"))], columns)
        kept: dict[str, Expression] = {name: faced[name] for name in faced.schema}
        kept["failed"] = _failures(faced, [gate.column for gate in gates])
        kept["failed_keys"] = _failures(
            faced,
            [gate.column for gate in gates if gate.gate in {Gate.KEY, Gate.CONTAINS, Gate.SIMILAR, Gate.WHERE}],
        )
        kept["away"] = call("abs", faced["lag"])
        return select(faced, kept)

    def _holding(self, one: Relation, own: Row, others: Relation, one_side: Side) -> Relation:
        """The units with `holds`: whether the one's reference stands in their text, or theirs in the one's."""
        plan = self.looked.plan.side("right" if one_side == "left" else "left")
        columns = {name: others[name] for name in others.schema}
        if plan.text is not None:
            word = literal(str(own["word"]))
            maybe = where(others, call("contains", as_word(others["text"]), word))
            words = self.looked.plan.pairing.worded(maybe)
            self.engine.build(
                "why_holding", select(where(words, call("eq", words["word"], word)), {"uid": words["uid"]})
            )
            holding = Scan({"uid": ROW}, "why_holding")
            return union(
                select(within(others, holding, uid="uid"), {**columns, "holds": literal(True)}),
                select(without(others, holding, uid="uid"), {**columns, "holds": literal(False)}),
            )
        words = self.looked.plan.pairing.worded(one)
        found = [row[0] for row in self.engine.rows(f"SELECT word FROM ({render(words)}) ORDER BY word")]
        holds: Expression = (
            is_true(call("in", others["word"], *map(literal, found))) if found else literal(False)
        )
        return select(others, {**columns, "holds": holds})

    def _rivals(self, one: Relation, own: Row, candidate: Row) -> int:
        """How many other units fit as well or better: of the candidate's side, and of the entry's own."""
        theirs = self.looked.units(self.other)
        rivals = self._fitting(self._faced(one, own, theirs, self.side), candidate) - 1
        unit = where(
            theirs,
            all_of(call("eq", theirs["uid"], _row(candidate["uid"])), call("eq", theirs["held"], literal(""))),
        )
        facing = _one_row(self.engine, "why_other", unit)
        if facing is None:
            return rivals
        mine = self.looked.units(self.side)
        back = self._faced(Scan(theirs.schema, "why_other"), facing, mine, self.other)
        return rivals + self._fitting(back, candidate) - 1

    def _fitting(self, faced: Relation, candidate: Row) -> int:
        """How many fit as well as the candidate, or at all where only what nothing else fits counts."""
        counts_alone = self.looked.plan.pairing.counts_alone and candidate["surely"]
        as_well = faced["surely"] if counts_alone else call("le", faced["score"], literal(candidate["score"]))
        good = where(faced, all_of(call("eq", faced["failed"], literal(0)), as_well))
        return int(self.engine.rows(f"SELECT count(*) FROM ({render(good)})")[0][0])


def _failures(faced: Relation, columns: Sequence[str]) -> Expression:
    total: Expression = literal(0)
    for name in columns:
        total = call("add", total, call("if", faced[name], literal(0), literal(1)))
    return total


def _row(uid: int) -> Expression:
    return call("row_of", literal(f"{uid:024x}"))


def _one_row(engine: DuckEngine, name: str, relation: Relation) -> Row | None:
    engine.build(name, relation)
    rows = engine.rows(render(Scan(relation.schema, name)))
    return dict(zip(relation.schema, rows[0], strict=True)) if rows else None


def _key(row: Row) -> tuple[Any, ...]:
    return row["uid"], row["held"]


def _nearness(row: Row) -> tuple[Any, ...]:
    """Fewest gates failed, then fewest keys, shared references first, then the gap, the days and the entry's id."""
    far = [(row[name] is None, row[name] or 0) for name in ("gap", "away")]
    return row["failed"], row["failed_keys"], row["kin"], *far, row["uid"], row["held"]
