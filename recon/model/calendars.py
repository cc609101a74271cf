"""Business days: weekends and public holidays by country, as plain arithmetic on dates."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from recon.errors import ConfigError, Problem
from recon.project.suggest import did_you_mean

WEEKENDS: dict[str, frozenset[int]] = {
    "EG": frozenset({4, 5}),
    "SA": frozenset({4, 5}),
    "IL": frozenset({4, 5}),
}
"""Weekday numbers (Monday is 0) of countries whose weekend is not Saturday and Sunday."""


@dataclass(frozen=True)
class BusinessCalendar:
    """The working days of one country, or of Monday to Friday when it has no name."""

    name: str
    weekend: frozenset[int]
    holidays: frozenset[date]

    def is_business_day(self, day: date) -> bool:
        """Whether business is done on the day."""
        return day.weekday() not in self.weekend and day not in self.holidays

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

    Holidays are those of the `holidays` package for 1990 to 2060.

    Raises:
        ConfigError: no such calendar.
    """
    if name is None:
        return BusinessCalendar("Monday to Friday", frozenset({5, 6}), frozenset())
    import holidays

    known = holidays.list_supported_countries()
    if name not in known:
        raise ConfigError(
            Problem(
                code="calendar",
                message=f'no business-day calendar "{name}"',
                hint=did_you_mean(name, known) or "use the two-letter code of a country, such as NG",
            )
        )
    days = holidays.country_holidays(name, years=range(1990, 2061))
    return BusinessCalendar(name, WEEKENDS.get(name, frozenset({5, 6})), frozenset(days))
