"""Budgets that payees share, over the periods of their window: what is used, and who comes first."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from recon.engines.duck import DuckEngine
from recon.engines.expressions import call
from recon.engines.relations import select
from recon.engines.render import render
from recon.model.periods import Period
from recon.payouts.books.activity import Books, of_component, payee
from recon.payouts.calculation.facts import Facts
from recon.payouts.calculation.limits import Balances
from recon.payouts.calculation.windows import window
from recon.payouts.periods.calculate import Outcome
from recon.payouts.periods.together import spent
from recon.payouts.plan.components import Component
from recon.payouts.plan.limits import Budget
from recon.payouts.plan.plan import Plan

ZERO = Decimal(0)


def used_before(plan: Plan, period: Period, balances: Balances) -> dict[tuple[str, int], Decimal]:
    """What earlier periods took of each budget, by its component and position."""
    return {
        (one.component, one.position): balances.get(name_of(plan, one, period), ZERO) for one in plan.budgets
    }


def used_after(
    plan: Plan, period: Period, balances: Balances, outcomes: Sequence[Outcome]
) -> dict[str, Decimal]:
    """What of each budget is used after a period; clawbacks give back only where the plan says so."""
    used = {}
    for budget in plan.budgets:
        returns = budget.limit.clawback_returns_budget
        amounts = [spent(budget, outcome) for outcome in outcomes]
        taken = sum((amount for amount in amounts if amount > 0 or returns), ZERO)
        name = name_of(plan, budget, period)
        used[name] = max(balances.get(name, ZERO) + taken, ZERO)
    return used


def order_of_budgets(
    engine: DuckEngine, plan: Plan, books: Books, period: Period, facts: Sequence[Facts]
) -> dict[str, list[str]]:
    """The payees by the time of their first transaction, for each component whose budget goes to whoever comes first.

    For a budget of the plan's own it is the first transaction of all components.
    """
    wanted = {one.component for one in plan.budgets if one.limit.exhausts == "first_come"}
    firsts: dict[str, dict[str, str]] = {}
    for component in plan.components:
        own = _firsts(engine, plan, books, period, component) if wanted & {"", component.name} else {}
        firsts[component.name] = own
        whole = firsts.setdefault("", {})
        for who, first in own.items():
            whole[who] = min(first, whole.get(who, first))
    payees = [one.payee for one in facts]
    return {name: _by_time(payees, firsts[name]) for name in sorted(wanted)}


def _by_time(payees: Sequence[str], firsts: Mapping[str, str]) -> list[str]:
    """Payees by their first transaction; at the end those without any."""
    return sorted(payees, key=lambda who: (who not in firsts, firsts.get(who, ""), who))


def _firsts(
    engine: DuckEngine, plan: Plan, books: Books, period: Period, component: Component
) -> dict[str, str]:
    """When each payee's first transaction of a component was, as a text that sorts by time."""
    relation = of_component(plan, books, component, period)
    columns = {
        "payee": payee(plan, relation),
        "day": call("coalesce", relation["business_date"], relation["booking_date"]),
        "event_time": relation["event_time"],
        "entry_id": relation["entry_id"],
    }
    sql = (
        "SELECT payee, min(concat_ws(' ', day, coalesce(event_time, day), entry_id)) "
        f"FROM ({render(select(relation, columns))}) GROUP BY payee"
    )
    return dict(engine.rows(sql))


def name_of(plan: Plan, budget: Budget, period: Period) -> str:
    """The name of the balance that counts what of a plan's budget is used in the window of a period."""
    return budget.name(window(budget.limit.per, period.last, str(period), plan.year_begins))
