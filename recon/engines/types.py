"""Types of the plan: what a value is, and how wide a decimal gets.

The set is small on purpose: text, decimals up to 38 digits, whole numbers, dates, times in UTC, truth, row ids,
and the map of attributes. There is no floating point type, so no plan can hold one.
"""

from dataclasses import dataclass
from enum import StrEnum

import pyarrow as pa

MAX_PRECISION = 38


class Kind(StrEnum):
    """What a value is; the value is the word that error messages use."""

    TEXT = "text"
    DECIMAL = "amount"
    INTEGER = "whole number"
    DATE = "date"
    TIME = "time"
    TRUTH = "condition"
    ROW = "row id"
    ATTRIBUTES = "attributes"

    @property
    def named(self) -> str:
        """The word with its article: `an amount`, `a date`."""
        if self is Kind.ATTRIBUTES:
            return self.value
        return f"{'an' if self.value[0] in 'aeiou' else 'a'} {self.value}"


class TypeProblem(ValueError):
    """An expression puts types together that do not fit; the text says which and is shown to the user."""


@dataclass(frozen=True, slots=True)
class DataType:
    """A kind and, for decimals, how many digits in all and after the point.

    Of a whole number, the digits are how many it has at most, where that is known to be few.
    A text that takes few values, such as a currency, may be kept as a code: `code` says of which column.
    """

    kind: Kind
    precision: int = 0
    scale: int = 0
    code: str = ""

    def __str__(self) -> str:
        """The type as an error message names it."""
        return self.kind.value

    @property
    def named(self) -> str:
        """The type with its article."""
        return self.kind.named

    @property
    def is_number(self) -> bool:
        """Whether arithmetic applies."""
        return self.kind in {Kind.DECIMAL, Kind.INTEGER}


TEXT = DataType(Kind.TEXT)
INTEGER = DataType(Kind.INTEGER)
FLAG = DataType(Kind.INTEGER, 1)
"""0 or 1. A table of many rows holds it in one byte instead of eight, and is sorted sooner."""
SMALL = DataType(Kind.INTEGER, 9)
"""A place, a count of alternatives, a number of days: in four bytes."""
DATE = DataType(Kind.DATE)
TIME = DataType(Kind.TIME)
TRUTH = DataType(Kind.TRUTH)
ROW = DataType(Kind.ROW)
ATTRIBUTES = DataType(Kind.ATTRIBUTES)
CODED = {name: DataType(Kind.TEXT, code=name) for name in ("account", "currency", "type")}
"""Columns of an entry that are few texts in most books. A number stands for each text where tables are made to be
joined, sorted or written: at a million entries that takes a fifth off a run."""


def decimal(precision: int, scale: int) -> DataType:
    """A decimal type.

    Raises:
        TypeProblem: it would need more than 38 digits.
    """
    if precision > MAX_PRECISION:
        raise TypeProblem(
            f"the result needs {precision} digits, more than the {MAX_PRECISION} that are exact; round earlier"
        )
    return DataType(Kind.DECIMAL, precision, scale)


MONEY = decimal(24, 8)
SUM = decimal(38, 8)
EXACT = decimal(38, 16)
"""Products of amounts and rates, before they are rounded."""


def as_decimal(type_: DataType) -> DataType:
    """A number's decimal type: whole numbers count as 18 digits without a fraction."""
    if type_.kind is Kind.DECIMAL:
        return type_
    if type_.kind is Kind.INTEGER:
        return decimal(18, 0)
    raise TypeProblem(f"{type_.named} is not a number")


def of_arrow(type_: pa.DataType) -> DataType | None:
    """The plan's type of a column of the canonical tables; None for lists and structs, which no rule reads."""
    if pa.types.is_decimal(type_):
        return decimal(type_.precision, type_.scale)
    if pa.types.is_map(type_):
        return ATTRIBUTES
    if pa.types.is_timestamp(type_):
        return TIME
    simple = {
        pa.string(): TEXT,
        pa.int32(): INTEGER,
        pa.int64(): INTEGER,
        pa.date32(): DATE,
        pa.bool_(): TRUTH,
    }
    return simple.get(type_)


def columns_of(schema: pa.Schema) -> dict[str, DataType]:
    """The columns of a canonical table that a plan can read."""
    known = ((field.name, of_arrow(field.type)) for field in schema)
    return {name: type_ for name, type_ in known if type_ is not None}
