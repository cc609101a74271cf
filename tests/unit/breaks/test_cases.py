"""Cases: the clock in business hours, replies that stop and start it, causes, reports."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from recon.breaks.cases import working
from recon.breaks.cases.case import CaseStatus, Link, case_named, cases
from recon.breaks.cases.clock import BusinessClock
from recon.breaks.cases.report import Timed, escalated, offenders, report, timed
from recon.errors import UsageError
from recon.project.cases import CaseSettings
from recon.store.ledger import Ledger
from recon.store.people import Person

ADA = Person("ada", "ada")
SETTINGS = CaseSettings(opens="08:00", closes="16:00", calendar="NG", zone="Africa/Lagos")
MONDAY = datetime(2026, 10, 5, 7, 0, tzinfo=UTC)
"""08:00 in Lagos."""


class Watch:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = MONDAY

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def desk(tmp_path: Path) -> tuple[Ledger, Watch]:
    watch = Watch()
    return Ledger.open(tmp_path / "store" / "ledger.db", watch), watch


@pytest.mark.parametrize(
    ("start", "hours", "minutes"),
    [
        (MONDAY, 1, 60),
        (MONDAY - timedelta(hours=5), 6, 60),
        (MONDAY, 24, 8 * 60),
        (MONDAY + timedelta(days=4, hours=7), 66, 120),
        (datetime(2026, 9, 30, 14, 0, tzinfo=UTC), 24, 60),
    ],
    ids=["an hour", "before opening", "a day", "over the weekend", "over Independence Day"],
)
def test_only_business_time_counts(start: datetime, hours: int, minutes: int) -> None:
    clock = BusinessClock.of(SETTINGS)
    end = start + timedelta(hours=hours)
    assert clock.minutes(start, end) == minutes
    assert clock.minutes(end, start) == 0
    assert clock.minutes(start, clock.after(start, minutes)) == minutes


def now(ledger: Ledger, watch: Watch, number: int = 1) -> Timed:
    return timed(case_named(ledger, str(number)), SETTINGS, watch.now)


def test_the_clock_stands_still_while_we_wait(desk: tuple[Ledger, Watch]) -> None:
    ledger, watch = desk
    working.open_case(ledger, ADA, "Miller", "where is my money", [Link("entry", "e1")], "urgent", "bob")
    assert now(ledger, watch).due == MONDAY + timedelta(hours=4)
    watch.now += timedelta(hours=1)
    working.reply(ledger, ADA, "C-0001", "which order?", waits=True)
    watch.now += timedelta(days=1)
    assert (now(ledger, watch).used, now(ledger, watch).clock, now(ledger, watch).due) == (60, "stopped", None)
    working.reply(ledger, ADA, "1", "A-1001", incoming=True)
    watch.now += timedelta(hours=2, minutes=30)
    assert (now(ledger, watch).used, now(ledger, watch).clock) == (210, "nearly late")
    watch.now += timedelta(hours=1)
    assert [one.case.name for one in escalated([now(ledger, watch)])] == ["C-0001"]
    one = working.resolve(ledger, ADA, "1", SETTINGS, "fee", "the charge was returned")
    assert (one.status, one.cause, one.resolved_by) == (CaseStatus.RESOLVED, "fee", "ada")
    watch.now += timedelta(days=3)
    assert (now(ledger, watch).used, now(ledger, watch).clock) == (270, "late")
    again = working.reopen(ledger, ADA, "1", "it was not")
    assert (again.status, again.reopened, again.cause) == (CaseStatus.OPEN, 1, "")


def test_what_is_wrong_is_refused(desk: tuple[Ledger, Watch]) -> None:
    ledger, _ = desk
    with pytest.raises(UsageError, match="needs who asked"):
        working.open_case(ledger, ADA, "", "x", [])
    working.open_case(ledger, ADA, "Miller", "x", [])
    with pytest.raises(UsageError, match="did you mean `fee`"):
        working.resolve(ledger, ADA, "1", SETTINGS, "fees", "x")
    with pytest.raises(UsageError, match="is open already"):
        working.reopen(ledger, ADA, "1", "x")
    with pytest.raises(UsageError, match="no case `7`"):
        working.assign(ledger, ADA, "7", "bob")
    working.resolve(ledger, ADA, "1", SETTINGS, "fee", "x")
    with pytest.raises(UsageError, match="is resolved already"):
        working.resolve(ledger, ADA, "1", SETTINGS, "fee", "x")


def test_the_report_counts_causes_and_who_asks_again(desk: tuple[Ledger, Watch]) -> None:
    ledger, watch = desk
    for asker, cause in (("Miller", "fee"), ("Miller", "bank"), ("Okoro", "fee"), ("Adams", None)):
        one = working.open_case(ledger, ADA, asker, "x", [Link("merchant", "Shop 7")])
        watch.now += timedelta(hours=1)
        if cause:
            working.resolve(ledger, ADA, one.name, SETTINGS, cause, "done")
    held = [timed(one, SETTINGS, watch.now) for one in cases(ledger)]
    assert [(line.group, line.cases, line.living, line.median_minutes) for line in report(held, "cause")] == [
        ("fee", 2, 0, 60), ("bank", 1, 0, 60), ("not resolved", 1, 1, None),
    ]  # fmt: skip
    assert [(line.group, line.cases) for line in offenders(held)] == [("Miller", 2), ("merchant Shop 7", 4)]
    assert {line.group for line in report(held, "month")} == {"2026-10"}
