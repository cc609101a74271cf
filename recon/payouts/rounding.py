"""Rounding where money changes hands, and sharing an amount out so that not one cent is lost or made."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import ROUND_DOWN, Decimal

from recon.model.money import Rounding, exponent, shared
from recon.payouts.plan.payment import Remainder, RoundAt, RoundingRule
from recon.payouts.rows import EXACT, Kind, Row, by_payee, quantized

ZERO = Decimal(0)


def places(rule: RoundingRule, currency: str) -> int:
    """Digits after the point that amounts are rounded to."""
    return rule.places if rule.places is not None else exponent(currency) or 0


def allocated(
    amount: Decimal, weights: Sequence[Decimal], digits: int, remainder: Remainder = Remainder.LARGEST_REMAINDER
) -> list[Decimal]:
    """The amount in shares by weight at so many digits, which add up to it exactly.

    Every share is cut down first; the cents left over go to the largest remainders, one each to the first in
    order, or all to the largest share (the first of equals). An amount with more digits than `digits` is rounded
    half even before it is shared.
    """
    unit = Decimal(1).scaleb(-digits)
    amount = quantized(amount, digits, Rounding.HALF_EVEN)
    if remainder is Remainder.LARGEST_REMAINDER:
        return shared(amount, weights, unit)
    whole = sum(weights, ZERO)
    shares = [
        (EXACT.divide(EXACT.multiply(amount, weight), whole)).quantize(unit, ROUND_DOWN, EXACT)
        for weight in weights
    ]
    left = amount - sum(shares, ZERO)
    if remainder is Remainder.LARGEST_SHARE:
        shares[max(range(len(weights)), key=lambda position: (weights[position], -position))] += left
        return shares
    cent = unit if left > 0 else -unit
    for position in range(int(abs(left) / unit)):
        shares[position] += cent
    return shares


def line_rounding(rule: RoundingRule, currency: str, rows: Sequence[Row]) -> list[Row]:
    """The row that brings the rows of one line to a payable amount, where lines are rounded; else none."""
    return _difference(rule, currency, rows) if rule.at is RoundAt.LINE and rows else []


def payee_rounding(rule: RoundingRule, currency: str, rows: Sequence[Row]) -> list[Row]:
    """One row per payee that brings the payee's sum to a payable amount, where payees are rounded; else none."""
    if rule.at is not RoundAt.PAYEE:
        return []
    return [
        replace(row, component="", rests_on=())
        for payee in by_payee(rows)
        for row in _difference(rule, currency, [one for one in rows if one.payee == payee])
    ]


def _difference(rule: RoundingRule, currency: str, rows: Sequence[Row]) -> list[Row]:
    amount = sum((row.amount for row in rows), ZERO)
    digits = places(rule, currency)
    difference = quantized(amount, digits, rule.mode) - amount
    if not difference:
        return []
    words = f"to {digits} digits, {rule.mode.replace('_', ' ')}"
    last = rows[-1]
    return [Row(Kind.ROUNDING, difference, last.payee, words, last.component, rests_on=last.rests_on)]
