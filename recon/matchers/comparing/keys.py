"""Keys: the expressions in which two entries must agree, and how references are normalised for it."""

from recon.engines.expressions import Call, Column, Expression, call, literal
from recon.engines.gate import parse, parse_condition
from recon.engines.types import Kind
from recon.rules.book import COLUMNS
from recon.rules.ruleset import Normalise

RUN_OF_WORDS = 5
"""Longest run of consecutive words of a text that can be one reference written with separators."""


def column(text: str) -> Expression:
    """A column or expression over an entry, as the author wrote it; it has passed the gate before."""
    return parse(text, COLUMNS)


def condition(text: str | None) -> Expression:
    """A condition over an entry; without one, all entries."""
    return parse_condition(text, COLUMNS) if text else literal(True)


def normalised(value: Expression, how: Normalise) -> Expression:
    """A key with what is not told apart taken out; an empty text is no key at all."""
    if value.type.kind is not Kind.TEXT:
        return value
    if "separators" in how.ignore:
        value = call("rx_all", value, literal("[^A-Za-z0-9]+"), literal(""))
    if "case" in how.ignore:
        value = call("upper", value)
    if ignores_zeros(how):
        value = call("without_zeros", value)
    if how.first is not None:
        value = call("first", value, literal(how.first))
    return call("or_null", value, literal(""))


def is_part(text: str, key: Expression) -> bool:
    """Whether a key as compared says less than the columns it was made from."""
    return key.type.kind is Kind.TEXT and (not isinstance(column(text), Column) or is_cut(key))


def is_cut(key: Expression) -> bool:
    """Whether a key is made of the first or last characters of something."""
    return isinstance(key, Call) and (
        key.operation in {"first", "last"} or any(is_cut(argument) for argument in key.arguments)
    )


def whole_reference(text: str) -> Expression:
    """All texts that a key is made from, never absent."""
    names = sorted(
        {found for found in column(text).columns() if found.type.kind is Kind.TEXT}, key=lambda c: c.name
    )
    texts = [call("coalesce", call("upper", found), literal("")) for found in names]
    return call("concat", *texts, literal(""))


def as_word(value: Expression) -> Expression:
    """A reference as it is looked for in a text: capitals, letters and digits only."""
    return call(
        "or_null", call("rx_all", call("upper", value), literal("[^A-Z0-9]+"), literal("")), literal("")
    )


def ignores_zeros(how: Normalise) -> bool:
    """Whether 0012 and 12 are the same reference."""
    return "leading_zeros" in how.ignore
