"""Rounding of payees who receive from several who are credited: with `at: total`, of all that they receive together.

Each outcome rounds what it pays; a manager of a hundred agents loses or wins a part of a cent a hundred times.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from recon.engines.duck import DuckEngine
from recon.payouts.calculation.hierarchy import rounds_levels
from recon.payouts.calculation.rounding import payable, rounding_words
from recon.payouts.plan.payment import RoundAt
from recon.payouts.plan.plan import Plan
from recon.payouts.rows import Kind


@dataclass(frozen=True, slots=True)
class Received:
    """What rounding changes for a payee beyond what each outcome rounded; told with the last that pays the payee."""

    payee: str
    credited: str
    amount: Decimal

    def row(self, plan: Plan) -> dict[str, object]:
        """The row of it, without what all rows of the plan and period have."""
        return {
            "credited": self.credited, "entry_id": None, "payee": self.payee, "kind": Kind.ROUNDING.value,
            "component": "", "words": rounding_words(plan.rounding, plan.currency), "units": None, "rate": "",
            "amount": self.amount, "entries": 0,
        }  # fmt: skip


def received(engine: DuckEngine, plan: Plan, sql: str) -> Iterator[Received]:
    """What is still to be rounded of the rows of a plan, by payee.

    Nothing where shares were rounded so that they add up to a whole, as those of splits and pools are.
    """
    rule, levels = plan.rounding, plan.overrides
    shares = (plan.split, plan.deductions, *plan.redirects, *(one.split for one in plan.components))
    if rule.at is not RoundAt.TOTAL or levels is None or rounds_levels(levels, rule) or any(shares):
        return
    exact = f"sum(amount) FILTER (WHERE kind <> '{Kind.ROUNDING}')"
    found = engine.rows(
        f"SELECT payee, max(credited), {exact}, sum(amount) FROM ({sql}) GROUP BY payee "
        "HAVING min(credited) <> max(credited) ORDER BY payee"
    )
    for who, credited, amount, rounded in found:
        if change := payable(amount, rule, plan.currency) - rounded:
            yield Received(who, credited, change)
