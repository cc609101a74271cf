"""Balances (:60:, :62:) and totals (:90:) of MT940 and MT942."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from recon.model.money import is_currency
from recon.sources.bank import bank_amount, yymmdd

_BALANCE = re.compile(
    r"\s*(?P<mark>[CD])\s*(?P<date>20\d{6}(?=\s*[A-Z]{3})|\d{6})?\s*(?P<currency>[A-Z]{3})?\s*(?P<amount>[\d.,' ]+)",
    re.IGNORECASE | re.ASCII,
)
_HEAD = re.compile(r"[CD](?:20)?\d{6}([A-Z]{3})", re.ASCII)
_TOTAL = re.compile(
    r"\s*(?P<count>\d+)?\s*(?P<currency>[A-Z]{3})\s*(?P<amount>[\d.,' ]+)", re.IGNORECASE | re.ASCII
)
_FLOOR = re.compile(r"\s*(?P<currency>[A-Z]{3})[CD]?\s*[\d.,' ]*", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Balance:
    """A balance: signed amount (a credit balance is plus), currency if it is said, day if it exists."""

    amount: Decimal
    currency: str | None
    day: date | None


@dataclass(frozen=True, slots=True)
class Total:
    """The stated number (if it is said) and the stated sum of the debit or credit entries."""

    count: int | None
    currency: str
    amount: Decimal


def balance(lines: list[str]) -> Balance | None:
    """The balance that the lines of a :60: or :62: field say, or None."""
    found = _BALANCE.fullmatch(lines[0].strip()) or _BALANCE.fullmatch("".join(lines).strip())
    amount = bank_amount(found["amount"]) if found else None
    if not found or amount is None:
        return None
    return Balance(
        amount=-amount if found["mark"] in "Dd" else amount,
        currency=found["currency"].upper() if found["currency"] else None,
        day=yymmdd(found["date"][-6:]) if found["date"] else None,
    )


def currency_in(lines: list[str]) -> str | None:
    """The currency of a balance of which the amount cannot be read, if its beginning says one."""
    found = _HEAD.match(lines[0].strip())
    return found[1] if found and is_currency(found[1]) else None


def total(lines: list[str]) -> Total | None:
    """The total that a :90C: or :90D: field says, or None."""
    found = _TOTAL.fullmatch(lines[0].strip()) or _TOTAL.fullmatch("".join(lines).strip())
    amount = bank_amount(found["amount"]) if found else None
    if not found or amount is None:
        return None
    return Total(int(found["count"]) if found["count"] else None, found["currency"].upper(), amount)


def floor_currency(lines: list[str]) -> str | None:
    """The currency of a :34F: floor limit, or None."""
    found = _FLOOR.fullmatch(lines[0].strip())
    return found["currency"].upper() if found else None
