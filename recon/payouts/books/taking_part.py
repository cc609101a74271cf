"""Who takes part in a plan without any activity: whoever it pays on figures, and whoever is enrolled in it."""

from recon.payouts.calculation.facts import Facts
from recon.payouts.calculation.limits import Balances
from recon.payouts.plan.components import Pays
from recon.payouts.plan.plan import Plan


def takes_part(plan: Plan, facts: Facts, balances: Balances | None = None) -> bool:
    """Whether a payee without transactions has an outcome all the same.

    That is so for a payee with a figure that the plan pays on, with the word `plan` naming it (so that a guarantee or
    a draw is paid in an idle month), or with a balance of its own from earlier periods.
    """
    if facts.words.get("plan") == plan.plan or balances:
        return True
    return bool(_paid_on(plan) & facts.held)


def _paid_on(plan: Plan) -> set[str]:
    """The figures of payees that earn something by themselves."""
    found: set[str] = set()
    for component in plan.components:
        if component.measure.figure is not None:
            found.add(component.measure.figure)
        found |= _targets(component)
        if component.pool is not None:
            found.add(component.pool.shared_by)
    prorated = {one.figure: one.measure.figure for one in plan.figures if one.prorated is not None}
    return found | {known for name, known in prorated.items() if name in found and known is not None}


def _targets(pays: Pays) -> set[str]:
    found = {pays.scorecard.target} if pays.scorecard is not None else set()
    if pays.by is not None:
        for case in (*pays.by.cases.values(), *([pays.by.otherwise] if pays.by.otherwise else [])):
            found |= _targets(case)
    return found
