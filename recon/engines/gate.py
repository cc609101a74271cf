"""The gate: text that a user wrote becomes a typed expression, or is refused with the reason.

A name alone is the column of that name. Anything else is parsed by sqlglot, which does nothing but that (see `nodes`);
it is imported for the first such text, because to import it takes longer than to read most rule sets.
"""

import re
from collections.abc import Mapping
from typing import Final

from recon.engines.expressions import Column, Expression, call, literal
from recon.engines.types import ATTRIBUTES, TRUTH, DataType

MAX_LENGTH: Final = 4_000
_ATTRIBUTE: Final = re.compile(r"attributes\.([A-Za-z_][A-Za-z0-9_]*)")


class PredicateProblem(Exception):
    """Why an expression is refused: a message, a hint, and where in the text (from 0) it is known."""

    def __init__(self, message: str, hint: str | None = None, offset: int | None = None) -> None:
        super().__init__(message)
        self.message, self.hint, self.offset = message, hint, offset


def parse(text: str, columns: Mapping[str, DataType], names: frozenset[str] | None = None) -> Expression:
    """The typed expression that the text says, over the columns given.

    `attributes.channel` (or `attributes['channel']`) is one attribute; when `names` is given it must be among
    them. Equality and comparison are SQL's: an absent value makes a condition unknown, which is not true.

    Raises:
        PredicateProblem: the text is not one expression, uses something that is not on the list, names a column
            that does not exist, or puts types together that do not fit.
    """
    expression = _named(text, columns, names)
    if expression is None:
        from recon.engines.nodes import expression_of

        expression = expression_of(text, columns, names)
    if expression.type == ATTRIBUTES:
        raise PredicateProblem("`attributes` is many values", "name one of them, such as attributes.channel")
    return expression


def parse_condition(
    text: str, columns: Mapping[str, DataType], names: frozenset[str] | None = None
) -> Expression:
    """As `parse`, for text that must be a condition."""
    expression = parse(text, columns, names)
    if expression.type != TRUTH:
        raise PredicateProblem(
            f"`{text}` gives {expression.type.named}, not a condition", "compare it with something"
        )
    return expression


def attribute_of(name: str, side: str | None = None) -> Expression:
    """One attribute of an entry, of one side where two entries are compared."""
    return call("attribute", Column(ATTRIBUTES, "attributes", side), literal(name))


def _named(text: str, columns: Mapping[str, DataType], names: frozenset[str] | None) -> Expression | None:
    """The column or attribute whose name the text is; None for everything else, and for names that are wrong."""
    if text in columns:
        return Column(columns[text], text)
    found = _ATTRIBUTE.fullmatch(text)
    known = (
        found is not None and columns.get("attributes") == ATTRIBUTES and (names is None or found[1] in names)
    )
    return attribute_of(found[1]) if found is not None and known else None
