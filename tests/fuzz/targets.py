"""Every reader as a target: whatever the bytes, it gives entries, refused rows, or a refusal with its place."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from recon.errors import InputRefused
from recon.sources.file import SourceFile
from recon.sources.profiles.profile import LoadedProfile
from recon.sources.reader import Batch
from recon.sources.reading import read
from recon.sources.registry import reader
from tests.properties.test_bank_readers import SAMPLES
from tests.unit.sources.workbench import BASIC, HEADER, profile
from tests.unit.sources_bank import national_files

ROOT: Final = Path(__file__).resolve().parents[2]
FIXTURES: Final = ROOT / "tests" / "unit" / "sources_bank" / "broken"
BANKS: Final = ("mt940", "camt", "ofx", "bai2", "qif", "onec", *national_files.SAMPLES)
TABLES: Final = {"csv": "till.csv", "excel": "till.xlsx", "parquet": "till.parquet"}
_FIXTURES: Final = {
    "mt940": "*.sta", "camt": "*.xml", "ofx": "*.ofx", "bai2": "*.*ai*", "qif": "*.qif", "onec": "*.1c",
    **{name: f"*.{name}" for name in national_files.SAMPLES},
}  # fmt: skip
_ROWS: Final = (
    ("2026-10-01", "A-1", "12.50"),
    ("2026-10-02", "A-2", "-3.00"),
    ("2026-10-03", 'B "3"', "1000.00"),
)


class Defect(AssertionError):
    """A reader did what no file may make it do."""


def names() -> list[str]:
    """All targets."""
    return [*BANKS, *TABLES]


def seeds(name: str) -> list[bytes]:
    """Files of the format to begin with."""
    if name in BANKS:
        own = [text.encode() for text in SAMPLES[name]]
        return own + [path.read_bytes() for path in sorted(FIXTURES.glob(_FIXTURES[name]))]
    return [_tables()[name]]


@cache
def _tables() -> dict[str, bytes]:
    columns = HEADER.strip().split(",")
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in _ROWS]
    text = HEADER + "".join(f"{row}\n" for row in quoted)
    book, parquet = BytesIO(), BytesIO()
    with xlsxwriter.Workbook(book, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        for number, row in enumerate([columns, *_ROWS]):
            sheet.write_row(number, 0, row)
    cells = zip(columns, map(list, zip(*_ROWS, strict=True)), strict=True)
    pq.write_table(pa.table(dict(cells)), parquet)
    return {"csv": text.encode(), "excel": book.getvalue(), "parquet": parquet.getvalue()}


@contextmanager
def target(name: str) -> Iterator[Callable[[bytes], None]]:
    """A function that reads bytes as a format and raises `Defect` where a promise is broken."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / TABLES.get(name, "statement")
        loaded = None if name in BANKS else profile(Path(folder), BASIC, ("reader: csv", f"reader: {name}"))

        def once(content: bytes) -> None:
            path.write_bytes(content)
            try:
                with SourceFile(path, path.name) as file:
                    _check(list(_batches(name, file, loaded)))
            except InputRefused as refusal:
                if any(
                    not problem.place or not problem.message or not problem.code for problem in refusal.problems
                ):
                    raise Defect("a refusal without a place, a message or a code") from refusal

        yield once


def _batches(name: str, file: SourceFile, loaded: LoadedProfile | None) -> Iterator[Batch]:
    if loaded is not None:
        return read(file, loaded)
    bank = reader(name)
    bank.sniff(file.head(), file.path)
    return bank.read(file, bank.options.model_validate({"currency": "EUR"}))


def _check(batches: list[Batch]) -> None:
    lines = sum(batch.lines for batch in batches)
    entries = sum(batch.entries.num_rows for batch in batches)
    refused = sum(len(batch.refused) for batch in batches)
    recognised = sum(batch.recognised for batch in batches)
    if lines != entries + refused + recognised:
        raise Defect(f"{lines} lines are not {entries} entries, {refused} refused and {recognised} recognised")
    for batch in batches:
        batch.entries.validate(full=True)
        if batch.entries["amount"].null_count or batch.entries["currency"].null_count:
            raise Defect("an entry without an amount or a currency")
        if any(not one.reason or not one.code for one in batch.refused):
            raise Defect("a refused row without a reason")
