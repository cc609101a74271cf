"""Corrections: refunds and chargebacks by the plan's policy, and true-ups of periods that are closed.

A closed period is never computed again in place: what changed is the difference between computing it again and
what was paid, limits included, and it is booked in the open period.
"""

from dataclasses import dataclass, replace
from decimal import Decimal, localcontext

from recon.errors import InputRefused, Problem
from recon.payouts.calculate import Outcome, calculate
from recon.payouts.facts import Facts, Transaction
from recon.payouts.limits import Balances
from recon.payouts.plan.corrections import Reversal
from recon.payouts.plan.plan import Plan
from recon.payouts.rows import EXACT, Kind, Row, exact, plain, total

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Refund:
    """Money that went back for an earlier transaction: `figure` (such as amount) falls by `amount`."""

    transaction: str
    amount: Decimal
    figure: str = "amount"


def reversal(plan: Plan, facts: Facts, refund: Refund, balances: Balances | None = None) -> Row:
    """The correction of what a period paid, by the plan's reversal policy; one row, negative when taken back.

    Raises:
        InputRefused: the refunded transaction is not among the period's.
    """
    before = calculate(plan, facts, balances)
    policy = plan.corrections.reversal
    with localcontext(EXACT):
        if policy is Reversal.ORIGINAL_RATE:
            amount, words = _at_original_rate(before, refund)
        elif policy is Reversal.BLENDED:
            base = before.base
            amount = -exact(before.earned * refund.amount / base) if base else ZERO
            words = f"{plain(refund.amount)} at the period's average of {plain(before.earned)} on {plain(base)}"
        elif policy is Reversal.LIFO:
            after = calculate(plan, _unwound(facts, refund), balances)
            amount, words = after.earned - before.earned, f"{plain(refund.amount)} from the highest band down"
        else:
            after = calculate(plan, reduced(facts, refund), balances)
            amount = after.earned - before.earned
            words = f"computed again without it: {plain(after.earned)} instead of {plain(before.earned)}"
    return Row(
        Kind.CORRECTION, amount, facts.payee, f"refund of {refund.transaction}: {words}",
        units=-refund.amount, version=plan.version, rests_on=(refund.transaction,),
    )  # fmt: skip


def _at_original_rate(before: Outcome, refund: Refund) -> tuple[Decimal, str]:
    own = [line for line in before.lines if any(one.id == refund.transaction for one in line.transactions)]
    if not own:
        raise InputRefused(_unknown(refund))
    paid = sum((total(line.rows) for line in own), ZERO)
    base = sum((line.quantity for line in own), ZERO)
    amount = -exact(paid * refund.amount / base) if base else ZERO
    return amount, f"{plain(refund.amount)} at the rate it was paid, {plain(paid)} on {plain(base)}"


def reduced(facts: Facts, refund: Refund) -> Facts:
    """The facts as if the refunded part had never been sold.

    Raises:
        InputRefused: the refunded transaction is not among them.
    """
    if all(one.id != refund.transaction for one in facts.transactions):
        raise InputRefused(_unknown(refund))
    changed = [
        replace(one, figures={**one.figures, refund.figure: one.figure(refund.figure) - refund.amount})
        if one.id == refund.transaction
        else one
        for one in facts.transactions
    ]
    kept = tuple(one for one in changed if one.id != refund.transaction or one.figures[refund.figure])
    return replace(facts, transactions=kept)


def _unwound(facts: Facts, refund: Refund) -> Facts:
    last = max((one.day for one in facts.transactions if one.day), default=None)
    back = Transaction(f"~{refund.transaction}", {refund.figure: -refund.amount}, day=last)
    return replace(facts, transactions=(*facts.transactions, back))


def _unknown(refund: Refund) -> Problem:
    message = f"the refund names transaction {refund.transaction}, which the period does not have"
    return Problem("unknown-transaction", message, hint="give the period in which it was paid")


def refunded_commission(commission: Decimal, *, paid: bool) -> tuple[Decimal, Decimal]:
    """A fully refunded commission: what the line becomes, and the clawback booked beside it.

    An unpaid line falls to nothing; a paid one stays as it is and its negative is booked.
    """
    return (commission, -commission) if paid else (ZERO, ZERO)


def unserved_percent(contract_months: Decimal, served_months: Decimal) -> Decimal:
    """The percent of a commission taken back when a contract ends early: the share of months not served."""
    with localcontext(EXACT):
        left = max(contract_months - served_months, ZERO)
        return exact(left * 100 / contract_months)


def true_up(recomputed: Decimal, paid: Decimal, payee: str, words: str, version: str = "") -> Row:
    """The correction that makes what was paid equal to what computing again gives: booked in the open period."""
    text = f"{words}: {plain(recomputed)} less {plain(paid)} paid"
    return Row(Kind.CORRECTION, recomputed - paid, payee, text, version=version)


@dataclass(frozen=True, slots=True)
class Booking:
    """A correction with the period it is booked in, and what it takes off the attainment of the sale's period."""

    row: Row
    period: str
    attainment: Decimal


def booked(plan: Plan, row: Row, sale: str, correction: str) -> Booking:
    """Where a reversal is booked, by the plan's policy; `sale` and `correction` are the names of the periods."""
    rule = plan.corrections
    period = correction if rule.books_in == "period_of_correction" else sale
    reduced = row.units if rule.attainment == "reduced" and row.units is not None else ZERO
    return Booking(row, period, reduced)
