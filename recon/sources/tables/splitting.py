"""Blocks of lines of CSV to rows: regular lines by a column engine, every other line one by one."""

import re
from collections.abc import Sequence
from io import BytesIO
from typing import Final

import polars as pl
import pyarrow as pa
from pyarrow import csv as arrow_csv

from recon.errors import InputRefused
from recon.sources.file import SourceFile
from recon.sources.profiles.layouts import TableLayout
from recon.sources.reader import Refused
from recon.sources.tables.records import Lines, Record, Records
from recon.sources.tables.table import Chunk


class Splitter:
    """Splits blocks of physical lines into rows."""

    def __init__(self, file: SourceFile, layout: TableLayout, names: Sequence[str]) -> None:
        self.file, self.layout, self.names = file, layout, tuple(names)
        self.quote = None if layout.quote == "none" else layout.quote
        self._records = Records(file, layout, len(self.names))
        mark, cell = re.escape(layout.delimiter), rf"[^{re.escape(layout.delimiter)}]*"
        if self.quote:
            quote = re.escape(self.quote)
            cell = rf"(?:{quote}(?:[^{quote}]|{quote}{quote})*{quote}|[^{quote}{mark}]*)"
        self._regular = rf"^{cell}(?:{mark}{cell}){{{len(self.names) - 1}}}$"
        self._blank = f" \t{layout.delimiter}{self.quote or ''}{layout.strip}"

    def chunk(
        self,
        first: int,
        lines: list[str],
        feed: Lines,
        aside: list[tuple[int, str]],
        before: int,
        encoding: str,
    ) -> Chunk:
        """One block as a chunk; `aside` of `before` lines is what came in front of it."""
        series = pl.Series("line", lines, dtype=pl.String)
        quote = self.quote
        quoted = quote is not None and series.str.contains(quote, literal=True).any()
        if quote and quoted and (series.str.count_matches(quote, literal=True) % 2 == 1).any():
            records = self._records.spanning(first, lines, feed)
            return self._chunk([], pl.DataFrame(schema=self._schema), records, aside, before, encoding)
        odd = series.str.contains("\0", literal=True) | (series.str.strip_chars(self._blank) == "")
        regular = self._regular_lines(series, quoted=quoted) & ~odd
        numbers = pl.Series("line_no", range(first, first + len(lines)), dtype=pl.Int64)
        chosen = series.filter(regular)
        frame = self._split(chosen).with_columns(numbers.filter(regular).alias(_LINE))
        others = zip(numbers.filter(~regular), series.filter(~regular), strict=True)
        records = self._records.single(others)
        return self._chunk(chosen.to_list(), frame, records, aside, before, encoding)

    def _regular_lines(self, lines: pl.Series, *, quoted: bool) -> pl.Series:
        """Which lines have a cell for each name and quotes, if any, around whole cells."""
        if quoted:
            return lines.str.contains(self._regular)
        return lines.str.count_matches(self.layout.delimiter, literal=True) == len(self.names) - 1

    @property
    def _schema(self) -> dict[str, pl.DataType]:
        return {**{name: pl.String() for name in self.names}, _LINE: pl.Int64()}

    def _split(self, lines: pl.Series) -> pl.DataFrame:
        """Lines that have a cell for each name and no open quote, as columns."""
        width = len(self.names)
        if not len(lines):
            return pl.DataFrame(schema={name: pl.String() for name in self.names})
        if not self.quote or not lines.str.contains(self.quote, literal=True).any():
            cells = lines.to_frame().select(pl.col("line").str.split_exact(self.layout.delimiter, width - 1))
            return cells.unnest("line").rename(
                dict(zip([f"field_{n}" for n in range(width)], self.names, strict=True))
            )
        data = "\n".join(lines.to_list()).encode()
        table = arrow_csv.read_csv(
            BytesIO(data),
            read_options=arrow_csv.ReadOptions(
                column_names=list(self.names), use_threads=False, block_size=len(data) + 1
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=self.layout.delimiter, quote_char=self.quote, ignore_empty_lines=False
            ),
            convert_options=arrow_csv.ConvertOptions(column_types=dict.fromkeys(self.names, pa.string())),
        )
        frame = pl.from_arrow(table)
        if not isinstance(frame, pl.DataFrame) or frame.height != len(lines):
            raise InputRefused(self.file.problem("split", "the rows cannot be told apart"))
        return frame

    def _wrong_count(self, count: int) -> tuple[str, str]:
        return "cells", f"the row has {count} cells and the header {len(self.names)}"

    def _chunk(
        self,
        texts: list[str],
        frame: pl.DataFrame,
        records: list[Record],
        aside: list[tuple[int, str]],
        before: int,
        encoding: str,
    ) -> Chunk:
        """Regular rows and the records that were taken one by one, in the order of the file."""
        lines = before + frame.height + sum(record.lines for record in records)
        rows = [record for record in records if record.cells is not None]
        asides = [line for record in records for line in record.aside]
        broken: list[Refused] = [one for record in records for one in record.refused]
        wrong: dict[int, tuple[str, str]] = {}
        if rows:
            columns = zip(*(record.cells or () for record in rows), strict=True)
            extra = pl.DataFrame(
                {
                    **dict(zip(self.names, map(list, columns), strict=True)),
                    _LINE: [record.line_no for record in rows],
                },
                schema=self._schema,
            )
            texts = texts + [record.text for record in rows]
            frame = pl.concat([frame, extra]).with_row_index(_INDEX).sort(_LINE)
            order = frame[_INDEX].to_list()
            texts = [texts[position] for position in order]
            offset = len(order) - len(rows)
            wrong = {
                position: self._wrong_count(count)
                for position, index in enumerate(order)
                if index >= offset and (count := rows[index - offset].count) != len(self.names)
            }
            frame = frame.drop(_INDEX)
        return Chunk(
            cells=frame.drop(_LINE),
            line_no=frame[_LINE],
            text=texts,
            lines=lines,
            aside=[*aside, *asides],
            broken=broken,
            unfit=wrong,
            encoding=encoding.removesuffix("-sig"),
        )


_LINE: Final = "\x01line"
_INDEX: Final = "\x01index"
