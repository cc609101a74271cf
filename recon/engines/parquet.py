"""Answers written as Parquet, a row group at a time: the same rows in the same order give the same bytes.

Codes stay codes in the file, which readers see as text. Ids and amounts, which are nearly all different, are written
one after the other, and no dictionary of them is looked for. Ids may come as numbers, and become text here.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from recon.engines.id_texts import NUMBERS, id_texts

ROW_GROUP: Final = 61_440
"""Rows of a row group, wherever the engine's chunks begin and end. Twice as many take 60 MB more to write."""
IDS: Final = frozenset({"match_id", "entry_id", "break_id"})
"""Columns in which nearly every row has a text of its own."""
_LAYOUT: Final[dict[str, Any]] = {
    "compression": "zstd",
    "compression_level": 1,
    "version": "2.6",
    "dictionary_pagesize_limit": 65_536,
    "write_page_checksum": True,
    "store_schema": False,
}


def write_answer(answer: pa.RecordBatchReader, path: Path, schema: pa.Schema) -> int:
    """Write what a query answers to a file with the columns and types of the schema; the number of rows.

    A column of texts may come as codes (a dictionary of texts), one of `IDS` as numbers. Every column of the file may
    lack values, whatever rows it holds, so that files of one schema go together.

    Raises:
        pyarrow.ArrowException: a column is of another type than the schema's.
        OSError: the disk is full, fails or may not be written to.
    """
    given = pa.schema([_field(field, answer.schema.field(field.name)) for field in schema])
    ids = [name for name in given.names if name in IDS]
    coded = [field.name for field in given if field.name not in IDS and not pa.types.is_decimal(field.type)]
    layout = {
        "use_dictionary": coded,
        "column_encoding": dict.fromkeys(ids, "DELTA_LENGTH_BYTE_ARRAY"),
        **_LAYOUT,
    }
    rows = 0
    with _named(path), pq.ParquetWriter(path, given, **layout) as writer:
        for group in _groups(answer):
            writer.write_batch(_with_texts(group).cast(given))
            rows += group.num_rows
            del group
    return rows


def _with_texts(group: pa.RecordBatch) -> pa.RecordBatch:
    """Rows with ids as text."""
    for place, field in enumerate(group.schema):
        if field.name in IDS and field.type == NUMBERS:
            group = group.set_column(place, field.name, id_texts(group.column(place)))
    return group


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Let what the disk refuses name the file, which pyarrow leaves out."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, os.strerror(error.errno or 0), str(path)) from error


def _field(wanted: pa.Field, found: pa.Field) -> pa.Field:
    """A field as it is written: text may stay codes."""
    is_code = pa.types.is_string(wanted.type) and pa.types.is_dictionary(found.type)
    return pa.field(wanted.name, found.type if is_code else wanted.type)


def _groups(answer: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    """The rows in batches of exactly one row group each, the last one shorter.

    Each is in one piece: where pieces begin depends on how threads shared the work, and where pages begin on pieces.
    A group is as large as all that is held for it elsewhere, so nothing keeps one that was written.
    """
    held, count = list[pa.RecordBatch](), 0
    while (batch := next(answer, None)) is not None:
        while batch is not None and count + batch.num_rows >= ROW_GROUP:
            held.append(batch.slice(0, ROW_GROUP - count))
            batch = batch.slice(ROW_GROUP - count) if count + batch.num_rows > ROW_GROUP else None
            yield _whole(held)
            count = 0
        if batch is not None:
            held.append(batch)
            count += batch.num_rows
    if held:
        yield _whole(held)


def _whole(held: list[pa.RecordBatch]) -> pa.RecordBatch:
    """All that is held in one piece, and held no more."""
    whole = held.pop() if len(held) == 1 else pa.concat_batches(held)
    held.clear()
    return whole
