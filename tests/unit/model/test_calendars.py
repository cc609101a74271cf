"""Calendars of countries: each country is imported by itself, and has the holidays it has among all others."""

import subprocess
import sys
from importlib import import_module
from typing import Final

from recon.model.calendars import calendar

ALONE: Final = """
import sys
from recon.model.calendars import calendar
days = calendar("CH").holidays | calendar("AX").holidays
loaded = [name for name in sys.modules if name.startswith("holidays.countries.")]
assert len(loaded) < 10, loaded
from holidays.countries import Nigeria  # the package itself is whole for whoever asks it
assert Nigeria.country == "NG"
print(*sorted(day.isoformat() for day in days), sep="\\n")
"""


def test_a_country_is_imported_alone_and_is_the_same() -> None:
    done = subprocess.run([sys.executable, "-c", ALONE], capture_output=True, text=True, check=True)
    import_module("holidays.countries")
    known = calendar("CH").holidays | calendar("AX").holidays
    assert done.stdout.split() == sorted(day.isoformat() for day in known)
