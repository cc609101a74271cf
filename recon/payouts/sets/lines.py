"""The lines of a component: what is rated at once (a payee's total, or one transaction), as a table of the engine.

Columns: `payee`, `entry_id` (null for a total), `day`, `q` (the quantity), `before` (the running total before it),
`first` (whether nothing was accumulated before), `n` (entries).
"""

from recon.engines.duck import DuckEngine
from recon.engines.expressions import Expression, call, literal
from recon.engines.names import identifier
from recon.engines.relations import Measure as Aggregated
from recon.engines.relations import Relation, aggregate, select
from recon.engines.render import render
from recon.model.periods import Period
from recon.payouts.activity import Books, counted, figure, of_plan, payee
from recon.payouts.plan.components import Component
from recon.payouts.plan.measures import Accumulate, BelowZero, Scope
from recon.payouts.plan.plan import Plan
from recon.payouts.reduction import refuse_absent

MONEY = "DECIMAL(24,8)"


def build_lines(
    engine: DuckEngine, plan: Plan, component: Component, books: Books, period: Period, name: str
) -> None:
    """Build the table of a component's lines. The empty payee holds what names nobody.

    Raises:
        InputRefused: entries lack a figure that is added up.
    """
    relation = counted(of_plan(plan, books, component.activity.of, period), component.activity)
    value = _value(component, relation)
    if component.scope is Scope.PAYEE:
        missing = _totals(engine, plan, component, relation, value, name)
    else:
        missing = _singles(engine, plan, component, relation, value, name)
    if missing:
        refuse_absent(engine, component, relation, value)


def add_absent(engine: DuckEngine, plan: Plan, lines: list[str]) -> None:
    """A total of nothing for whoever has entries of another component: flat amounts and floors do not ask how much."""
    people = everybody(lines)
    for component, name in zip(plan.components, lines, strict=True):
        if component.scope is Scope.PAYEE and len(lines) > 1:
            engine.append(
                name,
                f"SELECT payee, CAST(0 AS {MONEY}) AS q, CAST(0 AS {MONEY}) AS before, TRUE AS first, "
                f"CAST(0 AS BIGINT) AS n FROM ({people}) WHERE payee NOT IN "
                f"(SELECT payee FROM {identifier(name)})",
            )


def everybody(lines: list[str]) -> str:
    """Everyone who has a line, as a query."""
    return " UNION ".join(f"SELECT DISTINCT payee FROM {identifier(name)}" for name in lines)


def _value(component: Component, relation: Relation) -> Expression:
    measure = component.measure
    if measure.sum is None:
        return literal(1)
    value = figure(relation, measure.sum)
    for less in measure.less:
        value = call("sub", value, figure(relation, less))
    cap = component.each_counts_at_most
    if cap is not None:
        value = call("greatest", call("least", value, literal(cap)), literal(-cap))
    return value


def _totals(
    engine: DuckEngine, plan: Plan, component: Component, relation: Relation, value: Expression, name: str
) -> bool:
    totals = aggregate(
        relation,
        {"payee": payee(plan, relation)},
        Aggregated("total", "sum", value),
        Aggregated("n", "count"),
        Aggregated("present", "count", value),
    )
    engine.materialise(
        name,
        f"SELECT payee, CAST(NULL AS VARCHAR) AS entry_id, CAST(NULL AS DATE) AS day, {_floored(component, 'total')} "
        f"AS q, CAST(0 AS {MONEY}) AS before, TRUE AS first, n, present FROM ({render(totals)})",
    )
    return bool(engine.rows(f"SELECT 1 FROM {identifier(name)} WHERE present <> n LIMIT 1"))


def _singles(
    engine: DuckEngine, plan: Plan, component: Component, relation: Relation, value: Expression, name: str
) -> bool:
    columns = {
        "payee": payee(plan, relation),
        "entry_id": relation["entry_id"],
        "day": call("coalesce", relation["business_date"], relation["booking_date"]),
        "value": value,
    }
    running = component.tiers is not None and component.accumulate is not Accumulate.NONE
    before, first = f"CAST(0 AS {MONEY})", "TRUE"
    quantity = _floored(component, "value")
    if running:
        window = "OVER (PARTITION BY payee ORDER BY day ASC NULLS FIRST, entry_id ASC ROWS UNBOUNDED PRECEDING)"
        before = f"CAST(sum({quantity}) {window} - {quantity} AS {MONEY})"
        first = f"row_number() {window.replace(' ROWS UNBOUNDED PRECEDING', '')} = 1"
    engine.materialise(
        name,
        f"SELECT payee, entry_id, day, {quantity} AS q, {before} AS before, {first} AS first, "
        f"CAST(1 AS BIGINT) AS n FROM ({render(select(relation, columns))})",
    )
    return bool(engine.rows(f"SELECT 1 FROM {identifier(name)} WHERE q IS NULL LIMIT 1"))


def _floored(component: Component, column: str) -> str:
    value = f"CAST({column} AS {MONEY})"
    if component.below_zero is BelowZero.NOTHING:
        return f"CASE WHEN {column} < 0 THEN CAST(0 AS {MONEY}) ELSE {value} END"
    return value
