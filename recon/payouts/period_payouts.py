"""From the rows of a period to its payouts: what breaks hold is kept back, what was added by hand is added."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from recon.payouts.activity import Books
from recon.payouts.breaks_held import held_amounts
from recon.payouts.paying import Payout, pay
from recon.payouts.period import Known
from recon.payouts.period_rows import PeriodRows


@dataclass(frozen=True, slots=True)
class Payable:
    """One payee under one plan: what was earned, what of it is held, and what was added by hand."""

    payee: str
    earned: Decimal
    held: Decimal
    adjusted: Decimal


def period_payouts(
    result: PeriodRows, known: Known, books: Books, by_hand: Mapping[str, Decimal]
) -> Iterator[tuple[Payable, Payout]]:
    """Each payee of a plan with what is paid, by payee.

    The rate of a plan that pays in another currency is the payee's figure `fx_rate`.

    Raises:
        InputRefused: the plan pays in another currency and no rate is known.
    """
    sums = dict(result.earned())
    held = held_amounts(result.engine, result.plan, books, result.period, sums, known)
    for who in sorted(sums.keys() | by_hand.keys()):
        earned, kept, adjusted = (found.get(who, Decimal(0)) for found in (sums, held, by_hand))
        about = known.of(who, result.period)
        balances = known.balances.get(who)
        payout = pay(result.plan, about, earned - kept + adjusted, balances, about.figures.get("fx_rate"))
        yield Payable(who, earned, kept, adjusted), payout
