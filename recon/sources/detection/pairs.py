"""Money in two columns, of which each row fills one: which is money in, and what a minus in them means."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Literal

from recon.sources.detection.marks import Numbers
from recon.sources.detection.readings import MINUS_OUT, Reading
from recon.sources.detection.running import Amounts
from recon.sources.detection.tables import Column, Table


def pairs(table: Table, columns: Sequence[Column], numbers: Numbers) -> Iterator[Reading]:
    """Two columns of which each row fills one at most.

    Of columns without names, the one that has minuses is not money in beside one that has none.
    """
    empty = [one for one in table.columns if one.kind == "empty"]
    ins = [one for one in (*columns, *empty) if one.roles.get("credit", 0) >= 50]
    outs = [one for one in (*columns, *empty) if one.roles.get("debit", 0) >= 50]
    named = [(one, other) for one in ins for other in outs if one is not other]
    unnamed = (
        [(one, other) for one in columns for other in columns if one is not other] if not table.named else []
    )
    for credit, debit in named or unnamed:
        if credit.kind == debit.kind == "empty" and table.rows:
            continue
        inward, outward = numbers.values(credit.cells), numbers.values(debit.cells)
        if any(one and other for one, other in zip(inward, outward, strict=True)):
            continue
        if not named and _has_minus(inward) and not _has_minus(outward):
            continue
        negative = _has_minus(inward) or _has_minus(outward)
        ways: tuple[Literal["refuse", "same", "opposite"], ...] = (
            ("same", "opposite") if negative else ("refuse",)
        )
        all_negative = all(one is None or one <= 0 for one in outward)
        for minus in ways:
            doubt = None if named else "columns without names: check which one is money in"
            if minus == "opposite" and all_negative:
                doubt = MINUS_OUT
            amounts = [
                _net(one, other, same=minus == "same") for one, other in zip(inward, outward, strict=True)
            ]
            proof = f"two columns, of which each row fills one: {credit.name} and {debit.name}"
            yield Reading(amounts, credit=credit, debit=debit, minus=minus, proof=proof, doubt=doubt)


def _net(credit: Decimal | None, debit: Decimal | None, *, same: bool) -> Decimal | None:
    if credit is None and debit is None:
        return None
    inward, outward = credit or Decimal(0), debit or Decimal(0)
    return abs(inward) - abs(outward) if same else inward - outward


def _has_minus(amounts: Amounts) -> bool:
    return any(one is not None and one < 0 for one in amounts)
