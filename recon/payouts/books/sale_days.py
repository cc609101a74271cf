"""Refunds on the days of their sales, where a plan or a part of it counts only some days of a period.

A campaign that ends on the 15th pays a sale of the 10th; a refund of it on the 20th takes that back, though the day of
the refund is none of the campaign's. A refund within its days of a sale before them takes nothing back. So an entry
that undoes a sale of the same period counts as of the day of the sale, where a first or last day lies between the two.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from recon.engines.duck import DuckEngine
from recon.engines.names import identifier, text_literal
from recon.model.ids import content_id
from recon.model.periods import Period
from recon.payouts.books.activity import ENTRY, Books
from recon.payouts.calculation.undone import NAMES, UNDOING
from recon.payouts.plan.plan import Plan

DAY = timedelta(days=1)


def on_days_of_sales(
    engine: DuckEngine, plan: Plan, books: Books, period: Period, more: Iterable[date] = ()
) -> Books:
    """The books in which refunds count on the days of their sales; the same books where that changes nothing.

    `more` are further days on which something begins or ends that decides what an entry pays.
    """
    starts = sorted({day for day in (*_starts(plan), *more) if period.first < day <= period.last})
    if not starts:
        return books
    own = content_id([books.entries, str(period), *map(str, starts)], 12)
    moved, entries = f"days_of_sales_{own}", f"on_days_of_sales_{own}"
    engine.view(moved, _moved(books, period, starts))
    columns = ", ".join(_column(name) for name in ENTRY)
    engine.view(
        entries,
        f"SELECT {columns} FROM {identifier(books.entries)} AS e LEFT JOIN {moved} AS m USING (entry_id)",
    )
    return replace(books, entries=entries)


def _starts(plan: Plan) -> Iterator[date]:
    """The days on which the plan or a component begins to count, or counts no more."""
    days = [(plan.effective, plan.until), *((one.effective, one.until) for one in plan.components)]
    for effective, until in days:
        if effective is not None:
            yield effective
        if until is not None:
            yield until + DAY


def _moved(books: Books, period: Period, starts: list[date]) -> str:
    """The entries that undo a sale of the period on another side of a start than the sale, with the sale's day."""
    sides = [f"(r.day < DATE '{one}') <> (s.day < DATE '{one}')" for one in starts]
    return sales_undone(books, period, f"({' OR '.join(sides)})")


def sales_undone(books: Books, period: Period, when: str = "true") -> str:
    """The entries that undo a sale of the same period, with its `day`, where a condition holds."""
    day = "coalesce(business_date, booking_date)"
    within = f"{day} BETWEEN DATE '{period.first}' AND DATE '{period.last}'"
    columns = ", ".join(("entry_id", "source", "ref_original", *NAMES))
    types = ", ".join(text_literal(one) for one in UNDOING)
    keys = " UNION ALL ".join(
        f"SELECT entry_id, source, day, {name} AS name FROM e WHERE {name} IS NOT NULL AND kind NOT IN ({types})"
        for name in ("entry_id", *NAMES)
    )
    return (
        f"WITH e AS (SELECT {columns}, coalesce(type, '') AS kind, {day} AS day FROM {identifier(books.entries)} "
        f"WHERE {within}), s AS ({keys}) "
        "SELECT r.entry_id, min(s.day) AS day FROM e AS r JOIN s ON s.name = r.ref_original AND s.source = r.source "
        f"WHERE r.kind IN ({types}) AND s.entry_id <> r.entry_id AND {when} GROUP BY r.entry_id"
    )


def _column(name: str) -> str:
    if name == "business_date":
        return "coalesce(m.day, e.business_date) AS business_date"
    return f"e.{identifier(name)}"
