"""Pools: the open items of each side of a rule set while its passes run.

A pool holds what the passes read and nothing more: `rid` (the entry id as a number, so that joins are cheap
and the last tie-break is the entry id), `account`, `currency`, `compared`, and the columns of keys, dates and
conditions. Entries that the rule set excludes never enter a pool.
"""

from recon.engines.duck import DuckEngine
from recon.engines.expressions import Column, Expression, Literal, call, literal
from recon.engines.relations import Relation, Scan, Schema, pick, select, where, without
from recon.engines.types import DATE, MONEY, ROW, TEXT, TRUTH
from recon.matchers.keys import column, condition
from recon.matchers.units import side_units
from recon.rules.book import COLUMNS
from recon.rules.ruleset import RuleSet, Side

SCOPE: Schema = {
    "ruleset": TEXT,
    "side": TEXT,
    "is_new": TRUTH,
    "compared": MONEY,
    "first_seen": DATE,
    **COLUMNS,
}
"""Columns of the view `scope`: every entry that the run looks at, per rule set and side."""
EXCLUDED: Schema = {
    "ruleset": TEXT,
    "side": TEXT,
    "rid": ROW,
    "account": TEXT,
    "amount": MONEY,
    "currency": TEXT,
    "reason": TEXT,
}
BASE: Schema = {"rid": ROW, "account": TEXT, "currency": TEXT, "compared": MONEY}
"""What is known of every entry of a side that is not excluded, also after a match took it out of the pool."""


def load_pool(engine: DuckEngine, ruleset: RuleSet, side: Side) -> Relation:
    """Fill `open_<side>` and `base_<side>` from `scope`, append what is excluded to `excluded_rows`; the pool."""
    scope = Scan(SCOPE, "scope")
    mine = where(
        scope,
        call(
            "and",
            call("eq", scope["ruleset"], literal(ruleset.ruleset)),
            call("eq", scope["side"], literal(side)),
        ),
    )
    columns: dict[str, Expression] = {
        "rid": call("row_of", mine["entry_id"]),
        "compared": mine["compared"],
        **{
            name: mine[name] for name in sorted(_read(ruleset, side) | {"account", "currency", "business_date"})
        },
        "reason": _reason(ruleset, side),
    }
    loaded = select(mine, columns)
    engine.build("loaded", loaded)
    loaded_table = Scan(loaded.schema, "loaded")
    is_open = call("is_null", loaded_table["reason"])
    excluded = where(loaded_table, call("not", is_open))
    engine.append_relation(
        "excluded_rows",
        select(
            excluded,
            {
                "ruleset": literal(ruleset.ruleset),
                "side": literal(side),
                **{name: excluded[name] for name in ("rid", "account", "currency", "reason")},
                "amount": excluded["compared"],
            },
        ),
    )
    kept = pick(where(loaded_table, is_open), *(name for name in columns if name != "reason"))
    engine.build(f"open_{side}", kept)
    engine.build(f"base_{side}", pick(kept, *BASE, *verified_fields(ruleset)))
    engine.drop("loaded")
    return Scan(kept.schema, f"open_{side}")


def verified_fields(ruleset: RuleSet) -> tuple[str, ...]:
    """The figures that matched entries must agree in, beside the compared amount."""
    return tuple(sorted({item.field for item in ruleset.verify}))


def take_out(engine: DuckEngine, pool: Relation, taken: Relation, name: str) -> None:
    """Remove entries (`rid`) from a pool."""
    engine.build("remaining", without(pool, taken, rid="rid"))
    engine.build(name, Scan(pool.schema, "remaining"))
    engine.drop("remaining")


def _read(ruleset: RuleSet, side: Side) -> set[str]:
    found: set[Column] = set()
    found |= {Column(MONEY, field) for field in verified_fields(ruleset)}
    for item in ruleset.passes:
        found |= set(side_units(item, ruleset.compared(item), side).columns())
        if item.offset is not None and item.offset.side == side:
            found |= {inner for name in item.offset.same for inner in column(name).columns()}
            found.add(Column(MONEY, "amount"))
    return {found_column.name for found_column in found}


def _reason(ruleset: RuleSet, side: Side) -> Expression:
    """The reason of the first exclusion that holds, or absent."""
    reason: Expression = Literal(TEXT, None)
    for exclusion in reversed(ruleset.exclude):
        if exclusion.side == side:
            reason = call("if", condition(exclusion.where), literal(exclusion.reason), reason)
    return reason
