"""What payees had in the period before, for plans that pay growth."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal, localcontext

from recon.engines.duck import DuckEngine
from recon.errors import ConfigError, Problem
from recon.model.periods import Period
from recon.payouts.books.activity import Books
from recon.payouts.books.reduction import Sums, reduced, sums_of
from recon.payouts.calculation.facts import Facts
from recon.payouts.calculation.measuring import CHOSEN_BY, expressed
from recon.payouts.calculation.windows import period_before
from recon.payouts.plan.components import Component
from recon.payouts.plan.measures import Measure
from recon.payouts.plan.plan import Plan
from recon.payouts.rows import EXACT


def with_previous(
    engine: DuckEngine, plan: Plan, books: Books, period: Period, facts: Sequence[Facts]
) -> list[Facts]:
    """The facts with what each component measured before; the period before counts whole, whenever the plan began.

    Raises:
        ConfigError: the plan also rates what no sum can tell.
    """
    growing = [component for component in plan.components if _grows(component)]
    if not growing:
        return list(facts)
    if reduced(plan) is None:
        message = f"{plan.version} pays growth, and beside it what is rated transaction by transaction"
        raise ConfigError(Problem("growth", message, hint="make growth a plan of its own"))
    before = period_before(period)
    then = plan.model_copy(update={"effective": before.first, "until": None})
    found = [
        (name, measure, sums)
        for component in growing
        for (name, measure), sums in zip(
            _measures(component), sums_of(engine, then, component, books, before).values(), strict=True
        )
    ]
    with localcontext(EXACT):
        return [replace(one, previous={**one.previous, **_had(one, found)}) for one in facts]


def _had(facts: Facts, found: Sequence[tuple[str, Measure, Sums]]) -> dict[str, Decimal]:
    """What a payee had of each measure, in the units of the measure."""
    return {
        name: expressed(measure, sums[facts.payee][0], facts)
        for name, measure, sums in found
        if facts.payee in sums
    }


def _measures(component: Component) -> Iterator[tuple[str, Measure]]:
    """The measures that sums are of, in their order, by the name under which growth looks for them."""
    if component.measure.figure is None:
        yield component.name, component.measure
    chooser = component.tiers.by if component.tiers is not None else None
    if chooser is not None and chooser.figure is None:
        yield f"{component.name}{CHOSEN_BY}", chooser


def _grows(component: Component) -> bool:
    chooser = component.tiers.by if component.tiers is not None else None
    return component.measure.growth is not None or (chooser is not None and chooser.growth is not None)
