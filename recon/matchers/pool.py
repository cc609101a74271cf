"""Pools: the open items of each side of a rule set while its passes run.

A pool holds what the passes read and nothing more: `rid` (the entry id as a number, so that joins are cheap
and the last tie-break is the entry id), `account`, `currency`, `compared`, and the columns of keys, dates and
conditions. Entries that the rule set excludes never enter a pool.
"""

from typing import Final

from recon.engines.duck import DuckEngine
from recon.engines.expressions import Column, Expression, Literal, all_of, call, coded, literal
from recon.engines.names import identifier, text_literal
from recon.engines.relations import Relation, Scan, Schema, join, select, where, within, without
from recon.engines.render import render
from recon.engines.rows import held
from recon.engines.types import DATE, INTEGER, MONEY, ROW, SUM, TEXT, TIME, TRUTH
from recon.matchers.comparing.keys import column, condition
from recon.matchers.comparing.units import MOMENT, side_units
from recon.matchers.fee import with_figures
from recon.matchers.fx import BASE, CONVERTED, figure_type
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
WITHDRAWN: Schema = {"entry_id": TEXT, "file_id": TEXT}
WITHDRAWN_REASON = "a corrected file no longer has it"
LEFT_OUT: Schema = {"ruleset": TEXT, "side": TEXT, "entry_id": TEXT, "reason": TEXT}
"""Entries that people decided to leave out of matching, each with the reason in words; may be absent."""
EXCLUDED: Schema = {
    "ruleset": TEXT,
    "side": TEXT,
    "rid": ROW,
    "account": TEXT,
    "amount": MONEY,
    "currency": TEXT,
    "reason": TEXT,
}
FEW: Final = 4
"""Entries are few beside a pool that holds more than so many times as many."""
POOLS = "pool_tallies"
_TALLY: Schema = {
    "ruleset": TEXT, "side": TEXT, "account": TEXT, "currency": TEXT, "n": INTEGER, "amount": SUM, "ids": ROW,
    "weighted": SUM,
}  # fmt: skip


def side_view(ruleset: str, side: Side) -> str:
    """The name of the view of what one rule set has in `scope` on one side."""
    return f"scope_{ruleset}_{side}"


def scope_of(engine: DuckEngine, ruleset: str, side: Side) -> str:
    """The table or view to ask for what a rule set has in `scope` on a side; it may hold others as well.

    To read it from `scope` plans the reading of all rule sets and sides, whose number it would multiply.
    """
    view = side_view(ruleset, side)
    return view if engine.has(view) else "scope"


def load_pool(engine: DuckEngine, ruleset: RuleSet, side: Side) -> Scan:
    """Fill `pool_<side>` from `scope` and append what is excluded to `excluded_rows`; the pool.

    The pool itself stays as it is: what it knows of an entry is needed again when matches are written. Entries are
    taken out of copies (see `take_out`).
    """
    scope = Scan(SCOPE, scope_of(engine, ruleset.ruleset, side))
    mine: Relation = where(
        scope,
        all_of(
            call("eq", scope["ruleset"], literal(ruleset.ruleset)),
            call("eq", scope["side"], literal(side)),
        ),
    )
    mine = _without_withdrawn(engine, ruleset, side, mine)
    mine = _without_left_out(engine, ruleset, side, mine)
    row = _row(mine)
    reason = exclusion_reason(ruleset, side)
    if reason is not None:
        _exclude(
            engine,
            ruleset,
            side,
            select(mine, {**row, **_named(mine, "account", "currency"), "reason": reason}),
        )
        mine = where(mine, call("is_null", reason))
    mine = with_figures(mine, ruleset, side)
    names = sorted(columns_read(ruleset, side) | {"account", "currency", "business_date"})
    pool = engine.held(f"pool_{side}", select(mine, {**row, **{name: coded(mine[name]) for name in names}}))
    if engine.has(POOLS):
        engine.append(POOLS, _tally(ruleset, side))
    return pool


def tally_pools(engine: DuckEngine) -> None:
    """Let every pool be added up as it is filled, in the table `pool_tallies`: for the proof of a run."""
    engine.create_typed(POOLS, _TALLY)


def _tally(ruleset: RuleSet, side: Side) -> str:
    return (
        f"SELECT {text_literal(ruleset.ruleset)} AS ruleset, {text_literal(side)} AS side, account, currency, "
        f"{held('compared', 'rid')} FROM {identifier(f'pool_{side}')} GROUP BY account, currency"
    )


def _row(mine: Relation) -> dict[str, Expression]:
    return {"rid": call("row_of", mine["entry_id"]), "compared": mine["compared"]}


def _without_withdrawn(engine: DuckEngine, ruleset: RuleSet, side: Side, mine: Relation) -> Relation:
    """Leave out entries that a corrected file no longer has (table `withdrawn`: entry_id, file_id)."""
    if not engine.count("withdrawn"):
        return mine
    withdrawn = Scan(WITHDRAWN, "withdrawn")
    gone = within(mine, withdrawn, entry_id="entry_id", file_id="file_id")
    kept = _named(gone, "account", "currency")
    _exclude(engine, ruleset, side, select(gone, {**_row(gone), **kept, "reason": literal(WITHDRAWN_REASON)}))
    return without(mine, withdrawn, entry_id="entry_id", file_id="file_id")


def _without_left_out(engine: DuckEngine, ruleset: RuleSet, side: Side, mine: Relation) -> Relation:
    """Leave out entries that people decided about (table `left_out`, see `LEFT_OUT`)."""
    if not engine.has("left_out"):
        return mine
    decided = Scan(LEFT_OUT, "left_out")
    mine_too = where(
        decided,
        all_of(
            call("eq", decided["ruleset"], literal(ruleset.ruleset)), call("eq", decided["side"], literal(side))
        ),
    )
    columns = {name: mine.of("l", name) for name in ("entry_id", "account", "currency", "compared")}
    same = [(mine.of("l", "entry_id"), mine_too.of("r", "entry_id"))]
    gone = join(mine, mine_too, same, {**columns, "reason": mine_too.of("r", "reason")})
    kept = _named(gone, "account", "currency", "reason")
    _exclude(engine, ruleset, side, select(gone, {**_row(gone), **kept}))
    return without(mine, mine_too, entry_id="entry_id")


def _named(relation: Relation, *names: str) -> dict[str, Expression]:
    return {name: relation[name] for name in names}


def _exclude(engine: DuckEngine, ruleset: RuleSet, side: Side, rows: Relation) -> None:
    excluded = where(rows, call("not", call("is_null", rows["reason"])))
    which = {"ruleset": literal(ruleset.ruleset), "side": literal(side)}
    kept = _named(excluded, "rid", "account", "currency", "reason")
    engine.append_relation("excluded_rows", select(excluded, {**which, **kept, "amount": excluded["compared"]}))


def verified_fields(ruleset: RuleSet) -> tuple[str, ...]:
    """What is added up of matched entries beside the compared amount.

    These are figures that must agree, what fees are taken on, and conversions.
    """
    figures = {figure for item in ruleset.verify for figure in item.figures}
    figures |= {BASE} if ruleset.compared().card is not None else set()
    return tuple(sorted(figures | ({CONVERTED} if ruleset.convert is not None else set())))


def take_out(engine: DuckEngine, pool: Scan, taken: Relation, name: str, count: int | None = None) -> Scan:
    """The pool without some entries (`rid`), as a table of the name given; `count` says how many, where that is known.

    Few are deleted where they lie: of all that is open, a night matches little, and the rest need not be written again.
    Where many go, what they held is given back.
    """
    if pool.name == name and _are_few(engine, taken, name, count):
        engine.remove(name, taken, rid="rid")
        return pool
    return engine.held(name, without(pool, taken, rid="rid"))


def _are_few(engine: DuckEngine, taken: Relation, pool: str, count: int | None) -> bool:
    if count is None:
        count = int(engine.rows(f"SELECT count(*) FROM ({render(taken)})")[0][0])
    return count * FEW < engine.count(pool)


def columns_read(ruleset: RuleSet, side: Side) -> set[str]:
    """The columns of an entry that the passes and figures of a rule set read on a side."""
    found: set[Column] = set()
    found |= {Column(figure_type(field), field) for field in verified_fields(ruleset)}
    for item in ruleset.passes:
        found |= set(side_units(item, ruleset.compared(item), side).columns())
        if item.subset is not None and item.subset.adds(side):
            found |= {inner for name in item.subset.columns for inner in column(name).columns()}
        if not (item.group is not None and item.group.keys(side)):
            found.add(Column(TIME, MOMENT))
        if item.offset is not None and item.offset.side == side:
            found |= {inner for name in item.offset.same for inner in column(name).columns()}
            found.add(Column(MONEY, "amount"))
    return {found_column.name for found_column in found}


def exclusion_reason(ruleset: RuleSet, side: Side) -> Expression | None:
    """The reason of the first exclusion that holds, absent where none does; None when the side has none."""
    mine = [exclusion for exclusion in ruleset.exclude if exclusion.side == side]
    reason: Expression = Literal(TEXT, None)
    for exclusion in reversed(mine):
        reason = call("if", condition(exclusion.where), literal(exclusion.reason), reason)
    return reason if mine else None
