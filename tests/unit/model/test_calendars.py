"""Calendars of countries: each country is imported by itself, and has the holidays it has among all others."""

import subprocess
import sys
from importlib import import_module
from typing import Final

import holidays

from recon.model.calendars import YEARS, calendar

ALONE: Final = """
import sys
from recon.model.calendars import YEARS, calendar
days = {day for name in ("CH", "AX") for year in YEARS for day in calendar(name).holidays(year)}
loaded = [name for name in sys.modules if name.startswith("holidays.countries.")]
assert len(loaded) < 10, loaded
from holidays.countries import Nigeria  # the package itself is whole for whoever asks it
assert Nigeria.country == "NG"
print(*sorted(day.isoformat() for day in days), sep="\\n")
"""


def test_a_country_is_imported_alone_and_is_the_same() -> None:
    done = subprocess.run([sys.executable, "-c", ALONE], capture_output=True, text=True, check=True)
    import_module("holidays.countries")
    known = {day for name in ("CH", "AX") for day in holidays.country_holidays(name, years=YEARS)}
    assert done.stdout.split() == sorted(day.isoformat() for day in known)


def test_years_by_themselves_have_the_holidays_that_they_have_in_a_row() -> None:
    for name in ("NG", "SA", "DE", "US", "JP"):
        row = frozenset(holidays.country_holidays(name, years=YEARS))
        assert frozenset(day for year in YEARS for day in calendar(name).holidays(year)) == row
    assert not calendar("NG").holidays(YEARS[0] - 1)
    assert not calendar("NG").holidays(YEARS[-1] + 1)
    assert not calendar(None).holidays(2026)
