"""What payees had in the period before, for plans that pay growth."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from recon.engines.duck import DuckEngine
from recon.errors import ConfigError, Problem
from recon.model.periods import Period
from recon.payouts.activity import Books
from recon.payouts.facts import Facts
from recon.payouts.measuring import CHOSEN_BY
from recon.payouts.plan.components import Component
from recon.payouts.plan.plan import Plan
from recon.payouts.reduction import reduced, sums_of
from recon.payouts.windows import period_before


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
    measured: dict[str, dict[str, Decimal]] = {}
    for component in growing:
        names = {"measure": component.name, "by": f"{component.name}{CHOSEN_BY}"}
        for name, sums in sums_of(engine, then, component, books, before).items():
            for who, (amount, _) in sums.items():
                measured.setdefault(who, {})[names[name.rpartition(": ")[2]]] = amount
    return [replace(one, previous={**one.previous, **measured.get(one.payee, {})}) for one in facts]


def _grows(component: Component) -> bool:
    chooser = component.tiers.by if component.tiers is not None else None
    return component.measure.growth is not None or (chooser is not None and chooser.growth is not None)
