"""Arithmetic on days: where dated rows overlap, and which days they leave out."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise

from recon.partners.registry.reading import FIRST, LAST, Row

DAY = timedelta(days=1)
Days = tuple[date, date]
"""The first and the last day."""


def overlapping(rows: Sequence[Row]) -> Iterator[tuple[Row, Row]]:
    """Rows, in the order of their days, that share days with the one that reaches furthest before them."""
    furthest: Row | None = None
    for row in rows:
        if furthest is not None and row.first <= furthest.last:
            yield furthest, row
        if furthest is None or row.last > furthest.last:
            furthest = row


def joined(spans: Iterable[Days]) -> list[Days]:
    """The same days in as few stretches as there can be."""
    found: list[Days] = []
    for first, last in sorted(spans):
        if found and (found[-1][1] == LAST or first <= found[-1][1] + DAY):
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def left_out(wanted: Iterable[Days], covered: Iterable[Days]) -> list[Days]:
    """The wanted days that nothing covers."""
    left = []
    covers = joined(covered)
    for first, last in joined(wanted):
        current = first
        for start, end in covers:
            if end < current or start > last:
                continue
            if start > current:
                left.append((current, start - DAY))
            if end >= last:
                break
            current = end + DAY
        else:
            left.append((current, last))
    return left


def said(days: Days) -> str:
    """The days in words."""
    first, last = days
    if (first, last) == (FIRST, LAST):
        return "on every day"
    if first == FIRST:
        return f"until {last}"
    if last == LAST:
        return f"from {first}"
    return f"on {first}" if first == last else f"from {first} to {last}"


def in_order(rows: Sequence[Row]) -> Iterator[tuple[Row, Row]]:
    """Each row with the one that comes after it."""
    return pairwise(sorted(rows, key=lambda row: (row.first, row.last)))
