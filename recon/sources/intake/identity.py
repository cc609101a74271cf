"""What an entry is called: a hash of its source and its own content, whatever file and row it came in.

Left out are `statement_id`, because overlapping statements name the same entry differently, and
`business_date`, because it follows from the other dates. Entries that are equal in everything else are told
apart by their occurrence number in the file: the first keeps the digest, the n-th hashes digest and number.
"""

import hashlib
from itertools import groupby
from typing import Final

import polars as pl
import pyarrow as pa

from recon.model.ids import ENTRY_ID_DIGITS
from recon.model.tables import CONTENT

LEFT_OUT: Final = frozenset({"statement_id", "business_date"})
_FIELD, _ITEM, _PART, _ABSENT = "\x1f", "\x1e", "\x1d", "\x00"


def digests(entries: pa.Table, source: str) -> pa.Array:
    """For each entry of schema `READ` the first digits of the SHA-256 of its source and content.

    Values stand for themselves in one way only: amounts with eight digits after the point, dates as 2026-10-31,
    times in microseconds from 1970, attributes in the order of their names.
    """
    frame = pl.DataFrame(
        {field.name: _listed(entries.column(field.name)) for field in CONTENT if field.name not in LEFT_OUT}
    )
    fields = [field for field in CONTENT if field.name not in LEFT_OUT]
    joined = _joined(frame, fields, doubled=False)
    if not (joined.str.count_matches(_FIELD, literal=True) == len(fields) - 1).all():
        joined = _joined(frame, fields, doubled=True)
    head = source + _FIELD
    return pa.array(
        [hashlib.sha256((head + text).encode()).hexdigest()[:ENTRY_ID_DIGITS] for text in joined.to_list()],
        pa.string(),
    )


def _listed(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A map as a list of its pairs."""
    if not pa.types.is_map(column.type):
        return column
    return column.cast(pa.list_(pa.struct([("key", pa.string()), ("value", pa.string())])))


def _joined(frame: pl.DataFrame, fields: list[pa.Field], *, doubled: bool) -> pl.Series:
    """The fields of each row in one text; a separator inside a text is doubled where there is one."""
    parts: list[pl.Expr] = []
    for filled, group in groupby(fields, lambda field: frame[field.name].null_count() < frame.height):
        names = list(group)
        absent = pl.lit(_FIELD.join([_ABSENT] * len(names)))
        parts += [_text(field, doubled=doubled) for field in names] if filled else [absent]
    return frame.select(pl.concat_str(parts, separator=_FIELD).alias("text")).to_series()


def _text(field: pa.Field, *, doubled: bool) -> pl.Expr:
    column, type_ = pl.col(field.name), field.type
    if pa.types.is_map(type_):
        parts = pl.concat_str(
            [pl.element().struct.field("key"), pl.element().struct.field("value").fill_null(_ABSENT)],
            separator=_PART,
        )
        text = column.list.eval(parts).list.join(_ITEM)
    elif pa.types.is_list(type_):
        item = pl.element().struct
        values = [
            item.field(name).cast(pl.String).fill_null(_ABSENT) for name in ("kind", "amount", "currency")
        ]
        text = column.list.eval(pl.concat_str(values, separator=_PART)).list.join(_ITEM)
    elif pa.types.is_timestamp(type_):
        text = column.dt.epoch("us").cast(pl.String)
    elif pa.types.is_string(type_):
        text = column.str.replace_all(_FIELD, _FIELD + _FIELD, literal=True) if doubled else column
    else:
        text = column.cast(pl.String)
    return text.fill_null(_ABSENT)
