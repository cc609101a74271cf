"""Money as exact decimals: exponents of currencies, rounding, reading amounts, sharing remainders.

Exponents are those of ISO 4217. No function here takes or returns a float.
"""

import re
from collections.abc import Sequence
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
    localcontext,
)
from enum import StrEnum
from functools import cache

SCALE = 8
"""Digits after the point of every stored amount."""
_CONTEXT = Context(prec=60)


class Rounding(StrEnum):
    """How an amount is rounded where money changes hands. Half even is the default of the whole program."""

    HALF_EVEN = "half_even"
    HALF_UP = "half_up"
    HALF_DOWN = "half_down"
    UP = "up"
    """Away from zero."""
    DOWN = "down"
    """Towards zero."""
    CEILING = "ceiling"
    """Towards plus infinity: -1.23 for -1.238."""
    FLOOR = "floor"
    """Towards minus infinity: -1.24 for -1.231."""


MODES = {
    Rounding.HALF_EVEN: ROUND_HALF_EVEN,
    Rounding.HALF_UP: ROUND_HALF_UP,
    Rounding.HALF_DOWN: ROUND_HALF_DOWN,
    Rounding.UP: ROUND_UP,
    Rounding.DOWN: ROUND_DOWN,
    Rounding.CEILING: ROUND_CEILING,
    Rounding.FLOOR: ROUND_FLOOR,
}
"""The modes as decimals know them."""


@cache
def exponent(currency: str) -> int | None:
    """Digits after the point in the currency's minor unit; None for a code that ISO 4217 gives none (XAU).

    Raises:
        KeyError: the code is not of ISO 4217.
    """
    from iso4217 import Currency

    try:
        known = Currency(currency)
    except ValueError:
        raise KeyError(currency) from None
    digits = known.exponent
    return None if digits is None else int(digits)


def is_currency(code: str) -> bool:
    """Whether ISO 4217 has the code."""
    try:
        exponent(code)
    except KeyError:
        return False
    return True


@cache
def currency_of_number(number: str) -> str | None:
    """The ISO 4217 code of a currency by its number (`978` is EUR), or None."""
    from iso4217 import Currency

    codes = {f"{int(one.number):03}": str(one.code) for one in Currency if one.number is not None}
    return codes.get(number)


@cache
def other_exponents() -> dict[int, tuple[str, ...]]:
    """The currencies whose minor unit is no hundredth, by the digits after its point; those without one not at all."""
    from iso4217 import Currency

    found: dict[int, list[str]] = {}
    for code in sorted(currency.code for currency in Currency):
        digits = exponent(code)
        if digits is not None and digits != 2:
            found.setdefault(digits, []).append(code)
    return {digits: tuple(codes) for digits, codes in sorted(found.items())}


def rounded(amount: Decimal, currency: str, mode: Rounding = Rounding.HALF_EVEN) -> Decimal:
    """The amount at the currency's own exponent; unchanged for currencies that have none."""
    digits = exponent(currency)
    if digits is None:
        return amount
    return amount.quantize(Decimal(1).scaleb(-digits), rounding=MODES[mode], context=_CONTEXT)


_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")


def decimal_of(text: str) -> Decimal | None:
    """The decimal that a plain text such as `-1234.50` says, or None; no exponents, no separators, no blanks.

    More than 16 digits before or 8 after the point do not fit a stored amount and give None as well.
    """
    if not _PLAIN.fullmatch(text):
        return None
    whole, _, fraction = text.lstrip("+-").partition(".")
    if len(whole.lstrip("0")) > 24 - SCALE or len(fraction.rstrip("0")) > SCALE:
        return None
    return Decimal(text[: len(text) - max(0, len(fraction) - SCALE)])


def plain(amount: Decimal, currency: str | None = None) -> str:
    """The amount as text without an exponent, at least at the currency's own digits, never rounded."""
    digits = (exponent(currency) or 0) if currency and is_currency(currency) else 0
    text = format(amount, "f")
    whole, _, fraction = text.partition(".")
    fraction = fraction.rstrip("0").ljust(digits, "0")
    if not fraction:
        return "0" if whole in {"-0", "0"} else whole
    return f"{whole}.{fraction}"


def exact(amount: Decimal, currency: str) -> Decimal:
    """The amount with no more digits than it has or its currency asks for."""
    return Decimal(plain(amount, currency))


def shared(total: Decimal, weights: Sequence[Decimal], unit: Decimal) -> list[Decimal]:
    """The total in shares by weight, each a multiple of `unit`, which add up to the total exactly.

    The method is largest remainder (Hamilton): every share is cut down, then the units left over go to the
    largest remainders, earlier positions first among equals. `total` must itself be a multiple of `unit` and
    the weights not negative with a positive sum.

    Raises:
        ValueError: the total is no multiple of the unit, or the weights cannot share it.
    """
    whole = sum(weights, Decimal(0))
    if whole <= 0 or any(weight < 0 for weight in weights):
        raise ValueError("weights must not be negative and must have a positive sum")
    with localcontext(_CONTEXT):
        units = abs(total) / unit
        if units != units.to_integral_value():
            raise ValueError(f"{total} is not a multiple of {unit}")
        quotas = [units * weight / whole for weight in weights]
        counts = [quota.to_integral_value(ROUND_DOWN) for quota in quotas]
        left = int(units - sum(counts, Decimal(0)))
        order = sorted(range(len(weights)), key=lambda i: (counts[i] - quotas[i], i))
        for position in order[:left]:
            counts[position] += 1
        sign = -1 if total < 0 else 1
        return [count * unit * sign for count in counts]
