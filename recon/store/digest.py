"""The logical digest of a table: what it says, whatever the order of its rows and the bytes of its file.

Definition, so that any engine can compute it: a row's text joins the texts of its columns, in the order of the
schema, by U+001F; null is U+001E. A decimal is its unscaled integer, a date ISO 8601, a timestamp the integer
of its unit since 1970, a truth value `true` or `false`. A list joins its elements by U+001D, a struct its
fields by U+001C, a map is a list of structs of key and value. The digest is `rows:sum`, where sum adds up the
first 15 hexadecimal digits of the SHA-256 of each row's text, as integers.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from recon.store.parquet import parquet_errors

COLUMN, NULL, ELEMENT, FIELD = "\x1f", "\x1e", "\x1d", "\x1c"
_BATCH = 65_536
MOST_ROWS = 20_000
"""Files with more rows get no digest when they are published: at 2 to 8 microseconds a row it would cost as much as
the matching itself, and equal work already gives equal bytes. Whoever compares engines computes it from both files."""


def digest(batches: Iterable[pa.RecordBatch]) -> tuple[int, str]:
    """Rows and logical digest of a table, a piece at a time."""
    rows = total = 0
    for batch in batches:
        rows += batch.num_rows
        total += _sum(batch)
    return rows, f"{rows}:{total}"


def listed_digest(path: Path) -> tuple[int, str | None]:
    """Rows and logical digest of a Parquet file as a manifest lists them; without a digest beyond `MOST_ROWS`.

    Raises:
        ControlFailed: the file is missing, damaged or no Parquet.
    """
    with parquet_errors(path), pq.ParquetFile(path) as file:
        rows: int = file.metadata.num_rows
    return file_digest(path) if rows <= MOST_ROWS else (rows, None)


def file_digest(path: Path) -> tuple[int, str]:
    """Rows and logical digest of a Parquet file, read a piece at a time with its checksums verified.

    Raises:
        ControlFailed: the file is missing, damaged or no Parquet.
    """
    with parquet_errors(path), pq.ParquetFile(path, page_checksum_verification=True) as file:
        return digest(file.iter_batches(batch_size=_BATCH))


def _sum(batch: pa.RecordBatch) -> int:
    if not batch.num_columns or not batch.num_rows:
        return 0
    texts = [_texts(column).cast(pa.large_string()) for column in batch.columns]
    joined = pc.binary_join_element_wise(*texts, pa.scalar(COLUMN, pa.large_string()))
    sha256 = hashlib.sha256
    # 60 bits: the first 8 bytes without their last 4 bits are the first 15 hexadecimal digits.
    return sum(
        int.from_bytes(sha256(row).digest()[:8]) >> 4 for row in joined.cast(pa.large_binary()).to_pylist()
    )


def _texts(array: pa.Array) -> pa.Array:
    """The text of each value, null included."""
    return pc.fill_null(_nullable_texts(array), NULL)


def _nullable_texts(array: pa.Array) -> pa.Array:
    kind = array.type
    if pa.types.is_map(kind):
        pairs = pa.StructArray.from_arrays([array.keys, array.items], ["key", "value"])
        return _joined(array, _texts(pairs), array.offsets)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return _joined(array, _texts(array.values), array.offsets)
    if pa.types.is_struct(kind):
        fields = [_texts(array.field(n)) for n in range(kind.num_fields)]
        joined = pc.binary_join_element_wise(*fields, FIELD)
        return pc.if_else(array.is_valid(), joined, pa.scalar(None, pa.string()))
    if pa.types.is_decimal128(kind):
        whole = pa.Array.from_buffers(pa.decimal128(38, 0), len(array), array.buffers(), offset=array.offset)
        return whole.cast(pa.string())
    if pa.types.is_timestamp(kind):
        return array.cast(pa.int64()).cast(pa.string())
    if pa.types.is_floating(kind):
        raise TypeError(f"a table of the store has no floats: {kind}")
    return array.cast(pa.string())


def _joined(array: pa.Array, elements: pa.Array, offsets: pa.Array) -> pa.Array:
    """The elements of each list joined to one text. `offsets` point into `elements`."""
    lists = pa.ListArray.from_arrays(offsets.cast(pa.int32()), elements)
    return pc.if_else(array.is_valid(), pc.binary_join(lists, ELEMENT), pa.scalar(None, pa.string()))
