"""Accounting periods: a month, a day, or a range of days."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from recon.errors import Problem, UsageError

_MONTH = re.compile(r"(\d{4})-(\d{2})")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_RANGE = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A closed range of days: both `first` and `last` belong to it."""

    first: date
    last: date

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Read `2026-10`, `2026-10-14` or `2026-10-01..2026-10-14`.

        Raises:
            UsageError: the text is none of these or names a day that does not exist.
        """
        try:
            if month := _MONTH.fullmatch(text):
                first = date(int(month[1]), int(month[2]), 1)
                return cls(first, month_end(first))
            if _DAY.fullmatch(text):
                return cls(date.fromisoformat(text), date.fromisoformat(text))
            if days := _RANGE.fullmatch(text):
                first, last = date.fromisoformat(days[1]), date.fromisoformat(days[2])
                if first <= last:
                    return cls(first, last)
        except ValueError:
            pass  # a day or month out of range: the same problem as any other text
        raise UsageError(
            Problem(
                code="period",
                message=f'"{text}" is not a period',
                hint="write a month as 2026-10, a day as 2026-10-14, or 2026-10-01..2026-10-14",
            )
        )

    def __str__(self) -> str:
        """The shortest text that `parse` reads back."""
        if self.first == self.last:
            return self.first.isoformat()
        if self.first.day == 1 and self.last == month_end(self.first):
            return f"{self.first:%Y-%m}"
        return f"{self.first.isoformat()}..{self.last.isoformat()}"

    def __contains__(self, day: date) -> bool:
        """Whether the day lies in the period."""
        return self.first <= day <= self.last


def month_end(day: date) -> date:
    """The last day of the day's month."""
    following = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return following - timedelta(days=1)
