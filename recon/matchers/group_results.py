"""Members and sums of matches whose sides are groups, or that lie on one side only."""

from collections.abc import Sequence

from recon.engines.duck import DuckEngine
from recon.engines.expressions import Expression, all_of, call, literal
from recon.engines.relations import Relation, Scan, join, select, union, where
from recon.engines.types import MONEY, TEXT
from recon.matchers.one_pass import SIDES
from recon.matchers.pool import verified_fields
from recon.matchers.ruleset_run import FOUND, GROUPED
from recon.matchers.sums import summed
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
    sums = summed(ruleset, members, *PAIR_KEYS)
    kept: dict[str, Expression] = {name: found.of("l", name) for name in FOUND}
    added = {name: sums.of("r", name) for name in sums.schema if name not in PAIR_KEYS}
    equal = [(found.of("l", name), sums.of("r", name)) for name in PAIR_KEYS]
    joined = join(found, sums, equal, {**kept, **added})
    engine.build("group_sums", joined)
    return Scan(joined.schema, "group_sums")
