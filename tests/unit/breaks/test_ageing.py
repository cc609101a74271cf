"""Due dates and ages by calendar."""

from datetime import date

import pytest

from recon.breaks.settings import BreakSettings
from recon.model.calendars import calendar
from tests.unit.breaks.books import Books, Row

NIGERIA = BreakSettings.model_validate({"left": {"due": {"business": "2", "calendar": "NG"}}})


def only_break(day: date | None, as_of: date, settings: BreakSettings, **more: object) -> Row:
    books = Books(as_of=as_of)
    books.entry("left", "a", "1", business_date=day, **more)
    (row,) = books.breaks(settings)
    return row


def test_business_days_skip_weekends_and_holidays() -> None:
    """1 October is Independence Day: two business days after Wednesday 30 September are Monday 5 October."""
    row = only_break(date(2026, 9, 30), date(2026, 10, 4), NIGERIA)
    assert (row["due_date"], row["kind"]) == (date(2026, 10, 5), "in_transit")
    assert (row["age_days"], row["age_business_days"]) == (4, 1)


def test_calendar_days_and_no_days() -> None:
    settings = BreakSettings.model_validate({"left": {"due": {"days": "3"}}})
    assert only_break(date(2026, 10, 1), date(2026, 10, 4), settings)["due_date"] == date(2026, 10, 4)
    row = only_break(date(2026, 10, 3), date(2026, 10, 5), BreakSettings())
    assert (row["due_date"], row["age_days"], row["age_business_days"]) == (date(2026, 10, 3), 2, 1)


def test_an_entry_without_a_business_date_counts_from_the_next_best_day() -> None:
    as_of = date(2026, 10, 31)
    row = only_break(None, as_of, BreakSettings(), value_date=date(2026, 10, 20))
    assert (row["due_date"], row["age_days"]) == (date(2026, 10, 20), 11)
    row = only_break(None, as_of, BreakSettings(), first_seen=date(2026, 10, 30))
    assert (row["due_date"], row["age_days"]) == (date(2026, 10, 30), 1)


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1899, 12, 31), date(2099, 1, 1), date.max])
def test_absurd_dates_have_an_age_and_a_due_date(day: date) -> None:
    row = only_break(day, date(2026, 10, 31), NIGERIA)
    assert row["age_days"] == max(0, (date(2026, 10, 31) - day).days)
    assert row["age_business_days"] >= 0
    assert row["due_date"] is not None


@pytest.mark.parametrize("first", [date(2026, 9, 25), date(2026, 12, 24)])
def test_ages_in_business_days_are_those_of_the_calendar(first: date) -> None:
    as_of = date(2027, 1, 4)
    assert only_break(first, as_of, NIGERIA)["age_business_days"] == calendar("NG").between(first, as_of)
