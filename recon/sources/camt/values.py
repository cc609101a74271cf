"""Amounts, signs, dates and times as CAMT documents write them."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final

from recon.model.money import SCALE, decimal_of

_NUMBER: Final = re.compile(r"[+-]?(?:\d{1,30}\.?\d{0,30}|\.\d{1,30})(?:[eE][+-]?\d{1,2})?", re.ASCII)
_UNIT: Final = Decimal(1).scaleb(-SCALE)
SIGNS: Final = {"CRDT": 1, "DBIT": -1}


def exact(text: str) -> Decimal | None:
    """The number that a text says to all its digits, or None; an exponent is taken as some programs write one."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def stored(text: str) -> tuple[Decimal | None, str | None]:
    """The amount as it can be stored, and a warning if it had more than eight decimals and was rounded."""
    if not text:
        return None, None
    plain = decimal_of(text)
    if plain is not None:
        return plain, None
    number = exact(text)
    if number is None or abs(number) >= Decimal(10) ** (24 - SCALE):
        return None, None
    rounded = number.quantize(_UNIT)
    return rounded, None if rounded == number else f"amount {text} rounded to {SCALE} decimals"


@lru_cache(maxsize=20_000)
def day(text: str) -> date | None:
    """The calendar day of a date or date and time as it is written, whatever its zone; None if there is none."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


@lru_cache(maxsize=20_000)
def utc(text: str) -> datetime | None:
    """The moment of a date and time that says its zone, in UTC without a zone; otherwise None."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo and "T" in text else None
    except (ValueError, OverflowError):
        return None
