"""Business days: weekends and public holidays by country, as plain arithmetic on dates."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any, Final

from recon.errors import ConfigError, Problem
from recon.project.suggest import did_you_mean

WEEKENDS: dict[str, frozenset[int]] = {
    "EG": frozenset({4, 5}),
    "SA": frozenset({4, 5}),
    "IL": frozenset({4, 5}),
}
"""Weekday numbers (Monday is 0) of countries whose weekend is not Saturday and Sunday."""
YEARS: Final = range(1990, 2061)
"""The years whose public holidays are known."""


@dataclass(frozen=True)
class BusinessCalendar:
    """The working days of one country, or of Monday to Friday when it has no name."""

    name: str
    weekend: frozenset[int]
    holidays: Callable[[int], frozenset[date]]
    """The public holidays of a year."""

    def is_business_day(self, day: date) -> bool:
        """Whether business is done on the day."""
        return day.weekday() not in self.weekend and day not in self.holidays(day.year)

    def add(self, day: date, business_days: int) -> date:
        """The date that many business days after the day (before it when negative).

        Zero gives the day itself if business is done on it, otherwise the next such day.
        """
        step = timedelta(days=-1 if business_days < 0 else 1)
        current = day
        while not self.is_business_day(current):
            current += step
        for _ in range(abs(business_days)):
            current += step
            while not self.is_business_day(current):
                current += step
        return current

    def between(self, first: date, last: date) -> int:
        """Business days after `first` up to and including `last`; negative when `last` is the earlier one."""
        if last < first:
            return -self.between(last, first)
        days = (last - first).days
        return sum(self.is_business_day(first + timedelta(days=n)) for n in range(1, days + 1))

    def ordinals(self, first: date, last: date) -> list[tuple[date, int]]:
        """Each day of the range with the number of business days up to it, counted from the range's start.

        A day on which no business is done has the ordinal of the business day before it, so that the difference
        of two ordinals is `between` of the days.
        """
        rows, count, day = [], 0, first
        while day <= last:
            count += self.is_business_day(day)
            rows.append((day, count))
            day += timedelta(days=1)
        return rows


@cache
def calendar(name: str | None) -> BusinessCalendar:
    """The calendar of a country by its ISO 3166 code (`NG`), or Monday to Friday for None.

    Holidays are those of the `holidays` package in `YEARS`; each year is worked out when it is first asked for.

    Raises:
        ConfigError: no such calendar.
    """
    if name is None:
        return BusinessCalendar("Monday to Friday", frozenset({5, 6}), lambda _: frozenset())
    # it reads the calendars of all religions when it is imported, and most work needs no country
    import holidays
    from holidays.registry import EntityLoader

    _import_one_by_one("holidays.countries")
    known = list(EntityLoader.get_country_codes())
    if name not in known:
        raise ConfigError(
            Problem(
                code="calendar",
                message=f'no business-day calendar "{name}"',
                hint=did_you_mean(name, known) or "use the two-letter code of a country, such as NG",
            )
        )

    @cache
    def of_year(year: int) -> frozenset[date]:
        return frozenset(holidays.country_holidays(name, years=year) if year in YEARS else ())

    return BusinessCalendar(name, WEEKENDS.get(name, frozenset({5, 6})), of_year)


class _OneByOne(ModuleType):
    """A package whose modules can be imported one by one; it is run itself once it is asked for what it holds."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  (whatever the package holds)
        spec = self.__spec__
        if name.startswith("__") or spec is None or spec.loader is None or "__run__" in self.__dict__:
            raise AttributeError(name)
        self.__dict__["__run__"] = True
        spec.loader.exec_module(self)
        return getattr(self, name)


def _import_one_by_one(package: str) -> None:
    """Do not run a package before one of its modules is imported: that of countries would import all 250 of them."""
    if package not in sys.modules and (spec := find_spec(package)):
        module = module_from_spec(spec)
        module.__class__ = _OneByOne
        sys.modules[package] = module
