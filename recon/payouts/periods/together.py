"""Several payees under one plan: each alone, then all together within the budgets that they share."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, localcontext

from recon.payouts.calculation.facts import Facts
from recon.payouts.calculation.limits import Balances, shared_budget
from recon.payouts.calculation.rounding import unit_of
from recon.payouts.periods.among import told_among
from recon.payouts.periods.calculate import Outcome, calculate
from recon.payouts.plan.limits import Budget
from recon.payouts.plan.plan import Plan
from recon.payouts.rows import EXACT, Row, stamped

ZERO = Decimal(0)
Used = Mapping[tuple[str, int], Decimal]
"""What earlier periods took of each budget, by its component and position."""
Order = Mapping[str, Sequence[str]]
"""By component (none for the plan's own budgets): payees in the order in which a budget goes to whoever comes first."""


def calculate_all(
    plan: Plan,
    everybody: Sequence[Facts],
    used: Used | None = None,
    balances: Mapping[str, Balances] | None = None,
    order: Order | None = None,
) -> list[Outcome]:
    """The outcomes of several payees, in the order given. Without an `order`, whoever is given first comes first.

    What a component's budget cuts off is cut before the component is shared and before the limits of the plan; the
    plan's own budget is held last.
    """
    everybody = told_among(plan, everybody)
    alone = plan.without_budgets()
    carried = balances or {}
    outcomes = {facts.payee: calculate(alone, facts, carried.get(facts.payee)) for facts in everybody}
    cuts: dict[str, dict[str, list[Row]]] = {}
    for budget in plan.budgets:
        already = (used or {}).get((budget.component, budget.position), ZERO)
        ordered = (order or {}).get(budget.component, list(outcomes))
        for row in _cut(plan, budget, already, [outcomes[who] for who in ordered]):
            outcome = outcomes[row.payee]
            if budget.component:
                own = cuts.setdefault(row.payee, {})
                own.setdefault(budget.component, []).append(row)
                outcomes[row.payee] = calculate(alone, outcome.facts, carried.get(row.payee), own)
            else:
                rows = (*outcome.rows, *stamped([row], plan.version))
                outcomes[row.payee] = replace(outcome, plan=plan, rows=rows)
    return list(outcomes.values())


def _cut(plan: Plan, budget: Budget, already: Decimal, outcomes: Sequence[Outcome]) -> list[Row]:
    """The rows that hold everybody within a budget."""
    earned = [spent(budget, outcome) for outcome in outcomes]
    payees = [outcome.facts.payee for outcome in outcomes]
    with localcontext(EXACT):
        rows = shared_budget(budget.limit, earned, already, unit_of(plan.rounding, plan.currency), payees)
    return [replace(row, component=budget.component) for row in rows]


def spent(budget: Budget, outcome: Outcome) -> Decimal:
    """What an outcome takes of a budget."""
    if budget.component:
        return outcome.earns.get(budget.component, ZERO)
    return outcome.of(outcome.facts.payee)
