"""The contract of entries: one query says whether it is kept, and pandera agrees and names the row that breaks it."""

from datetime import date
from decimal import Decimal

import polars as pl
import pyarrow as pa
import pytest
from pandera.errors import SchemaErrors

from recon.sources.intake.contracts import contract, kept, sound
from recon.sources.reader import READ

GOOD = {
    "line_no": 2, "account": "A", "booking_date": date(2026, 10, 5), "amount": Decimal(98), "currency": "NGN",
    "is_reversal": False, "type": "payment", "status": "booked", "raw": "the row",
}  # fmt: skip
FIGURES = {"gross": Decimal(100), "fee": Decimal(-2), "net": Decimal(98)}


def entries(**changed: object) -> pa.Table:
    """A row that keeps the contract, the row that is changed, and one more that keeps it."""
    return pa.Table.from_pylist([GOOD, GOOD | {"line_no": 3} | changed, GOOD | FIGURES], schema=READ)


@pytest.mark.parametrize(("changed", "field"), [
    ({}, None), (FIGURES, None), (FIGURES | {"net": None}, None), ({"net": Decimal(1)}, None),
    (FIGURES | {"tax": Decimal("0.01")}, "net"), ({"account": ""}, "account"), ({"account": None}, "account"),
    ({"currency": "ngn"}, "currency"), ({"currency": "NGNX"}, "currency"), ({"currency": None}, "currency"),
    ({"amount": None}, "amount"), ({"type": "gift"}, "type"), ({"status": "lost"}, "status"),
    ({"is_reversal": None}, "is_reversal"),
])  # fmt: skip
def test_one_query_says_what_pandera_says_and_the_row_is_named(
    changed: dict[str, object], field: str | None
) -> None:
    table = entries(**changed)
    frame = pl.DataFrame({name: table.column(name) for name in contract().columns})
    try:
        contract().validate(frame, lazy=True)
    except SchemaErrors:
        assert not sound(frame)
    else:
        assert sound(frame)
    good, refused = kept(table)
    assert [(one.line_no, one.field) for one in refused] == ([] if field is None else [(3, field)])
    assert good.num_rows == (3 if field is None else 2)


def test_a_table_of_another_shape_is_a_defect_of_its_reader() -> None:
    table = entries()
    place = table.schema.get_field_index("amount")
    with pytest.raises(TypeError, match="broke the shape of its table"):
        kept(table.set_column(place, "amount", pa.array([1, 2, 3], pa.int64())))
