"""The operations of the plan: each with the rule that gives its type. What it means in SQL is said in `dialects`."""

from collections.abc import Callable

from recon.engines.types import (
    ATTRIBUTES,
    DATE,
    EXACT,
    INTEGER,
    MONEY,
    ROW,
    SUM,
    TEXT,
    TRUTH,
    DataType,
    Kind,
    TypeProblem,
    as_decimal,
    decimal,
)

TypeRule = Callable[..., DataType]


def _fixed(result: DataType, *kinds: Kind) -> TypeRule:
    """Arguments of exactly these kinds."""

    def rule(*types: DataType) -> DataType:
        if len(types) != len(kinds):
            raise TypeProblem(f"takes {len(kinds)} values, not {len(types)}")
        for found, wanted in zip(types, kinds, strict=True):
            if found.kind is not wanted:
                raise TypeProblem(f"expects {wanted.named} where {found.named} stands")
        return result

    return rule


def _comparable(*types: DataType) -> DataType:
    if len(types) < 2:
        raise TypeProblem("a comparison needs two values")
    first = types[0]
    for other in types[1:]:
        if not (first.kind is other.kind or (first.is_number and other.is_number)):
            raise TypeProblem(f"{first.named} cannot be compared with {other.named}")
    if first.kind is Kind.ATTRIBUTES:
        raise TypeProblem("attributes cannot be compared; name one of them")
    return TRUTH


def _present(*types: DataType) -> DataType:
    if len(types) != 1:
        raise TypeProblem("takes one value")
    return TRUTH


def _sum(left: DataType, right: DataType) -> DataType:
    if left.kind is Kind.INTEGER and right.kind is Kind.INTEGER:
        return INTEGER
    one, other = as_decimal(left), as_decimal(right)
    scale = max(one.scale, other.scale)
    whole = max(one.precision - one.scale, other.precision - other.scale)
    return decimal(min(whole + scale + 1, 38) if whole + scale <= 38 else whole + scale, scale)


def _product(left: DataType, right: DataType) -> DataType:
    if left.kind is Kind.INTEGER and right.kind is Kind.INTEGER:
        return INTEGER
    one, other = as_decimal(left), as_decimal(right)
    return decimal(one.precision + other.precision, one.scale + other.scale)


def _number(type_: DataType) -> DataType:
    if not type_.is_number:
        raise TypeProblem(f"{type_.named} is not a number")
    return type_


def _same(*types: DataType) -> DataType:
    _comparable(*types, types[-1])
    widest = types[0]
    for type_ in types[1:]:
        if type_.kind is Kind.DECIMAL or widest.kind is Kind.DECIMAL:
            one, other = as_decimal(widest), as_decimal(type_)
            scale = max(one.scale, other.scale)
            whole = max(one.precision - one.scale, other.precision - other.scale)
            widest = decimal(whole + scale, scale)
    return widest


def _as(wanted: DataType, type_: DataType) -> DataType:
    _number(type_)
    return wanted


def _to_text(type_: DataType) -> DataType:
    if type_.kind in {Kind.ATTRIBUTES, Kind.TRUTH}:
        raise TypeProblem(f"{type_.named} has no text")
    return TEXT


def _choice(condition: DataType, *values: DataType) -> DataType:
    if condition.kind is not Kind.TRUTH or len(values) != 2:
        raise TypeProblem("expects a condition and two values")
    return _same(*values)


def _texts(*types: DataType) -> DataType:
    if any(type_.kind is not Kind.TEXT for type_ in types):
        raise TypeProblem("expects text")
    return TEXT


def _name(*types: DataType) -> DataType:
    if len(types) < 1:
        raise TypeProblem("takes a text, and the words that say nothing in it")
    return _texts(*types)


def _members(*types: DataType) -> DataType:
    return _comparable(*types)


_T, _I, _D, _B = Kind.TEXT, Kind.INTEGER, Kind.DATE, Kind.TRUTH

TYPE_RULES: dict[str, TypeRule] = {
    "and": _fixed(TRUTH, _B, _B),
    "or": _fixed(TRUTH, _B, _B),
    "not": _fixed(TRUTH, _B),
    "eq": _comparable,
    "ne": _comparable,
    "lt": _comparable,
    "le": _comparable,
    "gt": _comparable,
    "ge": _comparable,
    "between": _comparable,
    "in": _members,
    "is_null": _present,
    "add": _sum,
    "sub": _sum,
    "mul": _product,
    "neg": _number,
    "abs": _number,
    "least": _same,
    "greatest": _same,
    "coalesce": _same,
    "if": _choice,
    "upper": _fixed(TEXT, _T),
    "lower": _fixed(TEXT, _T),
    "trim": _fixed(TEXT, _T),
    "length": _fixed(INTEGER, _T),
    "first": _fixed(TEXT, _T, _I),
    "last": _fixed(TEXT, _T, _I),
    "concat": _texts,
    "edits": _fixed(INTEGER, _T, _T),
    "contains": _fixed(TRUTH, _T, _T),
    "starts_with": _fixed(TRUTH, _T, _T),
    "ends_with": _fixed(TRUTH, _T, _T),
    "rx_is": _fixed(TRUTH, _T, _T),
    "rx_get": _fixed(TEXT, _T, _T),
    "rx_all": _fixed(TEXT, _T, _T, _T),
    "without_zeros": _fixed(TEXT, _T),
    "as_misread": _fixed(TEXT, _T),
    "days": _fixed(INTEGER, _D, _D),
    "add_days": _fixed(DATE, _D, _I),
    "day_of": _fixed(DATE, Kind.TIME),
    "attribute": _fixed(TEXT, ATTRIBUTES.kind, _T),
    "or_null": _fixed(TEXT, _T, _T),
    "row_of": _fixed(ROW, _T),
    "entry_of": _fixed(TEXT, Kind.ROW),
    "as_money": lambda type_: _as(MONEY, type_),
    "as_sum": lambda type_: _as(SUM, type_),
    "as_exact": lambda type_: _as(EXACT, type_),
    "as_number": _fixed(MONEY, _T),
    "round_half_even": lambda *types: _as(EXACT, types[0]),
    "round_half_up": lambda *types: _as(EXACT, types[0]),
    "round_down": lambda *types: _as(EXACT, types[0]),
    "first_of": lambda *types: _fixed(INTEGER, *(_B for _ in types))(*types),
    "choose": lambda *types: _same(*types[1:]),
    "as_text": _to_text,
    "bucket": lambda amount, width: _number(width) and _number(amount) and INTEGER,
    "json_list": _texts,
    "json_text": _fixed(TEXT, _T),
    "plain_name": _name,
    "like_words": _fixed(INTEGER, _T, _T),
    "like_words_of_shorter": _fixed(INTEGER, _T, _T),
    "like_trigrams": _fixed(INTEGER, _T, _T),
    "like_trigrams_of_shorter": _fixed(INTEGER, _T, _T),
    "shared_words": _fixed(TEXT, _T, _T),
    "hash_of": lambda *types: _comparable(types[0], *types[:1]) and INTEGER,
    "pair_id": _fixed(ROW, Kind.ROW, Kind.ROW, _T),
}
"""Operation to the rule that gives its type. Regular expressions are of the set that RE2 and Java agree on."""
