"""A condition over two entries, taken apart: what must be equal, and what must hold beside it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from recon.engines.expressions import Call, Column, Expression

Place = Literal["l", "r"]


@dataclass(frozen=True, slots=True)
class PairCondition:
    """A condition over two entries: what must be equal (left, right), and what must hold beside it.

    Columns belong to the side `l` or `r`.
    """

    equal: tuple[tuple[Expression, Expression], ...]
    rest: Expression

    def read(self, place: Place) -> tuple[Column, ...]:
        """The columns of one side that are read, each once."""
        parts = [*(part for pair in self.equal for part in pair), self.rest]
        found = {column for part in parts for column in part.columns() if column.side == place}
        return tuple(sorted(found, key=lambda column: column.name))


def rewritten(expression: Expression, change: Callable[[Column], Expression]) -> Expression:
    """The expression with each column changed."""
    if isinstance(expression, Column):
        return change(expression)
    if isinstance(expression, Call):
        arguments = tuple(rewritten(argument, change) for argument in expression.arguments)
        return Call(expression.type, expression.operation, arguments)
    return expression
