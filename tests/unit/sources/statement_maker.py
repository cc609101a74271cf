"""Statements as banks of many countries export them, made by choices, with the truth about each."""

import csv
import io
import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any, Literal

TWO = Decimal("0.01")
_QUOTING: dict[bool, Literal[0, 1]] = {False: csv.QUOTE_MINIMAL, True: csv.QUOTE_ALL}


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


@dataclass(frozen=True)
class Bank:
    """How a bank writes: the names of its columns, its marks, words for directions, texts and labels.

    `columns` has date, value date, text, amount, money in, money out, balance, currency, direction.
    """

    language: str
    columns: tuple[str, ...]
    currency: str
    dates: tuple[str, ...]
    marks: tuple[tuple[str, str], ...]
    ways: tuple[str, str]
    incomes: tuple[str, ...]
    spendings: tuple[str, ...]
    opening: str
    closing: str
    total: str
    encodings: tuple[str, ...]


BANKS = tuple(
    Bank(**{name: _frozen(value) for name, value in one.items()})
    for one in json.loads((Path(__file__).parent / "banks.json").read_text(encoding="utf-8"))
)


@dataclass(frozen=True)
class Style:
    """The choices that make one file of a bank."""

    bank: Bank
    date: str = "%Y-%m-%d"
    marks: tuple[str, str] = (".", "")
    delimiter: str = ","
    encoding: str = "utf-8"
    sign: str = "signed"
    balance: bool = True
    newest_first: bool = False
    value_date: bool = False
    currency: str = "column"
    preamble: int = 0
    stated: bool = False
    footer: bool = False
    quote_all: bool = False
    trailing: bool = False
    ending: str = "\n"
    header: bool = True
    rows: int = 12


@dataclass(frozen=True)
class Truth:
    """What is true of a file."""

    days: list[date] = field(default_factory=list)
    amounts: list[Decimal] = field(default_factory=list)
    opening: Decimal = Decimal(0)

    @property
    def credits(self) -> Decimal:
        return sum((one for one in self.amounts if one > 0), Decimal(0))

    @property
    def debits(self) -> Decimal:
        return -sum((one for one in self.amounts if one < 0), Decimal(0))

    @property
    def closing(self) -> Decimal:
        return self.opening + sum(self.amounts, Decimal(0))


def made(style: Style, seed: int) -> tuple[list[list[str]], Truth]:
    """The rows of a file, and what is true of it."""
    random, bank = Random(seed), style.bank
    whole = bank.currency == "JPY"
    unit = Decimal(1) if whole else TWO
    amounts, texts, days = [], [], []
    day = date(2026, random.randint(1, 12), 1)
    for number in range(style.rows):
        income = number in {0, style.rows // 2} or random.random() < 0.25
        size = (
            Decimal(random.randint(100, 999_999 if random.random() < 0.3 else 30_000))
            * unit
            * (100 if whole else 1)
        )
        amounts.append(size if income else -size)
        texts.append(random.choice(bank.incomes if income else bank.spendings))
        days.append(day)
        day += timedelta(days=random.randint(0, 4))
    opening = Decimal(random.randint(100_000, 2_000_000)) * unit
    balances, running = [], opening
    for amount in amounts:
        running += amount
        balances.append(running)
    lines = [_line(style, *one) for one in zip(days, texts, amounts, balances, strict=True)]
    truth = Truth(days, amounts, opening)
    if style.newest_first:
        lines, truth = lines[::-1], Truth(days[::-1], amounts[::-1], opening)
    return _around(style, lines, truth), truth


def _around(style: Style, lines: list[list[str]], truth: Truth) -> list[list[str]]:
    bank, width = style.bank, len(lines[0])
    rows = [["ACME Bank"], ["IBAN", "XX00 1234 5678 9012"], ["", ""]][: style.preamble]
    if style.currency == "preamble":
        rows.insert(0, ["Account 12345", bank.currency])
    if style.stated:
        rows.append([bank.opening, money(style, truth.opening)])
    if style.header:
        rows.append(_header(style))
    rows += lines
    if style.footer:
        rows.append([bank.total, *[""] * (width - 2), money(style, truth.credits)])
    if style.stated:
        rows.append([bank.closing, money(style, truth.closing)])
    return [[*row, ""] if style.trailing else row for row in rows]


def _header(style: Style) -> list[str]:
    day, value, text, amount, inward, outward, balance, currency, way = style.bank.columns
    names = [day, *([value] if style.value_date else []), text]
    if style.currency == "header":
        amount, inward, outward = (f"{one} ({style.bank.currency})" for one in (amount, inward, outward))
    names += {"two": [outward, inward], "way": [way, amount]}.get(style.sign, [amount])
    return [*names, *([balance] if style.balance else []), *([currency] if style.currency == "column" else [])]


def _line(style: Style, day: date, text: str, amount: Decimal, balance: Decimal) -> list[str]:
    bank = style.bank
    cells = [day.strftime(style.date), *([day.strftime(style.date)] if style.value_date else []), text]
    if style.sign == "two":
        cells += ["", money(style, amount)] if amount > 0 else [money(style, -amount), ""]
    elif style.sign == "way":
        cells += [bank.ways[amount < 0], money(style, abs(amount))]
    else:
        cells.append(money(style, amount))
    cells += [money(style, balance)] if style.balance else []
    return cells + ([bank.currency] if style.currency == "column" else [])


def money(style: Style, amount: Decimal) -> str:
    """An amount as the bank writes it."""
    decimal, thousands = style.marks
    text = f"{amount:,.{0 if style.bank.currency == 'JPY' else 2}f}"
    return text.replace(",", "\0").replace(".", decimal).replace("\0", thousands)


def as_text(style: Style, rows: list[list[str]]) -> bytes:
    """The rows as the bytes of a text file."""
    out = io.StringIO()
    csv.writer(
        out, delimiter=style.delimiter, lineterminator=style.ending, quoting=_QUOTING[style.quote_all]
    ).writerows(rows)
    return out.getvalue().encode(style.encoding, errors="replace")
