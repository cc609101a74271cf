"""Amounts, days, funds types and type codes of BAI2: what each code means for the sign and the type of an entry."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from recon.model.money import exponent, is_currency
from recon.sources.bank import yymmdd

_WHOLE: Final = re.compile(r"(?P<before>[+-]?)(?P<digits>\d{1,24})(?P<after>[+-]?)", re.ASCII)
_WHOLE_YEAR: Final = re.compile(r"(?:19[89]|20[0-7])\d{5}", re.ASCII)
"""A day whose year has four digits, of the years that two digits tell."""
_TYPES: Final = {
    "142": "payment", "165": "payment", "195": "payment", "451": "payment", "455": "payment", "475": "payment",
    "495": "payment",
    "201": "transfer", "206": "transfer", "275": "transfer", "501": "transfer", "506": "transfer", "575": "transfer",
    "354": "interest", "654": "interest",
    "661": "fee", "698": "fee",
}  # fmt: skip
"""Canonical types by code, where that is certain."""
_FUNDS: Final = {"S": 3, "V": 2}
"""Fields that follow a funds type; D is followed by a number and as many pairs."""


@dataclass(frozen=True, slots=True)
class Amount:
    """One amount of an account record: its type code, the amount in minor units, the stated number of items."""

    code: str
    minor: int | None
    items: str


def minor_units(text: str) -> int | None:
    """The whole number of an amount field, its sign before or after it (`13467-`), or None."""
    if text.isdigit() and text.isascii() and len(text) <= 24:
        return int(text)
    found = _WHOLE.fullmatch(text)
    if not found or (found["before"] and found["after"]):
        return None
    number = int(found["digits"])
    return -number if "-" in (found["before"], found["after"]) else number


def day_of(text: str) -> date | None:
    """The day of six digits, or of eight as banks write that give the whole year; None for anything else."""
    return yymmdd(text[-6:] if _WHOLE_YEAR.fullmatch(text) else text)


@lru_cache(maxsize=1_000)
def decimals(currency: str) -> int:
    """The implied decimals of amounts: the currency's own, two where it has none."""
    digits = exponent(currency) if is_currency(currency) else None
    return 2 if digits is None else digits


@lru_cache(maxsize=1_000)
def sign_of(code: str) -> int:
    """1 for a credit, -1 for a debit, 0 for what moves no money of the account.

    100 to 399 are credits and 400 to 699 debits, 700 to 799 loans, 920 to 959 a bank's own credits and 960 to 999
    its own debits.
    """
    number = int(code)
    if 100 <= number <= 399 or 920 <= number <= 959:
        return 1
    return -1 if 400 <= number <= 699 or 960 <= number <= 999 else 0


def entry_type(code: str) -> str:
    """The canonical type of a type code."""
    return _TYPES.get(code, "other")


def funds_fields(values: Sequence[str], at: int) -> int:
    """How many fields follow the funds type at a position."""
    funds = values[at].upper() if at < len(values) else ""
    if funds != "D":
        return _FUNDS.get(funds, 0)
    number = values[at + 1] if at + 1 < len(values) else ""
    return 1 + 2 * int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 1


def account_amounts(values: Sequence[str], *, pairs: bool) -> list[Amount]:
    """The amounts of an account record behind account number and currency.

    BAI2 gives each amount a type code, the amount, a number of items and a funds type; NAI only code and amount.
    """
    found: list[Amount] = []
    at = 0
    while at < len(values):
        if not values[at]:
            at += 1
            continue
        amount = values[at + 1] if at + 1 < len(values) else ""
        items = values[at + 2] if at + 2 < len(values) and not pairs else ""
        found.append(Amount(values[at], minor_units(amount) if amount else None, items))
        at += 2 if pairs else 4 + funds_fields(values, at + 3)
    return found
