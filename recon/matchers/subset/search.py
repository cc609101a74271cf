"""Sets out of a small pool that add up to an amount: all of them, so that a single one is proved to be the only one.

The pool is cut into two halves whose sums are listed and met in the middle. Work is the number of sums listed; it is
known before anything is searched, so that a bound on it gives the same answer on every machine. Equal entries of one
day are one kind: sets that differ in which of them they take are one set, and its entries are twins.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from itertools import groupby
from math import comb
from typing import Final

from recon.matchers.subset.chance import FEWEST_PLACES, Near, Wanted, expected_among, rung_of
from recon.model.money import SCALE

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
    """Entries that add up, by number; `spread` is over how many days, `twins` that equal ones were left out."""

    numbers: tuple[int, ...]
    total: Decimal
    spread: int
    twins: bool


@dataclass(frozen=True, slots=True)
class Searched:
    """Every set of a pool that adds up: how many, the nearest of them, and how many coincidence would make."""

    count: int
    sets: tuple[FoundSet, ...]
    expected: Decimal


@dataclass(frozen=True, slots=True)
class Kind:
    """Equal entries of a day."""

    amount: Decimal
    day: int
    numbers: tuple[int, ...]


BITS: Final = 4
"""How many of one kind a set takes fits into so many bits; a pass looks for at most eight entries."""


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


def kinds_of(entries: Sequence[PoolEntry]) -> list[Kind]:
    """Entries sorted by amount and day, the equal ones together."""
    return [
        Kind(amount, day, tuple(one.number for one in same))
        for (amount, day), same in groupby(entries, key=lambda one: (one.amount, one.day))
    ]


def listed_sums(kinds: Sequence[tuple[int, Kind]], most: int, shift: int) -> list[list[int]]:
    """The sums of kinds (each with its place) by the number of their entries, from none to `most`.

    A sum and what it is made of are one number: the amount in smallest units above `shift` bits, how many are taken of
    each kind below.
    """
    sizes: list[list[int]] = [[0], *([] for _ in range(most))]
    for place, kind in kinds:
        one = (units_of(kind.amount) << shift) + (1 << (BITS * place))
        for size in range(most, 0, -1):
            for taken in range(1, min(len(kind.numbers), size) + 1):
                added = taken * one
                sizes[size] += [rest + added for rest in sizes[size - taken]]
    return sizes


def meeting(
    some: Sequence[int], others: Sequence[int], first: int, last: int
) -> Iterator[tuple[int, int, int]]:
    """Each of some sums that makes a number from `first` to before `last` with others: those from a place to another.

    Both are sorted. What is too large or too small for any other is passed by, so that a place is always found.
    """
    if not others:
        return
    least, largest = first - others[-1], last - others[0]
    for one in some[bisect_left(some, least) : bisect_left(some, largest)]:
        start = bisect_left(others, first - one)
        if others[start] < last - one:
            yield one, start, bisect_left(others, last - one, start)


def search(wanted: Wanted, entries: Sequence[PoolEntry], most: int, listed: int) -> Searched:
    """Every set of at most `most` entries that adds up, the nearest `listed` of them in full."""
    kinds = kinds_of(entries)
    sums = _Sums(kinds, most)
    count = sums.between(wanted.low, wanted.high)
    found = sums.sets(wanted) if 0 < count <= MOST_LISTED else []
    return Searched(
        count, tuple(found[:listed]), expected_among(wanted, _near(wanted, kinds, sums, most), count)
    )


def _near(wanted: Wanted, kinds: list[Kind], sums: "_Sums", most: int) -> Iterator[Near]:
    """The sets near the amount, on each of its grids; a set is on a coarser one when all its entries are."""
    for number, step in wanted.grids:
        kept = [kind for kind in kinds if rung_of(kind.amount) >= number]
        if len(kept) < len(kinds):
            kinds, sums = kept, _Sums(kept, most)
        reach = max(abs(wanted.amount) / NEAR_SHARE, step * FEWEST_PLACES)
        low, high = wanted.low - reach, wanted.high + reach
        yield Near(number, step, sums.between(low, high), high - low)


class _Sums:
    """The sums of up to `most` entries of some kinds, in two halves.

    Sums are those of `listed_sums`: adding up is one addition, and numbers sort by amount.
    """

    def __init__(self, kinds: Sequence[Kind], most: int) -> None:
        self.kinds, self.most = kinds, most
        self.shift = BITS * len(kinds)
        numbered = list(enumerate(kinds))
        self.left = [sorted(of_size) for of_size in listed_sums(numbered[::2], most, self.shift)]
        right = listed_sums(numbered[1::2], most, self.shift)
        up_to = [sorted(right[0])]
        for of_size in right[1:]:
            up_to.append(sorted(up_to[-1] + of_size))
        self.right = up_to[::-1]
        """What may stand beside each size on the left: all sums of no more entries than are left over."""

    def between(self, low: Decimal, high: Decimal) -> int:
        """How many sets add up to something from `low` to `high`; the set of nothing is none."""
        first, last = self._ends(low, high)
        count = -1 if low <= 0 <= high else 0
        for of_size, others in zip(self.left, self.right, strict=True):
            count += sum(end - start for _, start, end in meeting(of_size, others, first, last))
        return count

    def sets(self, wanted: Wanted) -> list[FoundSet]:
        """The sets that add up, the nearest and smallest first."""
        first, last = self._ends(wanted.low, wanted.high)
        found = list[FoundSet]()
        for of_size, others in zip(self.left, self.right, strict=True):
            for one, start, end in meeting(of_size, others, first, last):
                found += [self._set(one + other) for other in others[start:end]]
        real = [one for one in found if one.numbers]
        return sorted(
            real, key=lambda one: (abs(one.total - wanted.amount), one.spread, len(one.numbers), one.numbers)
        )

    def _ends(self, low: Decimal, high: Decimal) -> tuple[int, int]:
        """The numbers from the first to before the last that stand for a band of amounts.

        What is taken of the kinds of both halves adds to less than one unit, and a number counts with all of it.
        """
        return units_of(low) << self.shift, (units_of(high) + 1) << self.shift

    def _set(self, number: int) -> FoundSet:
        numbers, days, twins = list[int](), list[int](), False
        for place, kind in enumerate(self.kinds):
            taken = (number >> (BITS * place)) & (2**BITS - 1)
            numbers += kind.numbers[:taken]
            days += [kind.day] * taken
            twins = twins or 0 < taken < len(kind.numbers)
        spread = max(days, default=0) - min(days, default=0)
        return FoundSet(tuple(sorted(numbers)), Decimal(number >> self.shift).scaleb(-SCALE), spread, twins)


def units_of(amount: Decimal) -> int:
    """An amount in the smallest units that are told apart."""
    return int(amount.scaleb(SCALE).to_integral_value(ROUND_FLOOR))
