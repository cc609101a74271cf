"""Seeded draws that give the same values on every version of Python.

Only `Random.random()` is promised to be stable between versions, so everything else is built on it.
"""

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """A stream of draws that depends on its seed alone."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed).random

    def below(self, limit: int) -> int:
        """A whole number from 0 up to and without `limit`."""
        return int(self._random() * limit)

    def between(self, first: int, last: int, step: int = 1) -> int:
        """A whole number of the range, both ends included, that is `first` plus a multiple of `step`."""
        return first + self.below((last - first) // step + 1) * step

    def pick(self, items: Sequence[T]) -> T:
        """One of the items, each equally likely."""
        return items[self.below(len(items))]

    def weighted(self, items: Sequence[tuple[T, int]]) -> T:
        """One of the items, each as likely as the whole number beside it."""
        draw = self.below(sum(weight for _, weight in items))
        for item, weight in items:
            draw -= weight
            if draw < 0:
                return item
        raise ValueError("weights must be positive")

    def chance(self, per_thousand: int) -> bool:
        """True in that many of a thousand cases."""
        return self.below(1000) < per_thousand

    def take(self, items: Sequence[T], count: int) -> list[T]:
        """That many different items, in the order of the sequence."""
        left = list(range(len(items)))
        chosen = sorted(left.pop(self.below(len(left))) for _ in range(count))
        return [items[position] for position in chosen]
