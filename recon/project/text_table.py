"""Small tables that people keep beside their settings, as CSV or Excel: rows of text by column, each at its line."""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from operator import itemgetter
from pathlib import Path

from recon.errors import InputRefused, Place, Problem

WORKBOOK = ".xlsx"
MOST_BYTES = 64 * 1024 * 1024
"""A workbook that unpacks to more is refused before it is read."""


@dataclass(frozen=True, slots=True)
class TextRow:
    """One row: its cells by column, all text, and where it stands."""

    cells: dict[str, str]
    place: Place

    def __getitem__(self, column: str) -> str:
        """A cell; the empty text when the row or the table has none."""
        return self.cells.get(column, "")


def read_rows(path: Path, shown: str, needed: Sequence[str], optional: Sequence[str] = ()) -> list[TextRow]:
    """The rows of a table with all needed columns, in any order, and no columns but the optional ones beside them.

    Raises:
        InputRefused: the file cannot be read, or its columns are others.
    """
    header, rows = _checked(path, shown, needed, optional, None)
    return [TextRow(dict(zip(header, cells, strict=False)), Place(shown, line)) for line, cells in rows]


def read_cells(
    path: Path, shown: str, needed: Sequence[str], optional: Sequence[str] = (), content: bytes | None = None
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The line of each row and its cells in the order of the columns asked for, the empty text where it has none.

    For tables of hundreds of thousands of rows, of which it takes half the time that `read_rows` does. `content` are
    the bytes of the file where they are at hand already, or where there is no file.

    Raises:
        InputRefused: the file cannot be read, or its columns are others.
    """
    header, rows = _checked(path, shown, needed, optional, content)
    wanted = itemgetter(*(header.index(name) if name in header else -1 for name in (*needed, *optional)))
    for line, cells in rows:
        cells.extend([""] * (len(header) + 1 - len(cells)))
        yield line, wanted(cells)


def _checked(
    path: Path, shown: str, needed: Sequence[str], optional: Sequence[str], content: bytes | None
) -> tuple[tuple[str, ...], list[tuple[int, list[str]]]]:
    """The header of a table with the columns asked for, and the rows that are not empty, each at its line."""
    read = _workbook if path.suffix.lower() == WORKBOOK else _text
    rows = list(read(path, shown, content))
    header = tuple(rows[0][1]) if rows else ()
    known = {*needed, *optional}
    if len(set(header)) != len(header) or not set(needed) <= set(header) <= known:
        also = f" (and, if wanted, {', '.join(optional)})" if optional else ""
        message = f"expected the columns {', '.join(needed)}{also}, found {', '.join(header) or 'none'}"
        raise InputRefused(Problem("columns", message, Place(shown, 1)))
    wrong = [
        Problem("columns", f"has {len(cells)} cells, the header {len(header)}", Place(shown, line))
        for line, cells in rows[1:]
        if len(cells) > len(header)
    ]
    if wrong:
        raise InputRefused(*wrong)
    return header, [row for row in rows[1:] if any(row[1])]


def _text(path: Path, shown: str, content: bytes | None) -> Iterator[tuple[int, list[str]]]:
    try:
        text = (path.read_bytes() if content is None else content).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputRefused(
            _unreadable(shown, getattr(error, "strerror", None) or "it is not UTF-8 text")
        ) from None
    reader = csv.reader(text.splitlines(keepends=True))
    for cells in reader:
        yield reader.line_num, [cell.strip() for cell in cells]


def _workbook(path: Path, shown: str, content: bytes | None) -> Iterator[tuple[int, list[str]]]:
    """The first sheet of a workbook. Numbers come as the digits that Excel shows for them."""
    from openpyxl import load_workbook

    try:
        source: Path | io.BytesIO = path if content is None else io.BytesIO(content)
        with zipfile.ZipFile(source) as archive:
            if sum(one.file_size for one in archive.infolist()) > MOST_BYTES:
                raise InputRefused(_unreadable(shown, "it unpacks to more than 64 MB"))
        book = load_workbook(source, read_only=True, data_only=True)
    except (OSError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise InputRefused(
            _unreadable(shown, getattr(error, "strerror", None) or "it is no workbook")
        ) from None
    try:
        for line, cells in enumerate(book.worksheets[0].iter_rows(values_only=True), start=1):
            texts = [_cell(value) for value in cells]
            while texts and not texts[-1]:
                texts.pop()
            yield line, texts
    finally:
        book.close()


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return format(Decimal(repr(value)).normalize(), "f")
    return "" if value is None else str(value).strip()


def _unreadable(shown: str, why: str) -> Problem:
    return Problem("unreadable-file", f"cannot be read: {why}", Place(shown))
