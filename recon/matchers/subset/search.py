"""Sets out of a small pool that add up to an amount: all of them, so that a single one is proved to be the only one.

The pool is cut into two halves whose sums are listed and met in the middle. Work is the number of sums listed; it is
known before anything is searched, so that a bound on it gives the same answer on every machine. Equal entries of one
day are one kind: sets that differ in which of them they take are one set, and its entries are twins.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from math import comb
from typing import Final

from recon.matchers.subset.chance import FEWEST_PLACES, Near, Wanted, expected_among, rung_of

NEAR_SHARE: Final = 10
"""Sums within a tenth of the amount are near it."""
MOST_LISTED: Final = 64
"""Beyond so many sets that add up, they are counted and not listed."""


@dataclass(frozen=True, slots=True)
class PoolEntry:
    """An entry that may be in a set: its number, amount and day (as a number of the pass's days)."""

    number: int
    amount: Decimal
    day: int


@dataclass(frozen=True, slots=True)
class FoundSet:
    """Entries that add up, by number; `twins` says that equal ones were left out."""

    numbers: tuple[int, ...]
    total: Decimal
    twins: bool


@dataclass(frozen=True, slots=True)
class Searched:
    """Every set of a pool that adds up: how many, the nearest of them, and how many coincidence would make."""

    count: int
    sets: tuple[FoundSet, ...]
    expected: Decimal


@dataclass(frozen=True, slots=True)
class _Kind:
    """Equal entries."""

    amount: Decimal
    numbers: tuple[int, ...]


_Picks = tuple[tuple[int, int], ...]
"""Which kinds a set takes, and how many of each."""


def useful(wanted: Wanted, entries: Sequence[PoolEntry]) -> list[PoolEntry]:
    """The entries that can be in a set: none of nothing, none so large that all others cannot make up for it."""
    against = sum((one.amount for one in entries if (one.amount < 0) != (wanted.amount < 0)), Decimal(0))
    reach = max(abs(wanted.low), abs(wanted.high)) + abs(against)
    return sorted(
        (one for one in entries if one.amount and abs(one.amount) <= reach),
        key=lambda one: (one.amount, one.day, one.number),
    )


def work_of(entries: int, most: int) -> int:
    """How many sums a search lists at the most."""
    half = (entries + 1) // 2
    return 2 * sum(comb(half, size) for size in range(most + 1))


def search(wanted: Wanted, entries: Sequence[PoolEntry], most: int, listed: int) -> Searched:
    """Every set of at most `most` entries that adds up, the nearest `listed` of them in full."""
    kinds = [
        _Kind(amount, tuple(one.number for one in same))
        for (amount, _), same in groupby(entries, key=lambda one: (one.amount, one.day))
    ]
    sums = _Sums(kinds, most)
    count = sums.between(wanted.low, wanted.high)
    found = sums.sets(wanted) if count <= MOST_LISTED else []
    return Searched(
        count, tuple(found[:listed]), expected_among(wanted, _near(wanted, kinds, sums, most), count)
    )


def _near(wanted: Wanted, kinds: list[_Kind], sums: "_Sums", most: int) -> Iterator[Near]:
    """The sets near the amount, on each of its grids; a set is on a coarser one when all its entries are."""
    for number, step in wanted.grids:
        kept = [kind for kind in kinds if rung_of(kind.amount) >= number]
        if len(kept) < len(kinds):
            kinds, sums = kept, _Sums(kept, most)
        reach = max(abs(wanted.amount) / NEAR_SHARE, step * FEWEST_PLACES)
        low, high = wanted.low - reach, wanted.high + reach
        yield Near(number, step, sums.between(low, high), high - low)


class _Sums:
    """The sums of up to `most` entries of some kinds, in two halves."""

    def __init__(self, kinds: Sequence[_Kind], most: int) -> None:
        self.kinds, self.most = kinds, most
        numbered = list(enumerate(kinds))
        self.left = self._listed(numbered[::2])
        self.right: list[list[tuple[Decimal, _Picks]]] = [[] for _ in range(most + 1)]
        for total, size, picks in self._listed(numbered[1::2]):
            self.right[size].append((total, picks))
        for of_size in self.right:
            of_size.sort()
        self.totals = [[total for total, _ in of_size] for of_size in self.right]

    def _listed(self, kinds: Sequence[tuple[int, _Kind]]) -> list[tuple[Decimal, int, _Picks]]:
        found: list[tuple[Decimal, int, _Picks]] = [(Decimal(0), 0, ())]
        for place, kind in kinds:
            found += [
                (total + kind.amount * taken, size + taken, (*picks, (place, taken)))
                for total, size, picks in found
                for taken in range(1, min(len(kind.numbers), self.most - size) + 1)
            ]
        return found

    def between(self, low: Decimal, high: Decimal) -> int:
        """How many sets add up to something from `low` to `high`; the set of nothing is none."""
        count = -1 if low <= 0 <= high else 0
        for total, size, _ in self.left:
            for totals in self.totals[: self.most - size + 1]:
                count += bisect_right(totals, high - total) - bisect_left(totals, low - total)
        return count

    def sets(self, wanted: Wanted) -> list[FoundSet]:
        """The sets that add up, the nearest and smallest first."""
        found = []
        for total, size, picks in self.left:
            sizes = range(self.most - size + 1)
            for totals, of_size in ((self.totals[other], self.right[other]) for other in sizes):
                first, last = bisect_left(totals, wanted.low - total), bisect_right(totals, wanted.high - total)
                found += [self._set(total + rest, (*picks, *others)) for rest, others in of_size[first:last]]
        real = [one for one in found if one.numbers]
        return sorted(real, key=lambda one: (abs(one.total - wanted.amount), len(one.numbers), one.numbers))

    def _set(self, total: Decimal, picks: _Picks) -> FoundSet:
        numbers = [number for place, taken in picks for number in self.kinds[place].numbers[:taken]]
        twins = any(taken < len(self.kinds[place].numbers) for place, taken in picks)
        return FoundSet(tuple(sorted(numbers)), total, twins)
