"""Statements with their computed sums: does opening plus movements give closing, do stated totals tie.

A statement that does not tie loads all the same; its flags say so, and the run makes a break of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from recon.sources.reader import Statement


@dataclass(frozen=True, slots=True)
class Movements:
    """What the entries of one statement add up to: all of them counted, booked ones summed by sign.

    `currencies` are those of booked entries; sums over more than one mean nothing and tie to nothing.
    """

    entries: int
    credits: Decimal
    debits: Decimal
    currencies: frozenset[str]


NOTHING = Movements(0, Decimal(0), Decimal(0), frozenset())


def statement_row(one: Statement, movements: Movements, source: str, file_id: str) -> Mapping[str, Any]:
    """The row of the `statements` table."""
    currency = one.currency or (next(iter(movements.currencies)) if len(movements.currencies) == 1 else None)
    mixed = bool(movements.currencies - {currency})
    return {
        "source": source,
        "file_id": file_id,
        "statement_no": one.statement_no,
        "statement_id": one.statement_id,
        "account": one.account,
        "currency": currency,
        "period_from": one.period_from,
        "period_to": one.period_to,
        "opening": one.opening,
        "closing": one.closing,
        "entries": movements.entries,
        "sum_credits": movements.credits,
        "sum_debits": movements.debits,
        "stated_entries": one.stated_entries,
        "stated_credits": one.stated_credits,
        "stated_debits": one.stated_debits,
        "balance_ok": _balance_ok(one, movements, mixed=mixed),
        "control_ok": _control_ok(one, movements, mixed=mixed),
    }


def _balance_ok(one: Statement, movements: Movements, *, mixed: bool) -> bool | None:
    if one.opening is None or one.closing is None:
        return None
    if mixed or (one.closing_currency is not None and one.closing_currency != one.currency):
        return False
    return one.opening + movements.credits - movements.debits == one.closing


def _control_ok(one: Statement, movements: Movements, *, mixed: bool) -> bool | None:
    verdicts = []
    if one.control_ok is not None:
        verdicts.append(one.control_ok)
    if one.stated_entries is not None:
        verdicts.append(one.stated_entries == movements.entries)
    sums = (
        (one.stated_credits, movements.credits),
        (one.stated_debits, movements.debits),
        (one.stated_sum, movements.credits - movements.debits),
    )
    verdicts += [not mixed and stated == found for stated, found in sums if stated is not None]
    return all(verdicts) if verdicts else None
