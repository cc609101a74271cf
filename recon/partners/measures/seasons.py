"""How busy days of a kind are: factors by weekday and for the end of the month, from what all partners did together.

A week that has the month's end in it is compared with others as if it had not. Factors are whole thousandths; medians
are those of the values themselves, so that nothing is rounded but at one place.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

ORDINARY: Final = 1000
"""The factor of an ordinary day."""
END_DAYS: Final = 2
"""Days of a month that are its end."""
DAY = timedelta(days=1)


def is_end(day: date) -> bool:
    """Whether a day is one of the last of its month."""
    return (day + END_DAYS * DAY).month != day.month


def factors(totals: Mapping[date, Decimal], days: Sequence[date]) -> dict[date, int]:
    """The factor of each day. `totals` are what all partners did on each day; a day without any counts as none."""
    ordinary = [day for day in days if not is_end(day)]
    usual = _median([totals.get(day, Decimal(0)) for day in ordinary])
    if not usual:
        return dict.fromkeys(days, ORDINARY)
    by_weekday = {
        number: _ratio(
            _median([totals.get(day, Decimal(0)) for day in ordinary if day.weekday() == number]), usual
        )
        for number in range(7)
    }
    ends = [
        _ratio(totals.get(day, Decimal(0)) * ORDINARY, usual * by_weekday[day.weekday()])
        for day in days
        if is_end(day)
    ]
    end = sorted(ends)[len(ends) // 2] if ends else ORDINARY
    return {
        day: by_weekday[day.weekday()] * (end if is_end(day) else ORDINARY) // ORDINARY or 1 for day in days
    }


def _median(values: Sequence[Decimal]) -> Decimal:
    """The middle value, the lower of two; zero of none."""
    return sorted(values)[(len(values) - 1) // 2] if values else Decimal(0)


def _ratio(part: Decimal, whole: Decimal) -> int:
    """Thousandths, at least one, so that nothing is ever divided by nothing."""
    return max(1, int(part * ORDINARY / whole)) if whole else ORDINARY
