"""Field :61: of MT940 and MT942, the statement line: dates, sign, amount, kind, references."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from recon.sources.bank import bank_amount, yymmdd

_LINE = re.compile(
    r"\s*(?P<value>\d{6})(?P<entry>\d{4})?\s*(?P<expected>E)?(?P<mark>R?[CD])(?P<funds>[A-Z])?\s*"
    r"(?P<amount>\d{1,3}(?:,\d{3})+\.\d*|(?:\d[\d .']*)?[.,]?\d*)"
    r"(?P<rest>(?:[A-Z/\s].*)?)",
    re.IGNORECASE | re.ASCII | re.DOTALL,
)
_REST = re.compile(
    r"\s*(?!NONREF)(?P<kind>[A-Z][A-Z0-9]{2}(?=NONREF)|[A-Z][A-Z0-9]{3}|[A-Z][A-Z0-9]{2} ?)?(?P<words>.*)",
    re.IGNORECASE | re.ASCII | re.DOTALL,
)
_SIGNS = {"C": 1, "RD": 1, "D": -1, "RC": -1}
_NO_REFERENCE = frozenset(
    {"NONREF", "NOREF", "NREF", "NOTPROVIDED", "EREF", "PREF", "MARF", "KREF", "KREF+", "EREF+", "MREF+", ""}
)
"""Texts in the place of a reference that say there is none, or that it stands in :86:."""
_COLUMNS = re.compile(r"\s{2,}")
_HALF_YEAR = 183


@dataclass(slots=True)
class Movement:
    """One statement line.

    `amount` is signed: C and RD are money in, D and RC money out; `reversal` marks RC and RD, `expected` the EC
    and ED of MT942. Dates that do not exist are None and named in `warning`. `kind` is the transaction type
    (`NTRF`), `reference` the account owner's and `bank_reference` the bank's, `details` what follows them.
    """

    value_date: date | None
    entry_date: date | None
    amount: Decimal
    reversal: bool
    expected: bool
    funds: str | None
    kind: str | None
    reference: str | None
    bank_reference: str | None
    details: str
    warning: str | None


def movement(lines: list[str]) -> Movement | None:
    """The movement that the lines of a :61: field say, or None if they say none.

    Banks and mail programs wrap the field anywhere; when its first line is no whole movement all lines are
    joined, so that an amount cut in two is never read by its first half.
    """
    found = _LINE.fullmatch(lines[0])
    if len(lines) > 1 and (not found or not found["rest"].strip()):
        found, lines = _LINE.fullmatch("".join(lines)) or found, lines[:1]
    amount = bank_amount(found["amount"]) if found else None
    if not found or amount is None:
        return None
    mark = found["mark"].upper()
    value_date, entry_date, warning = _dates(found["value"], found["entry"])
    kind, reference, bank_reference, details = _references(found["rest"])
    return Movement(
        value_date=value_date,
        entry_date=entry_date,
        amount=amount if _SIGNS[mark] > 0 else -amount,
        reversal=mark[0] == "R",
        expected=found["expected"] is not None,
        funds=found["funds"],
        kind=kind,
        reference=reference,
        bank_reference=bank_reference,
        details="\n".join([details, *lines[1:]]).strip() if details or len(lines) > 1 else "",
        warning=warning,
    )


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
    found = _REST.fullmatch(rest)
    kind, words = (found["kind"], found["words"]) if found else (None, rest)
    reference, slashes, bank_reference = words.partition("//")
    details = ""
    if not slashes and len(reference) > 16:
        parts = _COLUMNS.split(reference, maxsplit=1)
        reference, details = parts[0], parts[1] if len(parts) > 1 else ""
    reference = reference.strip()
    return (
        kind.strip().upper() if kind else None,
        None if reference.upper() in _NO_REFERENCE else reference,
        bank_reference.strip() or None,
        details,
    )
