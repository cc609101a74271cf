"""One pass over the open items of two sides: units, candidates, assignment, and the pairs found.

A pass leaves the table `pairs` (see `pairs.PAIR`; units are named by their first entry); and, for a grouped side,
`group_left` or `group_right`: the entries of the groups found.
"""

from collections.abc import Mapping, Sequence
from functools import partial

from recon.engines.duck import DuckEngine
from recon.engines.expressions import Expression, all_of, call, literal
from recon.engines.relations import (
    Measure,
    Relation,
    Scan,
    Schema,
    aggregate,
    join,
    ranked,
    select,
    union,
    where,
    within,
    without,
)
from recon.engines.types import CODED, INTEGER, MONEY
from recon.matchers.comparing.blocks import Tables
from recon.matchers.comparing.likely import BLOCK_TABLES, MARGIN
from recon.matchers.comparing.units import MOMENT
from recon.matchers.fx import figure_type
from recon.matchers.pairing.assign import CANDIDATE, TAKEN, Assignment
from recon.matchers.pairing.candidates import CARRIED, TRUE, UNITS_PER_UNLIKENESS
from recon.matchers.pairing.compiled import CompiledPass
from recon.matchers.pairing.components import set_right
from recon.matchers.pairing.decided import told_apart
from recon.matchers.pairing.pairs import PAIR, UNIT
from recon.matchers.pairing.reach import REACH, Reach
from recon.matchers.pairing.turns import TURN, in_turns
from recon.matchers.pairing.unique import pair_unique_units
from recon.model.sides import SIDES
from recon.rules.ruleset import Side

SHOWN_ALTERNATIVES = 3
LEFT_OVER = {**CANDIDATE, "from_l": INTEGER, "from_r": INTEGER}


def known_of(fields: Sequence[str]) -> Schema:
    """What is known of an entry of a group, with the figures that are verified."""
    figures = {f"figure_{name}": figure_type(name) for name in fields}
    return {"account": CODED["account"], "compared": MONEY, "currency": CODED["currency"], **figures}


def member(pool: Relation, fields: Sequence[str]) -> Relation:
    """The entries of a pool with what is known of them under the names of `known_of`."""
    figures = {f"figure_{name}": pool[name] for name in fields}
    return select(pool, {**{name: pool[name] for name in pool.schema}, **figures})


class PassRun:
    """One pass on one engine, over what is within its reach of the pools (open items) of both sides."""

    def __init__(
        self,
        engine: DuckEngine,
        plan: CompiledPass,
        reach: Reach,
        fields: Sequence[str],
        rejected: Relation | None = None,
        *,
        undoes: bool = False,
    ) -> None:
        """`rejected` (`lu`, `ru`) are pairs of units that are not proposed whatever speaks for them.

        `undoes` says that the units of the right are reversals of those of the left.
        """
        self.engine, self.plan, self.reach, self.rejected = engine, plan, reach, rejected
        self.undoes = undoes
        self.fields = fields
        self._entries: dict[Side, Relation] = {}
        self._held = Tables(engine)
        self.units: Mapping[Side, Relation] = {}
        """The tables of what was compared, once the pass has run."""
        self.unsearched = 0
        """Units of the left that are in a block of too many pairs to be tried; see `blocks`."""

    def run(self, *, unique_first: bool) -> int:
        """Find pairs, those of unique keys without classes if asked; the number of rounds that assignment took."""
        self.units = units = {side: self._units(side) for side in SIDES}
        self.engine.create_typed("pairs", PAIR)
        is_any = all(self.engine.count(f"units_{side}") for side in SIDES)
        if (
            is_any
            and unique_first
            and self.plan.has_keys
            and pair_unique_units(self.engine, self.plan, units, self.rejected)
        ):
            units = {side: self._rest(units[side], side) for side in SIDES}
        rounds = 0
        if all(
            self.engine.count(f"units_{side}") or self.reach.is_any_beyond(self.engine, side) for side in SIDES
        ):
            rounds = self._pair_classes(units)
        if self.rejected is not None:
            self.engine.remove("pairs", self.rejected, lu="lu", ru="ru")
        for side in SIDES:
            if self.plan.side(side).is_grouped:
                self.engine.build(f"group_{side}", self._members(side))
        self.engine.drop(REACH)
        return rounds

    def _units(self, side: Side) -> Relation:
        plan = self.plan.side(side)
        self._entries[side] = keyed = self._keyed(side)
        units = self._held(f"units_{side}", plan.units(keyed, self.plan.calendar))
        if self.rejected is None or self.plan.item.confirms:
            return units  # to doubt one pair of twins is no reason to take back others that are confirmed
        return told_apart(self.engine, units, self.rejected, side)

    def _keyed(self, side: Side) -> Relation:
        plan, pool, held = self.plan.side(side), self.reach.pools[side], partial(self._held, f"keyed_{side}")
        if not plan.is_grouped:
            return plan.keyed(pool, MOMENT, held=held)
        return plan.keyed(member(pool, self.fields), *known_of(self.fields), held=held)

    def _allowed(self, candidates: Relation) -> Relation:
        """The candidates without rejected pairs; classes of several units stay, as their units are alike."""
        if self.rejected is None:
            return candidates
        one = literal(1)
        single = all_of(call("eq", candidates["nl"], one), call("eq", candidates["nr"], one))
        several = where(candidates, call("not", single))
        return union(without(where(candidates, single), self.rejected, cl="lu", cr="ru"), several)

    def _as_pairs(self, found: Relation, units: dict[str, Expression], twins: Expression) -> Relation:
        confirmed = literal(1 if self.plan.item.confirms else 0)
        rest = {"confirmed": confirmed, "twins": twins, "rank": literal(1), "alternatives": literal(0)}
        return select(found, {**units, **rest, "lag": found["lag"]})

    def _rest(self, units: Relation, side: Side) -> Relation:
        """The units that are not paired yet, under the name of all of them."""
        return self.engine.held(f"units_{side}", without(units, Scan(PAIR, "pairs"), uid=UNIT[side]))

    def _pair_classes(self, units: dict[Side, Relation]) -> int:
        pairing = self.plan.pairing
        if self.undoes:
            units = in_turns(self.plan.pairing, units, self._held)
        left, right = (self._classes(units[side], side) for side in SIDES)
        if pairing.likely is not None:
            return self._list_likely(pairing.candidates(left, right, self._held), units)
        assignment = Assignment(self.engine, self.plan.item.ambiguous == "first", self._in_a_band)
        sure, doubtful = pairing.sure_and_doubtful(left, right, self._held)
        rounds = assignment.run(self._allowed(sure))
        if self._in_a_band:
            set_right(self.engine, assignment)
        if doubtful is not None:
            self._add_doubtful(doubtful)
        self.unsearched = self._unsearched()
        if self.engine.count("assigned"):
            taken = self._expanded(Scan(TAKEN, "assigned"), units)
            pairs = self._as_pairs(taken, {"lu": taken["lu"], "ru": taken["ru"]}, taken["twins"])
            self.engine.append_relation("pairs", pairs)
        self._pair_ambiguous(units)
        return rounds

    def _add_doubtful(self, found: Relation) -> None:
        """Put candidates of what is not assigned beside those that are ambiguous: they are suggested."""
        allowed = self._allowed(found)
        for own in ("cl", "cr"):
            allowed = without(allowed, Scan(TAKEN, "assigned"), **{own: own})
        columns = {name: allowed[name] for name in CANDIDATE}
        start = literal(0)
        self.engine.append_relation(
            "candidates", select(allowed, {**columns, "from_l": start, "from_r": start})
        )

    def _list_likely(self, found: Relation, units: dict[Side, Relation]) -> int:
        """Suggest what speaks most for each unit, and what comes near that on both of its sides."""
        columns = {name: found[name] for name in CANDIDATE}
        allowed = self._allowed(found)
        self.engine.build("likely", select(allowed, {**columns, "from_l": literal(0), "from_r": literal(0)}))
        # every unit of both sides stood in several blocks: much memory, and of no use any more
        self.engine.drop(*(name for name in self._held.names if name.startswith(BLOCK_TABLES)))
        near: Relation = Scan(LEFT_OVER, "likely")
        for own in ("cl", "cr"):
            best = aggregate(near, {own: near[own]}, Measure("best", "min", near["score"]))
            most = call("add", best.of("r", "best"), literal(MARGIN * UNITS_PER_UNLIKENESS))
            kept: dict[str, Expression] = {name: near.of("l", name) for name in LEFT_OVER}
            good = call("le", near.of("l", "score"), most)
            near = self._held(
                f"near_{own}", join(near, best, [(near.of("l", own), best.of("r", own))], kept, good)
            )
        self.engine.rename("near_cr", "candidates")
        self._pair_ambiguous(units)
        # what was crowded in one way and found in another is not left alone
        alone = "SELECT count(DISTINCT uid) FROM untried WHERE uid NOT IN (SELECT cl FROM candidates)"
        self.unsearched = int(self.engine.rows(alone)[0][0])
        self.engine.drop("likely", "near_cl", "untried", "together")
        return 1

    @property
    def _in_a_band(self) -> bool:
        """Whether single entries are paired by how near they are, so that one pair may stand in the way of others."""
        item = self.plan.item
        in_order = item.ambiguous == "first" or item.group is not None or item.similar is not None
        return not in_order and not (item.within.is_exact and item.within.window is None)

    def _unsearched(self) -> int:
        pairing = self.plan.pairing
        if pairing.likeness is None and pairing.rest == TRUE:
            return 0
        name = "ones" if pairing.likeness is not None else "wide_left"
        untried = "SELECT * EXCLUDE (pairs, tried) FROM blocks WHERE tried = 0"
        rows = f"SELECT count(DISTINCT uid) FROM {name} NATURAL SEMI JOIN ({untried})"
        found = int(self.engine.rows(rows)[0][0])
        self.engine.drop("ones", "others", "together", "wide_left", "wide_right", "blocks")
        return found

    def _classes(self, units: Relation, side: Side) -> Relation:
        """The classes of a side."""
        return self._held(f"classes_{side}", self.plan.pairing.classes(units))

    def _pair_ambiguous(self, units: dict[Side, Relation]) -> None:
        """What assignment left over: the best few candidates of each class, as suggestions."""
        table = Scan(LEFT_OVER, "candidates")
        if not self.engine.count("candidates"):
            return
        counted = aggregate(table, {"cl": table["cl"]}, Measure("all", "count"))
        best = ranked(table, ["cl"], ["score", "cr"], "rank")
        listed = where(best, call("le", best["rank"], literal(SHOWN_ALTERNATIVES)))
        named = {name: listed.of("l", name) for name in ("cl", "cr", "from_l", "from_r", "lag", "rank")}
        k = call("least", listed.of("l", "nl"), listed.of("l", "nr"))
        others = call("sub", counted.of("r", "all"), literal(1))
        choices = join(
            listed,
            counted,
            [(listed.of("l", "cl"), counted.of("r", "cl"))],
            {**named, "k": k, "twins": literal(0), "alternatives": others},
        )
        found = self._expanded(self._held("choices", choices), units)
        columns: dict[str, Expression] = {name: found[name] for name in PAIR if name in found.schema}
        self.engine.append_relation("pairs", select(found, {**columns, "confirmed": literal(0)}))

    def _expanded(self, taken: Relation, units: dict[Side, Relation]) -> Relation:
        """Pairs of classes as pairs of units: the i-th of the one with the i-th of the other."""
        left, right = (self._numbered(units[side], taken, side) for side in SIDES)
        rest = {
            name: taken.of("l", name) for name in taken.schema if name not in {"cl", "k", "from_l", "from_r"}
        }
        place = call("sub", left.of("r", "place"), taken.of("l", "from_l"))
        first = join(
            taken,
            left,
            [(taken.of("l", "cl"), left.of("r", "cid"))],
            {**rest, "lu": left.of("r", "uid"), "place": call("add", place, taken.of("l", "from_r"))},
            call("between", place, literal(1), taken.of("l", "k")),
        )
        kept = {name: first.of("l", name) for name in first.schema if name not in {"cr", "place"}}
        return join(
            first,
            right,
            [(first.of("l", "cr"), right.of("r", "cid")), (first.of("l", "place"), right.of("r", "place"))],
            {**kept, "ru": right.of("r", "uid")},
        )

    def _numbered(self, units: Relation, taken: Relation, side: Side) -> Relation:
        """The units of the classes at hand, each with its place in its class by day, moment and row id.

        What was posted twice follows what it repeats: where the other side has fewer, the later ones stay open.
        """
        classes = Scan(self.plan.pairing.classes(units).schema, f"classes_{side}")
        chosen = within(classes, taken, uid="cl" if side == "left" else "cr")
        alike = self.plan.pairing.alike(units)
        order = [name for name in (TURN, "day", MOMENT, "uid") if name in units.schema]
        equal: list[tuple[Expression, Expression]] = [
            (units.of("l", name), chosen.of("r", name)) for name in alike if not name.startswith(CARRIED)
        ]
        if carried := [name for name in alike if name.startswith(CARRIED)]:
            # what a unit carries may be absent, and two that lack it are alike; no two absent values are equal
            equal.append(
                (
                    call("hash_of", *(units.of("l", name) for name in carried)),
                    call("hash_of", *(chosen.of("r", name) for name in carried)),
                )
            )
        members = join(
            units,
            chosen,
            equal,
            {"cid": chosen.of("r", "uid"), **{name: units.of("l", name) for name in order}},
        )
        return self._held(f"numbered_{side}", ranked(members, ["cid"], order, "place"))

    def _members(self, side: Side) -> Relation:
        """The entries of the groups found."""
        plan = self.plan.side(side)
        keyed = self._entries[side]
        found = within(plan.units(keyed, None), Scan(PAIR, "pairs"), uid=UNIT[side])
        equal = [(keyed.of("l", name), found.of("r", name)) for name in ("currency", *plan.named_keys)]
        columns: dict[str, Expression] = {name: keyed.of("l", name) for name in ("rid", *known_of(self.fields))}
        return join(keyed, found, equal, {"uid": found.of("r", "uid"), **columns})
