"""Notes about breaks that say a day."""

import pytest

from recon.breaks.casework.noting import Noting, noting
from recon.breaks.casework.vocabulary import Note
from recon.errors import UsageError

RUN = "2026-10-09-0123456789"


def test_nothing_is_supported_until_a_day_that_is_past() -> None:
    """What will have cleared by a day has a day to come; it is held against the run, not against the clock."""
    with pytest.raises(
        UsageError, match="2020-01-01 is past: the run that has the break open is as of 2026-10-09"
    ):
        noting([Noting("b1", Note.SUPPORT, "2020-01-01", "paid on the 8th")], RUN)
    for day in ("2026-10-09", "2026-10-13", ""):
        (row,) = noting([Noting("b1", Note.SUPPORT, day, "paid on the 8th")], RUN)
        assert row[1]["value"] == day


def test_a_day_by_which_a_break_was_due_may_be_past() -> None:
    assert len(noting([Noting("b1", Note.DUE, "2026-10-01")], RUN)) == 1
