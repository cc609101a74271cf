"""Excel: worksheets as text cells. Numbers keep their digits, dates become ISO text, ids stay what they were.

A workbook is a zip archive: its declared sizes and every CRC are checked before anything is inflated for good.
Merged cells hide values and names, so rows that they touch are not taken, unless they only make a column wider.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final, Literal

import fastexcel
import polars as pl

from recon.errors import InputRefused, Problem
from recon.sources.file import SourceFile
from recon.sources.profiles.layouts import TableLayout
from recon.sources.reader import BATCH_ROWS, Fit
from recon.sources.tables.table import HEADER_SEARCH, Chunk, Wanted, empty, header_of
from recon.sources.tables.workbook import (
    Merged,
    check_archive,
    empty_formulas,
    error_cells,
    is_archive,
    merged_cells,
)
from recon.sources.tables.written import Written, is_written, written

Cells = tuple[str | None, ...]
LARGEST: Final = 300 * 1024 * 1024
_NUMBER: Final = r"^-?\d+(?:\.\d+)?$"
_LIKE_GROUPS: Final = r"^-?\d{1,3}\.\d{3}$"
_CLOCK: Final = r"^1899-12-3[01] (\d{2}:\d{2}:\d{2})$"
_MIDNIGHT: Final = re.compile(r"^(\d{4}-\d{2}-\d{2}) 00:00:00$")


class ExcelReader:
    """Workbooks: xlsx, xlsm, xlsb, xls, ods; pages in HTML and the XML of Excel 2003, which some banks call xls."""

    name = "excel"
    extensions = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")

    def sniff(self, head: bytes, path: Path) -> Fit | None:
        """A zip archive or an old Excel file by its first bytes, and a name that says workbook; or a page."""
        if (kind := is_written(head)) is not None:
            return Fit(70, f"{kind}, as some banks save workbooks")
        if not (head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0"))):
            return None
        if path.suffix.lower() in self.extensions:
            return Fit(90, "a workbook by its first bytes and its name")
        return Fit(30, "an archive or an old Office file by its first bytes")

    def chunks(self, file: SourceFile, layout: TableLayout, wanted: Wanted, decimal: str) -> Iterator[Chunk]:
        """The rows of the chosen worksheets.

        Raises:
            InputRefused: it is no workbook, is damaged, encrypted or a bomb, or lacks a sheet or a column.
        """
        content = file.read(LARGEST)
        if not content:
            raise empty(file)
        merged: dict[str, list[Merged]] = {}
        if is_archive(content):
            with _archive(content, file) as archive:
                check_archive(archive, file)
                merged = merged_cells(archive, file)
        reader = _opened(content, file, decimal)
        for name in _chosen(reader, layout, file):
            yield from _sheet(_Sheet(name, reader, file, merged.get(name, []), decimal), layout, wanted)


@dataclass(frozen=True)
class _Sheet:
    """One worksheet of an open workbook."""

    name: str
    reader: fastexcel.ExcelReader | Written
    file: SourceFile
    merged: Sequence[Merged]
    decimal: str

    def cells(self) -> pl.DataFrame:
        """All cells from A1 on as text; columns are named by their position."""
        if isinstance(self.reader, Written):
            return self.reader.cells(self.name)
        frame = self._loaded(self.reader, "string").with_columns(
            pl.all().str.replace(_MIDNIGHT.pattern, "${1}").str.replace(_CLOCK, "${1}")
        )
        if self.decimal != ".":
            frame = self._with_mark(self.reader, frame)
        return frame

    def _loaded(self, reader: fastexcel.ExcelReader, kind: Literal["string", "datetime"]) -> pl.DataFrame:
        try:
            sheet = reader.load_sheet(self.name, header_row=None, skip_rows=0, dtypes=kind)
            frame: pl.DataFrame = sheet.to_polars()
        except fastexcel.FastExcelError as error:
            raise InputRefused(_unreadable(self.file, str(error))) from error
        return frame.rename({old: str(position) for position, old in enumerate(frame.columns)})

    def _with_mark(self, reader: fastexcel.ExcelReader, frame: pl.DataFrame) -> pl.DataFrame:
        """Numbers with the profile's decimal mark.

        Text such as 1.234 may be one thousand and some, so that only cells that Excel holds as numbers are
        changed: those can be read as a date, and text cannot.
        """
        dates = self._loaded(reader, "datetime")
        changed = [
            pl.when(
                pl.col(name).str.contains(_NUMBER)
                & (~pl.col(name).str.contains(_LIKE_GROUPS) | dates[name].is_not_null())
            )
            .then(pl.col(name).str.replace(".", self.decimal, literal=True))
            .otherwise(pl.col(name))
            .alias(name)
            for name in frame.columns
        ]
        return frame.with_columns(changed)


def sheet_rows(file: SourceFile) -> Iterator[tuple[str, list[Cells]]]:
    """All cells of each worksheet of a workbook as text, with the sheet's name, to look at; empty sheets are left out.

    A cell that holds an error shows it: where a reader takes it for blank, a look at it must not.

    Raises:
        InputRefused: as `chunks`.
    """
    content = file.read(LARGEST)
    if not content:
        raise empty(file)
    errors: dict[str, dict[tuple[int, int], str]] = {}
    if is_archive(content):
        with _archive(content, file) as archive:
            check_archive(archive, file)
            errors = error_cells(archive, file)
    reader = _opened(content, file, ".")
    for name in reader.sheet_names:
        cells = _Sheet(name, reader, file, [], ".").cells()
        if cells.height:
            yield name, _with_errors(cells.rows(), errors.get(name, {}))


def _with_errors(rows: list[Cells], errors: Mapping[tuple[int, int], str]) -> list[Cells]:
    for (row, column), said in errors.items():
        if row < len(rows) and column < len(rows[row]):
            rows[row] = (*rows[row][:column], said, *rows[row][column + 1 :])
    return rows


def check_formulas(file: SourceFile) -> None:
    """Refuse a workbook in which a formula stands without its value, since a cell that seems blank may be an amount.

    Raises:
        InputRefused: there is such a cell, or as `chunks`.
    """
    content = file.read(LARGEST)
    if not is_archive(content):
        return
    with _archive(content, file) as archive:
        unsolved = empty_formulas(archive, file)
    if unsolved:
        hint = "open the workbook in a spreadsheet program and save it: then its values are in it"
        raise InputRefused(
            *(
                file.problem(
                    "formula", f'cell {cell} of sheet "{sheet}" holds a formula without its value', hint=hint
                )
                for sheet, cell in unsolved.items()
            )
        )


def _sheet(sheet: _Sheet, layout: TableLayout, wanted: Wanted) -> Iterator[Chunk]:
    frame, file = sheet.cells(), sheet.file
    if not frame.height:
        raise empty(file)
    first = [[cell or "" for cell in row] for row in frame.head(HEADER_SEARCH).rows()]
    lines = range(1, len(first) + 1)
    try:
        header = header_of(first, lines, layout.header, wanted, file, strip=layout.strip)
    except InputRefused as error:
        raise _perhaps_merged(error, sheet) from error
    at = header.position + 1
    if header.position >= 0:
        _check_header(sheet, at, len(header.names), frame.slice(at))
    frame = frame.select(frame.columns[: len(header.names)])
    names = dict(zip(frame.columns, header.names, strict=False))
    frame = frame.rename(names)
    aside = [(number, "|".join(row)) for number, row in zip(lines, first[:at], strict=False)]
    for start in range(at, max(frame.height, at + 1), BATCH_ROWS):
        yield _chunk(sheet, frame.slice(start, BATCH_ROWS), start + 1, aside)
        aside = []


def _chunk(sheet: _Sheet, rows: pl.DataFrame, first: int, aside: list[tuple[int, str]]) -> Chunk:
    numbers = pl.Series("line_no", range(first, first + rows.height), dtype=pl.Int64)
    blank = rows.select(pl.all_horizontal(pl.all().fill_null("").str.strip_chars() == "")).to_series()
    blanks = [(int(number), "") for number in numbers.filter(blank)]
    kept, line_no = rows.filter(~blank), numbers.filter(~blank)
    hiding = [one for one in sheet.merged if not (one.is_wide and _spans_one_name(one, rows.columns))]
    touched = (
        {
            position: ("merged", "the row has merged cells, which hide values; unmerge them")
            for position, number in enumerate(line_no)
            if any(one.touches(number) for one in hiding)
        }
        if hiding
        else {}
    )
    return Chunk(
        cells=kept,
        line_no=line_no,
        text=["\t".join(cell or "" for cell in row) for row in kept.rows()],
        lines=len(aside) + rows.height,
        aside=[*aside, *blanks],
        unfit=touched,
        part=sheet.name,
    )


def _spans_one_name(one: Merged, names: Sequence[str]) -> bool:
    """Whether all columns under merged cells but the first have no name, as under a name that is merged too."""
    rest = range(one.first_column + 1, one.last_column + 1)
    return all(at > len(names) or names[at - 1] == f"#{at}" for at in rest)


def _check_header(sheet: _Sheet, row: int, width: int, below: pl.DataFrame) -> None:
    """Refuse a header that shares a merged cell with another row or stretches a name over several filled columns."""
    for one in sheet.merged:
        if not one.touches(row) or one.first_column > width:
            continue
        rest = below.columns[one.first_column : one.last_column]
        if not one.is_wide or any((below[name].fill_null("").str.strip_chars() != "").any() for name in rest):
            raise InputRefused(_merged_header(sheet, one, row))


def _perhaps_merged(error: InputRefused, sheet: _Sheet) -> InputRefused:
    """A missing column is explained by merged cells, if the row that comes nearest has some."""
    line = next((problem.place.line for problem in error.problems if problem.place), None)
    for one in sheet.merged:
        if line is not None and (one.touches(line) or one.touches(line - 1)):
            return InputRefused(_merged_header(sheet, one, line), *error.problems)
    return error


def _merged_header(sheet: _Sheet, one: Merged, row: int) -> Problem:
    return sheet.file.problem(
        "merged-header",
        f'the header in row {row} of sheet "{sheet.name}" has merged cells ({one.name}): it is not clear which '
        "column a name belongs to",
        line=row,
        hint="unmerge the header and give every column one name in one row, or set `header` to a list of names",
    )


def _archive(content: bytes, file: SourceFile) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(BytesIO(content))
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, RuntimeError) as error:
        raise InputRefused(_unreadable(file, str(error))) from error


def _opened(content: bytes, file: SourceFile, decimal: str) -> fastexcel.ExcelReader | Written:
    if (texts := written(content, file, decimal)) is not None:
        return texts
    try:
        return fastexcel.read_excel(content)
    except fastexcel.FastExcelError as error:
        raise InputRefused(_unreadable(file, str(error))) from error


def _unreadable(file: SourceFile, why: str) -> Problem:
    first = why.strip().splitlines()[0] if why.strip() else "no reason given"
    return file.problem(
        "workbook",
        f"the workbook cannot be read: {first}",
        hint="is it protected by a password, or not a workbook at all? open it and save it again as .xlsx",
    )


def _chosen(reader: fastexcel.ExcelReader | Written, layout: TableLayout, file: SourceFile) -> list[str]:
    names = list(reader.sheet_names)
    if isinstance(layout.sheets, str):
        return names if layout.sheets == "all" else names[:1]
    missing = [name for name in layout.sheets if name not in names]
    if missing:
        hint = f"the workbook has: {', '.join(names)}"
        raise InputRefused(
            *(file.problem("missing-sheet", f'there is no sheet "{name}"', hint=hint) for name in missing)
        )
    return list(layout.sheets)


READER: Final = ExcelReader()
