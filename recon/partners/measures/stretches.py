"""The weeks or months of a period, whole ones from Monday and from the first, with the one before them."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import pyarrow as pa

from recon.model.periods import Period

Each = Literal["week", "month", "period"]
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days that figures are given for; number 0 is the one before the first."""

    number: int
    first: date
    last: date

    @property
    def name(self) -> str:
        """A week as 2026-W41, a month as 2026-10, anything else by its days."""
        if (self.last - self.first).days == 6 and self.first.weekday() == 0:
            year, week, _ = self.first.isocalendar()
            return f"{year}-W{week:02}"
        return str(Period(self.first, self.last))


def stretches(period: Period, each: Each) -> list[Stretch]:
    """The stretches that end in a period, and before them the one that they are compared with."""
    if each == "period":
        length = (period.last - period.first).days + 1
        before = Stretch(0, period.first - length * DAY, period.first - DAY)
        if period.first.day == 1 and (period.last + DAY).day == 1:
            months = (period.last.year - period.first.year) * 12 + period.last.month - period.first.month + 1
            before = Stretch(0, _months_before(period.first, months), period.first - DAY)
        return [before, Stretch(1, period.first, period.last)]
    starts = list(_weeks(period) if each == "week" else _months(period))
    first = starts[0] if starts else period.first
    found = [Stretch(0, first - 7 * DAY if each == "week" else _months_before(first, 1), first - DAY)]
    for start in starts:
        end = start + 6 * DAY if each == "week" else _months_before(start, -1) - DAY
        found.append(Stretch(len(found), start, end))
    return found


def _weeks(period: Period) -> list[date]:
    """The Mondays of the weeks whose Sunday lies in the period."""
    sunday = period.first + timedelta(days=6 - period.first.weekday())
    return [sunday + number * 7 * DAY - 6 * DAY for number in range(((period.last - sunday).days + 7) // 7)]


def _months(period: Period) -> list[date]:
    """The first days of the months whose last day lies in the period."""
    found, current = [], period.first.replace(day=1)
    while (end := _months_before(current, -1) - DAY) <= period.last:
        found.append(current)
        current = end + DAY
    return found


def _months_before(first: date, count: int) -> date:
    months = first.year * 12 + first.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)


def days_table(wanted: list[Stretch]) -> pa.Table:
    """Each day with the number of its stretch."""
    rows = [
        {"day": one.first + number * DAY, "n": one.number}
        for one in wanted
        for number in range((one.last - one.first).days + 1)
    ]
    return pa.Table.from_pylist(rows, pa.schema([("day", pa.date32()), ("n", pa.int32())]))
