"""Fee verification: what a channel should have charged by the same rate language, and the money it is off by."""

from dataclasses import dataclass
from decimal import Decimal, localcontext

from recon.payouts.calculate import Outcome, calculate
from recon.payouts.facts import Facts
from recon.payouts.plan.plan import Plan
from recon.payouts.rows import EXACT

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A fee charged beside the fee expected. `difference` is positive when too much was charged."""

    expected: Decimal
    charged: Decimal
    difference: Decimal
    break_kind: str | None
    outcome: Outcome


def verify(card: Plan, facts: Facts, charged: Decimal, tolerance: Decimal) -> Verdict:
    """The fee that a rate card gives for a transaction or a total, against the fee charged (positive).

    `break_kind` is `fee_overcharge` or `fee_undercharge` when the difference is outside the tolerance.
    """
    outcome = calculate(card, facts)
    with localcontext(EXACT):
        difference = charged - outcome.earned
    kind = None
    if abs(difference) > tolerance:
        kind = "fee_overcharge" if difference > 0 else "fee_undercharge"
    return Verdict(outcome.earned, charged, difference, kind, outcome)


@dataclass(frozen=True, slots=True)
class Transfer:
    """A transfer between two service providers: what moves between them, and what the paying one keeps."""

    amount: Decimal
    payer_keeps: Decimal


def transfer(
    quote: Decimal, payer_fee: Decimal, payee_fee: Decimal, payee_commission: Decimal, *, fees_inside: bool
) -> Transfer:
    """The amount transferred for a quote with fees and a commission inside the transfer.

    With fees on top (the receiver is to have the quote) the receiving side's fee is added and its commission taken
    off; with fees inside (the sender gives the quote) the sending side's fee is taken off and the receiving side
    takes its own from what arrives.
    """
    with localcontext(EXACT):
        if fees_inside:
            amount = quote - payer_fee - payee_commission
            return Transfer(amount, quote - amount)
        amount = quote + payee_fee - payee_commission
        return Transfer(amount, quote + payee_fee + payer_fee - amount)
