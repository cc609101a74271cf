"""Fixed-width records: every column at its place, in lines or without line ends.

What stands beyond the last column or is of no known kind is refused, never cut off.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import polars as pl

from recon.errors import InputRefused
from recon.sources.file import HEAD_BYTES, SourceFile
from recon.sources.profiles.fixed_layout import FixedLayout, place_of
from recon.sources.profiles.layouts import TableLayout
from recon.sources.reader import Fit, Refused
from recon.sources.tables.table import Chunk, Wanted, empty, header_of
from recon.sources.text import encoding_among, guess_encoding, line_blocks

_BLOCK: Final = 8_192
"""Records that are taken at once from a file without line ends."""
_LEAST: Final = 30
_BLANK: Final = " \t\x1a\x00"


class FixedWidthReader:
    """Text in which every column has its place."""

    name = "fixed"
    extensions = (".fix", ".dat", ".asc")

    def sniff(self, head: bytes, path: Path) -> Fit | None:  # noqa: ARG002  (such files have any name)
        """Several long lines, all of the same length."""
        lines = head.splitlines()[:-1] if len(head) == HEAD_BYTES else head.splitlines()
        lengths = {len(line) for line in lines if line.strip()}
        if len(lines) < 2 or len(lengths) != 1 or min(lengths) < _LEAST or b"\0" in head:
            return None
        return Fit(35, f"{len(lines)} lines have the same length, {min(lengths)} bytes; {guess_encoding(head)}")

    def chunks(self, file: SourceFile, layout: TableLayout, wanted: Wanted, decimal: str) -> Iterator[Chunk]:  # noqa: ARG002  (all cells are text)
        """The file's rows.

        Raises:
            InputRefused: the file is empty, a byte is not of the encoding, or the layout lacks a column.
        """
        fixed = layout.fixed
        if fixed is None:
            raise InputRefused(
                file.problem("layout", "the profile does not say where columns are", hint="set `layout.fixed`")
            )
        header_of([], [], list(fixed.names), wanted, file)
        encoding = encoding_among(file, layout.encoding, layout.other_encodings)
        reading = _Reading(fixed, layout, encoding)
        first = 1
        with file.stream() as stream:
            for lines in _records(file, stream, fixed, reading.encoding):
                yield reading.chunk(first, lines)
                first += len(lines)
        if first == 1:
            raise empty(file)


def _records(file: SourceFile, stream: BinaryIO, fixed: FixedLayout, encoding: str) -> Iterator[list[str]]:
    """Lines, or records of one length, in blocks."""
    if fixed.record_length is None:
        yield from line_blocks(file, stream, encoding)
        return
    number, length = 0, fixed.record_length
    while block := stream.read(length * _BLOCK):
        records = []
        for start in range(0, len(block), length):
            number += 1
            try:
                records.append(block[start : start + length].decode(encoding))
            except UnicodeDecodeError as error:
                message = f"the record is not {encoding} text ({error.reason})"
                hint = "are `record_length` and `encoding` under `layout` right?"
                raise InputRefused(file.problem("encoding", message, line=number, hint=hint)) from error
        yield records


@dataclass(frozen=True, slots=True)
class _Record:
    """A record that is a row. `wire` is its text as positions count it: a character for each position."""

    line_no: int
    text: str
    wire: str
    carried: tuple[str, ...]


class _Reading:
    """What is remembered from one block of records to the next: what records above said about the rows."""

    def __init__(self, fixed: FixedLayout, layout: TableLayout, encoding: str) -> None:
        self.fixed, self.encoding = fixed, encoding
        self.width, self.in_bytes = fixed.width, fixed.units == "bytes"
        self.fill = layout.short_rows == "fill"
        self.carried = fixed.carried
        self.kinds = sorted((*fixed.carry, *fixed.others, *fixed.rows), key=len, reverse=True)
        self.others, self.carry = frozenset(fixed.others), frozenset(fixed.carry)

    def chunk(self, first: int, lines: Sequence[str]) -> Chunk:
        """A block of records as a chunk."""
        rows: list[_Record] = []
        aside: list[tuple[int, str]] = []
        broken: list[Refused] = []
        for number, line in enumerate(lines, first):
            kind = next((kind for kind in self.kinds if line.startswith(kind)), None)
            if kind in self.others or not line.strip(_BLANK):
                aside.append((number, line))
            elif kind is not None and kind in self.carry:
                aside.append((number, line))
                self._remember(kind, line)
            elif kind is None and self.fixed.rows:
                reason = f'no record begins with "{line[:12]}" in the profile'
                broken.append(Refused(number, None, line[:12], "record", reason, line))
            elif wrong := self._wrong(wire := self._wire(line)):
                broken.append(Refused(number, None, None, *wrong, line))
            else:
                rows.append(_Record(number, line, wire, tuple(self.carried.values())))
        cells, cut = self._columns(rows)
        return Chunk(
            cells=cells,
            line_no=pl.Series("line_no", [row.line_no for row in rows], dtype=pl.Int64),
            text=[row.text for row in rows],
            lines=len(lines),
            aside=aside,
            broken=broken,
            unfit=dict.fromkeys(cut, ("record-cut", _CUT)),
            encoding=self.encoding.removesuffix("-sig"),
        )

    def _wire(self, line: str) -> str:
        """The record with a character for each position; the record itself, where that is so already."""
        if not self.in_bytes or line.isascii():
            return line
        raw = line.encode(self.encoding)
        return line if len(raw) == len(line) else raw.decode("latin-1")

    def _text(self, wire: str) -> str | None:
        """The text of a part of a record that has more bytes than characters; None where a character is cut."""
        try:
            return wire.encode("latin-1").decode(self.encoding)
        except UnicodeDecodeError:
            return None

    def _wrong(self, wire: str) -> tuple[str, str] | None:
        """Why a record cannot be a row: it is too short, or something stands beyond the last column."""
        if len(wire) < self.width and not self.fill:
            return (
                "record-length",
                f"the record has {len(wire)} {self.fixed.units} and its columns {self.width}",
            )
        if len(wire) > self.width and wire[self.width :].strip(_BLANK):
            return "record-length", f"something stands beyond the last column, which ends at {self.width}"
        return None

    def _remember(self, kind: str, line: str) -> None:
        wire = self._wire(line)
        for name, text in self.fixed.carry[kind].items():
            first, last = place_of(text)
            cell = wire[first - 1 : last]
            self.carried[name] = cell if wire is line else self._text(cell) or ""

    def _columns(self, rows: Sequence[_Record]) -> tuple[pl.DataFrame, set[int]]:
        """The cells of some rows, and the rows in which a place cuts a character in two."""
        wires = pl.DataFrame({"wire": [row.wire for row in rows]}, schema={"wire": pl.String})
        places = {name: place_of(text) for name, text in self.fixed.columns.items()}
        frame = wires.select(
            pl.col("wire").str.slice(first - 1, last - first + 1).alias(name)
            for name, (first, last) in places.items()
        )
        wide = [position for position, row in enumerate(rows) if row.wire is not row.text]
        frame, cut = self._decoded(frame, wide) if wide else (frame, set())
        if not self.carried:
            return frame, cut
        schema = dict.fromkeys(self.carried, pl.String())
        further = pl.DataFrame([row.carried for row in rows], schema=schema, orient="row")
        return pl.concat([frame, further], how="horizontal"), cut

    def _decoded(self, frame: pl.DataFrame, wide: Sequence[int]) -> tuple[pl.DataFrame, set[int]]:
        """The cells of rows that have more bytes than characters as text."""
        cut: set[int] = set()
        columns = []
        for column in frame.iter_columns():
            cells = column.to_list()
            for position in wide:
                if not cells[position].isascii():
                    text = self._text(cells[position])
                    cells[position] = text or ""
                    cut |= {position} if text is None else set()
            columns.append(pl.Series(column.name, cells, dtype=pl.String))
        return pl.DataFrame(columns), cut


_CUT: Final = "a column begins or ends in the middle of a character; are the positions bytes?"

READER: Final = FixedWidthReader()
