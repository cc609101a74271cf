"""Rows of CSV that need a closer look: quoted cells over several lines, wrong quotes, wrong numbers of cells."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from recon.errors import InputRefused
from recon.sources.file import SourceFile
from recon.sources.profiles.layouts import TableLayout
from recon.sources.reader import Refused

LONGEST_ROW: Final = 1_000
"""Physical lines that one row may have."""
LARGEST_CELL: Final = 1024 * 1024
_MARK: Final = "\n"


class Lines(Protocol):
    """Physical lines one by one."""

    def line(self) -> str | None:
        """The next line, or None at the end."""
        ...


def cells_of(line: str, layout: TableLayout) -> list[str]:
    """The cells of one line on its own, whatever its quotes are like."""
    if layout.quote == "none":
        return next(csv.reader([line], delimiter=layout.delimiter, quotechar=None, quoting=csv.QUOTE_NONE), [])
    return next(csv.reader([line], delimiter=layout.delimiter, quotechar=layout.quote), [])


@dataclass(frozen=True, slots=True)
class Record:
    """What one or more physical lines were: a row of cells, refused, or no row at all.

    `count` is the number of cells found; `cells` has as many as the header.
    """

    line_no: int
    lines: int
    text: str
    cells: Sequence[str] | None = None
    count: int = 0
    aside: Sequence[tuple[int, str]] = ()
    refused: Sequence[Refused] = ()


class Records:
    """Takes lines one by one."""

    def __init__(self, file: SourceFile, layout: TableLayout, width: int) -> None:
        self._file, self._layout, self._width = file, layout, width
        quoted = layout.quote != "none"
        self._dialect: dict[str, Any] = {
            "delimiter": layout.delimiter,
            "quotechar": layout.quote if quoted else None,
            "quoting": csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE,
            "strict": True,
        }
        mark, quote = re.escape(layout.delimiter), re.escape(layout.quote)
        blank = " " if layout.delimiter == "\t" else "\t" if layout.delimiter == " " else " \t"
        cell = rf"(?:{quote}(?:[^{quote}]|{quote}{quote})*{quote}[{blank}]*|(?!{quote})[^{mark}]*)"
        self._cell = re.compile(cell)
        self._quoted = re.compile(rf"{cell}(?:{mark}{cell})*") if quoted else None
        csv.field_size_limit(LARGEST_CELL)

    def single(self, lines: Iterable[tuple[int, str]]) -> list[Record]:
        """Lines in which no quote is left open: each is a row of its own."""
        return [self._one(number, text) for number, text in lines]

    def spanning(self, first: int, lines: list[str], feed: Lines) -> list[Record]:
        """The rows that begin in a block; the last of them may go on in the lines that follow.

        Raises:
            InputRefused: a quote is never closed, or not within `LONGEST_ROW` lines.
        """
        puller = _Puller(first, lines, feed, self._too_long)
        reader = csv.reader(puller, **self._dialect)
        records = []
        while puller.in_block:
            start = puller.number + 1
            puller.row.clear()
            try:
                cells = next(reader)
            except csv.Error as error:
                records.append(self._wrong(start, list(puller.row), error, ended=puller.ended))
                continue
            records.append(self._sorted(start, list(puller.row), cells))
        return records

    def _one(self, number: int, text: str) -> Record:
        try:
            cells = next(csv.reader([self._without_blanks(text)], **self._dialect), [])
        except csv.Error as error:
            return self._wrong(number, [text], error, ended=False)
        return self._sorted(number, [text], cells)

    def _without_blanks(self, text: str) -> str:
        """The line without blanks between a closing quote and the delimiter, which some exports write."""
        if self._quoted is None or not self._quoted.fullmatch(text):
            return text
        return self._cell.sub(
            lambda cell: cell[0].rstrip() if cell[0].startswith(self._layout.quote) else cell[0], text
        )

    def _sorted(self, number: int, lines: Sequence[str], cells: list[str]) -> Record:
        text = _MARK.join(lines)
        if not any(cell.strip().strip(self._layout.strip) for cell in cells):
            return Record(number, len(lines), text, aside=list(enumerate(lines, number)))
        if "\0" in text:
            return self._refused(number, lines, "nul", "the row holds a NUL character")
        while len(cells) > self._width and not cells[-1].strip():
            cells.pop()
        count = len(cells)
        if self._layout.short_rows == "fill" and count < self._width:
            count = self._width
        if count != self._width and len(lines) > 1:
            reason = (
                f"a quoted cell runs over {len(lines)} lines and the row has {count} cells, not {self._width}"
            )
            return self._refused(number, lines, "quotes", reason)
        cells = (cells + [""] * self._width)[: self._width]
        rest = [(number + offset, line) for offset, line in enumerate(lines[1:], 1)]
        return Record(number, len(lines), text, cells, count, aside=rest)

    def _wrong(self, number: int, lines: Sequence[str], error: csv.Error, *, ended: bool) -> Record:
        if "end of data" in str(error) or (ended and "field larger" in str(error)):
            raise InputRefused(self._unclosed(number, lines[0], "never"))
        if "field larger" in str(error):
            raise InputRefused(self._unclosed(number, lines[0], f"not within {LARGEST_CELL:,} characters"))
        reason = (
            f"after a closing quote there is text: {error!s}" if "expected after" in str(error) else str(error)
        )
        return self._refused(number, lines, "quotes", reason)

    def _refused(self, number: int, lines: Sequence[str], code: str, reason: str) -> Record:
        """Every physical line of a row that is wrong is refused, since it may have been a row of its own."""
        refused = [
            Refused(
                number + offset,
                None,
                None,
                code,
                reason if not offset else f"part of line {number}: {reason}",
                line,
            )
            for offset, line in enumerate(lines)
        ]
        return Record(number, len(lines), _MARK.join(lines), refused=refused)

    def _too_long(self, number: int, line: str) -> InputRefused:
        return InputRefused(self._unclosed(number, line, f"not within {LONGEST_ROW:,} lines"))

    def _unclosed(self, number: int, line: str, how: str) -> Any:  # noqa: ANN401
        quote = self._layout.quote
        return self._file.problem(
            "unclosed-quote",
            f"a quote {quote} is opened here and {how} closed",
            line=number,
            column=line.rfind(quote) + 1 or None,
            hint="repair the row, or set `quote: none` under `layout` if quotes have no meaning in this file",
            excerpt=line[:200],
        )


class _Puller(Iterator[str]):
    """Hands lines to the `csv` module, first those of a block, then those that follow if a row needs them."""

    def __init__(self, first: int, lines: list[str], feed: Lines, too_long: Any) -> None:  # noqa: ANN401
        self._lines, self._at, self._feed, self._too_long = lines, 0, feed, too_long
        self.number = first - 1
        self.row: list[str] = []
        self.ended = False

    @property
    def in_block(self) -> bool:
        """Whether lines of the block are left."""
        return self._at < len(self._lines)

    def __next__(self) -> str:
        if self._at < len(self._lines):
            line: str | None = self._lines[self._at]
            self._at += 1
        else:
            line = self._feed.line()
        if line is None:
            self.ended = True
            raise StopIteration
        self.row.append(line)
        self.number += 1
        if len(self.row) > LONGEST_ROW:
            raise self._too_long(self.number - len(self.row) + 1, self.row[0])
        return line + _MARK
