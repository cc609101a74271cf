"""When a break is due and how old it is: in calendar days, in business days, and by bucket."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import pyarrow as pa

from recon.breaks.settings import BreakSettings, Due
from recon.engines.duck import DuckEngine
from recon.model.calendars import BusinessCalendar, calendar
from recon.model.sides import SIDES

FIRST_DAY: Final = date(1990, 1, 1)
LAST_DAY: Final = date(2060, 12, 31)
"""The days that have a calendar. Dates outside are taken for the nearest of these two, for due dates and
business days only."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """A range of ages, from so many calendar days up to the next bucket."""

    label: str
    first: int


BUCKETS: Final = (
    Bucket("0-1 days", 0),
    Bucket("2-7 days", 2),
    Bucket("8-30 days", 8),
    Bucket("31-60 days", 31),
    Bucket("61-90 days", 61),
    Bucket("over 90 days", 91),
)
"""The ageing profile, for every listing and report."""
_CALENDAR = pa.schema(
    [
        pa.field("ruleset", pa.string(), nullable=False),
        pa.field("side", pa.string(), nullable=False),
        pa.field("day", pa.date32(), nullable=False),
        pa.field("due_date", pa.date32(), nullable=False),
        pa.field("age_business_days", pa.int64(), nullable=False),
    ]
)


def register_calendar(
    engine: DuckEngine, name: str, rulesets: Mapping[str, BreakSettings], as_of: date, days: list[date]
) -> None:
    """Register a table of the due date and the age in business days of each day, by rule set and side.

    Rows with an empty rule set and side are for breaks that no rule set owns: due at once, Monday to Friday.
    The age counts the business days after the day up to and including `as_of`, and is never negative.
    """
    rows: list[dict[str, object]] = []
    known = sorted({within_calendar(day) for day in days})
    dues = {
        (ruleset, side): settings.side(side).due for ruleset, settings in rulesets.items() for side in SIDES
    }
    by_rule = {due: _days_of(due, as_of, known) for due in {*dues.values(), Due()}}
    for (ruleset, side), due in [(("", ""), Due()), *sorted(dues.items())]:
        rows += [
            {"ruleset": ruleset, "side": side, "day": day, "due_date": due_date, "age_business_days": age}
            for day, due_date, age in by_rule[due]
        ]
    engine.register(name, pa.Table.from_pylist(rows, schema=_CALENDAR))


def within_calendar(day: date) -> date:
    """The day itself, or the nearest day that has a calendar."""
    return min(max(day, FIRST_DAY), LAST_DAY)


def _days_of(due: Due, as_of: date, days: list[date]) -> list[tuple[date, date, int]]:
    if not days:
        return []
    business = calendar(due.calendar)
    ordinals = dict(business.ordinals(days[0], max(days[-1], within_calendar(as_of))))
    now = ordinals[max(within_calendar(as_of), days[0])]
    return [(day, _due_date(due, business, day), max(0, now - ordinals[day])) for day in days]


def _due_date(due: Due, business: BusinessCalendar, day: date) -> date:
    if due.business is not None:
        return business.add(day, due.business)
    return day + timedelta(days=due.days or 0)


def within_calendar_sql(column: str) -> str:
    """`within_calendar` as an SQL expression."""
    return f"least(greatest({column}, DATE '{FIRST_DAY}'), DATE '{LAST_DAY}')"
