"""Days under the name of a date that no cell alone would show: numbers, six digits, without a year, of Taiwan."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

from recon.sources.detection.days import Written, month_of, serial_of
from recon.sources.detection.grids import Grid
from recon.sources.detection.words import role_of, roles_of

_ROLES: Final = frozenset({"date", "value_date"})
_YEARLESS: Final = re.compile(r"(\d{1,2})([-/.]?)(\d{1,2})(\.?)")
_NAMED: Final = re.compile(
    r"(?P<day>\d{1,2})(?P<mark>[-/. ]{1,2})(?P<name>[^\W\d_]{3,12})\.?|(?P<first>[^\W\d_]{3,12})\.? (?P<last>\d{1,2})"
)
_SIX: Final = {"yyMMdd": (0, 2, 4), "ddMMyy": (4, 2, 0)}
"""Where year, month and day stand in six digits."""
_SECONDS: Final = {10: ("unix", 1), 13: ("unix_ms", 1_000)}
_EARLIEST, _LATEST = 946_684_800, 4_102_444_800
"""The seconds of 2000 and of 2100."""
_TAIWAN: Final = re.compile(
    r"(民國 ?|民国 ?)?(1\d\d)([-/.年]?)(\d{1,2})([-/.月]?)(\d{1,2})(日?)( \d{1,2}:\d{2}(?::\d{2})?)?"
)
"""A day whose year counts from 1912 on: 115/01/31, 1150131, 民國115年1月31日."""
_DAY_FIRST: Final = re.compile(r"(?<!\d)(?:1[3-9]|2\d|3[01])[-/. ]{1,2}(?:0?[1-9]|1[0-2])[-/. ]{1,2}20\d{2}")
"""Finds a day that can only stand before its month."""
_HEAD: Final = 30
"""Rows in which a file speaks of its year."""
_YEAR: Final = re.compile(r"(?<!\d)(20\d{2})(?!\d{3})")


def year_of(grid: Grid, name: str) -> int | None:
    """The year that the head of a file or its name speaks of."""
    said = [name, *(cell for row in grid.rows[:_HEAD] for cell in row if len(cell) < 200)]
    found = [int(year) for text in said for year in _YEAR.findall(text)]
    return max(found, key=found.count, default=None)


def with_days(grid: Grid, header: int, year: int | None) -> Grid:
    """The grid with such columns as days, and the formats by which the file writes them."""
    below = [row for row in grid.rows[header + 1 :] if any(row)]
    columns: dict[int, dict[str, Written]] = {}
    day_first = any(_DAY_FIRST.search(cell) for row in grid.rows[:header] for cell in row)
    for at, name in enumerate(grid.rows[header]):
        best = role_of(name)
        cells = list(dict.fromkeys(row[at] for row in below if at < len(row) and _may_be_day(row[at])))
        if best is None or best[0] not in _ROLES or best[1] < 70 or not cells:
            continue
        found = _serials(cells) or _taiwanese(cells) or _seconds(cells)
        if found is None and roles_of(name).get("time", 0) < best[1]:  # 101530 may be a time of day
            found = _six_digits(cells, year)
        found = found or (_yearless(cells, year, day_first=day_first) if year is not None else None)
        if found is not None:
            columns[at] = found
    if not columns:
        return grid
    rows = [
        tuple(_shown(cell, columns.get(at)) if number > header else cell for at, cell in enumerate(row))
        for number, row in enumerate(grid.rows)
    ]
    formats = {at: next(iter(found.values())).format for at, found in columns.items()}
    return replace(grid, rows=tuple(rows), days=formats)


def _shown(cell: str, days: dict[str, Written] | None) -> str:
    return days[cell].day.isoformat() if days and cell in days else cell


def _serials(cells: Sequence[str]) -> dict[str, Written] | None:
    found = {cell: day for cell in cells if (day := serial_of(cell)) is not None}
    return found if len(found) == len(cells) else None


def _may_be_day(cell: str) -> bool:
    return (
        cell[:1].isdigit()
        or cell.startswith(("民國", "民国"))
        or month_of(cell.split(" ", maxsplit=1)[0].rstrip(".")) is not None
    )


def _seconds(cells: Sequence[str]) -> dict[str, Written] | None:
    """Seconds or thousandths since 1970."""
    written, parts = _SECONDS.get(len(cells[0]), ("", 0))
    if not parts or not all(
        one.isdigit() and len(one) == len(cells[0]) and _EARLIEST <= int(one) // parts < _LATEST
        for one in cells
    ):
        return None
    return {one: Written(written, datetime.fromtimestamp(int(one) // parts, UTC).date()) for one in cells}


def _six_digits(cells: Sequence[str], year: int | None) -> dict[str, Written] | None:
    """Six digits in the order that every cell allows; of two orders that of the file's year, else the shortest time."""
    ways = [found for written in _SIX if (found := _in_order(cells, written)) is not None]

    def likely(found: dict[str, Written]) -> tuple[bool, int]:
        days = [one.day for one in found.values()]
        return any(one.year != year for one in days), (max(days) - min(days)).days

    return min(ways, key=likely, default=None)


def _in_order(cells: Sequence[str], written: str) -> dict[str, Written] | None:
    found = {}
    for cell in cells:
        if len(cell) != 6 or not cell.isdigit():
            return None
        year, month, day = (int(cell[at : at + 2]) for at in _SIX[written])
        try:
            found[cell] = Written(written, date(year + (2000 if year < 69 else 1900), month, day))
        except ValueError:
            return None
    return found


def _taiwanese(cells: Sequence[str]) -> dict[str, Written] | None:
    found = {cell: day for cell in cells if (day := _since_1912(cell)) is not None}
    one_way = len({one.format for one in found.values()}) == 1
    return found if len(found) == len(cells) and one_way else None


def _since_1912(cell: str) -> Written | None:
    match = _TAIWAN.fullmatch(cell)
    if match is None:
        return None
    before, year, first, month, second, day, last, clock = match.groups(default="")
    if bool(first) != bool(second) or (not first and len(month + day) != len("0131")):
        return None
    texts = [f"'{text}'" if text.strip("-/. ") else text for text in (before, first, second, last)]
    time = f" {'HH:mm:ss' if clock.count(':') == 2 else 'HH:mm'}" if clock else ""
    try:
        written = f"{texts[0]}yyy{texts[1]}MM{texts[2]}dd{texts[3]}{time}"
        return Written(written, date(int(year) + 1911, int(month), int(day)))
    except ValueError:
        return None


def _yearless(cells: Sequence[str], year: int, *, day_first: bool) -> dict[str, Written] | None:
    """Days and months in the order that every cell allows; where both do, the month first but for a head that does not.

    A day that ends with a point is never behind its month.
    """
    day_first = day_first or any(cell.endswith(".") for cell in cells)
    for month_first in (not day_first, day_first):
        found = {cell: day for cell in cells if (day := _day(cell, year, month_first=month_first)) is not None}
        if len(found) == len(cells) and len({one.format for one in found.values()}) == 1:
            return found
    return None


def _day(cell: str, year: int, *, month_first: bool) -> Written | None:
    if named := _NAMED.fullmatch(cell):
        return _in_letters(named, year)
    match = _YEARLESS.fullmatch(cell)
    if match is None or (not match[2] and len(cell) != 4):
        return None
    first, second = int(match[1]), int(match[3])
    month, day = (first, second) if month_first else (second, first)
    order = ("MM", "dd") if month_first else ("dd", "MM")
    try:
        return Written(f"{match[2].join(order)}{match[4]} {{{year}}}", date(year, month, day))
    except ValueError:
        return None


def _in_letters(found: re.Match[str], year: int) -> Written | None:
    month = month_of(found["name"] or found["first"])
    if month is None:
        return None
    written = f"dd{found['mark']}{month[1]}" if found["day"] else f"{month[1]} dd"
    try:
        return Written(f"{written} {{{year}}}", date(year, month[0], int(found["day"] or found["last"])))
    except ValueError:
        return None
