"""From what sqlglot read in a text to a typed expression of our own, node by node; see `gate`.

Each node must be on the list below and each column must exist; there is no sub-query, no table function and no
statement. What passes has nothing of the parser left in it.
"""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from recon.engines.expressions import Column, Expression, Literal, call, literal
from recon.engines.gate import MAX_LENGTH, PredicateProblem, attribute_of
from recon.engines.patterns import pattern_of, replacement_of
from recon.engines.refusals import (
    ALLOWED,
    check_count,
    check_rest,
    check_words,
    instead_of,
    offset_of,
    refused,
    shown,
)
from recon.engines.types import ATTRIBUTES, TEXT, DataType, TypeProblem
from recon.project.suggest import did_you_mean

__all__ = ["expression_of"]

_ONE = {
    exp.Not: "not", exp.Neg: "neg", exp.Abs: "abs", exp.Upper: "upper", exp.Lower: "lower",
    exp.Trim: "trim", exp.Length: "length",
}  # fmt: skip
"""Operations on one value."""
_TWO = {
    exp.And: "and", exp.Or: "or", exp.EQ: "eq", exp.NEQ: "ne", exp.LT: "lt", exp.LTE: "le", exp.GT: "gt",
    exp.GTE: "ge", exp.Add: "add", exp.Sub: "sub", exp.Mul: "mul", exp.DPipe: "concat", exp.Left: "first",
    exp.Right: "last", exp.Contains: "contains", exp.StartsWith: "starts_with", exp.EndsWith: "ends_with",
    exp.RegexpLike: "rx_is", exp.RegexpExtract: "rx_get",
}  # fmt: skip
"""Operations on two values."""
OPERATIONS: dict[type[exp.Expr], tuple[str, ...]] = {
    **{node: (name, "this") for node, name in _ONE.items()},
    **{node: (name, "this", "expression") for node, name in _TWO.items()},
    exp.Between: ("between", "this", "low", "high"),
    exp.Least: ("least", "this", "expressions"),
    exp.Greatest: ("greatest", "this", "expressions"),
    exp.Coalesce: ("coalesce", "this", "expressions"),
    exp.Concat: ("concat", "expressions"),
    exp.If: ("if", "this", "true", "false"),
    exp.RegexpReplace: ("rx_all", "this", "expression", "replacement"),
}
"""Each node that is an operation: its name here, and the parts of the node that are its arguments."""
NAMED = {"days": "days", "add_days": "add_days", "without_zeros": "without_zeros", "day_of": "day_of"}
PATTERNS = {"rx_is", "rx_get", "rx_all"}
SHORTENED = {"first", "last"}
MOST_DIGITS = 18


@lru_cache(1_000)  # a run asks for the same few columns and conditions hundreds of times; nobody changes a node
def node_of(text: str) -> exp.Expr:
    """The text, parsed.

    Raises:
        PredicateProblem: it is not one expression.
    """
    if len(text) > MAX_LENGTH:
        raise PredicateProblem(
            f"the expression is longer than {MAX_LENGTH} characters", "split it over several passes or columns"
        )
    try:
        # a condition and no statement: `comment` is a column, and no command to comment on a table
        nodes = sqlglot.Dialect.get_or_raise("duckdb").parse_into(exp.Condition, text)
    except SqlglotError as error:
        found = getattr(error, "errors", None) or [{}]
        said = str(found[0].get("description") or "it cannot be read")
        said = "a value is missing" if said.startswith("Required keyword") else said
        raise PredicateProblem(f"`{text}` is not an expression: {said}", ALLOWED) from error
    if len(nodes) != 1 or nodes[0] is None:
        raise PredicateProblem(f"`{text}` is not one expression", "write one expression, without `;`")
    return nodes[0]


def expression_of(text: str, columns: Mapping[str, DataType], names: frozenset[str] | None) -> Expression:
    """The typed expression of any text; see `gate.parse`.

    Raises:
        PredicateProblem: as `gate.parse`.
    """
    return Gate(columns, names).expression(node_of(text))


class Gate:
    """Turns one parsed expression into a typed one, node by node."""

    def __init__(self, columns: Mapping[str, DataType], names: frozenset[str] | None) -> None:
        self.columns = columns
        self.names = names

    def expression(self, node: exp.Expr) -> Expression:
        try:
            found = self.typed(node)
        except TypeProblem as problem:
            raise PredicateProblem(f"`{shown(node)}`: {problem}", _hint(problem), offset_of(node)) from problem
        check_words(found, node, self.columns)
        return found

    def typed(self, node: exp.Expr) -> Expression:
        match node:
            case exp.Paren():
                return self.expression(node.this)
            case exp.Column():
                return self.column(node)
            case exp.Literal() | exp.Boolean() | exp.Null():
                return _constant(node)
            case exp.Neg() if isinstance(node.this, exp.Literal) and not node.this.is_string:
                return _negative(_constant(node.this))
            case exp.Cast() if isinstance(node.this, exp.Literal) and node.to.is_type("date"):
                return _day(node)
            case exp.Is() if isinstance(node.expression, exp.Null):
                return call("is_null", self.expression(node.this))
            case exp.In() if node.args.get("query") is None and node.expressions:
                return call("in", self.expression(node.this), *map(self.expression, node.expressions))
            case exp.Like():
                found = self.like(node)
                return call("not", found) if node.args.get("negate") else found
            case exp.Case() if node.this is None:
                return self.case(node)
            case exp.Bracket():
                return self.bracket(node)
            case exp.Anonymous() if str(node.this).lower() in NAMED:
                return call(NAMED[str(node.this).lower()], *map(self.expression, node.expressions))
        if type(node) in OPERATIONS:
            return self.operation(node)
        raise refused(node)

    def operation(self, node: exp.Expr) -> Expression:
        operation, *parts = OPERATIONS[type(node)]
        arguments: list[Expression] = []
        for part in parts:
            value = node.args.get(part)
            if value is None:
                raise PredicateProblem(f"`{shown(node)}` lacks a value", ALLOWED, offset_of(node))
            arguments.extend(map(self.expression, value if isinstance(value, list) else [value]))
        check_rest(node, operation, parts)
        if operation in PATTERNS:
            arguments[1] = pattern_of(arguments[1], keeps=operation == "rx_get")
        if operation == "rx_all":
            arguments[2] = replacement_of(arguments[2])
        if operation in SHORTENED:
            check_count(arguments[1], node)
        return call(operation, *arguments)

    def column(self, node: exp.Column) -> Expression:
        names_attribute = node.table == "attributes" and not node.db
        if names_attribute and self.columns.get("attributes") == ATTRIBUTES:
            return self.attribute(node.name, offset_of(node))
        if node.table or node.name not in self.columns:
            full = f"{node.table}.{node.name}" if node.table else node.name
            raise PredicateProblem(
                f"there is no column `{full}`", instead_of(node, self.columns), offset_of(node)
            )
        return Column(self.columns[node.name], node.name)

    def bracket(self, node: exp.Bracket) -> Expression:
        key = node.expressions[0] if len(node.expressions) == 1 else None
        inner = node.this
        if isinstance(inner, exp.Column) and inner.name == "attributes" and isinstance(key, exp.Literal):
            return self.attribute(str(key.this), offset_of(node))
        raise refused(node)

    def attribute(self, name: str, offset: int | None) -> Expression:
        if self.names is not None and name not in self.names:
            hint = (
                did_you_mean(name, self.names)
                or f"the attributes are {', '.join(sorted(self.names)) or 'none'}"
            )
            raise PredicateProblem(f"no source here has the attribute `{name}`", hint, offset)
        return attribute_of(name)

    def case(self, node: exp.Case) -> Expression:
        if node.args.get("default") is None:
            raise PredicateProblem("a CASE needs an ELSE", "say what holds otherwise")
        result = self.expression(node.args["default"])
        for branch in reversed(node.args["ifs"]):
            result = call("if", self.expression(branch.this), self.expression(branch.args["true"]), result)
        return result

    def like(self, node: exp.Like) -> Expression:
        pattern = node.expression
        text = str(pattern.this) if isinstance(pattern, exp.Literal) and pattern.is_string else "_"
        inner = text.strip("%")
        if "%" in inner or "_" in text or "\\" in text:
            raise PredicateProblem(
                "LIKE takes a text with % at its ends only",
                "use starts_with, ends_with, contains or regexp_matches",
                offset_of(node),
            )
        value, wanted = self.expression(node.this), literal(inner)
        if text.startswith("%") and text.endswith("%"):
            return call("contains", value, wanted)
        if text.endswith("%"):
            return call("starts_with", value, wanted)
        return call("ends_with", value, wanted) if text.startswith("%") else call("eq", value, wanted)


def _constant(node: exp.Expr) -> Expression:
    if isinstance(node, exp.Null):
        return Literal(TEXT, None)
    if isinstance(node, exp.Boolean):
        return literal(bool(node.this))
    text = str(node.this)
    if isinstance(node, exp.Literal) and node.is_string:
        return literal(text)
    if re.fullmatch(r"\d+", text):
        if len(text.lstrip("0")) > MOST_DIGITS:
            raise PredicateProblem(f"`{text}` has more than {MOST_DIGITS} digits", "no amount is that large")
        return literal(int(text))
    if re.fullmatch(r"\d*\.\d+", text):
        return literal(Decimal(text))
    raise PredicateProblem(f"`{text}` is not a plain number", "write 1200 or 0.05")


def _negative(number: Expression) -> Expression:
    """A number that was written out with a minus before it, as one constant."""
    value = number.value if isinstance(number, Literal) else None
    return literal(-value) if isinstance(value, (int, Decimal)) else call("neg", number)


def _day(node: exp.Cast) -> Expression:
    text = str(node.this.this)
    try:
        return literal(date.fromisoformat(text))
    except ValueError:
        raise PredicateProblem(f"`{text}` is not a date", "write DATE '2026-10-31'", offset_of(node)) from None


def _hint(problem: TypeProblem) -> str:
    return (
        "use a factor with fewer digits"
        if "digits" in str(problem)
        else "compare and compute values of one type"
    )
