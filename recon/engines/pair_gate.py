"""The gate for conditions over two entries: `left.amount = right.net AND days(left.value_date, right.value_date) <= 2`.

What such a condition says is taken apart: equalities between something of the left and something of the right are keys
by which entries can be brought together; the rest is tried on each pair.
"""

from collections.abc import Iterator, Mapping
from functools import cache

from sqlglot import exp

from recon.engines.expressions import Call, Column, Expression, all_of
from recon.engines.gate import PredicateProblem, attribute_of
from recon.engines.nodes import Gate, node_of
from recon.engines.pair_condition import PairCondition, Place
from recon.engines.refusals import instead_of, offset_of, refused
from recon.engines.types import TRUTH, DataType
from recon.project.suggest import did_you_mean

SIDES: Mapping[str, Place] = {"left": "l", "right": "r"}
Names = Mapping[str, frozenset[str] | None]
_EXAMPLE = "write left.amount or right.amount"


@cache
def parse_pair(text: str, columns: tuple[tuple[str, DataType], ...]) -> PairCondition:
    """The condition that the text says over the columns of an entry on each side, whatever attributes there are.

    Raises:
        PredicateProblem: as `checked_pair`.
    """
    return checked_pair(text, dict(columns), {})


def checked_pair(text: str, columns: Mapping[str, DataType], names: Names) -> PairCondition:
    """The condition that the text says; `names` are the attributes of each side, or None when any is possible.

    Raises:
        PredicateProblem: the text is no condition over two entries; see `gate.parse`.
    """
    found = _PairGate(columns, names).expression(node_of(text))
    if found.type != TRUTH:
        raise PredicateProblem(
            f"`{text}` gives {found.type.named}, not a condition", "compare it with something"
        )
    equal, rest = list[tuple[Expression, Expression]](), list[Expression]()
    for part in _conjuncts(found):
        pair = _equality(part)
        if pair is None:
            rest.append(part)
        else:
            equal.append(pair)
    return PairCondition(tuple(equal), all_of(*rest))


class _PairGate(Gate):
    def __init__(self, columns: Mapping[str, DataType], names: Names) -> None:
        super().__init__(columns, None)
        self.of_side = names

    def column(self, node: exp.Column) -> Expression:
        if node.table == "attributes" and node.db in SIDES:
            return self.sided(node.db, node.name, offset_of(node))
        if node.table not in SIDES or node.db:
            message = f"`{node.sql(dialect='duckdb')}` does not say of which side it is"
            raise PredicateProblem(message, _EXAMPLE, offset_of(node))
        if node.name not in self.columns:
            message = f"there is no column `{node.name}`"
            raise PredicateProblem(message, instead_of(node, self.columns), offset_of(node))
        return Column(self.columns[node.name], node.name, SIDES[node.table])

    def bracket(self, node: exp.Bracket) -> Expression:
        key = node.expressions[0] if len(node.expressions) == 1 else None
        inner = node.this
        is_sided = isinstance(inner, exp.Column) and inner.name == "attributes" and inner.table in SIDES
        if is_sided and isinstance(key, exp.Literal):
            return self.sided(inner.table, str(key.this), offset_of(node))
        raise refused(node)

    def sided(self, side: str, name: str, offset: int | None) -> Expression:
        """One attribute of one side."""
        known = self.of_side.get(side)
        if known is not None and name not in known:
            hint = did_you_mean(name, known) or f"the attributes are {', '.join(sorted(known)) or 'none'}"
            raise PredicateProblem(f"no source on the {side} has the attribute `{name}`", hint, offset)
        return attribute_of(name, SIDES[side])


def _conjuncts(expression: Expression) -> Iterator[Expression]:
    if isinstance(expression, Call) and expression.operation == "and":
        for argument in expression.arguments:
            yield from _conjuncts(argument)
    else:
        yield expression


def _equality(part: Expression) -> tuple[Expression, Expression] | None:
    """Left and right of an equality between the two sides, of one type; None for any other condition."""
    if not (isinstance(part, Call) and part.operation == "eq"):
        return None
    one, other = part.arguments
    sides = [{column.side for column in each.columns()} for each in (one, other)]
    if one.type.kind is not other.type.kind or sorted(map(sorted, map(_named, sides))) != [["l"], ["r"]]:
        return None
    return (one, other) if sides[0] == {"l"} else (other, one)


def _named(sides: set[str | None]) -> list[str]:
    return [side or "" for side in sides]
