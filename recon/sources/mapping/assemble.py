"""Mapped columns of a table in the shape that every reader hands back."""

from collections.abc import Sequence
from typing import Final

import polars as pl
import pyarrow as pa

from recon.sources.mapping.compiled import Mapping
from recon.sources.mapping.money_rules import ZERO
from recon.sources.reader import READ
from recon.sources.values.amounts import MONEY

PART: Final = "\x01part "


def entries_table(
    mapping: Mapping, values: pl.DataFrame, raw: pl.DataFrame, line_no: pl.Series, statement_no: pl.Series
) -> pa.Table:
    """Mapped rows in the columns of `READ`."""
    rows = values.height
    columns: list[pa.Array | pa.ChunkedArray] = []
    texts = (
        raw.select(pl.struct(pl.all()).struct.json_encode().alias("raw"))["raw"]
        if rows
        else pl.Series([], dtype=pl.String)
    )
    given = {"line_no": line_no, "statement_no": statement_no, "raw": texts}
    for field in READ:
        if field.name == "attributes":
            columns.append(_attributes(values, list(mapping.attributes)))
        elif field.name == "fee_parts":
            columns.append(_fee_parts(values, field.type))
        elif field.name == "is_reversal":
            columns.append(pa.array([False] * rows, pa.bool_()))
        elif field.name in given or field.name in values.columns:
            series = given[field.name] if field.name in given else values[field.name]
            columns.append(series.to_arrow().cast(field.type))
        else:
            columns.append(pa.nulls(rows, field.type))
    return pa.Table.from_arrays(columns, schema=READ)


def _attributes(values: pl.DataFrame, names: Sequence[str]) -> pa.Array:
    """The attributes that are filled as a map for each row, in the order of their names."""
    type_ = READ.field("attributes").type
    if not names or not values.height:
        return pa.nulls(values.height, type_)
    columns = [pl.col(f"\x01attribute {name}") for name in names]
    filled = pl.sum_horizontal([column.is_not_null().cast(pl.Int32) for column in columns])
    counts = values.select(filled.alias("n"))["n"]
    offsets = pl.concat([pl.Series([0], dtype=pl.Int32), counts.cum_sum().cast(pl.Int32)])
    items = values.select(pl.concat_list(columns).alias("item"))["item"].explode()
    keys = pl.Series(list(names) * values.height, dtype=pl.String)
    held = items.is_not_null()
    return pa.MapArray.from_arrays(
        offsets.to_arrow().cast(pa.int32()),
        keys.filter(held).to_arrow().cast(pa.string()),
        items.filter(held).to_arrow().cast(pa.string()),
    )


def _fee_parts(values: pl.DataFrame, type_: pa.DataType) -> pa.Array:
    """Fee parts that are not zero, in the order of the profile; null where there is none."""
    names = [name for name in values.columns if name.startswith(PART)]
    if not names or not values.height:
        return pa.nulls(values.height, type_)
    parts = [
        pl.when(pl.col(name).is_not_null() & (pl.col(name) != ZERO)).then(
            pl.struct(
                pl.lit(name.removeprefix(PART)).alias("kind"),
                pl.col(name).cast(MONEY).alias("amount"),
                pl.col("currency"),
            )
        )
        for name in names
    ]
    lists = pl.concat_list(parts).list.drop_nulls()
    kept = values.select(pl.when(lists.list.len() > 0).then(lists).alias("parts"))["parts"]
    return kept.to_arrow().cast(type_)
