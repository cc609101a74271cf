"""A book of contracts built up month by month: the facts on which a plan is simulated before it is signed."""

from collections.abc import Iterator
from decimal import Decimal, localcontext

from recon.payouts.facts import Facts, Transaction
from recon.payouts.rows import EXACT, exact


def growing_book(
    months: int, closings: Decimal, monthly: Decimal, churn_percent: Decimal, payee: str
) -> Iterator[Facts]:
    """Facts of each month: the book after the month's churn and its new contracts, each paying `monthly`."""
    with localcontext(EXACT):
        contracts = Decimal(0)
        for month in range(1, months + 1):
            contracts = exact(contracts * (100 - churn_percent) / 100) + closings
            billed = Transaction(f"month {month}", {"amount": contracts * monthly, "contracts": contracts})
            yield Facts(payee, (billed,), f"month {month}", number=month)
