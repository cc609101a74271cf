"""The cells of an unknown file: text split by the delimiter that fits it best, or the sheets of a workbook."""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO
from typing import Any, Final

from recon.sources.file import SourceFile
from recon.sources.tables.delimited import DELIMITERS
from recon.sources.text import guess_encoding

LOOKED_AT: Final = 1024 * 1024
"""Bytes of a text that are looked at, at its beginning."""
LAST: Final = 64 * 1024
"""Bytes that are looked at besides, at its end."""
ROWS: Final = 3_000
"""Rows of a table that are looked at, besides its last ones."""
LAST_ROWS: Final = 200
_GUARDED: Final = re.compile(r"""="[^"]*"$|['`][-+]?\d[^'`]*$""")
Row = tuple[str, ...]


@dataclass(frozen=True)
class Grid:
    """Rows of cells without blanks around them, and how they were found.

    `days` are columns whose days are plain numbers, have no year or one of Taiwan, and are shown here as days: the
    format by which the file writes them. `delimiter`, `quote` and `encoding` are those of a text, `sheet` is the
    name of a worksheet. `strip` are characters around cells that keep workbooks from taking them for numbers. `whole`
    says whether these are all rows of the file.
    """

    rows: tuple[Row, ...]
    encoding: str | None = None
    delimiter: str | None = None
    quote: str = '"'
    strip: str = ""
    sheet: str | None = None
    first_sheet: bool = True
    whole: bool = True
    days: Mapping[int, str] = field(default_factory=dict)


def grids_of(file: SourceFile, reader: str) -> Iterator[Grid]:
    """The ways to see a file as rows of cells, likeliest first.

    Raises:
        InputRefused: it is a workbook that cannot be opened.
    """
    if reader == "excel":
        yield from _sheets(file)
    elif reader == "csv":
        yield from _texts(file)


def _sheets(file: SourceFile) -> Iterator[Grid]:
    from recon.sources.tables.excel import check_formulas, sheet_rows

    check_formulas(file)
    for position, (name, rows) in enumerate(sheet_rows(file)):
        seen = _seen(rows)
        guards = _guards(seen)
        yield Grid(
            _stripped(seen, guards),
            strip=guards,
            sheet=name,
            first_sheet=position == 0,
            whole=len(seen) == len(rows),
        )


def _texts(file: SourceFile) -> Iterator[Grid]:
    head = file.head(LOOKED_AT)
    encoding = guess_encoding(head)
    text = head.decode(encoding, errors="replace").removeprefix("\ufeff")
    whole = file.size <= len(head)
    if not whole:
        text = text[: text.rfind("\n") + 1]
        tail = file.tail(LAST).decode(encoding.removesuffix("-sig"), errors="ignore")
        text += tail[tail.find("\n") + 1 :]
    for delimiter in _delimiters(text):
        for quote in _quotes(text, delimiter):
            rows = list(_split(text, delimiter, quote))
            seen = _seen(rows)
            guards = _guards(seen)
            yield Grid(
                _stripped(seen, guards),
                encoding,
                delimiter,
                quote,
                guards,
                whole=whole and len(seen) == len(rows),
            )


def _seen(rows: list[Any]) -> list[Any]:
    """The first rows and the last."""
    return rows if len(rows) <= ROWS + LAST_ROWS else [*rows[:ROWS], *rows[-LAST_ROWS:]]


def _delimiters(text: str) -> list[str]:
    """Delimiters that several lines have in the same number, most regular first."""
    lines = [line for line in text.splitlines()[:400] if line.strip()]
    scores: dict[str, int] = {}
    for mark in DELIMITERS:
        counts = Counter(count for line in lines if (count := line.count(mark)))
        if counts:
            scores[mark] = max(counts.values())
    return sorted(scores, key=lambda mark: -scores[mark])


def _quotes(text: str, delimiter: str) -> list[str]:
    """Quotes that close where a cell ends; none where a quote is a letter like others."""
    if '"' not in text:
        return ['"']
    odd = sum(line.count('"') % 2 for line in text.splitlines())
    opened = text.count(f'{delimiter}"') + text.count('\n"')
    return ["none"] if odd and not opened else ['"', "none"] if odd else ['"']


def _split(text: str, delimiter: str, quote: str) -> Iterator[list[str]]:
    csv.field_size_limit(LOOKED_AT)
    lines = StringIO(text.replace("\0", ""), newline=None)
    reader = (
        csv.reader(lines, delimiter=delimiter, quotechar=None, quoting=csv.QUOTE_NONE)
        if quote == "none"
        else csv.reader(lines, delimiter=delimiter, quotechar=quote)
    )
    try:
        yield from reader
    except csv.Error:
        return


def _guards(rows: Sequence[Sequence[str | None]]) -> str:
    """Characters around cells that are no part of them: `="00123"`, `'01/08`."""
    kinds = {match[0][0] for row in rows for cell in row if cell and (match := _GUARDED.match(cell.strip()))}
    return "".join('="' if kind == "=" else kind for kind in sorted(kinds))


def _stripped(rows: Sequence[Sequence[str | None]], guards: str = "") -> tuple[Row, ...]:
    return tuple(tuple((cell or "").strip().strip(f"{guards} ") for cell in row) for row in rows)
