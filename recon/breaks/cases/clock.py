"""The clock of a case: business minutes between two moments, by the hours and the calendar of the project."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from recon.model.calendars import BusinessCalendar, calendar
from recon.project.cases import CaseSettings


@dataclass(frozen=True, slots=True)
class BusinessClock:
    """Counts business minutes."""

    opens: time
    closes: time
    zone: ZoneInfo
    days: BusinessCalendar

    @classmethod
    def of(cls, settings: CaseSettings) -> "BusinessClock":
        """The clock that the settings describe.

        Raises:
            ConfigError: there is no such calendar.
        """
        return cls(
            time.fromisoformat(settings.opens),
            time.fromisoformat(settings.closes),
            ZoneInfo(settings.zone),
            calendar(settings.calendar),
        )

    def minutes(self, start: datetime, end: datetime) -> int:
        """Whole business minutes from one moment to a later one; nothing where the order is the other way round."""
        seconds = sum(
            max(0, int((min(last, end) - max(first, start)).total_seconds()))
            for first, last in self._shifts(self._day(start), self._day(end))
        )
        return seconds // 60

    def after(self, start: datetime, minutes: int) -> datetime:
        """The moment at which so many business minutes have passed since another."""
        left = timedelta(minutes=minutes)
        day = self._day(start)
        for first, last in self._shifts(day, day + timedelta(days=4000)):
            begin = max(first, start)
            if begin >= last:
                continue
            if begin + left <= last:
                return begin + left
            left -= last - begin
        return start

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def _shifts(self, first: date, last: date) -> Iterator[tuple[datetime, datetime]]:
        """The opening and closing moments of the business days of a range, in UTC."""
        day = first
        while day <= last:
            if self.days.is_business_day(day):
                opens, closes = (
                    datetime.combine(day, one, self.zone).astimezone(UTC) for one in (self.opens, self.closes)
                )
                yield opens, closes
            day += timedelta(days=1)
