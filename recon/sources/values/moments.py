"""Columns of dates and times as files write them, in UTC, and the business day that each belongs to.

Zones are those of the `tzdata` package read through `zoneinfo`, never a database's, so that every engine sees
the same UTC times. A local time that occurs twice when clocks go back is the first of the two; one that never
occurred is refused.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import polars as pl

from recon.sources.values.months import IN_ENGLISH
from recon.sources.values.time_formats import SERIAL, UNIX, Format

_MICROSECONDS: Final = 86_400_000_000
_NAME: Final = r"(\p{L}{3,})"
_NAME_AND_POINT: Final = r"\p{L}{3,}\.?"
_HALF_DAY: Final = r"([AaPp])\. ?[Mm]\.?"
_SHORT_YEAR: Final = r"^(?<before>\D*)(?<year>1\d\d)(?<rest>\D.*|\d{4}|\d{4}\D.*)$"
_LAST: Final = timedelta(minutes=59)
_KEPT: Final = 100_000
"""Offsets that are kept for the next rows: those of the hours of eleven years."""
EARLIEST, LATEST = date(1970, 1, 1), date(2199, 12, 31)


def parsed(written: Format, cell: pl.Expr) -> pl.Expr:
    """The cell as a time: UTC when the format has an offset, else local; null where it does not fit."""
    if written.has_month_name:
        cell = _in_english(cell)
    if "%p" in written.directives:
        cell = cell.str.replace(_HALF_DAY, "${1}m")
    if written.from_1912:
        cell = _since_1912(cell)
    if written.year:
        cell = pl.concat_str([cell, pl.lit(f"|{written.year}")])
    if written.written in UNIX:
        number = pl.when(cell.str.contains(r"^\d{1,14}$")).then(cell).cast(pl.Int64, strict=False)
        return pl.from_epoch(number, time_unit="s" if written.written == "unix" else "ms").cast(
            pl.Datetime("us")
        )
    if written.written == SERIAL:
        return _of_serial(cell)
    if written.has_zone:
        offset = cell.str.replace("Z$", "+00:00")
        utc = offset.str.strptime(pl.Datetime("us", "UTC"), written.directives, strict=False)
        return utc.dt.replace_time_zone(None)
    if written.has_time:
        return cell.str.strptime(pl.Datetime("us"), written.directives, strict=False)
    return cell.str.strptime(pl.Date, written.directives, strict=False).cast(pl.Datetime("us"))


def _in_english(cell: pl.Expr) -> pl.Expr:
    """The cell with the name of its month in English, and without a point behind it; other words stay."""
    name = cell.str.extract(_NAME)
    month = name.str.to_lowercase().replace(IN_ENGLISH)
    known = name.str.to_lowercase().is_in(list(IN_ENGLISH))
    return pl.when(known).then(cell.str.replace(_NAME_AND_POINT, month)).otherwise(cell)


def _since_1912(cell: pl.Expr) -> pl.Expr:
    """The cell with its year of three digits, 115, as one of four, 2026; null where it has none."""
    parts = cell.str.extract_groups(_SHORT_YEAR)
    year = parts.struct.field("year").cast(pl.Int32, strict=False) + 1911
    return pl.concat_str([parts.struct.field("before"), year.cast(pl.String), parts.struct.field("rest")])


def _of_serial(cell: pl.Expr) -> pl.Expr:
    """Days since the end of 1899 and their fraction, as workbooks keep times; to the second, as Excel shows them."""
    written = cell.str.replace(",", ".", literal=True)
    days = (
        pl.when(written.str.contains(r"^\d{1,6}(\.\d+)?$")).then(written).cast(pl.Decimal(28, 12), strict=False)
    )
    moment = pl.lit(datetime(1899, 12, 30)) + pl.duration(microseconds=(days * _MICROSECONDS).cast(pl.Int64))  # noqa: DTZ001  (a time without a zone)
    return moment.dt.round("1s")


def to_utc(local: pl.Series, zone: ZoneInfo) -> pl.Series:
    """Local times as UTC; null for times that never occurred."""
    return local - _offsets(local, lambda moment: _shift(moment, zone))


@lru_cache(maxsize=_KEPT)
def _shift(local: datetime, zone: ZoneInfo) -> timedelta | None:
    aware = local.replace(tzinfo=zone)
    moment = aware.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != local:
        return None
    return aware.utcoffset()


def business_dates(moments: pl.Series, zone: ZoneInfo, cut_off: int) -> pl.Series:
    """The business date of UTC times: the day, in the zone, whose cut-off comes next after the time."""
    local = moments + _offsets(moments, lambda moment: _ahead(moment, zone))
    return (local + timedelta(days=1, minutes=-cut_off)).dt.date()


@lru_cache(maxsize=_KEPT)
def _ahead(moment: datetime, zone: ZoneInfo) -> timedelta | None:
    return moment.replace(tzinfo=UTC).astimezone(zone).utcoffset()


def _offsets(moments: pl.Series, offset: Callable[[datetime], timedelta | None]) -> pl.Series:
    """The offset of each time, from one question for each hour.

    Clocks are changed on a whole minute and not twice within an hour. Only an hour whose first and last minute
    differ, or do not occur, is asked about minute by minute.
    """
    by_hour = {hour: offset(hour) for hour in moments.dt.truncate("1h").drop_nulls().unique()}
    changed = [hour for hour, first in by_hour.items() if first is None or first != offset(hour + _LAST)]
    found = _looked_up(moments.dt.truncate("1h"), by_hour)
    if not changed:
        return found
    minutes = moments.dt.truncate("1m")
    unsure = minutes.dt.truncate("1h").is_in(changed)
    by_minute = {minute: offset(minute) for minute in minutes.filter(unsure).unique()}
    return _looked_up(minutes, by_minute).zip_with(unsure.fill_null(value=False), found)


def _looked_up(times: pl.Series, offsets: Mapping[datetime, timedelta | None]) -> pl.Series:
    known = pl.Series(list(offsets), dtype=times.dtype)
    return times.replace_strict(known, pl.Series(list(offsets.values()), dtype=pl.Duration("us")), default=None)


def plausible(moment: pl.Expr) -> pl.Expr:
    """Whether a date lies in the years that money files can be from; a two-digit year read as four does not."""
    return moment.dt.date().is_between(EARLIEST, LATEST)
