"""Field :61: of MT940 and MT942, the statement line: dates, sign, amount, kind, references."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from recon.sources.bank import bank_amount, yymmdd

_LINE = re.compile(
    r"\s*((?:20)?\d{6})\s?(\d{4})?\s*([Ee])?([Rr]?[CDcd])\s*([A-Za-z])?\s*"
    r"(\d{1,3}(?:,\d{3})+\.\d*|(?:\d[\d .']*)?[.,]?\d*)"
    r"((?:[A-Za-z/\s].*)?)",
    re.ASCII | re.DOTALL,
)
"""Value date, which some write with a whole year, entry date, expected, mark, funds code, amount, the rest."""
_KIND = re.compile(
    r"\s*(?!NONREF)([A-Za-z](?:[A-Za-z0-9]{2}(?=NONREF)|[A-Za-z0-9]{3}|[A-Za-z0-9]{2} ?))", re.ASCII
)
_USUAL = re.compile(
    r"^(\d{6}(?:\d{4})?)(R?[CD])(\d{1,16}),(\d{0,8})(?!NONREF|...NONREF)([A-Z][A-Z0-9]{3})([!-.0-~]{1,16})"
    r"(?://([!-.0-~]+))?$",
    re.ASCII | re.MULTILINE,
)
"""The same where nothing is unusual: value and entry date, mark, amount, kind, reference, bank reference."""
_PLUS = frozenset({"C", "RD"})
_NO_REFERENCE = frozenset(
    {"NONREF", "NOREF", "NREF", "NOTPROVIDED", "EREF", "PREF", "MARF", "KREF", "KREF+", "EREF+", "MREF+", ""}
)
"""Texts in the place of a reference that say there is none, or that it stands in :86:."""
_COLUMNS = re.compile(r"\s{2,}")
_HALF_YEAR = 183


Usual = tuple[str, str, str, str, str, str, str]
"""Value and entry date, mark, whole amount, cents, kind, reference, bank reference; the last may be empty."""


class Movement(NamedTuple):
    """One statement line.

    `amount` is signed: C and RD are money in, D and RC money out; `reversal` marks RC and RD, `expected` the EC
    and ED of MT942. Dates that do not exist are None and named in `warning`. `kind` is the transaction type
    (`NTRF`), `reference` the account owner's and `bank_reference` the bank's, `details` what follows them.
    """

    value_date: date | None
    entry_date: date | None
    warning: str | None
    amount: Decimal
    reversal: bool
    expected: bool
    funds: str | None
    kind: str | None
    reference: str | None
    bank_reference: str | None
    details: str


def movement(lines: list[str]) -> Movement | None:
    """The movement that the lines of a :61: field say, or None if they say none.

    Banks and mail programs wrap the field anywhere; when its first line is no whole movement all lines are
    joined, so that an amount cut in two is never read by its first half.
    """
    found = _LINE.fullmatch(lines[0])
    if len(lines) > 1 and (not found or not found[7] or found[7].isspace()):
        found, lines = _LINE.fullmatch("".join(lines)) or found, lines[:1]
    if not found:
        return None
    value, entry, expected, mark, funds, written, rest = found.groups()
    amount = bank_amount(written)
    if amount is None:
        return None
    mark = mark.upper()
    signed = amount if mark in _PLUS else -amount
    kind, reference, bank_reference, details = _references(rest)
    if len(lines) > 1:
        details = "\n".join([details, *lines[1:]]).strip()
    dates = _dates(value[-6:], entry)
    expects = expected is not None
    return Movement(*dates, signed, mark[0] == "R", expects, funds, kind, reference, bank_reference, details)


def usual_movements(lines: list[str]) -> Sequence[Usual | None]:
    """The parts of lines in which nothing is unusual, None for each other line."""
    found: list[Usual] = _USUAL.findall("\n".join(lines))
    if len(found) == len(lines):
        return found
    return [next(iter(_USUAL.findall(line)), None) for line in lines]


def signed(mark: str, whole: str, cents: str) -> Decimal:
    """The amount of a usual line."""
    return Decimal(f"{whole}.{cents}" if mark in _PLUS else f"-{whole}.{cents}")


def said_reference(reference: str) -> str | None:
    """The reference, or None where it says that there is none."""
    return None if reference.upper() in _NO_REFERENCE else reference


@lru_cache(maxsize=20_000)
def usual_dates(written: str) -> tuple[date | None, date | None, str | None]:
    """Value date, entry date and a warning of the ten or six digits of a usual line."""
    return _dates(written[:6], written[6:] or None)


@lru_cache(maxsize=20_000)
def _dates(value: str, entry: str | None) -> tuple[date | None, date | None, str | None]:
    """Value date, entry date and a warning; the entry date has no year and takes that nearest to the other."""
    value_date = yymmdd(value)
    warning = None if value_date else f"value date {value} does not exist"
    if entry is None:
        return value_date, None, warning
    entry_date = None
    for year in _years(value, value_date):
        day = yymmdd(f"{year % 100:02}{entry}")
        if day and (value_date is None or abs((day - value_date).days) <= _HALF_YEAR):
            entry_date = day
            break
    if entry_date is None:
        said = f"entry date {entry} does not exist"
        warning = f"{warning}; {said}" if warning else said
    return value_date, entry_date, warning


def _years(value: str, value_date: date | None) -> tuple[int, ...]:
    if value_date is None:
        return (int(value[:2]),)
    return value_date.year, value_date.year + 1, value_date.year - 1


def _references(rest: str) -> tuple[str | None, str | None, str | None, str]:
    """Kind, the owner's reference, the bank's reference, and details on the same line."""
    found = _KIND.match(rest)
    kind, words = (found[1].strip().upper(), rest[found.end() :]) if found else (None, rest)
    reference, slashes, bank_reference = words.partition("//")
    details = ""
    if not slashes and len(reference) > 16:
        parts = _COLUMNS.split(reference, maxsplit=1)
        reference, details = parts[0], parts[1] if len(parts) > 1 else ""
    reference = reference.strip()
    said = None if reference in _NO_REFERENCE or reference.upper() in _NO_REFERENCE else reference
    return kind, said, bank_reference.strip() or None, details
