"""Parquet: columns with types of their own, handed on as text that says exactly the same."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from recon.errors import InputRefused
from recon.sources.file import SourceFile
from recon.sources.profiles.layouts import TableLayout
from recon.sources.reader import BATCH_ROWS, Fit
from recon.sources.tables.table import Chunk, Wanted, header_of


class ParquetReader:
    """Parquet files. Money must be decimal, whole number or text: a float is refused where it is mapped."""

    name = "parquet"
    extensions = (".parquet", ".pq")

    def sniff(self, head: bytes, path: Path) -> Fit | None:  # noqa: ARG002  (the first bytes are enough)
        """The first four bytes."""
        return Fit(95, "Parquet by its first bytes") if head.startswith(b"PAR1") else None

    def chunks(self, file: SourceFile, layout: TableLayout, wanted: Wanted, decimal: str) -> Iterator[Chunk]:  # noqa: ARG002  (a Parquet file says itself where its rows are)
        """The rows in the file's order, numbered from 1.

        Raises:
            InputRefused: it is no Parquet, is damaged, lacks a column, or a column that is read is a float.
        """
        with file.stream() as stream:
            try:
                table = pq.ParquetFile(stream, page_checksum_verification=True)
                header_of([table.schema_arrow.names], [1], "found", wanted, file)
                _check_types(table.schema_arrow, wanted, file)
                number = 1
                for batch in table.iter_batches(BATCH_ROWS):
                    batch.validate(full=True)
                    yield _chunk(batch, number, decimal)
                    number += batch.num_rows
            except (pa.ArrowException, OSError, EOFError, UnicodeDecodeError) as error:
                reason = (str(error) or type(error).__name__).splitlines()[0]
                message = f"the file is no Parquet file or is damaged: {reason}"
                raise InputRefused(
                    file.problem("parquet", message, hint="ask the sender for the file again")
                ) from error


def _check_types(schema: pa.Schema, wanted: Wanted, file: SourceFile) -> None:
    names = {name for one in wanted for name in one}
    problems = [
        file.problem(
            "float-column",
            f'the column "{field.name}" is a {field.type}, which holds no exact amounts',
            field=field.name,
            hint="write amounts as DECIMAL, as whole minor units or as text",
        )
        for field in schema
        if field.name in names and pa.types.is_floating(field.type)
    ]
    if problems:
        raise InputRefused(*problems)


def _chunk(batch: pa.RecordBatch, first: int, decimal: str) -> Chunk:
    frame = pl.DataFrame({name: _text(batch.column(name), decimal) for name in batch.schema.names})
    return Chunk(
        cells=frame,
        line_no=pl.Series("line_no", range(first, first + frame.height), dtype=pl.Int64),
        text=["\t".join(cell or "" for cell in row) for row in frame.rows()],
        lines=frame.height,
    )


def _text(column: pa.Array, decimal: str) -> pl.Series:
    """Values as text: decimals without trailing zeros lost, dates as ISO, times in UTC where they have a zone."""
    type_ = column.type
    series = pl.Series(column)
    if pa.types.is_timestamp(type_):
        written = "%Y-%m-%d %H:%M:%S%.6f"
        if type_.tz is None:
            return series.dt.to_string(written)
        return series.dt.convert_time_zone("UTC").dt.to_string(f"{written}+0000")
    if pa.types.is_nested(type_):
        return pl.Series(
            [None if value is None else str(value) for value in column.to_pylist()], dtype=pl.String
        )
    text = series.cast(pl.String)
    return text.str.replace(".", decimal, literal=True) if pa.types.is_decimal(type_) else text


READER: Final = ParquetReader()
