"""Typed scalar expressions: the only things that a rule can compute.

An expression knows its type from the moment it is made; a combination that does not fit raises `TypeProblem`.
There is no division with `/` (see `divided`), no average, no float, and no conversion between time zones. What
each operation means in SQL is said once, in `dialects`; what it is called in words is said here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from recon.engines.operations import TYPE_RULES
from recon.engines.types import CODED, DATE, INTEGER, TEXT, TRUTH, DataType, Kind, TypeProblem, decimal


@dataclass(frozen=True, slots=True)
class Expression:
    """A typed value computed for each row."""

    type: DataType

    def columns(self) -> Iterator["Column"]:
        """The columns that the expression reads."""
        return iter(())


@dataclass(frozen=True, slots=True)
class Column(Expression):
    """A column, of one side when two relations are joined."""

    name: str
    side: str | None = None

    def columns(self) -> Iterator["Column"]:
        """Itself."""
        return iter((self,))


@dataclass(frozen=True, slots=True)
class Literal(Expression):
    """A constant; None is the absent value of its type."""

    value: str | int | Decimal | date | bool | None


@dataclass(frozen=True, slots=True)
class Call(Expression):
    """An operation of the fixed set on its arguments."""

    operation: str
    arguments: tuple[Expression, ...]

    def columns(self) -> Iterator[Column]:
        """The columns of all arguments."""
        for argument in self.arguments:
            yield from argument.columns()


_ARITHMETIC = ("add", "sub", "mul")


def literal(value: str | int | Decimal | date | bool) -> Literal:
    """A constant with the type of its value."""
    if isinstance(value, bool):
        return Literal(TRUTH, value)
    if isinstance(value, int):
        return Literal(INTEGER, value)
    if isinstance(value, Decimal):
        return Literal(_type_of(value), value)
    if isinstance(value, date):
        return Literal(DATE, value)
    return Literal(TEXT, value)


def _type_of(value: Decimal) -> DataType:
    _, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        raise TypeProblem(f"{value} is not a finite number")
    scale = max(0, -exponent)
    whole = max(0, len(digits) + exponent)
    return decimal(max(1, whole + scale), scale)


def call(operation: str, *arguments: Expression) -> Call:
    """An operation on its arguments, with its type.

    Raises:
        TypeProblem: there is no such operation, or its arguments do not fit it.
    """
    if operation not in TYPE_RULES:
        raise TypeProblem(f"there is no operation `{operation}`")
    if operation in _ARITHMETIC and any(argument.type.kind is Kind.DECIMAL for argument in arguments):
        arguments = tuple(map(_exact, arguments))
    return Call(TYPE_RULES[operation](*(argument.type for argument in arguments)), operation, arguments)


def _exact(argument: Expression) -> Expression:
    """A whole number that was written out, as an amount of so many digits; beside amounts any other counts as 18."""
    if isinstance(argument, Literal) and isinstance(argument.value, int) and argument.type is INTEGER:
        return literal(Decimal(argument.value))
    return argument


def coded(column: Column) -> Expression:
    """A column of an entry as the code that stands for its text, where it is one of `types.CODED`."""
    return Call(CODED[column.name], "coded", (column,)) if column.name in CODED else column


def one_of(value: str, *values: str) -> Expression:
    """A text that is one of a few, all of them said: a number stands for it."""
    return Call(TEXT, "one_of", tuple(map(literal, (value, *values))))


def all_of(*conditions: Expression) -> Expression:
    """True where every condition holds; true for none."""
    real = [condition for condition in conditions if condition != literal(True)]
    if not real:
        return literal(True)
    joined = real[0]
    for condition in real[1:]:
        joined = call("and", joined, condition)
    return joined


def any_of(*conditions: Expression) -> Expression:
    """True where some condition holds; false for none."""
    if not conditions:
        return literal(False)
    joined = conditions[0]
    for condition in conditions[1:]:
        joined = call("or", joined, condition)
    return joined
