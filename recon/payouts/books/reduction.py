"""Plans that need only sums per payee: which they are, and the sums the engine adds up for them."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from recon.engines.duck import DuckEngine
from recon.engines.expressions import Expression, call, literal
from recon.engines.relations import Measure as Aggregated
from recon.engines.relations import Relation, aggregate, where
from recon.engines.render import render
from recon.errors import InputRefused, Problem
from recon.model.periods import Period
from recon.payouts.books.activity import FIGURES, Books, figure, of_component, payee, word
from recon.payouts.plan.components import Component
from recon.payouts.plan.measures import SALES, Measure, Scope
from recon.payouts.plan.plan import Plan
from recon.payouts.plan.values import Limits

Sums = dict[str, tuple[Decimal, int]]
"""By payee: the sum, and how many entries it is of."""
Read = Callable[[Relation, str], Expression]
"""Reads a figure of an entry by its name."""


@dataclass(frozen=True, slots=True)
class _Needed:
    """A measure that the engine adds up, under the name by which the calculation finds it."""

    name: str
    measure: Measure


def reduced(plan: Plan) -> Plan | None:
    """The plan over sums instead of transactions; None when it rates single transactions or groups.

    Each measure becomes a figure of the payee; everything else stays as it is.
    """
    if not all(_reducible(component) for component in plan.components):
        return None
    return plan.model_copy(update={"components": tuple(_over_sums(one) for one in plan.components)})


def _reducible(component: Component) -> bool:
    figures = {name for measure in component.measures for name in measure.added}
    conditions = [component.activity.where, component.activity.except_]
    figures |= {name for one in conditions for name, wanted in one.items() if isinstance(wanted, Limits)}
    counts_sales = any(measure.count == SALES for measure in component.measures)
    return component.scope is Scope.PAYEE and figures <= set(FIGURES) and not counts_sales


def _over_sums(component: Component) -> Component:
    changes: dict[str, object] = {
        "activity": component.activity.model_copy(update={"where": {}, "except_": {}}),
        "of_customers": None,
        "each_counts_at_most": None,
    }
    for needed in _needed(component):
        summed = needed.measure.model_copy(
            update={"sum": None, "less": (), "count": None, "figure": needed.name}
        )
        if needed.measure is component.measure:
            changes["measure"] = summed
        elif component.tiers is not None:
            changes["tiers"] = component.tiers.model_copy(update={"by": summed})
    return component.model_copy(update=changes)


def _needed(component: Component) -> list[_Needed]:
    found = []
    if component.measure.figure is None:
        found.append(_Needed(f"{component.name}: measure", component.measure))
    by = component.tiers.by if component.tiers else None
    if by is not None and by.figure is None:
        found.append(_Needed(f"{component.name}: by", by))
    return found


def sums_of(
    engine: DuckEngine, plan: Plan, component: Component, books: Books, period: Period
) -> dict[str, Sums]:
    """The sums that a component needs, by name.

    Raises:
        InputRefused: entries lack a figure that is added up; nothing is taken for zero.
    """
    relation = of_component(plan, books, component, period)
    return {one.name: _sums(engine, plan, component, one.measure, relation) for one in _needed(component)}


def _sums(engine: DuckEngine, plan: Plan, component: Component, measure: Measure, relation: Relation) -> Sums:
    if measure.sum is None:
        return _counts(engine, plan, measure, relation)
    value = value_of(component, measure, relation)
    refuse_absent(engine, component, relation, value)
    totals = aggregate(
        relation,
        {"payee": payee(plan, relation)},
        Aggregated("total", "sum", value),
        Aggregated("entries", "count"),
    )
    return {who: (total, entries) for who, total, entries in engine.rows(render(totals))}


def value_of(component: Component, measure: Measure, relation: Relation, read: Read = figure) -> Expression:
    """What an entry adds to a measure: its figures, as they are `read`, or one where entries are counted."""
    if measure.sum is None:
        return literal(1)
    value = read(relation, measure.sum)
    for how, names in (("add", measure.plus), ("sub", measure.less)):
        for name in names:
            value = call(how, value, read(relation, name))
    cap = component.each_counts_at_most
    if cap is not None and measure is component.measure:
        value = call("greatest", call("least", value, literal(cap)), literal(-cap))
    return value


def _counts(engine: DuckEngine, plan: Plan, measure: Measure, relation: Relation) -> Sums:
    keys = {"payee": payee(plan, relation)}
    entries = aggregate(relation, keys, Aggregated("entries", "count"))
    counts = {who: (Decimal(count), int(count)) for who, count in engine.rows(render(entries))}
    if measure.different is None:
        return counts
    value = word(relation, measure.different)
    named = where(relation, call("not", call("is_null", value)))
    each = aggregate(named, {**keys, "value": value})
    different = aggregate(each, {"payee": each["payee"]}, Aggregated("different", "count"))
    found = {who: Decimal(count) for who, count in engine.rows(render(different))}
    return {who: (found.get(who, Decimal(0)), count) for who, (_, count) in counts.items()}


def refuse_absent(engine: DuckEngine, component: Component, relation: Relation, value: Expression) -> None:
    """Refuse entries that lack a figure that is added up: nothing is taken for zero.

    Raises:
        InputRefused: there are such entries.
    """
    absent = where(relation, call("is_null", value))
    first = aggregate(
        absent, {}, Aggregated("entries", "count"), Aggregated("first", "min", relation["entry_id"])
    )
    ((entries, example),) = engine.rows(render(first))
    if entries:
        message = f"{entries} entries lack a figure that {component.name} adds up, entry {example} among them"
        raise InputRefused(Problem("missing-figure", message, hint="measure another figure, or leave them out"))
