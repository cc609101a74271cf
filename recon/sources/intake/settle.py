"""Statements with their computed sums: does opening plus movements give closing, do stated totals tie.

A statement that does not tie loads all the same; its flags say so, and the run makes a break of it. A statement
whose entries are in several currencies becomes a row for each: two currencies are never added.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from recon.sources.reader import Statement


@dataclass(frozen=True, slots=True)
class Movements:
    """What the entries of one statement in one currency add up to: all counted, booked ones summed by sign."""

    entries: int = 0
    credits: Decimal = Decimal(0)
    debits: Decimal = Decimal(0)


NOTHING = Movements()


def statement_rows(
    one: Statement, movements: Mapping[str, Movements], source: str, file_id: str
) -> list[Mapping[str, Any]]:
    """The rows of the `statements` table, by code of currency.

    `movements` holds the currencies that occur in its entries. Balances stand in the row of their currency; what
    is said of the whole statement stands in the row of its own, which is there even when no entry is in it.
    Stated totals of entries in several currencies are left out.
    """
    own = one.currency or (next(iter(movements)) if len(movements) == 1 else None)
    flipped = one.closing_currency not in (None, own)
    currencies: set[str | None] = {
        own, *movements, *one.other_balances, *([one.closing_currency] if flipped else [])
    }  # fmt: skip
    if own is None and movements and not _says_anything(one):
        currencies.remove(None)
    rows: list[Mapping[str, Any]] = []
    for currency in sorted(currencies, key=lambda code: code or ""):
        moved = movements.get(currency or "", NOTHING)
        opening, closing = one.other_balances.get(currency or "", (None, None))
        opening = one.opening if currency == own else opening
        closing = one.closing if currency == (one.closing_currency if flipped else own) else closing
        row: dict[str, Any] = {
            "source": source,
            "file_id": file_id,
            "statement_no": one.statement_no,
            "statement_id": one.statement_id,
            "account": one.account,
            "currency": currency,
            "period_from": one.period_from,
            "period_to": one.period_to,
            "opening": opening,
            "closing": closing,
            "entries": moved.entries,
            "sum_credits": moved.credits,
            "sum_debits": moved.debits,
            "balance_ok": False if flipped and opening is not None else _balance_ok(opening, closing, moved),
        }
        stated = _stated(one, moved, movements, own) if currency == own else _NOT_STATED
        rows.append({**row, **stated})
    return rows


def _says_anything(one: Statement) -> bool:
    said = (one.opening, one.closing, one.stated_entries, one.stated_credits, one.stated_debits, one.stated_sum)
    return one.control_ok is not None or any(value is not None for value in said)


_NOT_STATED: Mapping[str, None] = dict.fromkeys(
    ("stated_entries", "stated_credits", "stated_debits", "control_ok", "control_note")
)


def _balance_ok(opening: Decimal | None, closing: Decimal | None, moved: Movements) -> bool | None:
    if opening is None or closing is None:
        return None
    return opening + moved.credits - moved.debits == closing


def _stated(
    one: Statement, moved: Movements, movements: Mapping[str, Movements], own: str | None
) -> Mapping[str, Any]:
    """What the statement says of its totals, and whether it ties; a number of entries is that of all currencies."""
    verdicts = [] if one.control_ok is None else [one.control_ok]
    if one.stated_entries is not None:
        verdicts.append(one.stated_entries == sum(each.entries for each in movements.values()))
    if movements.keys() - {own}:
        said = {"control_ok": all(verdicts) if verdicts else None, "control_note": one.control_note}
        return {**_NOT_STATED, **said}
    sums = (
        (one.stated_credits, moved.credits),
        (one.stated_debits, moved.debits),
        (one.stated_sum, moved.credits - moved.debits),
    )
    verdicts += [stated == found for stated, found in sums if stated is not None]
    return {
        "stated_entries": one.stated_entries,
        "stated_credits": one.stated_credits,
        "stated_debits": one.stated_debits,
        "control_ok": all(verdicts) if verdicts else None,
        "control_note": one.control_note,
    }
