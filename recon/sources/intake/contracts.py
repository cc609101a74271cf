"""The contract of entries, checked on every batch at the border: what does not keep it is refused, row by row.

This is the one place that imports pandera, which takes a third of a second.
"""

from functools import cache
from typing import Final

import pandera.polars as pa_polars
import polars as pl
import pyarrow as pa
from pandera.errors import SchemaErrors

from recon.model.tables import CONTENT, ENTRY_STATUSES, ENTRY_TYPES
from recon.sources.reader import Refused

_CHECKED: Final = (
    "account", "booking_date", "value_date", "event_time", "business_date", "amount", "currency", "gross", "fee",
    "tax", "net", "fx_rate", "is_reversal", "type", "status",
)  # fmt: skip
_REASONS: Final = {
    "account": "the row has no account; name one in the profile",
    "currency": "this is no ISO 4217 currency code",
    "type": "this is no type of entry",
    "status": "this is no status of an entry",
    "net": "gross, fee and tax do not add up to net",
}


_CLAUSES: Final = {
    "account": pl.col("account").str.len_chars() > 0,
    "currency": pl.col("currency").str.contains(r"^[A-Z]{3}$"),
    "type": pl.col("type").is_in(ENTRY_TYPES),
    "status": pl.col("status").is_in(ENTRY_STATUSES),
}
"""What has to hold of a column where it has a value."""
_ADDS_UP: Final = pl.col("gross") + pl.col("fee").fill_null(0) + pl.col("tax").fill_null(0) == pl.col("net")
"""Net is gross, fee and tax together, where gross and net are both given."""


@cache
def contract() -> pa_polars.DataFrameSchema:
    """The contract as pandera states it."""
    columns = {
        name: pa_polars.Column(dtype, _check(_CLAUSES.get(name)), nullable=CONTENT.field(name).nullable)
        for name, dtype in _types().items()
    }
    return pa_polars.DataFrameSchema(columns, checks=_check(_ADDS_UP.fill_null(value=True), "net"))


def _check(clause: pl.Expr | None, name: str | None = None) -> pa_polars.Check | None:
    return None if clause is None else pa_polars.Check(lambda data: data.lazyframe.select(clause), name=name)


def sound(frame: pl.DataFrame) -> bool:
    """Whether the contract is kept, asked in one query; pandera, which names what breaks it, asks some sixty."""
    clauses = [clause.fill_null(value=True) for clause in (*_CLAUSES.values(), _ADDS_UP)]
    given = [pl.col(name).is_not_null() for name in _CHECKED if not CONTENT.field(name).nullable]
    return frame.schema == _types() and bool(frame.select(pl.all_horizontal(*clauses, *given).all()).item())


@cache
def _types() -> dict[str, pl.DataType]:
    return {name: _polars_type(CONTENT.field(name).type) for name in _CHECKED}


def _polars_type(type_: pa.DataType) -> pl.DataType:
    series = pl.from_arrow(pa.nulls(0, type_))
    return series.dtype if isinstance(series, pl.Series) else pl.Null()


def kept(entries: pa.Table) -> tuple[pa.Table, list[Refused]]:
    """The entries that keep the contract, and the others as refused rows, the first broken clause of each."""
    frame = pl.DataFrame({name: entries.column(name) for name in _CHECKED})
    if sound(frame):
        return entries, []
    try:
        contract().validate(frame, lazy=True)
    except SchemaErrors as error:
        return _without(entries, error.failure_cases)
    return entries, []


def _without(entries: pa.Table, cases: pl.DataFrame) -> tuple[pa.Table, list[Refused]]:
    if cases["index"].null_count():
        raise TypeError(f"a reader broke the shape of its table: {cases.to_dicts()}")
    first: dict[int, Refused] = {}
    order = {name: position for position, name in enumerate(_CHECKED)}
    for case in sorted(cases.to_dicts(), key=lambda one: (one["index"], order.get(one["column"] or "net", 99))):
        row = int(case["index"])
        field = case["column"] or str(case["check"])
        value = None if case["column"] is None else case["failure_case"]
        reason = _REASONS.get(
            field, "the value is missing" if value is None else "the value breaks the contract"
        )
        refused = Refused(
            entries.column("line_no")[row].as_py(),
            field,
            value,
            "contract",
            f'"{value}": {reason}' if value else reason,
            entries.column("raw")[row].as_py(),
        )
        first.setdefault(row, refused)
    keep = pa.array([row not in first for row in range(entries.num_rows)], pa.bool_())
    return entries.filter(keep), list(first.values())
