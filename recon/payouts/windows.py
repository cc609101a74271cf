"""Windows of time over which totals build up, and the periods in which payees are settled."""

from datetime import date, timedelta

from recon.errors import Problem, UsageError
from recon.model.periods import Period
from recon.payouts.plan.measures import Accumulate

FREQUENCIES = {"monthly": 1, "quarterly": 3, "semi": 6, "semiannual": 6, "annual": 12, "yearly": 12}
"""Months of each settlement frequency; weekly and biweekly (1st to 15th, 16th to the end) are counted in days."""


def window(accumulate: Accumulate, day: date | None, period: str) -> str:
    """The name of the window a day lies in; totals of one window add up, those of two never do."""
    if accumulate is Accumulate.FOREVER:
        return "forever"
    if day is None or accumulate in {Accumulate.PERIOD, Accumulate.NONE}:
        return period
    if accumulate is Accumulate.MONTH:
        return f"{day:%Y-%m}"
    if accumulate is Accumulate.QUARTER:
        return f"{day.year}-Q{(day.month + 2) // 3}"
    return str(day.year)


def first_of_window(accumulate: Accumulate, day: date) -> date:
    """The first day of the month, quarter or year that a day lies in; of forever, the first of all."""
    if accumulate is Accumulate.FOREVER:
        return date.min
    months = {Accumulate.QUARTER: 3, Accumulate.YEAR: 12}.get(accumulate, 1)
    return day.replace(month=(day.month - 1) // months * months + 1, day=1)


def period_before(period: Period) -> Period:
    """The period before: as many whole months, or else as many days."""
    eve = period.first - timedelta(days=1)
    if period.first.day == 1 and period.last == month_end(period.last):
        months = (period.last.year - period.first.year) * 12 + period.last.month - period.first.month + 1
        return Period(add_months(period.first, -months), eve)
    return Period(period.first - (period.last - period.first) - timedelta(days=1), eve)


def settlement_period(frequency: str, day: date) -> Period:
    """The settlement period of a day.

    Raises:
        UsageError: no such frequency.
    """
    word = frequency.split(maxsplit=1)[0].casefold().replace("-", "")
    if word in {"biweekly", "semimonthly"}:
        first = day.replace(day=1 if day.day <= 15 else 16)
        return Period(first, day.replace(day=15) if day.day <= 15 else month_end(day))
    if word == "weekly":
        first = day - timedelta(days=day.weekday())
        return Period(first, first + timedelta(days=6))
    if word == "daily":
        return Period(day, day)
    if word not in FREQUENCIES:
        known = ", ".join(["daily", "weekly", "biweekly", *FREQUENCIES])
        raise UsageError(Problem("frequency", f'no settlement frequency "{frequency}"', hint=f"known: {known}"))
    months = FREQUENCIES[word]
    start = (day.month - 1) // months * months + 1
    first = date(day.year, start, 1)
    return Period(first, month_end(add_months(first, months - 1)))


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month when it has no such day."""
    count = day.year * 12 + day.month - 1 + months
    first = date(count // 12, count % 12 + 1, 1)
    return first.replace(day=min(day.day, month_end(first).day))


def months_between(first: date, last: date) -> int:
    """The whole months from one day to another; none where it lies before."""
    months = (last.year - first.year) * 12 + last.month - first.month
    return max(months - (add_months(first, months) > last), 0)


def month_end(day: date) -> date:
    """The last day of the day's month."""
    following = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return following - timedelta(days=1)


def settled(frequency: str, days: list[date], settle_to: date, *, only_complete: bool) -> list[Period]:
    """The periods that have days in them and are settled on a date; only periods that ended before it if wanted."""
    periods = sorted({settlement_period(frequency, day) for day in days if day <= settle_to})
    return [period for period in periods if not only_complete or period.last < settle_to]
