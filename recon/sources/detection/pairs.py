"""Money in two columns, of which each row fills one: which is money in, and what a minus in them means."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final, Literal

from recon.sources.detection.marks import Numbers
from recon.sources.detection.readings import AGAINST_NAMES, LEAST_TIES, MINUS_OUT, UNSAID, Reading
from recon.sources.detection.running import Amounts
from recon.sources.detection.tables import Column, Table
from recon.sources.detection.words import normal

_WITHOUT_NAMES: Final = "columns without names: check which one is money in"


def pairs(table: Table, columns: Sequence[Column], numbers: Numbers) -> Iterator[Reading]:
    """Two columns of which each row fills one at most.

    Where they have names, the other way round and columns that are numbered (Amount, Amount2) are tried too: nothing
    but a balance speaks for them. Of columns without names, the one that has minuses is not money in beside one that
    has none.
    """
    empty = [one for one in table.columns if one.kind == "empty"]
    ins = [one for one in (*columns, *empty) if one.roles.get("credit", 0) >= 50]
    outs = [one for one in (*columns, *empty) if one.roles.get("debit", 0) >= 50]
    named = [(one, other) for one in ins for other in outs if one is not other]
    others = [(one, other) for one in columns for other in columns if one is not other]
    tried: list[tuple[str | None, list[tuple[Column, Column]]]] = [(_WITHOUT_NAMES, others)]
    if named or table.named:
        crossed = [(other, one) for one, other in named]
        tried = [
            (None, named),
            (AGAINST_NAMES, crossed),
            (UNSAID, [pair for pair in others if _numbered(*pair)]),
        ]
    for doubt, couples in tried:
        for credit, debit in couples:
            yield from _ways(credit, debit, numbers, doubt)


def _ways(credit: Column, debit: Column, numbers: Numbers, doubt: str | None) -> Iterator[Reading]:
    """What a minus in two columns may mean. Few rows that fill both of two columns of such names will be refused."""
    if credit.kind == debit.kind == "empty" and credit.cells:
        return
    inward, outward = numbers.values(credit.cells), numbers.values(debit.cells)
    both = sum(bool(one and other) for one, other in zip(inward, outward, strict=True))
    if both and (doubt is not None or both * 2 > len(inward)):
        return
    if doubt == _WITHOUT_NAMES and _has_minus(inward) and not _has_minus(outward):
        return
    negative = _has_minus(inward) or _has_minus(outward)
    ways: tuple[Literal["refuse", "same", "opposite"], ...] = ("same", "opposite") if negative else ("refuse",)
    all_negative = all(one is None or one <= 0 for one in outward)
    proof = f"two columns, of which each row fills one: {credit.name} and {debit.name}"
    for minus in ways:
        amounts = [_net(one, other, same=minus == "same") for one, other in zip(inward, outward, strict=True)]
        said = MINUS_OUT if minus == "opposite" and all_negative and doubt not in LEAST_TIES else doubt
        yield Reading(amounts, credit=credit, debit=debit, minus=minus, proof=proof, doubt=said)


def _numbered(one: Column, other: Column) -> bool:
    """Whether two columns of amounts have the same name but for a number behind it."""
    names = {re.sub(r"\s*\d$", "", normal(column.name)) for column in (one, other)}
    return len(names) == 1 and one.roles.get("amount", 0) >= 40


def _net(credit: Decimal | None, debit: Decimal | None, *, same: bool) -> Decimal | None:
    if credit is None and debit is None:
        return None
    inward, outward = credit or Decimal(0), debit or Decimal(0)
    return abs(inward) - abs(outward) if same else inward - outward


def _has_minus(amounts: Amounts) -> bool:
    return any(one is not None and one < 0 for one in amounts)
