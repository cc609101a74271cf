"""Rules of dates and times on columns: cells become dates, local times become UTC in the zone of their row."""

from collections.abc import Callable, Mapping
from typing import Final

import polars as pl

from recon.sources.mapping.money_rules import Check
from recon.sources.profiles.columns import CellRef, Dates, ZoneColumn
from recon.sources.values.moments import parsed, plausible, to_utc
from recon.sources.values.time_formats import Format, format_of, zone_named

ISO: Final = ("yyyy-MM-dd", "yyyy-MM-dd HH:mm:ss.SSS", "yyyy-MM-dd HH:mm:ss.SSSZ")
"""How readers write dates that are no text in the file."""
LOCAL: Final = "\x01local"
_DATETIME: Final = pl.Datetime("us")


class TimeRules:
    """The date and time fields of one file. `cells` maps the columns' names to their cleaned cells.

    `text` gives the text of a reference, `typed` says whether cells may be dates that are no text.
    """

    def __init__(
        self,
        dates: Dates,
        cells: Mapping[str, pl.Expr],
        text: Callable[[str, CellRef], pl.Expr],
        *,
        typed: bool,
    ) -> None:
        self.dates, self.cells, self._text, self._typed = dates, cells, text, typed

    def compiled(self, times: Mapping[str, CellRef], checks: list[Check]) -> dict[str, pl.Expr]:
        """The fields as expressions; their checks are added."""
        made: dict[str, pl.Expr] = {}
        texts = []
        for field, ref in times.items():
            text, formats = self._text(field, ref), self._formats(ref)
            texts.append(text)
            if field == "event_time":
                formats = [one for one in formats if one.has_time]
                zoned = [parsed(one, text) for one in formats if one.has_zone]
                local = [parsed(one, text) for one in formats if not one.has_zone]
                if self._typed:  # a workbook's midnight is told as its day alone
                    local.append(parsed(format_of(ISO[0]), text))
                none = pl.lit(None, dtype=_DATETIME)
                made[field], made[LOCAL] = pl.coalesce([*zoned, none]), pl.coalesce([*local, none])
                moment = pl.coalesce([pl.col(field), pl.col(LOCAL)])
            else:
                moment = pl.coalesce([parsed(one, text) for one in formats])
                made[field] = moment.dt.date()
                moment = pl.col(field).cast(_DATETIME)
            wrong = text.is_not_null() & ~(plausible(moment).fill_null(value=False))
            named = ", ".join(one.written for one in formats)
            cell = text.fill_null("")
            checks.append(Check(field, cell, wrong, "date", f"not a date written as {named}"))
        if texts and self.dates.missing == "refuse":
            absent = pl.all_horizontal([text.is_null() for text in texts])
            checks.append(Check(next(iter(times)), pl.lit(""), absent, "empty", "the date is missing"))
        return made

    def _formats(self, ref: CellRef) -> list[Format]:
        written = [ref.format] if ref.format else self.dates.formats
        return [format_of(text) for text in (*written, *(ISO if self._typed else ()))]

    def to_utc(self, values: pl.DataFrame) -> tuple[pl.DataFrame, dict[int, Check]]:
        """Local times as UTC; rows whose time never occurred or whose zone is unknown, with what to say of them."""
        zone = self.dates.zone
        if LOCAL not in values.columns or zone is None or values[LOCAL].null_count() == values.height:
            return values, {}
        local = values[LOCAL]
        zones = values.select(self._zones(zone).alias("zone"))["zone"]
        moments = pl.Series("utc", [None] * values.height, dtype=_DATETIME)
        strange = pl.Series([False] * values.height, dtype=pl.Boolean)
        for name in zones.unique():
            own = (zones == name) & local.is_not_null()
            known = zone_named(name)
            if known is None:
                strange |= own
            elif own.any():
                here = to_utc(local.zip_with(own, pl.Series([None] * len(local), dtype=_DATETIME)), known)
                moments = here.zip_with(own, moments)
        times = pl.coalesce([pl.col("event_time"), moments.alias("utc")]).alias("event_time")
        bad = {}
        for row in (local.is_not_null() & moments.is_null()).arg_true():
            name = zones[int(row)]
            reason = f"this time never occurred in {name}: clocks went forward over it"
            shown: pl.Expr = pl.col(LOCAL).cast(pl.String)
            if strange[int(row)]:
                reason, shown = "this is no time zone; say in the profile what it stands for", pl.lit(name)
            bad[int(row)] = Check("event_time", shown, pl.lit(value=True), "date", reason)
        return values.with_columns(times), bad

    def _zones(self, zone: str | ZoneColumn) -> pl.Expr:
        """The name of each row's zone."""
        if isinstance(zone, str):
            return pl.lit(zone)
        if zone.column not in self.cells:
            return pl.lit(zone.empty)
        cell = self.cells[zone.column]
        return pl.when(cell == "").then(pl.lit(zone.empty)).otherwise(cell.replace(zone.words))
