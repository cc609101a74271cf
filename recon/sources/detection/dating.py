"""Which order a date is written in, by proof: days above twelve, other columns, the order of rows, the period."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from recon.sources.detection.days import ZONE_BEHIND, Written, dates_in
from recon.sources.detection.tables import Column

_MOST: Final = 3


@dataclass(frozen=True)
class Dating:
    """The formats of a column, and why: `doubt` says what is not proven, `proof` what the proof was."""

    formats: tuple[str, ...]
    proof: str = ""
    doubt: str | None = None


def dating_of(column: Column, others: Sequence[Column], *, american: bool) -> Dating:
    """How the dates of a column are written.

    Columns of the same file are written alike, so that each may prove the order for all. `american` says that the
    month comes first where nothing proves the order.
    """
    ways = [dates_in(cell) for cell in column.filled]
    shared = _shared(ways)
    if not shared:
        formats = _covering(ways)
        if len(formats) > 1 and len({_without_zone(one) for one in formats}) == 1:
            return Dating(formats, "the zones of summer and winter stand behind the times")
        return Dating(formats, doubt="the dates are written in several ways")
    fits = [one for one in shared if all(_may_be(other, one) for other in others if _alike(other, one))]
    fits = fits or shared
    if len(fits) == 1:
        return Dating(
            _short(column, fits), "" if len(shared) == 1 else "another column of dates proves the order"
        )
    return _ordered(column, fits, american=american)


def _shared(ways: Sequence[Sequence[Written]]) -> list[str]:
    """The formats that every cell fits, in the order of the first cell."""
    first = [one.format for one in ways[0]] if ways else []
    return [written for written in first if all(any(one.format == written for one in way) for way in ways)]


def _covering(ways: Sequence[Sequence[Written]]) -> tuple[str, ...]:
    """A few formats that fit every cell together."""
    left, chosen = list(ways), list[str]()
    while left and len(chosen) < _MOST:
        known = [
            one.format for way in left for one in way if not any(_clash(one.format, old) for old in chosen)
        ]
        if not known:
            break
        best = max(dict.fromkeys(known), key=known.count)
        chosen.append(best)
        left = [way for way in left if not any(one.format == best for one in way)]
    return tuple(chosen)


def _clash(one: str, other: str) -> bool:
    """Whether two formats differ in the order of day and month only."""
    one, other = _without_zone(one), _without_zone(other)
    return one != other and _shape(one) == _shape(other)


def _without_zone(written: str) -> str:
    return ZONE_BEHIND.sub("", written)


def _shape(written: str) -> str:
    return (
        written.replace("dd", "?")
        .replace("MMM", "#")
        .replace("MM", "?")
        .replace("yyyy", "!")
        .replace("yy", "?")
    )


def _alike(column: Column, written: str) -> bool:
    """Whether a column of dates has dates of the same shape, whatever the time of day."""
    day = _shape(written.split("HH", maxsplit=1)[0].split("hh", maxsplit=1)[0].strip(" 'T"))
    return column.kind == "date" and all(
        _shape(way[0].format).startswith(day) for way in (dates_in(cell) for cell in column.filled[:20])
    )


def _may_be(column: Column, written: str) -> bool:
    day = written.split("HH", maxsplit=1)[0].split("hh", maxsplit=1)[0].strip(" 'T")
    return all(any(way.format.startswith(day) for way in dates_in(cell)) for cell in column.filled)


def _ordered(column: Column, fits: Sequence[str], *, american: bool) -> Dating:
    """The format under which the rows are in order, or span the shortest time."""
    days = {written: _days(column, written) for written in fits}
    sorted_ones = [written for written in fits if _in_order(days[written])]
    if len(sorted_ones) == 1 and len(set(days[sorted_ones[0]])) > 2:
        return Dating(_short(column, sorted_ones), "the rows are in the order of these days")
    spans = {written: (max(found) - min(found)).days for written, found in days.items()}
    best = min(fits, key=lambda written: spans[written])
    next_best = min((spans[one] for one in fits if one != best), default=0)
    if spans[best] * 3 < next_best and next_best > 60 and len(set(days[best])) > 2:
        return Dating(
            _short(column, [best]), f"as days of {spans[best] + 1} days in a row, not of {next_best + 1}"
        )
    likely = [one for one in fits if one.startswith("MM") == american and not one.startswith("yy")] or list(
        fits
    )
    other = next((one for one in fits if one != likely[0]), "")
    return Dating(_short(column, likely[:1]), doubt=f"no day above 12 was seen, it may be {other}")


def _days(column: Column, written: str) -> list[date]:
    return [one.day for cell in column.filled for one in dates_in(cell) if one.format == written]


def _in_order(days: Sequence[date]) -> bool:
    return all(a <= b for a, b in pairwise(days)) or all(a >= b for a, b in pairwise(days))


def _short(column: Column, formats: Sequence[str]) -> tuple[str, ...]:
    """The formats with one letter where the file writes one digit: d/M/yyyy."""
    if not any(mark in one for one in formats for mark in "/-. "):
        return tuple(formats)
    single = any(len(part) == 1 and part.isdigit() for cell in column.filled for part in _parts(cell))
    return tuple(_with_one_letter(one) if single and "MMM" not in one else one for one in formats)


def _parts(cell: str) -> list[str]:
    day = cell.replace("T", " ").split(":")[0]
    for mark in "/-.":
        day = day.replace(mark, " ")
    return day.split()[:3]


def _with_one_letter(written: str) -> str:
    day, mark, clock = written.partition("HH") if "HH" in written else written.partition("hh")
    return day.replace("dd", "d").replace("MM", "M") + mark + clock
