"""The rows of an explanation. They are the calculation: an amount is the sum of its rows and nothing else."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Context, Decimal
from enum import StrEnum

from recon.model.money import MODES, SCALE, Rounding

EXACT = Context(prec=60)
"""Arithmetic of all calculations: wide enough that sums and products of amounts and rates are exact."""
_RATIO, _SETTLED = 30, 20


class Kind(StrEnum):
    """What a row is."""

    BASE = "base"
    """A measured base on which others are paid; its amount is zero."""
    BAND = "band"
    RATE = "rate"
    FLAT = "flat"
    BUY_RATE = "buy rate"
    BOUND = "floor or cap of a transaction"
    EARLIER = "earned earlier in the window"
    MODIFIER = "modifier"
    LEVEL = "level"
    GOAL = "goal"
    PRIZE = "prize"
    POOL = "share of a pool"
    CAP = "cap"
    EXCESS = "excess of earlier periods"
    FLOOR = "floor"
    RECOVERY = "recovery"
    DRAW = "draw"
    BUDGET = "budget"
    SHARED_OUT = "shared out"
    SPLIT = "split"
    DEDUCTION = "deduction"
    OVERRIDE = "override"
    REDIRECT = "redirect"
    ROUNDING = "rounding"
    CORRECTION = "correction"
    EARNED = "earned"
    HOLD = "hold"
    RELEASE = "release"
    TRUE_UP = "true-up"
    ADJUSTMENT = "adjustment"
    WAITING = "waiting"
    CARRIED_IN = "carried in"
    CARRIED_OUT = "carried out"
    FORFEITED = "forfeited"
    TAX = "tax"
    RESERVE = "reserve"
    FX = "fx"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of an explanation. `amount` is in the plan's currency; `units` is what the rate was applied to."""

    kind: Kind
    amount: Decimal
    payee: str
    words: str
    component: str = ""
    units: Decimal | None = None
    rate: str = ""
    version: str = ""
    rests_on: tuple[str, ...] = ()


def exact(amount: Decimal) -> Decimal:
    """The amount at the eight digits that stored money has, half away from zero as the engine's own casts.

    Only quotients and long products have more digits; everything else stays as it is.
    """
    return _at_most(amount, SCALE)


def ratio(value: Decimal) -> Decimal:
    """A quotient that is still to be multiplied or added up: at thirty digits, to be right to the cent."""
    return _at_most(value, _RATIO)


def settled(total: Decimal) -> Decimal:
    """A total of quotients, as bands look at it: at twenty digits, where three thirds are one again."""
    return _at_most(total, _SETTLED)


def _at_most(value: Decimal, places: int) -> Decimal:
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -places:
        return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP, context=EXACT)
    return value


def quantized(amount: Decimal, places: int, mode: Rounding) -> Decimal:
    """The amount with so many digits after the point."""
    return amount.quantize(Decimal(1).scaleb(-places), rounding=MODES[mode], context=EXACT)


def total(rows: Iterable[Row], payee: str | None = None) -> Decimal:
    """The sum of the rows, of one payee or of all."""
    return sum((row.amount for row in rows if payee in {None, row.payee}), Decimal(0))


def by_payee(rows: Iterable[Row]) -> dict[str, Decimal]:
    """Each payee's sum, in the order of first appearance."""
    sums: dict[str, Decimal] = {}
    for row in rows:
        sums[row.payee] = sums.get(row.payee, Decimal(0)) + row.amount
    return sums


def stamped(rows: Sequence[Row], version: str) -> list[Row]:
    """The rows with the plan version they were computed by."""
    return [row if row.version else replace(row, version=version) for row in rows]


def plain(number: Decimal) -> str:
    """A number as people write it: no exponent, no trailing zeros."""
    text = format(number, "f")
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text
