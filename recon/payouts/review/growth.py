"""A book of contracts built up month by month: what a plan would pay on it, before it is signed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, localcontext

from recon.errors import Problem, UsageError
from recon.model.periods import Period, month_end
from recon.payouts.calculation.facts import Facts, Transaction
from recon.payouts.calculation.windows import add_months
from recon.payouts.periods.calculate import calculate
from recon.payouts.plan.plan import Plan
from recon.payouts.rows import EXACT, exact

PAYEE = "forecast"


@dataclass(frozen=True, slots=True)
class Growth:
    """How a book grows: so many new contracts a month that each pay `monthly`, and the percent that leaves a month.

    `words` are what else is known of sales, `figures` of these and of the payee.
    """

    closings: Decimal
    monthly: Decimal
    churn_percent: Decimal = Decimal(0)
    words: Mapping[str, str] = field(default_factory=dict)
    figures: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Forecast:
    """One month: the contracts that stand, what they pay, and what the plan pays on it."""

    month: Period
    contracts: Decimal
    billed: Decimal
    earned: Decimal


def forecast(plan: Plan, growth: Growth, first: date, months: int) -> Iterator[Forecast]:
    """What a plan pays from the month of a day on, each month after its churn and with its new contracts.

    Balances go on from month to month: draws, running totals, levels.

    Raises:
        InputRefused: the plan needs a figure that is not given, or a total lies in no band.
        UsageError: the plan pays by the time of customers, and a book of contracts has none.
    """
    if plan.customers is not None:
        message = f"{plan.version} pays by the time of each customer, and a forecast knows no customers"
        hint = "`recon plans simulate` pays past periods by it"
        raise UsageError(Problem("no-customers", message, hint=hint))
    contracts, left = Decimal(0), dict[str, Decimal]()
    for number in range(1, months + 1):
        start = add_months(first.replace(day=1), number - 1)
        with localcontext(EXACT):
            contracts = exact(contracts * (100 - growth.churn_percent) / 100) + growth.closings
            billed = contracts * growth.monthly
        outcome = calculate(
            plan, _facts(growth, Period(start, month_end(start)), number, contracts, billed), left
        )
        left = dict(outcome.balances)
        yield Forecast(Period(start, month_end(start)), contracts, billed, outcome.earned)


def _facts(growth: Growth, month: Period, number: int, contracts: Decimal, billed: Decimal) -> Facts:
    figures = {**growth.figures, "amount": billed, "contracts": contracts}
    sale = Transaction(str(month), figures, growth.words, month.last)
    return Facts(
        PAYEE, (sale,), str(month), first=month.first, day=month.last, number=number, figures=growth.figures
    )  # fmt: skip
