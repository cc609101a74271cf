"""Members and sums of matches whose sides are groups, or that lie on one side only."""

from collections.abc import Sequence
from decimal import Decimal

from recon.engines.duck import DuckEngine
from recon.engines.expressions import Column, Expression, Literal, all_of, call, literal
from recon.engines.relations import Measure, Relation, Scan, aggregate, join, select, union, where
from recon.engines.types import MONEY, TEXT
from recon.matchers.one_pass import SIDES
from recon.matchers.pool import verified_fields
from recon.matchers.ruleset_run import FOUND, GROUPED
from recon.rules.ruleset import RuleSet

PAIR_KEYS = ("pass", "lu", "ru")


def linked(ruleset: RuleSet, passes: Sequence[int], only_suggested: bool = False) -> Relation | None:
    """Every entry of every pair of some passes: `pass`, `lu`, `ru`, `confirmed`, `side`, `rid`."""
    found, grouped = Scan(FOUND, "found"), Scan(GROUPED, "grouped")
    parts: list[Relation] = []
    for number in passes:
        item = ruleset.passes[number]
        chosen = [call("eq", found["pass"], literal(number))]
        if only_suggested:
            chosen.append(call("eq", found["confirmed"], literal(0)))
        mine = where(found, all_of(*chosen))
        for side, unit in (("left", "lu"), ("right", "ru")):
            actual = literal(item.offset.side if item.offset else side)
            if item.group is not None and item.group.keys("left" if side == "left" else "right"):
                members = where(
                    grouped,
                    all_of(
                        call("eq", grouped["pass"], literal(number)), call("eq", grouped["side"], literal(side))
                    ),
                )
                kept: dict[str, Expression] = {name: mine.of("l", name) for name in (*PAIR_KEYS, "confirmed")}
                columns = {**kept, "side": actual, "rid": members.of("r", "rid")}
                parts.append(join(mine, members, [(mine.of("l", unit), members.of("r", "uid"))], columns))
            else:
                plain: dict[str, Expression] = {name: mine[name] for name in (*PAIR_KEYS, "confirmed")}
                parts.append(select(mine, {**plain, "side": actual, "rid": mine[unit]}))
    return union(*parts) if parts else None


def group_members(engine: DuckEngine, ruleset: RuleSet, passes: Sequence[int]) -> Scan:
    """Table `group_members`: the entries of the matches of these passes, with account, amount and currency."""
    rows = linked(ruleset, passes)
    if rows is None:
        raise ValueError("no passes")
    parts = []
    for side in SIDES:
        mine = where(rows, call("eq", rows["side"], literal(side)))
        fields = dict.fromkeys(verified_fields(ruleset), MONEY)
        pool = Scan(
            {"rid": rows["rid"].type, "account": TEXT, "currency": TEXT, "compared": MONEY, **fields},
            f"pool_{side}",
        )
        columns: dict[str, Expression] = {name: mine.of("l", name) for name in rows.schema}
        columns |= {"account": pool.of("r", "account"), "currency": pool.of("r", "currency")}
        columns |= {"amount": pool.of("r", "compared")} | {name: pool.of("r", name) for name in fields}
        parts.append(join(mine, pool, [(mine.of("l", "rid"), pool.of("r", "rid"))], columns))
    detailed = union(*parts)
    engine.build("group_members", detailed)
    return Scan(detailed.schema, "group_members")


def group_sums(engine: DuckEngine, ruleset: RuleSet, members: Relation) -> Scan:
    """Table `group_sums`: one row per match with counts and sums of both sides, and the pair it was found as."""
    found = Scan(FOUND, "found")
    on_left = call("eq", members["side"], literal("left"))
    zero, one, none = literal(Decimal(0)), literal(1), literal(0)
    sums = aggregate(
        members,
        {name: members[name] for name in PAIR_KEYS},
        Measure("currency", "min", members["currency"]),
        Measure("left_count", "sum", call("if", on_left, one, none)),
        Measure("right_count", "sum", call("if", on_left, none, one)),
        Measure("left_amount", "sum", call("if", on_left, members["amount"], zero)),
        Measure("right_amount", "sum", call("if", on_left, zero, members["amount"])),
        *_figures(ruleset, on_left),
    )
    kept: dict[str, Expression] = {name: found.of("l", name) for name in FOUND}
    added = {name: sums.of("r", name) for name in sums.schema if name not in PAIR_KEYS}
    equal = [(found.of("l", name), sums.of("r", name)) for name in PAIR_KEYS]
    joined = join(found, sums, equal, {**kept, **added})
    engine.build("group_sums", joined)
    return Scan(joined.schema, "group_sums")


def _figures(ruleset: RuleSet, on_left: Expression) -> list[Measure]:
    """The sums of each verified figure on both sides; absent where no entry has the figure."""
    absent = Literal(MONEY, None)
    measures = []
    for field in verified_fields(ruleset):
        value = Column(MONEY, field)
        measures.append(Measure(f"left_{field}_sum", "sum", call("if", on_left, value, absent)))
        measures.append(Measure(f"right_{field}_sum", "sum", call("if", on_left, absent, value)))
    return measures
