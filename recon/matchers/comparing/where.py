"""A condition over two entries, compiled: keys that bring units together, and what is tried on each pair of them.

A unit carries what the condition reads of it: `e1`, `e2`, ... the values that must be equal, `p_<column>` all others.
Of a group these are values that all its entries share; its amount is their sum.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from recon.engines.expressions import Call, Column, Expression, Literal, all_of, call, literal
from recon.engines.pair_condition import Place, rewritten
from recon.engines.types import ATTRIBUTES, SUM, TEXT, Kind
from recon.model.sides import Side
from recon.rules.passes import Pass
from recon.rules.similar import condition_of

_ATTRIBUTE: Final = "p_attribute_"
"""Names of attributes may be of any script; those of columns are plain."""
PLACES: Mapping[Side, Place] = {"left": "l", "right": "r"}


@dataclass(frozen=True)
class PairCheck:
    """The condition of a pass: `equal` are its keys by name and side, `rest` what is tried on pairs of units."""

    equal: Mapping[str, Mapping[Side, Expression]]
    rest: Expression
    reads: Mapping[Side, Mapping[str, Expression]]
    """What units carry for `rest`, over an entry."""

    def carried(self, side: Side) -> dict[str, Expression]:
        """Everything that a unit of a side carries, over an entry."""
        return {**{name: sides[side] for name, sides in self.equal.items()}, **self.reads[side]}

    @property
    def told(self) -> Expression:
        """What was compared, as JSON members made from the columns `left_p_<column>` and `right_p_<column>`."""
        parts: list[Expression] = [literal('"compared":{')]
        for side in PLACES:
            for name, value in self.texts(side).items():
                comma = "," if len(parts) > 1 else ""
                parts += [
                    literal(f"{comma}{json.dumps(f'{side}.{label(name)}', ensure_ascii=False)}:"),
                    call("json_text", Column(value.type, f"{side}_{name}")),
                ]
        return call("concat", *parts, literal("}"))

    def shown(self, side: Side) -> dict[str, str]:
        """What units of a side carry, each with what the author called it."""
        equal = {name: _words(sides[side], side) for name, sides in self.equal.items()}
        return equal | {name: f"{side}.{label(name)}" for name in self.reads[side]}

    def texts(self, side: Side) -> dict[str, Expression]:
        """The columns that the condition reads of an entry, as texts."""
        found = {column.name: column for value in self.carried(side).values() for column in value.columns()}
        named = {f"p_{name}": _as_text(found[name]) for name in sorted(found) if found[name].type != ATTRIBUTES}
        for value in self.carried(side).values():
            named |= {_attribute(one): one for one in _attributes(value)}
        return dict(sorted(named.items()))


def pair_check(item: Pass) -> PairCheck | None:
    """The condition of a pass; None without one."""
    if item.where is None:
        return None
    condition = condition_of(item.where)
    groups = item.group
    grouped: set[str | None] = {
        place for side, place in PLACES.items() if groups is not None and groups.keys(side)
    }
    equal, rest = dict[str, Mapping[Side, Expression]](), [condition.rest]
    for left, right in condition.equal:
        read = [column for part in (left, right) for column in part.columns()]
        if any(column.side in grouped and column.name == "amount" for column in read):
            rest.append(call("eq", left, right))
        else:
            equal[f"e{len(equal) + 1}"] = {"left": _of_entry(left), "right": _of_entry(right)}
    found = all_of(*rest)
    return PairCheck(
        equal,
        _of_units(found, grouped),
        {side: _reads(found, place, grouped) for side, place in PLACES.items()},
    )


def _of_entry(expression: Expression) -> Expression:
    return rewritten(expression, lambda column: Column(column.type, column.name))


def _of_units(expression: Expression, grouped: set[str | None]) -> Expression:
    """The condition over what units carry."""
    if isinstance(expression, Call):
        if expression.operation == "attribute":
            return Column(TEXT, _attribute(expression), next(expression.columns()).side)
        arguments = tuple(_of_units(argument, grouped) for argument in expression.arguments)
        return Call(expression.type, expression.operation, arguments)
    if isinstance(expression, Column):
        if expression.side in grouped and expression.name == "amount":
            return Column(SUM, "amount", expression.side)
        return Column(expression.type, f"p_{expression.name}", expression.side)
    return expression


def _reads(expression: Expression, place: Place, grouped: set[str | None]) -> dict[str, Expression]:
    """What units of one side carry for a condition, over an entry."""
    if isinstance(expression, Call):
        if expression.operation == "attribute":
            mine = next(expression.columns()).side == place
            return {_attribute(expression): _of_entry(expression)} if mine else {}
        found = dict[str, Expression]()
        for argument in expression.arguments:
            found |= _reads(argument, place, grouped)
        return dict(sorted(found.items()))
    is_sum = place in grouped and isinstance(expression, Column) and expression.name == "amount"
    if isinstance(expression, Column) and expression.side == place and not is_sum:
        return {f"p_{expression.name}": _of_entry(expression)}
    return {}


def _words(expression: Expression, side: Side) -> str:
    """A value by the columns that it is made from."""
    if isinstance(expression, Call) and expression.operation == "attribute":
        return f"{side}.{label(_attribute(expression))}"
    names = sorted({f"{side}.{column.name}" for column in expression.columns()})
    return names[0] if isinstance(expression, Column) else f"value from {' and '.join(names)}"


def _attributes(expression: Expression) -> Iterator[Call]:
    """The attributes that an expression reads."""
    if isinstance(expression, Call):
        if expression.operation == "attribute":
            yield expression
        for argument in expression.arguments:
            yield from _attributes(argument)


def _attribute(expression: Call) -> str:
    name = expression.arguments[1]
    text = str(name.value) if isinstance(name, Literal) else ""
    return f"{_ATTRIBUTE}{text.encode().hex()}"


def label(name: str) -> str:
    """What the author called something that a unit carries under a name: a column, or attributes.<name>."""
    if name.startswith(_ATTRIBUTE):
        return f"attributes.{bytes.fromhex(name.removeprefix(_ATTRIBUTE)).decode()}"
    return name.removeprefix("p_")


def _as_text(column: Column) -> Expression:
    if column.type.kind is Kind.TRUTH:
        return call("if", column, literal("true"), literal("false"))
    return call("as_text", column)
