"""From pairs of units to matches and their members.

Appends to `match_rows`, `member_rows` and `open_rows`, in which everything is still a number: rule sets and passes by
their place, entries by row id (`matchers.named` gives the names back). A match's `mid` is made of
the first entries of its two sides and the name of the rule set, so that it is the same in every run. Matches stand in
the order of their id, members in that of side and entry, rule set by rule set. `variance` is
left minus right in the rule set's own compared amounts, whatever amount the pass compared, so that variances add up
to the difference of the books. Pairs of single entries, nearly all of the work, take two joins and no aggregation.
"""

from collections.abc import Sequence

from recon.engines.duck import DuckEngine
from recon.engines.expressions import Expression, Literal, any_of, call, literal
from recon.engines.relations import Relation, Scan, Schema, join, select, union, where
from recon.engines.types import INTEGER, MONEY, ROW, SUM, TEXT, TRUTH
from recon.matchers.decided import accepted, forget_accepted
from recon.matchers.differences import append_differences
from recon.matchers.group_results import group_members, group_sums
from recon.matchers.one_pass import SIDES
from recon.matchers.pool import verified_fields
from recon.matchers.ruleset_run import FOUND, PassesRun
from recon.matchers.stale import drop_stale_suggestions
from recon.matchers.variances import variance_kind
from recon.model.ids import ENTRY_ID_DIGITS, content_id
from recon.rules.ruleset import RuleSet, Side

MATCH_ROWS: Schema = {
    "mid": ROW,
    "rs": INTEGER,
    "pass": INTEGER,
    "state": TEXT,
    "kind": TEXT,
    "currency": TEXT,
    "left_count": INTEGER,
    "right_count": INTEGER,
    "left_amount": SUM,
    "right_amount": SUM,
    "variance": SUM,
    "variance_kind": TEXT,
    "twins": TRUTH,
    "alternatives": INTEGER,
    "rank": INTEGER,
    "evidence": TEXT,
}
MEMBER_ROWS: Schema = {
    "mid": ROW,
    "rs": INTEGER,
    "side": TEXT,
    "rid": ROW,
    "account": TEXT,
    "amount": MONEY,
    "currency": TEXT,
    "confirmed": INTEGER,
}
OPEN_ROWS: Schema = {"rs": INTEGER, "side": TEXT, "rid": ROW}


def create_results(engine: DuckEngine) -> None:
    """Make the empty tables that the rule sets append to."""
    for name, schema in (("match_rows", MATCH_ROWS), ("member_rows", MEMBER_ROWS), ("open_rows", OPEN_ROWS)):
        engine.create_typed(name, schema)


def write_results(
    engine: DuckEngine, number: int, ruleset: RuleSet, currencies: Sequence[str], run: PassesRun
) -> None:
    """Append the matches, members and open rows of the rule set with this number, and forget its pools."""
    drop_stale_suggestions(engine, ruleset, run.pools)
    _Results(engine, number, ruleset, currencies, run).write()
    engine.drop("found", "grouped", "wide", "group_members", "group_sums")
    forget_accepted(engine)
    engine.drop(*(f"{name}_{side}" for name in ("pool", "open") for side in SIDES))


class _Results:
    def __init__(
        self, engine: DuckEngine, number: int, ruleset: RuleSet, currencies: Sequence[str], run: PassesRun
    ) -> None:
        self.engine, self.ruleset, self.currencies, self.run = engine, ruleset, currencies, run
        self.number = literal(number)
        self.salt = literal(content_id([ruleset.ruleset], ENTRY_ID_DIGITS))
        numbers = range(len(ruleset.passes))
        self.single = [n for n in numbers if not ruleset.passes[n].group and not ruleset.passes[n].offset]
        self.grouped = [n for n in numbers if n not in self.single]

    def write(self) -> None:
        parts: list[Relation] = []
        figures: list[Relation] = []
        members: dict[Side, list[Relation]] = {side: [] for side in SIDES}
        if self.single:
            wide = self._wide()
            self.engine.build("wide", wide)
            held = Scan(wide.schema, "wide")
            parts.append(self._matches(held, literal(1), literal(1)))
            figures.append(self._figures(held))
            for side in SIDES:
                members[side].append(self._single_members(held, side))
        if self.grouped:
            rows = group_members(self.engine, self.ruleset, self.grouped)
            sums = group_sums(self.engine, self.ruleset, rows)
            parts.append(self._matches(sums, sums["left_count"], sums["right_count"]))
            figures.append(self._figures(sums))
            for side in SIDES:
                members[side].append(self._group_members(rows, side))
        if (decided := accepted(self.engine, self.ruleset)) is not None:
            made, entries = decided
            parts.append(self._matches(made, made["left_count"], made["right_count"], literal("manual")))
            figures.append(self._figures(made))
            for side in SIDES:
                members[side].append(self._group_members(entries, side))
        self.engine.append_relation("match_rows", union(*parts), order=["mid"])
        append_differences(self.engine, self.ruleset, self.currencies, union(*figures))
        for side in SIDES:
            self.engine.append_relation("member_rows", union(*members[side]), order=["rid", "mid"])
            pool = self.run.pools[side]
            which = {"rs": self.number, "side": literal(side)}
            self.engine.append_relation("open_rows", select(pool, {**which, "rid": pool["rid"]}))

    def _wide(self) -> Relation:
        """Each pair of single entries with what is known of both."""
        found = Scan(FOUND, "found")
        chosen: Relation = found
        if self.grouped:
            chosen = where(found, call("in", found["pass"], *(literal(number) for number in self.single)))
        for side, unit in zip(SIDES, ("lu", "ru"), strict=True):
            pool = Scan(self.run.pools[side].schema, f"pool_{side}")
            kept: dict[str, Expression] = {name: chosen.of("l", name) for name in chosen.schema}
            kept |= {f"{side}_account": pool.of("r", "account"), f"{side}_amount": pool.of("r", "compared")}
            kept |= {f"{side}_{name}_sum": pool.of("r", name) for name in verified_fields(self.ruleset)}
            if side == "left":
                kept["currency"] = pool.of("r", "currency")
            chosen = join(chosen, pool, [(chosen.of("l", unit), pool.of("r", "rid"))], kept)
        return chosen

    def _matches(
        self,
        pairs: Relation,
        left_count: Expression,
        right_count: Expression,
        state: Expression | None = None,
    ) -> Relation:
        one = literal(1)
        left, right = pairs["left_amount"], pairs["right_amount"]
        variance = call("as_sum", call("sub", left, right))
        entries = call("add", left_count, right_count)
        confirmed = call("eq", pairs["confirmed"], one)
        return select(
            pairs,
            {
                "mid": self._mid(pairs),
                "rs": self.number,
                "pass": pairs["pass"],
                "state": state or call("if", confirmed, literal("confirmed"), literal("suggested")),
                "kind": _kind(left_count, right_count),
                "currency": pairs["currency"],
                "left_count": left_count,
                "right_count": right_count,
                "left_amount": call("as_sum", left),
                "right_amount": call("as_sum", right),
                "variance": variance,
                "variance_kind": variance_kind(self.ruleset, self.currencies, pairs, variance, entries),
                "twins": call("eq", pairs["twins"], one),
                **{name: pairs[name] for name in ("alternatives", "rank", "evidence")},
            },
        )

    def _figures(self, pairs: Relation) -> Relation:
        """The sums of verified figures of each confirmed pair, as `append_differences` reads them."""
        confirmed = where(pairs, call("eq", pairs["confirmed"], literal(1)))
        names = [f"{side}_{name}_sum" for name in verified_fields(self.ruleset) for side in SIDES]
        figures = {name: call("as_sum", confirmed[name]) for name in names}
        kept = {"mid": self._mid(confirmed), "lu": confirmed["lu"], "currency": confirmed["currency"]}
        return select(confirmed, {**kept, **figures})

    def _mid(self, pairs: Relation) -> Expression:
        return pairs["mid"] if "mid" in pairs.schema else call("pair_id", pairs["lu"], pairs["ru"], self.salt)

    def _single_members(self, wide: Relation, side: Side) -> Relation:
        unit = "lu" if side == "left" else "ru"
        return select(
            wide,
            {
                "mid": self._mid(wide),
                "rs": self.number,
                "side": literal(side),
                "rid": wide[unit],
                "account": wide[f"{side}_account"],
                "amount": wide[f"{side}_amount"],
                "currency": wide["currency"],
                "confirmed": wide["confirmed"],
            },
        )

    def _group_members(self, rows: Relation, side: Side) -> Relation:
        mine = where(rows, call("eq", rows["side"], literal(side)))
        own = {"mid": self._mid(mine), "rs": self.number}
        names = ("side", "rid", "account", "amount", "currency", "confirmed")
        return select(mine, {**own, **{name: mine[name] for name in names}})


def _kind(left: Expression, right: Expression) -> Expression:
    if isinstance(left, Literal) and isinstance(right, Literal):
        return literal("1:1")
    one = literal(1)
    same_side = any_of(call("eq", left, literal(0)), call("eq", right, literal(0)))
    several_right = call("if", call("eq", right, one), literal("1:1"), literal("1:N"))
    many = call("if", call("eq", right, one), literal("N:1"), literal("N:M"))
    return call("if", same_side, literal("offset"), call("if", call("eq", left, one), several_right, many))
