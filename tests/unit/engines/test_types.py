"""Types of the plan: how wide decimals get, and which combinations fit."""

from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest

from recon.engines.expressions import Column, Literal, all_of, any_of, call, literal
from recon.engines.types import (
    ATTRIBUTES,
    DATE,
    INTEGER,
    MONEY,
    ROW,
    SUM,
    TEXT,
    TIME,
    TRUTH,
    DataType,
    TypeProblem,
    as_decimal,
    columns_of,
    decimal,
    of_arrow,
)  # fmt: skip
from recon.model.tables import ENTRIES


def columns(*types: DataType) -> list[Column]:
    return [Column(type_, f"c{position}") for position, type_ in enumerate(types)]


@pytest.mark.parametrize(
    ("operation", "types", "result"),
    [
        ("add", (MONEY, MONEY), decimal(25, 8)),
        ("sub", (SUM, SUM), decimal(38, 8)),
        ("add", (INTEGER, INTEGER), INTEGER),
        ("add", (decimal(10, 2), decimal(5, 4)), decimal(13, 4)),
        ("mul", (MONEY, decimal(13, 8)), decimal(37, 16)),
        ("mul", (INTEGER, decimal(6, 4)), decimal(24, 4)),
        ("greatest", (MONEY, decimal(6, 2)), decimal(24, 8)),
        ("least", (INTEGER, decimal(6, 2)), decimal(20, 2)),
        ("if", (TRUTH, MONEY, SUM), SUM),
        ("coalesce", (TEXT, TEXT), TEXT),
        ("days", (DATE, DATE), INTEGER),
        ("add_days", (DATE, INTEGER), DATE),
        ("day_of", (TIME,), DATE),
        ("eq", (MONEY, INTEGER), TRUTH),
        ("between", (DATE, DATE, DATE), TRUTH),
        ("in", (TEXT, TEXT, TEXT), TRUTH),
        ("is_null", (ATTRIBUTES,), TRUTH),
        ("as_money", (SUM,), MONEY),
        ("as_text", (ROW,), TEXT),
        ("row_of", (TEXT,), ROW),
    ],
)
def test_result_types(operation: str, types: tuple[DataType, ...], result: DataType) -> None:
    assert call(operation, *columns(*types)).type == result


@pytest.mark.parametrize(
    ("operation", "types", "words"),
    [
        ("mul", (MONEY, MONEY), "needs 48 digits"),
        ("mul", (SUM, INTEGER), "needs 56 digits"),
        ("add", (decimal(38, 0), decimal(38, 8)), "needs 46 digits"),
        ("add", (TEXT, MONEY), "a text is not a number"),
        ("add", (DATE, INTEGER), "a date is not a number"),
        ("neg", (TEXT,), "a text is not a number"),
        ("eq", (TEXT, DATE), "a text cannot be compared with a date"),
        ("eq", (TRUTH, INTEGER), "a condition cannot be compared with a whole number"),
        ("eq", (ATTRIBUTES, ATTRIBUTES), "attributes cannot be compared"),
        ("eq", (TEXT,), "a comparison needs two values"),
        ("and", (TRUTH, TEXT), "expects a condition where a text stands"),
        ("days", (DATE, TIME), "expects a date where a date"),
        ("upper", (TEXT, TEXT), "takes 1 values, not 2"),
        ("if", (TRUTH, TEXT, MONEY), "a text cannot be compared"),
        ("if", (TEXT, TEXT, TEXT), "expects a condition and two values"),
        ("concat", (TEXT, INTEGER), "expects text"),
        ("as_text", (TRUTH,), "a condition has no text"),
        ("is_null", (TEXT, TEXT), "takes one value"),
        ("bucket", (MONEY, TEXT), "is not a number"),
        ("div", (MONEY, MONEY), "there is no operation `div`"),
        ("avg", (MONEY,), "there is no operation `avg`"),
    ],
)
def test_what_does_not_fit_is_refused(operation: str, types: tuple[DataType, ...], words: str) -> None:
    if operation == "days":
        words = "expects a date where a"
    with pytest.raises(TypeProblem, match=words.replace("(", r"\(")):
        call(operation, *columns(*types))


@pytest.mark.parametrize(
    ("value", "type_"),
    [
        (True, TRUTH), (7, INTEGER), ("x", TEXT), (date(2026, 10, 1), DATE), (Decimal("0.05"), decimal(2, 2)),
        (Decimal(1200), decimal(4, 0)), (Decimal("1E+3"), decimal(4, 0)), (Decimal("-12.340"), decimal(5, 3)),
    ],
)  # fmt: skip
def test_constants_have_the_narrowest_type(value: str | int | Decimal | date | bool, type_: DataType) -> None:
    assert literal(value).type == type_


def test_no_constant_is_infinite() -> None:
    with pytest.raises(TypeProblem, match="not a finite number"):
        literal(Decimal("NaN"))


def test_conditions_are_joined_and_what_is_always_true_is_left_out() -> None:
    one = Column(TRUTH, "is_reversal")
    assert all_of() == literal(True)
    assert any_of() == literal(False)
    assert all_of(literal(True), one) == one
    assert list(any_of(one, one).columns()) == [one, one]
    assert list(Literal(TEXT, None).columns()) == []


def test_the_canonical_tables_have_no_type_that_the_plan_lacks_but_lists() -> None:
    known = columns_of(ENTRIES)
    assert set(ENTRIES.names) - set(known) == {"fee_parts"}
    assert known["amount"] == MONEY
    assert known["attributes"] == ATTRIBUTES
    assert of_arrow(pa.float64()) is None


def test_only_numbers_become_decimals() -> None:
    assert as_decimal(INTEGER) == decimal(18, 0)
    with pytest.raises(TypeProblem, match="a date is not a number"):
        as_decimal(DATE)
