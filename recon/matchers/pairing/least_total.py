"""The assignment of least total distance inside a small component, exactly.

Of all assignments those with the most pairs come first, then those of the least total score, then those with the
nearest pairs. Units of one class are alike, so an assignment says how many of each left class go with how many of each
right class. Two assignments that are equal in all three are a tie, and only what all of them agree on is certain.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

MOST_UNITS: Final = 8
"""Units of a side that a component may have to be solved."""
Key = tuple[int, Decimal, tuple[Decimal, ...]]


@dataclass(frozen=True, slots=True)
class Edge:
    """A candidate: two classes by their number, their units, and how far apart they are."""

    left: int
    right: int
    score: Decimal


@dataclass(frozen=True, slots=True)
class Component:
    """Classes that hang together by candidates, with how many units each has."""

    lefts: Mapping[int, int]
    rights: Mapping[int, int]
    edges: Sequence[Edge]

    @property
    def is_small(self) -> bool:
        """Whether it can be solved."""
        return max(sum(self.lefts.values()), sum(self.rights.values())) <= MOST_UNITS


Flow = frozenset[tuple[int, int, int]]
"""How many units (the last) of a left class go with a right class."""


@dataclass(frozen=True, slots=True)
class Solved:
    """The best assignments: how good they are, and what all of them agree on; `ties` is how many others there are."""

    key: Key
    common: Flow
    ties: int


_NOTHING: Final[Key] = (0, Decimal(0), ())


def worth(component: Component, flow: Flow) -> Key:
    """How good an assignment is; the smaller the better."""
    scores = {(edge.left, edge.right): edge.score for edge in component.edges}
    taken = sorted(score for left, right, k in flow for score in [scores[left, right]] * k)
    return (-len(taken), sum(taken, Decimal(0)), tuple(taken))


def least_total(component: Component) -> Solved:
    """The best assignments of a component, left class by left class over what is left of the right ones."""
    rights = sorted(component.rights)
    partners: dict[int, list[Edge]] = defaultdict(list)
    for edge in component.edges:
        partners[edge.left].append(edge)
    states: dict[tuple[int, ...], Solved] = {
        tuple(component.rights[right] for right in rights): Solved(_NOTHING, frozenset(), 0)
    }
    for left in sorted(component.lefts):
        states = _with_class(states, component.lefts[left], partners[left], rights)
    best = min(one.key for one in states.values())
    return _merged([one for one in states.values() if one.key == best])


def _with_class(
    states: Mapping[tuple[int, ...], Solved], units: int, partners: Sequence[Edge], rights: Sequence[int]
) -> dict[tuple[int, ...], Solved]:
    found: dict[tuple[int, ...], list[Solved]] = defaultdict(list)
    place = {right: position for position, right in enumerate(rights)}
    for free, solved in states.items():
        for taken in _shares(units, [free[place[edge.right]] for edge in partners]):
            rest = list(free)
            for edge, k in zip(partners, taken, strict=True):
                rest[place[edge.right]] -= k
            found[tuple(rest)].append(_grown(solved, partners, taken))
    kept = {}
    for rest_key, options in found.items():
        best = min(one.key for one in options)
        kept[rest_key] = _merged([one for one in options if one.key == best])
    return kept


def _shares(units: int, most: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Every way of giving some of the units to partners, none more than it takes."""
    if not most:
        yield ()
        return
    for first in range(min(units, most[0]) + 1):
        for rest in _shares(units - first, most[1:]):
            yield (first, *rest)


def _grown(solved: Solved, partners: Sequence[Edge], taken: Sequence[int]) -> Solved:
    pairs, total, scores = solved.key
    added = [edge.score for edge, k in zip(partners, taken, strict=True) for _ in range(k)]
    key = (pairs - len(added), total + sum(added, Decimal(0)), tuple(sorted((*scores, *added))))
    flow = {(edge.left, edge.right, k) for edge, k in zip(partners, taken, strict=True) if k}
    return Solved(key, solved.common | flow, solved.ties)


def _merged(equals: Sequence[Solved]) -> Solved:
    """Assignments that are as good as each other: what they agree on, and how many there are beside one."""
    common = equals[0].common
    for other in equals[1:]:
        common &= other.common
    return Solved(equals[0].key, common, sum(one.ties + 1 for one in equals) - 1)
