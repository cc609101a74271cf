"""Files that should have come: the `expect:` setting of a source, and the days of which no file is there.

Days are those in the names of files, where a pattern says them: `inbox/bill_{yyyyMMdd}.csv`. No clock is asked: what is
expected ends with the latest day that is known from files, or with the day as of which a run is made.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field

from recon.errors import Place, Problem
from recon.model.calendars import BusinessCalendar, calendar
from recon.project.models import ConfigModel
from recon.sources.profiles.patterns import FilePattern

Every = Literal["day", "business day", "week", "month"]
_WORDS: Final = {"day": "daily", "business day": "every business day", "week": "weekly", "month": "monthly"}


def _known(value: str | None) -> str | None:
    calendar(value)
    return value


class Expect(ConfigModel):
    """How often a file should come."""

    every: Every = Field(description="Every `day`, `business day`, `week` (Monday to Sunday) or `month`.")
    calendar: Annotated[str | None, AfterValidator(_known)] = Field(
        default=None,
        description="The country whose holidays are no business days; Monday to Friday unless said.",
    )
    since: date | None = Field(
        default=None,
        description="The first day of which a file is expected; the earliest that has one unless said.",
    )
    after: int = Field(
        default=1, ge=0, le=60, description="Days after which the file of a day should be there."
    )


@dataclass(frozen=True)
class Absent:
    """The days, or first days of weeks and months, of which a source has no file."""

    source: str
    every: Every
    days: Sequence[date]

    @property
    def words(self) -> str:
        """What is said of it: `expected daily, none for 2026-10-14`."""
        return f"expected {_WORDS[self.every]}, none for {', '.join(_runs(self.days, self.every))}"

    @property
    def problem(self) -> Problem:
        """The same as a problem that ends nothing."""
        hint = "ask the sender for the file, or set `expect` in the profile to what is agreed"
        return Problem("file-expected", self.words, Place(self.source), hint)


def days_of(patterns: Iterable[str], shown: Iterable[str]) -> frozenset[date]:
    """The days that the names of some files say, by the patterns of their source."""
    dated = [one for one in map(FilePattern.parse, patterns) if one.is_dated]
    return frozenset(day for path in shown for one in dated if (day := one.day(path)) is not None)


def absent(source: str, expect: Expect, there: Iterable[date], until: date) -> Absent | None:
    """The days from the first to `until` that should have a file and have none; None when all are there."""
    held = {_first(day, expect.every) for day in there}
    begin = expect.since or min(held, default=None)
    if begin is None:
        return None
    days = calendar(expect.calendar)
    due = until - timedelta(days=expect.after)
    wanted = [day for day in _wanted(begin, due, expect.every, days) if day not in held]
    return Absent(source, expect.every, wanted) if wanted else None


def _wanted(begin: date, due: date, every: Every, days: BusinessCalendar) -> Iterator[date]:
    """What should be there: each day, or the first day of each week or month that was over on `due`."""
    day = _first(begin, every)
    while (last := _next(day, every) - timedelta(days=1)) <= due:
        if every != "business day" or days.is_business_day(day):
            yield day
        day = last + timedelta(days=1)


def _first(day: date, every: Every) -> date:
    if every == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if every == "month" else day


def _next(day: date, every: Every) -> date:
    if every == "month":
        return (day + timedelta(days=31)).replace(day=1)
    return day + timedelta(days=7 if every == "week" else 1)


def _runs(days: Sequence[date], every: Every) -> Iterator[str]:
    """Days in words, several in a row as a range."""
    if every == "month":
        yield from (f"{day:%Y-%m}" for day in days)
        return
    if every == "week":
        yield from (f"the week of {day}" for day in days)
        return
    first = last = days[0]
    for day in [*days[1:], None]:
        if day is not None and day - last == timedelta(days=1):
            last = day
            continue
        yield f"{first}" if first == last else f"{first} to {last}"
        first = last = day or last
