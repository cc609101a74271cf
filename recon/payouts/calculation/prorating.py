"""Figures that count by the days on which they hold: of who joins or leaves, or whose quota changes, in a period."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from recon.model.periods import Period, month_end
from recon.payouts.calculation.facts import Facts, Value
from recon.payouts.calculation.windows import add_months, first_of_window, months_between
from recon.payouts.plan.figures import Prorated
from recon.payouts.plan.measures import Accumulate
from recon.payouts.rows import ratio

DAY = timedelta(days=1)
ZERO = Decimal(0)


def prorated(facts: Facts, name: str, of: Prorated, period: Period, year_begins: str) -> Decimal | None:
    """A figure of a payee for the days of a period on which it holds; None where nothing is known of it.

    Each value counts in proportion to its days. A figure that holds on other days only is zero.
    """
    values = facts.values.get(name)
    if values is None:
        whole = facts.figures.get(name)
        if whole is None:
            return None
        values = (Value(whole, period.first, period.last),)
    parts = (
        (one.amount * days, length) for one in values for days, length in _shares(of, period, one, year_begins)
    )
    sums: dict[int, Decimal] = {}
    for part, length in parts:
        sums[length] = sums.get(length, ZERO) + part
    return ratio(sum((part / length for length, part in sums.items()), ZERO))


def _shares(of: Prorated, period: Period, value: Value, year_begins: str) -> Iterator[tuple[int, int]]:
    """The days on which a value holds within a period, and of how many: of the period, or of each month or year.

    Of a year by months each month has a twelfth, as if the year had twelve times its days.
    """
    times = 12 if of is Prorated.YEAR_BY_MONTHS else 1
    for window in [period] if of is Prorated.PERIOD else _windows(of, period, year_begins):
        first = max(value.first, period.first, window.first)
        last = min(value.last, period.last, window.last)
        if first <= last:
            yield _days(first, last), _days(window.first, window.last) * times


def _windows(of: Prorated, period: Period, year_begins: str) -> Iterator[Period]:
    """The months or years that a period lies in."""
    day = period.first
    while day <= period.last:
        if of is Prorated.MONTH:
            window = Period(day.replace(day=1), month_end(day))
        else:
            months = 1 if of is Prorated.YEAR_BY_MONTHS else 12
            year = first_of_window(Accumulate.YEAR, day, year_begins)
            first = add_months(year, months_between(year, day) // months * months)
            window = Period(first, add_months(first, months) - DAY)
        yield window
        day = window.last + DAY


def _days(first: date, last: date) -> int:
    return (last - first).days + 1
