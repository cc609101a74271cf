"""Windows of time over which totals build up, and the periods in which payees are settled."""

from collections.abc import Iterable
from datetime import date, timedelta

from recon.model.periods import Period, month_end
from recon.payouts.plan.measures import Accumulate
from recon.payouts.plan.payment import Every
from recon.payouts.plan.values import CALENDAR_YEAR

_MONTHS = {Every.MONTH: 1, Every.QUARTER: 3, Every.HALF_YEAR: 6, Every.YEAR: 12}


def window(accumulate: Accumulate, day: date | None, period: str, year_begins: str) -> str:
    """The name of the window a day lies in; totals of one window add up, those of two never do.

    Years and quarters of the calendar are called 2026 and 2026-Q2; others by their first day, such as
    "year from 2026-04-01", so that nobody takes one for the other.
    """
    if accumulate is Accumulate.FOREVER:
        return "forever"
    if day is None or accumulate in {Accumulate.PERIOD, Accumulate.NONE}:
        return period
    if accumulate is Accumulate.MONTH:
        return f"{day:%Y-%m}"
    if year_begins != CALENDAR_YEAR:
        return f"{accumulate} from {first_of_window(accumulate, day, year_begins)}"
    if accumulate is Accumulate.QUARTER:
        return f"{day.year}-Q{(day.month + 2) // 3}"
    return str(day.year)


def first_of_window(accumulate: Accumulate, day: date, year_begins: str) -> date:
    """The first day of the month, quarter or year that a day lies in; of forever, the first of all.

    Quarters are counted from the day on which the year begins; months are those of the calendar.
    """
    if accumulate is Accumulate.FOREVER:
        return date.min
    if accumulate not in {Accumulate.QUARTER, Accumulate.YEAR}:
        return day.replace(day=1)
    first = date.fromisoformat(f"{day.year:04}-{year_begins}")
    if first > day:
        first = first.replace(year=day.year - 1)
    if accumulate is Accumulate.YEAR:
        return first
    return add_months(first, months_between(first, day) // 3 * 3)


def period_before(period: Period) -> Period:
    """The period before: a half of a month, as many whole months (also from the 6th to the 5th), or as many days."""
    eve = period.first - timedelta(days=1)
    if period == settlement_period(Every.HALF_MONTH, period.first):
        return settlement_period(Every.HALF_MONTH, eve)
    following = period.last + timedelta(days=1)
    months = months_between(period.first, following)
    if months and add_months(period.first, months) == following:
        return Period(add_months(period.first, -months), eve)
    return Period(period.first - (period.last - period.first) - timedelta(days=1), eve)


def settlement_period(every: Every, day: date, year_begins: str = CALENDAR_YEAR) -> Period:
    """The period for which a day is paid; quarters, halves and years are counted from the day a year begins."""
    if every is Every.DAY:
        return Period(day, day)
    if every is Every.WEEK:
        first = day - timedelta(days=day.weekday())
        return Period(first, first + timedelta(days=6))
    if every is Every.HALF_MONTH:
        half = day.replace(day=15)
        return Period(day.replace(day=1), half) if day <= half else Period(day.replace(day=16), month_end(day))
    if every is Every.MONTH:
        return Period(day.replace(day=1), month_end(day))
    begins, months = first_of_window(Accumulate.YEAR, day, year_begins), _MONTHS[every]
    first = add_months(begins, months_between(begins, day) // months * months)
    return Period(first, add_months(first, months) - timedelta(days=1))


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month when it has no such day."""
    count = day.year * 12 + day.month - 1 + months
    first = date(count // 12, count % 12 + 1, 1)
    return first.replace(day=min(day.day, month_end(first).day))


def months_between(first: date, last: date) -> int:
    """The whole months from one day to another; none where it lies before."""
    months = (last.year - first.year) * 12 + last.month - first.month
    return max(months - (add_months(first, months) > last), 0)


def settled(
    every: Every,
    days: Iterable[date],
    settle_to: date,
    year_begins: str = CALENDAR_YEAR,
    *,
    only_complete: bool,
) -> list[Period]:
    """The periods that have days in them and are settled on a date; only periods that ended before it if wanted."""
    periods = sorted({settlement_period(every, day, year_begins) for day in days if day <= settle_to})
    return [period for period in periods if not only_complete or period.last < settle_to]
