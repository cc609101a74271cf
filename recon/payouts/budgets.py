"""Budgets that all payees of a plan share, over the periods of their window: what is used, and who comes first."""

from collections.abc import Sequence
from decimal import Decimal

from recon.engines.duck import DuckEngine
from recon.engines.expressions import call
from recon.engines.relations import select
from recon.engines.render import render
from recon.model.periods import Period
from recon.payouts.activity import Books, counted, of_plan, payee
from recon.payouts.calculate import Outcome
from recon.payouts.facts import Facts
from recon.payouts.limits import Balances
from recon.payouts.plan.plan import Plan
from recon.payouts.windows import window

ZERO = Decimal(0)


def used_before(plan: Plan, period: Period, balances: Balances) -> dict[int, Decimal]:
    """What earlier periods took of each budget, by the position of its limit."""
    return {position: balances.get(name, ZERO) for position, name in _names(plan, period).items()}


def used_after(
    plan: Plan, period: Period, balances: Balances, outcomes: Sequence[Outcome]
) -> dict[str, Decimal]:
    """What of each budget is used after a period; clawbacks give back only where the plan says so."""
    used = {}
    for position, name in _names(plan, period).items():
        returns = plan.limits[position].clawback_returns_budget
        amounts = [outcome.of(outcome.facts.payee) for outcome in outcomes]
        taken = sum((amount for amount in amounts if amount > 0 or returns), ZERO)
        used[name] = max(balances.get(name, ZERO) + taken, ZERO)
    return used


def in_order_of_budget(
    engine: DuckEngine, plan: Plan, books: Books, period: Period, facts: Sequence[Facts]
) -> list[Facts]:
    """The payees by the time of their first transaction, where a budget goes to whoever comes first."""
    if all(limit.exhausts != "first_come" for limit in plan.limits):
        return list(facts)
    firsts: dict[str, str] = {}
    for component in plan.components:
        relation = counted(of_plan(plan, books, component.activity.of, period), component.activity)
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
        for who, first in engine.rows(sql):
            firsts[who] = min(first, firsts.get(who, first))
    return sorted(facts, key=lambda one: (one.payee not in firsts, firsts.get(one.payee, ""), one.payee))


def _names(plan: Plan, period: Period) -> dict[int, str]:
    return {
        position: f"budget.{window(limit.per, period.last, str(period))}.{position}"
        for position, limit in enumerate(plan.limits)
        if limit.budget is not None
    }
