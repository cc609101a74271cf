"""Rounding where money changes hands, and sharing an amount out so that not one cent is lost or made."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from recon.model.money import Rounding, exponent, shared
from recon.payouts.plan.payment import Remainder, RoundAt, RoundingRule
from recon.payouts.rows import EXACT, Kind, Row, by_payee, plain, quantized

ZERO = Decimal(0)


def places(rule: RoundingRule, currency: str) -> int:
    """Digits after the point that rounded amounts have."""
    digits = rule.places if rule.places is not None else exponent(currency) or 0
    return digits if rule.to is None else max(digits, digits_of(rule.to))


def digits_of(number: Decimal) -> int:
    """Digits after the point that a number needs."""
    return len(plain(number).partition(".")[2])


def unit_of(rule: RoundingRule, currency: str) -> Decimal:
    """The smallest amount that can be paid: rounded amounts are multiples of it."""
    return rule.to if rule.to is not None else Decimal(1).scaleb(-places(rule, currency))


def unit_words(rule: RoundingRule, currency: str) -> str:
    """What amounts are rounded to, in words."""
    return f"multiples of {plain(rule.to)}" if rule.to is not None else f"{places(rule, currency)} digits"


def rounding_words(rule: RoundingRule, currency: str) -> str:
    """To what and how amounts are rounded, in words."""
    return f"to {unit_words(rule, currency)}, {rule.mode.replace('_', ' ')}"


def to_multiple(amount: Decimal, unit: Decimal, mode: Rounding) -> Decimal:
    """The multiple of a unit that an amount is rounded to."""
    return EXACT.multiply(quantized(EXACT.divide(amount, unit), 0, mode), unit)


def payable(amount: Decimal, rule: RoundingRule, currency: str) -> Decimal:
    """An amount as it can be paid in a currency; as it is where a plan never rounds."""
    if rule.at is RoundAt.NEVER:
        return amount
    return to_multiple(amount, unit_of(rule, currency), rule.mode)


def allocated(
    amount: Decimal,
    weights: Sequence[Decimal],
    unit: Decimal,
    remainder: Remainder = Remainder.LARGEST_REMAINDER,
) -> list[Decimal]:
    """The amount in shares by weight, each a multiple of a unit such as 0.01, which add up to it exactly.

    Every share is cut down first; the units left over go to the largest remainders, one each to the first in
    order, or all to the largest share (the first of equals). An amount that is no multiple of the unit is rounded
    half even before it is shared.
    """
    amount = to_multiple(amount, unit, Rounding.HALF_EVEN)
    if remainder is Remainder.LARGEST_REMAINDER:
        return shared(amount, weights, unit)
    whole = sum(weights, ZERO)
    shares = [
        to_multiple(EXACT.divide(EXACT.multiply(amount, weight), whole), unit, Rounding.DOWN)
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
    if not rule.by_payee:
        return []
    return [
        replace(row, component="", rests_on=())
        for payee in by_payee(rows)
        for row in _difference(rule, currency, [one for one in rows if one.payee == payee])
    ]


def _difference(rule: RoundingRule, currency: str, rows: Sequence[Row]) -> list[Row]:
    amount = sum((row.amount for row in rows), ZERO)
    difference = payable(amount, rule, currency) - amount
    if not difference:
        return []
    last = rows[-1]
    words = rounding_words(rule, currency)
    return [Row(Kind.ROUNDING, difference, last.payee, words, last.component, rests_on=last.rests_on)]
