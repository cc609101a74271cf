"""Files read into a private folder: checked entry by entry, named, and still apart from the store."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from recon.errors import InputRefused, Place, Problem
from recon.model.ids import file_id
from recon.project.workspace import Project
from recon.sources.file import SourceFile
from recon.sources.intake.cards import masked, without_cards
from recon.sources.intake.contracts import kept
from recon.sources.intake.discovery import Found
from recon.sources.intake.identity import digests
from recon.sources.profiles.profile import FormatProfile, LoadedProfile, TableProfile
from recon.sources.reader import READ, Batch, Refused, Statement
from recon.sources.reading import read, reader_name
from recon.sources.values.moments import business_dates
from recon.sources.values.time_formats import cut_off_minutes, zone_of
from recon.store.disk import disk_errors
from recon.store.scratch import scratch_folder

STAGED: Final = pa.schema(
    [
        pa.field("source", pa.string(), nullable=False),
        pa.field("file_id", pa.string(), nullable=False),
        pa.field("row_no", pa.int64(), nullable=False),
        pa.field("seq", pa.int64(), nullable=False),
        pa.field("digest", pa.string(), nullable=False),
        *READ,
    ]
)
"""Entries on their way into the store: `row_no` counts a file's entries, `seq` those
of all files, `digest` is the first id of equals."""
_FEW: Final = ("source", "file_id", "account", "entity", "statement_id", "payout_id", "currency",
               "original_currency", "type", "type_raw", "status")  # fmt: skip
"""Columns with few values, of which a dictionary is worth looking for in a file that is read once."""
SHOWN_REFUSALS: Final = 10


@dataclass
class StagedFile:
    """One file after reading: its counts, its statements, what was refused, and where its entries wait."""

    found: Found
    sha256: str = ""
    file_id: str = ""
    size: int = 0
    reader: str = ""
    encoding: str | None = None
    lines: int = 0
    entries: int = 0
    recognised: int = 0
    refused: list[Refused] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    sums: dict[str, tuple[Decimal, Decimal]] = field(default_factory=dict)
    days: tuple[date, date] | None = None
    undated: int = 0
    filled: set[str] = field(default_factory=set)
    """Columns of which an entry has a value."""
    parquet: Path | None = None
    offset: int = 0
    reading: int = 1

    @property
    def source(self) -> str:
        """The source's name."""
        return self.found.source

    @property
    def proof_ok(self) -> bool:
        """Whether every line taken from the bytes is an entry, refused or recognised."""
        return self.lines == self.entries + len(self.refused) + self.recognised


@contextmanager
def staging_folder(project: Project) -> Iterator[Path]:
    """A private folder inside the store's temporary folder, removed afterwards."""
    with scratch_folder(project.temporary_dir, "ingest-") as folder, disk_errors("take in the files", folder):
        yield folder


def stage(
    found: Found,
    folder: Path | None,
    max_refused: int,
    offset: int = 0,
    sha256: str | None = None,
    reading: int = 1,
) -> tuple[StagedFile, list[Problem]]:
    """Read one file; its entries go to a Parquet file in `folder`, or nowhere when it is only checked.

    `offset` is the number of entries staged before it, `sha256` what the file should still be, `reading` how often
    its content is read with this time. The problems say why the file cannot be taken; without any it can.

    Raises:
        ConfigError: a derived field of the profile is wrong.
    """
    staged = StagedFile(found, offset=offset, reading=reading)
    try:
        with SourceFile(found.path, found.shown, sha256, found.inside) as file:
            staged.sha256, staged.size = file.sha256, file.size
            staged.file_id = file_id(file.sha256, reading)
            staged.reader = reader_name(found.loaded, file)
            _read_all(staged, file, folder)
    except InputRefused as error:
        return staged, list(error.problems)
    return staged, [*_too_many(staged, max_refused), *_unproven(staged)]


def _read_all(staged: StagedFile, file: SourceFile, folder: Path | None) -> None:
    path = folder / f"{staged.source}-{staged.file_id}.parquet" if folder else None
    layout = {"compression": "lz4", "use_dictionary": [*_FEW], "write_statistics": False}
    writer = pq.ParquetWriter(path, STAGED, **layout) if path else None
    try:
        for batch in read(file, staged.found.loaded):
            table = _take(staged, batch)
            if writer is not None and table.num_rows:
                writer.write_table(table)
    finally:
        if writer is not None:
            writer.close()
    staged.parquet = path


def _take(staged: StagedFile, batch: Batch) -> pa.Table:
    """Count a batch and give its entries checked, dated, without card numbers, and named."""
    first = staged.entries
    staged.lines += batch.lines
    staged.recognised += batch.recognised
    staged.encoding = batch.encoding or staged.encoding
    staged.statements += batch.statements
    staged.refused += map(_safe, batch.refused)
    if not batch.entries.num_rows:
        return STAGED.empty_table()
    entries, broken = kept(dated(batch.entries, staged.found.loaded))
    entries = masked(entries)
    rows = entries.num_rows
    staged.entries += rows
    staged.refused += map(_safe, broken)
    _add_sums(staged, entries)
    _add_days(staged, entries)
    staged.filled |= {name for name in entries.column_names if entries.column(name).null_count < rows}
    columns = [
        pa.repeat(staged.source, rows),
        pa.repeat(staged.file_id, rows),
        pa.arange(first, first + rows),
        pa.arange(staged.offset + first, staged.offset + first + rows),
        digests(entries, staged.source) if rows else pa.array([], pa.string()),
        *entries.columns,
    ]
    return pa.Table.from_arrays(columns, schema=STAGED)


def dated(entries: pa.Table, loaded: LoadedProfile) -> pa.Table:
    """The entries with their business date: of the time in the source's zone, else booking, else value date."""
    profile = loaded.profile
    dates = profile.dates if isinstance(profile, (TableProfile, FormatProfile)) else None
    columns = {
        name: pl.Series(name, entries.column(name)) for name in ("event_time", "booking_date", "value_date")
    }
    frame = pl.DataFrame(columns).cast({"booking_date": pl.Date, "value_date": pl.Date})
    moments = frame["event_time"].cast(pl.Datetime("us"))
    cut_off = cut_off_minutes(dates.cut_off if dates else "00:00 next day")
    days = business_dates(moments, zone_of((dates.home if dates else None) or "UTC"), cut_off)
    order = ["event_time", "booking_date", "value_date"]
    if dates is not None and dates.business is not None:
        order.sort(key=lambda name: name != dates.business)
    chosen = frame.with_columns(days.alias("event_time")).select(pl.coalesce(order))
    position = entries.schema.get_field_index("business_date")
    return entries.set_column(
        position, entries.field(position), chosen.to_series().to_arrow().cast(entries.field(position).type)
    )


def _add_sums(staged: StagedFile, entries: pa.Table) -> None:
    frame = pl.DataFrame({name: entries.column(name) for name in ("currency", "amount")})
    amount = pl.col("amount").cast(pl.Decimal(38, 8))
    sums = frame.group_by("currency").agg(
        inward=amount.filter(pl.col("amount") > 0).sum(), outward=amount.filter(pl.col("amount") < 0).sum()
    )
    before = defaultdict(lambda: (Decimal(0), Decimal(0)), staged.sums)
    for currency, inward, outward in sums.rows():
        credits_, debits = before[currency]
        staged.sums[currency] = (credits_ + inward, debits - outward)


def _add_days(staged: StagedFile, entries: pa.Table) -> None:
    """Widen the file's range of business dates; entries without one are counted."""
    days = pl.Series(entries.column("business_date"), dtype=pl.Date)
    staged.undated += days.null_count()
    first, last = days.min(), days.max()
    if isinstance(first, date) and isinstance(last, date):
        before = staged.days or (first, last)
        staged.days = (min(first, before[0]), max(last, before[1]))


def _safe(one: Refused) -> Refused:
    value = None if one.value is None else without_cards(one.value)
    return Refused(one.line_no, one.field, value, one.code, without_cards(one.reason), without_cards(one.text))


def _too_many(staged: StagedFile, most: int) -> list[Problem]:
    """Why a file with more refused rows than allowed is refused: a summary, then its first rows."""
    refused = sorted(staged.refused, key=lambda one: one.line_no)
    if len(refused) <= most:
        return []
    shown = staged.found.shown
    count = "1 row" if len(refused) == 1 else f"{len(refused):,} rows"
    rows = [
        Problem(
            "refused-row", one.reason, Place(shown, one.line_no, None, one.field), excerpt=_one_line(one.text)
        )
        for one in refused[:SHOWN_REFUSALS]
    ]
    hint = (
        f"repair the file or the profile {staged.found.loaded.shown}; `recon sources check {staged.source}` shows "
        "all refused rows; max_refused allows some"
    )
    summary = Problem(
        "refused-rows", f"{count} refused of {staged.lines:,} lines, allowed {most}", Place(shown), hint
    )
    return [summary, *rows]


def _one_line(text: str) -> str:
    flat = " ".join(text.split())
    return f"  {flat[:200]}"


def _unproven(staged: StagedFile) -> list[Problem]:
    if staged.proof_ok:
        return []
    message = (
        f"{staged.lines} lines are not {staged.entries} entries, {len(staged.refused)} refused and "
        f"{staged.recognised} recognised"
    )
    return [Problem("file-proof", message, Place(staged.found.shown), "this is a defect of the reader")]
