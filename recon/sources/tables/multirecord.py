"""Files whose lines are records of several kinds: headers, transactions, footers, told apart by their first cell.

What a header record says about the rows below it (the account of a section, the currency of a settlement) becomes
columns of these rows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import polars as pl

from recon.errors import InputRefused
from recon.sources.file import SourceFile
from recon.sources.profiles.layouts import RecordKinds, TableLayout
from recon.sources.reader import Refused
from recon.sources.tables.feed import Feed
from recon.sources.tables.records import Lines, Record, Records, cells_of
from recon.sources.tables.splitting import Splitter
from recon.sources.tables.table import Chunk, Wanted, empty, header_of

CHUNK_ROWS: Final = 20_000
SHORT_RUN: Final = 50
"""Rows one under the other from which on they are split at once."""
_WRONG: Final = "the row has {} cells and the header {}"


def record_chunks(
    feed: Feed, file: SourceFile, layout: TableLayout, wanted: Wanted, encoding: str
) -> Iterator[Chunk]:
    """The rows of a file; records of other kinds are set aside with their text.

    Raises:
        InputRefused: there are rows and no header before them, or a header lacks a column that is wanted.
    """
    lines = _Lines(feed)
    reading = _Reading(file, layout, layout.records or RecordKinds(), wanted, encoding)
    while (text := lines.line()) is not None:
        yield from reading.take(lines, text)
    if not lines.number:
        raise empty(file)
    yield from reading.end(lines.number)


class _Lines:
    """Lines one by one. `number` is that of the last line handed out."""

    def __init__(self, feed: Feed) -> None:
        self._lines = (text for _, block in feed.blocks() for text in block)
        self.number = 0

    def line(self) -> str | None:
        """The next line, or None at the end."""
        text = next(self._lines, None)
        self.number += text is not None
        return text


class _NoLines:
    """Where no further line is to be taken."""

    def line(self) -> None:
        """Nothing."""


_NO_LINES: Final = _NoLines()


class _Reading:
    """What is known so far: the columns, what header records said, and the rows since the last chunk."""

    def __init__(
        self, file: SourceFile, layout: TableLayout, kinds: RecordKinds, wanted: Wanted, encoding: str
    ) -> None:
        self.file, self.layout, self.kinds, self.encoding = file, layout, kinds, encoding
        self.carried = {name: "" for names in kinds.carry.values() for name in names if name}
        self.wanted = [one for one in wanted if not any(name in self.carried for name in one)]
        self.no_rows = {kinds.header, *kinds.others, *kinds.carry}
        self.header: tuple[list[str], int] | None = None
        self.names: tuple[str, ...] = ()
        self.records, self.splitter = Records(file, layout, 0), Splitter(file, layout, ())
        self.run: list[str] = []
        self._clear()
        if isinstance(layout.header, list):
            self._columns(layout.header, None)

    def _clear(self) -> None:
        self.rows: list[tuple[Record, Sequence[str]]] = []
        self.aside: list[tuple[int, str]] = []
        self.broken: list[Refused] = []
        self.lines = 0

    def take(self, lines: _Lines, text: str) -> Iterator[Chunk]:
        """One record, which may run over further lines; chunks when there are enough rows or other columns."""
        number, kind = lines.number, self._kind(text)
        row = bool(kind) and kind not in self.no_rows and (not self.kinds.rows or kind in self.kinds.rows)
        if row and not self._opens_a_quote(text):
            self.run.append(text)
            if len(self.run) >= CHUNK_ROWS:
                yield from self._end_run(number)
            return
        yield from self._end_run(number - 1)
        if row:
            self._row(lines, number, text)
        elif kind == self.kinds.header and kind:
            if self.rows:
                yield self.chunk()
            self.header, self.names = (cells_of(text, self.layout), number), ()
            self._set_aside(number, text)
        elif kind in self.kinds.carry:
            cells = cells_of(text, self.layout)[1:]
            names = self.kinds.carry[kind]
            values = [*(cell.strip() for cell in cells), *([""] * len(names))]
            self.carried.update((name, value) for name, value in zip(names, values, strict=False) if name)
            self._set_aside(number, text)
        elif kind in self.no_rows or not kind:
            self._set_aside(number, text)
        else:
            reason = f'"{kind}" is no kind of record that the profile knows'
            self.broken.append(Refused(number, None, kind, "record", reason, text))
            self.lines += 1

    def _opens_a_quote(self, text: str) -> bool:
        return self.layout.quote != "none" and text.count(self.layout.quote) % 2 == 1

    def _end_run(self, last: int) -> Iterator[Chunk]:
        """The rows that stood one under the other up to a line: many at once, or one by one."""
        run, self.run = self.run, []
        first = last - len(run) + 1
        if run and not self.names:
            self._checked(first)
        if len(run) < SHORT_RUN:
            for offset, text in enumerate(run):
                self._row(_NO_LINES, first + offset, text)
            if len(self.rows) >= CHUNK_ROWS:
                yield self.chunk()
            return
        if self.lines:
            yield self.chunk()
        made = self.splitter.chunk(first, run, _NO_LINES, [], 0, self.encoding)
        carried = [pl.lit(self.carried[name]).alias(name) for name in self.carried if name not in self.names]
        yield replace(made, cells=made.cells.with_columns(carried))

    def end(self, last: int) -> Iterator[Chunk]:
        """What is left at the end of the file; `last` is its last line."""
        yield from self._end_run(last)
        yield self.chunk()

    def _kind(self, text: str) -> str:
        first = text.partition(self.layout.delimiter)[0].strip().strip(f'{self.layout.strip}\ufeff"')
        return first.strip()

    def _set_aside(self, number: int, text: str) -> None:
        self.aside.append((number, "|".join(cell.strip() for cell in cells_of(text, self.layout))))
        self.lines += 1

    def _row(self, lines: Lines, number: int, text: str) -> None:
        if not self.names:
            self._checked(number)
        if self._opens_a_quote(text):
            found = self.records.spanning(number, [text], lines)
        else:
            found = self.records.single([(number, text)])
        for record in found:
            self.lines += record.lines
            self.aside += record.aside
            self.broken += record.refused
            if record.cells is not None:
                self.rows.append((record, tuple(self.carried.values())))

    def _checked(self, number: int | None) -> None:
        if self.header is None:
            kind = self.kinds.header
            hint = "is the file complete, and is this its profile?"
            message = f'there is no line of column names ("{kind}")'
            raise InputRefused(self.file.problem("header", message, line=number, hint=hint))
        self._columns(*self.header)

    def _columns(self, cells: Sequence[str], line: int | None) -> None:
        setting = list(cells) if line is None else line
        header = header_of([cells], [line or 0], setting, self.wanted, self.file, strip=self.layout.strip)
        self.names = header.names
        self.records = Records(self.file, self.layout, len(self.names))
        self.splitter = Splitter(self.file, self.layout, self.names)

    def chunk(self) -> Chunk:
        """The rows since the last chunk, with what header records say about them."""
        if not self.names:
            self._checked(None)
        width = len(self.names)
        carried = [position for position, name in enumerate(self.carried) if name not in self.names]
        cells = [
            (*(record.cells or ()), *(values[position] for position in carried)) for record, values in self.rows
        ]
        names = [*self.names, *(list(self.carried)[position] for position in carried)]
        made = Chunk(
            cells=pl.DataFrame(cells, schema=dict.fromkeys(names, pl.String()), orient="row"),
            line_no=pl.Series("line_no", [record.line_no for record, _ in self.rows], dtype=pl.Int64),
            text=[record.text for record, _ in self.rows],
            lines=self.lines,
            aside=self.aside,
            broken=self.broken,
            unfit={
                position: ("cells", _WRONG.format(record.count, width))
                for position, (record, _) in enumerate(self.rows)
                if record.count != width
            },
            encoding=self.encoding,
        )
        self._clear()
        return made
