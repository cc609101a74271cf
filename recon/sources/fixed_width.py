"""Fixed-width records: every column at its place, in lines or without line ends.

What stands beyond the last column or is of no known kind is refused, never cut off.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, Final

import polars as pl

from recon.errors import InputRefused
from recon.sources.file import HEAD_BYTES, SourceFile
from recon.sources.fixed_layout import FixedLayout, place_of, widest
from recon.sources.layouts import TableLayout
from recon.sources.reader import Fit, Refused
from recon.sources.table import Chunk, Wanted, empty, header_of
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
        encoding = guess_encoding(head)
        lines = head.splitlines()[:-1] if len(head) == HEAD_BYTES else head.splitlines()
        lengths = {len(line) for line in lines if line.strip()}
        if len(lines) < 2 or len(lengths) != 1 or min(lengths) < _LEAST or b"\0" in head:
            return None
        return Fit(35, f"{len(lines)} lines have the same length, {min(lengths)} bytes; {encoding}")

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


class _Reading:
    """What is remembered from one block of records to the next: what records above said about the rows."""

    def __init__(self, fixed: FixedLayout, layout: TableLayout, encoding: str) -> None:
        self.fixed, self.encoding = fixed, encoding
        self.fill = layout.short_rows == "fill"
        self.carried = fixed.carried
        self.kinds = sorted((*fixed.carry, *fixed.others, *fixed.rows), key=len, reverse=True)

    def chunk(self, first: int, lines: Sequence[str]) -> Chunk:
        """A block of records as a chunk."""
        rows: list[tuple[int, str, tuple[str, ...]]] = []
        aside: list[tuple[int, str]] = []
        broken: list[Refused] = []
        for number, line in enumerate(lines, first):
            kind = next((kind for kind in self.kinds if line.startswith(kind)), None)
            if not line.strip(_BLANK) or kind in self.fixed.others:
                aside.append((number, line))
            elif kind is not None and kind in self.fixed.carry:
                aside.append((number, line))
                self.carried.update(self._cells(line, self.fixed.carry[kind]) or {})
            elif kind is None and self.fixed.rows:
                reason = f'no record begins with "{line[:12]}" in the profile'
                broken.append(Refused(number, None, line[:12], "record", reason, line))
            elif wrong := self._wrong(line):
                broken.append(Refused(number, None, None, *wrong, line))
            else:
                rows.append((number, line, tuple(self.carried.values())))
        cells, uncut = self._columns(rows)
        return Chunk(
            cells=cells,
            line_no=pl.Series("line_no", [number for number, _, _ in rows], dtype=pl.Int64),
            text=[line for _, line, _ in rows],
            lines=len(lines),
            aside=aside,
            broken=broken,
            unfit=uncut,
            encoding=self.encoding.removesuffix("-sig"),
        )

    def _wrong(self, line: str) -> tuple[str, str] | None:
        """Why a record cannot be a row: it is too short, or something stands beyond the last column."""
        width, length = self.fixed.width, self._length(line)
        if length < width and not self.fill:
            return "record-length", f"the record has {length} {self.fixed.units} and its columns {width}"
        rest = self._cells(line, {"rest": f"{width + 1}-{length}"}) if length > width else {"rest": ""}
        if rest is None or rest["rest"].strip(_BLANK):
            return "record-length", f"something stands beyond the last column, which ends at {width}"
        return None

    def _length(self, line: str) -> int:
        return len(line) if self.fixed.units == "characters" else len(line.encode(self.encoding))

    def _columns(
        self, rows: Sequence[tuple[int, str, tuple[str, ...]]]
    ) -> tuple[pl.DataFrame, dict[int, tuple[str, str]]]:
        """The cells of some rows; rows in which a column cuts a character in two are told apart."""
        lines = pl.Series("line", [line for _, line, _ in rows], dtype=pl.String)
        carried = list(self.carried)
        further = pl.DataFrame(
            [row for _, _, row in rows], schema=dict.fromkeys(carried, pl.String()), orient="row"
        )
        uncut: dict[int, tuple[str, str]] = {}
        if self.fixed.units == "characters" or (lines.str.len_bytes() == lines.str.len_chars()).all():
            places = {name: place_of(text) for name, text in self.fixed.columns.items()}
            cut = [pl.col("line").str.slice(a - 1, b - a + 1).alias(name) for name, (a, b) in places.items()]
            frame = lines.to_frame().select(cut)
        else:
            found = [self._cells(line, self.fixed.columns) for line in lines]
            reason = "a column begins or ends in the middle of a character; are the positions bytes?"
            uncut = {position: ("record-cut", reason) for position, cells in enumerate(found) if cells is None}
            blank = dict.fromkeys(self.fixed.columns, "")
            frame = pl.DataFrame([cells or blank for cells in found], schema=dict.fromkeys(blank, pl.String()))
        return pl.concat([frame, further], how="horizontal") if carried else frame, uncut

    def _cells(self, line: str, places: Mapping[str, str]) -> dict[str, str] | None:
        """The cells of one record; None where a place cuts a character in two."""
        if self.fixed.units == "characters":
            return {
                name: line[slice(place_of(text)[0] - 1, place_of(text)[1])] for name, text in places.items()
            }
        raw = line.encode(self.encoding).ljust(widest(places))
        try:
            return {
                name: raw[place_of(text)[0] - 1 : place_of(text)[1]].decode(self.encoding)
                for name, text in places.items()
            }
        except UnicodeDecodeError:
            return None


READER: Final = FixedWidthReader()
