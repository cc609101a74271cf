"""Blocks: units of both sides that agree in something, and how many pairs of them there would be.

Passes that try a condition on pairs bring units together by blocks. A block of too many pairs is not tried, so that
no data makes a pass quadratic; how many were left out is told with the run.
"""

from collections.abc import Sequence
from typing import Final

from recon.engines.duck import DuckEngine
from recon.engines.expressions import call, literal
from recon.engines.relations import Measure, Relation, Scan, aggregate, join, where, within

MOST_PAIRS: Final = 10_000
"""Pairs of one block that are tried: a hundred units on each side that agree in all that the pass has to go by."""


class Held:
    """Gives a relation a name, and keeps no rows of it; see `Tables`."""

    def __call__(self, name: str, relation: Relation) -> Relation:
        """The relation by its name."""
        del name
        return relation

    def is_bare(self, relation: Relation) -> bool:
        """Whether it is known that the relation has no row."""
        del relation
        return False


class Tables(Held):
    """Keeps relations in tables of an engine, so that what is read twice is computed once."""

    def __init__(self, engine: DuckEngine) -> None:
        self.engine = engine
        self.names: list[str] = []
        """The tables, as they were asked for."""

    def __call__(self, name: str, relation: Relation) -> Scan:
        """The relation as a table."""
        self.names.append(name)
        return self.engine.held(name, relation)

    def is_bare(self, relation: Relation) -> bool:
        """Whether it is a table without rows."""
        return isinstance(relation, Scan) and self.engine.is_bare(relation.name)


def blocks(left: Relation, right: Relation, names: Sequence[str]) -> Relation:
    """The blocks that both sides have: the columns in which units agree, `pairs`, and `tried` (1 or 0)."""
    counted = [
        aggregate(units, {name: units[name] for name in names}, Measure("n", "count"))
        for units in (left, right)
    ]
    one, other = counted
    pairs = call("mul", one.of("l", "n"), other.of("r", "n"))
    return join(
        one,
        other,
        [(one.of("l", name), other.of("r", name)) for name in names],
        {
            **{name: one.of("l", name) for name in names},
            "pairs": pairs,
            "tried": call("if", call("le", pairs, literal(MOST_PAIRS)), literal(1), literal(0)),
        },
    )


def in_tried(units: Relation, found: Relation, names: Sequence[str]) -> Relation:
    """The units whose block is tried."""
    tried = where(found, call("eq", found["tried"], literal(1)))
    return within(units, tried, **{name: name for name in names})
