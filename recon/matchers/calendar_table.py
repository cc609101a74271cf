"""Business-day ordinals as a small table, so that a window of business days is a subtraction."""

from datetime import date

import pyarrow as pa

from recon.engines.duck import DuckEngine
from recon.model.calendars import calendar
from recon.rules.tolerance import Window


def calendar_table(engine: DuckEngine, window: Window | None, days: tuple[date, date]) -> str | None:
    """Register the table of a window's calendar over the days in scope; its name, or None for calendar days.

    Columns `day` and `ordinal`: the difference of two ordinals is the number of business days between the days.
    """
    if window is None or not window.counts_business_days:
        return None
    name = f"calendar_{window.calendar or 'weekdays'}".lower()
    rows = calendar(window.calendar).ordinals(*days)
    engine.register(
        name,
        pa.table(
            {
                "day": pa.array([day for day, _ in rows], pa.date32()),
                "ordinal": pa.array([ordinal for _, ordinal in rows], pa.int64()),
            }
        ),
    )
    return name
