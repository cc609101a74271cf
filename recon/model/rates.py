"""Shares of counts, and how wrong a share that was seen on a few may be. Exact decimals, rounded to the worse side."""

from decimal import ROUND_DOWN, ROUND_UP, Decimal
from typing import Final

_DIGITS: Final = Decimal("0.0001")
_SPREAD: Final = Decimal("1.959964")
"""Standard deviations on either side of the mean that hold 95 of 100 cases."""


def share(part: int, whole: int) -> Decimal | None:
    """The part of a whole with four digits, rounded down; None of nothing."""
    return (Decimal(part) / Decimal(whole)).quantize(_DIGITS, ROUND_DOWN) if whole else None


def at_most(wrong: int, tried: int) -> Decimal:
    """The rate of failures that a sample does not rule out: upper end of Wilson's 95 % interval, rounded up.

    One of nothing tried; three in a thousand after 1,300 tries without a failure.
    """
    if not tried:
        return Decimal(1)
    count, z2 = Decimal(tried), _SPREAD * _SPREAD
    rate = Decimal(wrong) / count
    middle = rate + z2 / (2 * count)
    spread = _SPREAD * (rate * (1 - rate) / count + z2 / (4 * count * count)).sqrt()
    return min(Decimal(1), (middle + spread) / (1 + z2 / count)).quantize(_DIGITS, ROUND_UP)
