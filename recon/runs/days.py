"""The day that a run is as of, held against the period that was asked for, the entries, and the calendar on the wall.

What a run gives never depends on the day on which it is made. That day only tells a slip of the pen from a period that
somebody means: one that has not begun and of which no entry is known.
"""

from collections.abc import Sequence
from datetime import date

from recon.errors import Problem, UsageError
from recon.model.periods import Period
from recon.store.parquet import largest
from recon.store.published import Published
from recon.store.store import Store


def chosen_day(period: Period | None, as_of: date | None) -> date | None:
    """The day that a run of a period is as of: the one that was said, else the last of the period.

    Raises:
        UsageError: the day lies before the period, of which the run would hold nothing.
    """
    if as_of is not None and period is not None and as_of < period.first:
        message = f"a run as of {as_of} holds nothing of {period}, which begins on {period.first}"
        hint = "correct `--as-of`, or the period; without `--as-of` a run is as of the period's last day"
        raise UsageError(Problem("as-of", message, hint=hint))
    return as_of or (period.last if period else None)


def last_day(ingests: Sequence[Published]) -> date | None:
    """The last business date of all entries of some ingests; to open an engine takes longer than to look."""
    days: list[date | None] = [largest(one.verified("entries.parquet"), "business_date") for one in ingests]
    return max((day for day in days if day is not None), default=None)


def refuse_unbegun(store: Store, period: Period, today: date) -> None:
    """Refuse a period that has not begun and of which no entry is known, unless its day was said.

    Runs never go back in time, so that a run of it would keep every period before it from being run.

    Raises:
        UsageError: it is such a period.
        ControlFailed: the store was changed from outside.
    """
    if period.first <= today or not (ingests := store.ingests()):
        return
    last = last_day(ingests)
    if last is None or last < period.first:
        message = (
            f"{period} has not begun, and no entry of it is known; a run of it would be as of {period.last}"
        )
        hint = "correct the period; if it is meant, say its day with `--as-of`"
        raise UsageError(Problem("period-to-come", message, hint=hint))


def still_to_come(as_of: date, today: date) -> str | None:
    """What to tell of a run as of a day that is still to come; None for any other day."""
    if as_of <= today:
        return None
    return (
        f"{as_of} is still to come: ages and due dates are counted up to it, and no run as of an earlier day can "
        "follow but with `--fresh`"
    )
