"""Times of files in UTC and their business days, an hour at a time, are what the zone says of each time by itself."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from recon.sources.values.moments import business_dates, to_utc

CHANGES = {
    "Europe/Berlin": [datetime.fromisoformat("2026-03-29 01:00"), datetime.fromisoformat("2026-10-25 01:00")],
    "Australia/Lord_Howe": [
        datetime.fromisoformat("2026-04-04 15:00"),
        datetime.fromisoformat("2026-10-03 15:30"),
    ],
    "America/St_Johns": [
        datetime.fromisoformat("2010-03-14 03:31"),
        datetime.fromisoformat("2010-11-07 02:31"),
    ],
    "Pacific/Apia": [datetime.fromisoformat("2011-12-30 10:00")],
    "Africa/Lagos": [datetime.fromisoformat("2026-10-01 00:00")],
}
"""Moments in UTC at which the clocks of a zone change; by half an hour, at a minute past midnight, by a whole day."""


def _around(moment: datetime) -> list[datetime]:
    return [moment + timedelta(minutes=7 * step, seconds=59) for step in range(-250, 250)]


def _utc(local: datetime, zone: ZoneInfo) -> datetime | None:
    moment = local.replace(tzinfo=zone).astimezone(UTC)
    return moment.replace(tzinfo=None) if moment.astimezone(zone).replace(tzinfo=None) == local else None


def _day(moment: datetime, zone: ZoneInfo, cut_off: int) -> date:
    local = moment.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)
    return (local + timedelta(days=1) - timedelta(minutes=cut_off)).date()


@pytest.mark.parametrize("name", CHANGES)
def test_around_a_change_of_clocks(name: str) -> None:
    zone = ZoneInfo(name)
    times = [time for change in CHANGES[name] for time in _around(change)]
    series = pl.Series([None, *times], dtype=pl.Datetime("us"))
    offset = zone.utcoffset(CHANGES[name][0]) or timedelta()
    local = [time + offset for time in times]

    assert to_utc(series + offset, zone).to_list() == [None, *(_utc(time, zone) for time in local)]
    for cut_off in (1_380, 1_440):
        assert business_dates(series, zone, cut_off).to_list() == [
            None,
            *(_day(t, zone, cut_off) for t in times),
        ]


def test_what_never_occurred_and_what_occurred_twice() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    times = pl.Series([datetime.fromisoformat("2026-03-29 02:30"), datetime.fromisoformat("2026-10-25 02:30")])
    assert to_utc(times, berlin).to_list() == [None, datetime.fromisoformat("2026-10-25 00:30")]
