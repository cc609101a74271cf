"""Sums of amounts without a lost digit: the default decimal context would round a sum of 38 digits to 28."""

from collections.abc import Iterable
from decimal import Context, Decimal

_CONTEXT = Context(prec=80)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The exact sum of amounts, all in one currency; zero for none."""
    result = Decimal(0)
    for amount in amounts:
        result = _CONTEXT.add(result, amount)
    return result


def less(amount: Decimal, taken: Decimal) -> Decimal:
    """The exact difference."""
    return _CONTEXT.subtract(amount, taken)


def tidy(amount: Decimal) -> Decimal:
    """The same amount without zeros after the last digit, so that equal amounts look and hash alike."""
    reduced = _CONTEXT.normalize(amount)
    if reduced == 0:
        return Decimal(0)
    exponent = reduced.as_tuple().exponent
    return _CONTEXT.quantize(reduced, Decimal(1)) if isinstance(exponent, int) and exponent > 0 else reduced


def percent(part: Decimal | int, whole: Decimal | int) -> str:
    """A share in percent, cut to one decimal so that 100.0 means all of it; a dash when there is no whole."""
    if not whole:
        return "-"
    thousandths = int(_CONTEXT.divide_int(_CONTEXT.multiply(Decimal(part), Decimal(1000)), Decimal(whole)))
    return f"{thousandths // 10}.{thousandths % 10} %"
