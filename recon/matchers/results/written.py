"""From pairs of units to matches and their members.

Of each rule set there are three tables in which everything is still a number (passes by their place, entries by row
id): `pair_rows_<n>`, one row per match of single entries, nearly all of the work; `group_rows_<n>` and
`group_entries_<n>`, the other matches and their members. The views `match_rows_<n>` and `member_rows_<n>` lay them out
alike (`matchers.results.named` gives the names back). Matches stand in the order of passes and of their id, members
likewise, the left side first. A match's `mid` is made of the first entries of its two sides and the name of the rule
set, so that it is the same in every run. `variance` is left minus right in the rule set's own compared amounts,
whatever amount the pass compared, so that variances add up to the difference of the books.
"""

from collections.abc import Sequence
from itertools import groupby

from recon.engines.duck import DuckEngine
from recon.engines.expressions import Expression, Literal, any_of, call, literal, one_of
from recon.engines.relations import Relation, Scan, Schema, join, select, union, where
from recon.engines.render import render
from recon.engines.types import CODED, FLAG, INTEGER, MONEY, ROW, SMALL, SUM, TEXT
from recon.matchers.fx import BASE, CONVERTED, figure_sum, figure_type
from recon.matchers.pairing.decided import accepted, forget_accepted
from recon.matchers.pairing.pairs import KEYS, PAIR, UNIT, evidence, paired
from recon.matchers.pool import verified_fields
from recon.matchers.results.differences import append_differences
from recon.matchers.results.group_results import match_entries
from recon.matchers.results.stale import drop_stale_suggestions
from recon.matchers.results.variances import variance_kind
from recon.matchers.ruleset_run import LINKED, PassesRun
from recon.matchers.sums import summed
from recon.model.ids import ENTRY_ID_DIGITS, content_id
from recon.model.sides import SIDES
from recon.rules.ruleset import RuleSet, Side

_FOUND: Schema = {"mid": ROW, "pass": SMALL, **PAIR, **KEYS, "currency": CODED["currency"]}
PAIR_ROWS: Schema = {**_FOUND, **paired(())}
GROUP_ROWS: Schema = {
    **_FOUND,
    "left_count": INTEGER,
    "right_count": INTEGER,
    "left_amount": SUM,
    "right_amount": SUM,
}
GROUP_ENTRIES: Schema = {
    "mid": ROW,
    "pass": SMALL,
    "side": TEXT,
    "rid": ROW,
    "account": CODED["account"],
    "amount": MONEY,
    "currency": CODED["currency"],
    "confirmed": FLAG,
}
MEMBER_ROWS: Schema = {
    "mid": ROW,
    "rs": INTEGER,
    "side": TEXT,
    "rid": ROW,
    "account": CODED["account"],
    "amount": MONEY,
    "currency": CODED["currency"],
    "confirmed": INTEGER,
}
OPEN_ROWS: Schema = {"rs": INTEGER, "side": TEXT, "rid": ROW}


def create_results(engine: DuckEngine) -> None:
    """Make the empty table that the rule sets append to."""
    engine.create_typed("open_rows", OPEN_ROWS)


def write_results(
    engine: DuckEngine, number: int, ruleset: RuleSet, currencies: Sequence[str], run: PassesRun
) -> None:
    """Make the matches, members and open rows of the rule set with this number, and forget its pools."""
    drop_stale_suggestions(engine, ruleset, run)
    _Results(engine, number, ruleset, currencies, run).write()
    engine.drop("linked", *(table.name for table in (*run.pairs.values(), *run.groups.values())))
    forget_accepted(engine)
    engine.drop(*(f"{name}_{side}" for name in ("pool", "open") for side in SIDES))


class _Results:
    def __init__(
        self, engine: DuckEngine, number: int, ruleset: RuleSet, currencies: Sequence[str], run: PassesRun
    ) -> None:
        self.engine, self.ruleset, self.currencies, self.run = engine, ruleset, currencies, run
        self.place, self.number = number, literal(number)
        self.salt = literal(content_id([ruleset.ruleset], ENTRY_ID_DIGITS))

    def _tables(self) -> tuple[Scan, Scan, Scan]:
        fields = verified_fields(self.ruleset)
        sums = {f"{side}_{name}_sum": figure_sum(name) for name in fields for side in SIDES}
        figures = {f"figure_{name}": figure_type(name) for name in fields}
        told = {f"{side}_{name}_sum": name for name in (BASE, CONVERTED) for side in SIDES}
        kept = {name: figure_type(told[name]) for name in sums if name in told}
        return (
            Scan({**PAIR_ROWS, **kept}, f"pair_rows_{self.place}"),
            Scan({**GROUP_ROWS, **sums}, f"group_rows_{self.place}"),
            Scan({**GROUP_ENTRIES, **figures}, f"group_entries_{self.place}"),
        )

    def write(self) -> None:
        singles, groups, members = self._tables()
        for table in (singles, groups, members):
            self.engine.create_typed(table.name, table.schema)
        for number, pairs in self.run.pairs.items():
            self._keep_pairs(number, pairs, singles)
        if linked := [number for number in self._found if number not in self.run.pairs]:
            self._keep_groups(linked, groups, members)
        stretches = self._stretches()
        matches = [
            self._matches(_between(groups if is_linked else singles, passes)) for is_linked, passes in stretches
        ]
        decided = self._keep_decided()
        self.engine.view(
            f"match_rows_{self.place}", render(union(*matches, *(self._matches(rows) for rows, _ in decided)))
        )
        listed = [
            self._members(rows, side)
            for side in SIDES
            for rows in (
                *(_between(members if is_linked else singles, passes) for is_linked, passes in stretches),
                *(entries for _, entries in decided),
            )
        ]
        self.engine.view(f"member_rows_{self.place}", render(union(*listed)))
        for side in SIDES:
            pool = self.run.pools[side]
            which = {"rs": self.number, "side": literal(side)}
            self.engine.append_relation("open_rows", select(pool, {**which, "rid": pool["rid"]}))

    @property
    def _found(self) -> list[int]:
        """The passes that brought anything together."""
        return [number for number, outcome in enumerate(self.run.outcomes) if outcome.total]

    def _stretches(self) -> list[tuple[bool, list[int]]]:
        """Passes with pairs that follow each other and are of one sort: over single entries, or groups and offsets."""
        numbers = self._found or [0]  # a view reads something, even if it is nothing
        return [
            (is_linked, list(run)) for is_linked, run in groupby(numbers, lambda n: n not in self.run.pairs)
        ]

    def _keep_pairs(self, number: int, pairs: Scan, into: Scan) -> None:
        if not self.engine.count(pairs.name):
            return
        columns = {"mid": self._mid(pairs), "pass": literal(number)}
        columns |= {name: pairs[name] for name in into.schema if name not in columns}
        self.engine.append_relation(into.name, select(pairs, columns), order=["mid"])
        self._differ(pairs)

    def _keep_groups(self, passes: Sequence[int], groups: Scan, members: Scan) -> None:
        for side in SIDES:
            for number in passes:
                found = match_entries(self.ruleset, self.run, number, side)
                if found is not None:
                    own = {"mid": self._mid(found), "amount": found["compared"]}
                    own |= {name: found[name] for name in members.schema if name not in own}
                    self.engine.append_relation(members.name, select(found, own), order=["mid", "rid"])
        linked = Scan(LINKED, "linked")
        found = select(linked, {"mid": self._mid(linked), **{name: linked[name] for name in LINKED}})
        sums = summed(self.ruleset, members, "pass", "mid")
        kept: dict[str, Expression] = {name: found.of("l", name) for name in found.schema}
        kept |= {name: sums.of("r", name) for name in sums.schema if name not in kept}
        equal = [(found.of("l", name), sums.of("r", name)) for name in ("pass", "mid")]
        self.engine.append_relation(groups.name, join(found, sums, equal, kept), order=["pass", "mid"])
        self._differ(groups)

    def _keep_decided(self) -> list[tuple[Scan, Scan]]:
        """The matches that people accepted, and their members, when there are any."""
        decided = accepted(self.engine, self.ruleset)
        if decided is None:
            return []
        made, entries = decided
        kept = (
            Scan(made.schema, f"manual_rows_{self.place}"),
            Scan(entries.schema, f"manual_entries_{self.place}"),
        )
        for table, rows, order in zip(kept, decided, (["mid"], ["side", "mid", "rid"]), strict=True):
            self.engine.create_typed(table.name, table.schema)
            self.engine.append_relation(table.name, rows, order)
        self._differ(made)
        return [kept]

    def _matches(self, pairs: Relation) -> Relation:
        one, is_decided = literal(1), "evidence" in pairs.schema
        left_count, right_count = (
            pairs[f"{side}_count"] if f"{side}_count" in pairs.schema else one for side in SIDES
        )
        left, right = pairs["left_amount"], pairs["right_amount"]
        variance = call("as_sum", call("sub", left, right))
        entries = call("add", left_count, right_count)
        confirmed = call("eq", pairs["confirmed"], one)
        columns: dict[str, Expression] = {
            "mid": pairs["mid"],
            "rs": self.number,
            "pass": pairs["pass"],
            "state": _state("manual")
            if is_decided
            else call("if", confirmed, _state("confirmed"), _state("suggested")),
            "kind": _kind(left_count, right_count),
            "currency": pairs["currency"],
            "left_count": left_count,
            "right_count": right_count,
            "left_amount": call("as_sum", left),
            "right_amount": call("as_sum", right),
            "variance": variance,
            "variance_kind": variance_kind(self.ruleset, self.currencies, pairs, variance, entries),
            "twins": call("eq", pairs["twins"], one),
            "alternatives": pairs["alternatives"],
            "rank": pairs["rank"],
            "evidence": pairs["evidence"] if is_decided else evidence(pairs),
        }
        return select(pairs, columns)

    def _differ(self, pairs: Relation) -> None:
        """Note where the verified figures of confirmed matches differ."""
        if not self.ruleset.verify:
            return
        confirmed = where(pairs, call("eq", pairs["confirmed"], literal(1)))
        verified = {figure for item in self.ruleset.verify for figure in item.figures}
        names = [f"{side}_{name}_sum" for name in sorted(verified) for side in SIDES]
        figures = {name: call("as_sum", confirmed[name]) for name in names}
        kept = {"mid": self._mid(confirmed), "lu": confirmed["lu"], "currency": confirmed["currency"]}
        append_differences(self.engine, self.ruleset, self.currencies, select(confirmed, {**kept, **figures}))

    def _mid(self, pairs: Relation) -> Expression:
        return pairs["mid"] if "mid" in pairs.schema else call("pair_id", pairs["lu"], pairs["ru"], self.salt)

    def _members(self, rows: Relation, side: Side) -> Relation:
        """The entries of a side of matches; `rows` are pairs, or entries of groups."""
        columns: dict[str, Expression] = {name: rows[name] for name in ("mid", "currency", "confirmed")}
        columns |= {"rs": self.number, "side": one_of(side, *SIDES)}
        if "side" in rows.schema:
            rows = where(rows, call("eq", rows["side"], literal(side)))
            columns |= {name: rows[name] for name in ("rid", "account", "amount")}
        else:
            columns |= {"rid": rows[UNIT[side]]}
            columns |= {name: rows[f"{side}_{name}"] for name in ("account", "amount")}
        return select(rows, {name: columns[name] for name in MEMBER_ROWS})


def _between(table: Scan, passes: Sequence[int]) -> Relation:
    """The rows of passes that follow each other."""
    return where(table, call("between", table["pass"], literal(passes[0]), literal(passes[-1])))


def _state(word: str) -> Expression:
    return one_of(word, "confirmed", "suggested", "manual")


def _kind_word(word: str) -> Expression:
    return one_of(word, "1:1", "1:N", "N:1", "N:M", "offset")


def _kind(left: Expression, right: Expression) -> Expression:
    if isinstance(left, Literal) and isinstance(right, Literal):
        return _kind_word("1:1")
    one = literal(1)
    same_side = any_of(call("eq", left, literal(0)), call("eq", right, literal(0)))
    several_right = call("if", call("eq", right, one), _kind_word("1:1"), _kind_word("1:N"))
    many = call("if", call("eq", right, one), _kind_word("N:1"), _kind_word("N:M"))
    return call("if", same_side, _kind_word("offset"), call("if", call("eq", left, one), several_right, many))
