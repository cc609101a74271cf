"""Transactions of one form as rows, column by column: with the result of `recon.sources.ofx.entry` one by one."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import repeat
from typing import Final

from recon.sources.ofx.entry import (
    ATTRIBUTES,
    KINDS,
    UNUSUAL,
    Around,
    amount_of,
    day_of,
    moment_of,
    row_of,
    words_of,
)
from recon.sources.ofx.runs import Alike, Form, Run
from recon.sources.reader import Refused, Row

_row: Final = tuple.__new__
_ALONE: Final = UNUSUAL - {*ATTRIBUTES, "DTAVAIL"}
"""Fields whose transactions are made rows one by one."""
_PLAIN_AMOUNTS: Final = re.compile(r"(?:[+-]?\d{1,16}(?:\.\d{0,8})?\n)++", re.ASCII)
_NEEDED: Final = frozenset({"TRNAMT", "DTPOSTED"})
_MORE_COLUMNS: Final = (repeat(None),) * (len(Row._fields) - 22)
"""What no OFX transaction says."""


def rows_of_run(run: Run, around: Around) -> tuple[list[Row], list[Refused]]:
    """The rows of the transactions of a run, and those that cannot be rows, both in their order."""
    made = [(alike.numbers, _rows(form, alike, around)) for form, alike in run.groups.items()]
    rows = made[0][1]
    if len(made) > 1:
        by_number = {number: row for numbers, some in made for number, row in zip(numbers, some, strict=True)}
        rows = [by_number[number] for number in range(run.count)]
    refused = [row for row in rows if isinstance(row, Refused)]
    return [row for row in rows if isinstance(row, Row)], refused


def _rows(form: Form, alike: Alike, around: Around) -> list[Row | Refused]:
    """The rows of transactions of one form."""
    columns = alike.columns(form)
    raws = alike.originals(form, columns)
    told = dict(zip(form.paths, columns, strict=True))
    if told.keys() >= _NEEDED and _ALONE.isdisjoint(told):
        rows = _by_column(told, alike.lines, raws, around)
    else:
        rows = [None] * len(raws)
    return [row or _one(told, number, alike, around, raws) for number, row in enumerate(rows)]


def _one(
    told: Mapping[str, list[str]], number: int, alike: Alike, around: Around, raws: list[str]
) -> Row | Refused:
    said = {path: column[number] for path, column in told.items()}
    return row_of(said, alike.lines[number], around, raws[number])


def _by_column(
    told: Mapping[str, list[str]], lines: list[int], raws: list[str], around: Around
) -> list[Row | None]:
    """The rows of columns of texts; None for each that a closer look is needed for."""
    none = [""] * len(lines)
    currencies = _currencies(told.get("CURRENCY/CURSYM", none), around.currency or "")
    amounts = _amounts(told["TRNAMT"], currencies)
    days = list(map(day_of, told["DTPOSTED"]))
    kinds = told.get("TRNTYPE", none)
    types = {kind: KINDS.get(kind.upper(), "other") for kind in set(kinds)}
    names, memos = _words(told.get("NAME", none)), _words(told.get("MEMO", none))
    columns = (
        lines,
        amounts,
        currencies,
        raws,
        repeat(around.statement_no),
        repeat(around.account),
        repeat(None),
        repeat(False),
        days,
        map(day_of, told["DTAVAIL"]) if "DTAVAIL" in told else repeat(None),
        map(moment_of, told["DTPOSTED"]),
        [types[kind] for kind in kinds],
        _or_none(kinds),
        repeat("booked"),
        repeat(None),
        _or_none(told.get("FITID", none)),
        repeat(None),
        repeat(None),
        _or_none(names),
        repeat(None),
        [
            (memo if memo.startswith(name) else f"{name} {memo}".rstrip()) or None
            for name, memo in zip(names, memos, strict=True)
        ],
        _attributes(told),
    )
    rows: list[Row | None] = list(map(_row, repeat(Row), zip(*columns, *_MORE_COLUMNS, strict=False)))
    if None in amounts or None in days or "" in currencies:
        closer = zip(amounts, days, currencies, strict=True)
        rows = [
            row if amount is not None and day and currency else None
            for row, (amount, day, currency) in zip(rows, closer, strict=True)
        ]
    return rows


def _currencies(said: list[str], around: str) -> list[str]:
    return [(currency or around).upper() for currency in said]


def _amounts(texts: list[str], currencies: list[str]) -> list[Decimal | None]:
    if _PLAIN_AMOUNTS.fullmatch("\n".join([*texts, ""])):
        return list(map(Decimal, texts))
    return [amount_of(text, currency) for text, currency in zip(texts, currencies, strict=True)]


def _words(texts: list[str]) -> list[str]:
    """The texts with one blank between words."""
    joined = "|".join(texts)
    return texts if joined.isprintable() and "  " not in joined else list(map(words_of, texts))


def _or_none(texts: list[str]) -> list[str | None]:
    return [text or None for text in texts]


def _attributes(told: Mapping[str, list[str]]) -> Iterable[dict[str, str] | None]:
    names = [(name, told[tag]) for tag, name in ATTRIBUTES.items() if tag in told]
    if not names:
        return repeat(None)
    keys = [name for name, _ in names]
    return [
        {key: text for key, text in zip(keys, texts, strict=True) if text} or None
        for texts in zip(*(column for _, column in names), strict=True)
    ]
