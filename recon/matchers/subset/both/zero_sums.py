"""Sets of two small sides that come to the same: all pairs of them, and of those the smallest, in which none other is.

The sums of each side are listed and met; work is the number of sums listed, known before anything is searched. A pair
that holds another is not told: what is left of it without the other comes to the same as well.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from math import comb
from typing import Final

from recon.matchers.subset.chance import FEWEST_PLACES, Near, Wanted, expected_among, rung_of
from recon.matchers.subset.search import BITS, Kind, PoolEntry, kinds_of, listed_sums, meeting, units_of

MOST_LISTED: Final = 512
"""Beyond so many pairs of sets that come to the same, they are counted and not listed."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A set of either side, by the numbers of their entries, with its days; `twins` that equal ones were left out."""

    left: tuple[int, ...]
    right: tuple[int, ...]
    days_left: tuple[int, int]
    days_right: tuple[int, int]
    amount: Decimal
    rung: int
    twins: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What two sets may differ by: left less right from `low` to `high`, both included, in a currency."""

    low: Decimal
    high: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Zeros:
    """The smallest pairs of sets that come to the same; None where there are too many to be listed."""

    pairs: tuple[Pair, ...] | None
    count: int
    tried: int
    sums: "_Sums"

    def expected(self, pair: Pair, asked: Asked) -> Decimal:
        """How many pairs of sets are expected to come to the same by coincidence, were these strangers."""
        return self.sums.expected(pair, asked)


def useful(asked: Asked, lefts: Sequence[PoolEntry], rights: Sequence[PoolEntry]) -> list[list[PoolEntry]]:
    """The entries of both sides that can be in a set: none of nothing, none too large for all others to make up for."""
    reach = max(abs(asked.low), abs(asked.high))
    sides = [[one for one in side if one.amount] for side in (lefts, rights)]
    while True:
        for_, against = (
            sum(
                (abs(one.amount) for place, side in enumerate(sides) for one in side if _goes(one, place, up)),
                reach,
            )
            for up in (True, False)
        )
        kept = [
            [one for one in side if abs(one.amount) <= (against if _goes(one, place, True) else for_)]
            for place, side in enumerate(sides)
        ]
        if kept == sides:
            return [sorted(side, key=lambda one: (one.amount, one.day, one.number)) for side in sides]
        sides = kept


def _goes(one: PoolEntry, place: int, up: bool) -> bool:
    """Whether an entry adds to the left (`up`) or to the right: money out of one side is as money into the other."""
    return ((one.amount > 0) == (place == 0)) == up


def work_of(lefts: int, rights: int, most: int) -> int:
    """How many sums a search lists at the most."""
    return sum(comb(count, size) for count in (lefts, rights) for size in range(most + 1))


def zero_sums(asked: Asked, lefts: Sequence[PoolEntry], rights: Sequence[PoolEntry], most: int) -> Zeros:
    """The smallest pairs of sets of at most `most` entries a side that come to the same, of entries in order."""
    sums = _Sums(kinds_of(lefts), kinds_of(rights), most)
    count = sums.between(asked.low, asked.high)
    found = sums.pairs(asked) if count <= MOST_LISTED else None
    return Zeros(None if found is None else tuple(_smallest(found)), count, sums.tried, sums)


def _smallest(pairs: Sequence[Pair]) -> Iterator[Pair]:
    """The pairs that hold no other."""
    kept = list[tuple[frozenset[int], frozenset[int]]]()
    for pair in sorted(pairs, key=lambda one: (len(one.left) + len(one.right), one.left, one.right)):
        left, right = frozenset(pair.left), frozenset(pair.right)
        if not any(one <= left and other <= right for one, other in kept):
            kept.append((left, right))
            yield pair


class _Sums:
    """The sums of up to `most` entries of each side, those of the right taken away, as `listed_sums` has them."""

    def __init__(self, lefts: Sequence[Kind], rights: Sequence[Kind], most: int) -> None:
        self.lefts, self.rights, self.most = lefts, rights, most
        self.shift = BITS * (len(lefts) + len(rights))
        against = [Kind(-kind.amount, kind.day, kind.numbers) for kind in rights]
        numbered = list(enumerate([*lefts, *against]))
        self.left, self.right = (
            sorted(chain.from_iterable(listed_sums(side, most, self.shift)[1:]))
            for side in (numbered[: len(lefts)], numbered[len(lefts) :])
        )
        self._near: dict[tuple[int, Decimal], int] = {}
        self._on: dict[int, _Sums] = {0: self}

    @property
    def tried(self) -> int:
        """How many pairs of sets there are."""
        return len(self.left) * len(self.right)

    def between(self, low: Decimal, high: Decimal) -> int:
        """How many pairs differ by something from `low` to `high`."""
        return sum(end - start for _, start, end in self._meeting(low, high))

    def pairs(self, asked: Asked) -> list[Pair]:
        """The pairs that come to the same."""
        return [
            self._pair(one + other)
            for one, start, end in self._meeting(asked.low, asked.high)
            for other in self.right[start:end]
        ]

    def _meeting(self, low: Decimal, high: Decimal) -> Iterator[tuple[int, int, int]]:
        first, last = units_of(low) << self.shift, (units_of(high) + 1) << self.shift
        return meeting(self.left, self.right, first, last)

    def expected(self, pair: Pair, asked: Asked) -> Decimal:
        """How many such pairs coincidence makes: those near it, over the differences that there are near it."""
        wanted = Wanted(pair.amount, asked.low, asked.high, asked.currency)
        near = []
        for number, step in wanted.grids:
            if number <= pair.rung:
                reach = max(Decimal(1).scaleb(pair.amount.adjusted() - 1), step * FEWEST_PLACES)
                span = asked.high - asked.low + 2 * reach
                near.append(Near(number, step, self._count(number, reach, asked), span))
        return expected_among(wanted, near, 1)

    def _count(self, number: int, reach: Decimal, asked: Asked) -> int:
        """How many pairs on a grid differ by no more than a reach."""
        if (number, reach) not in self._near:
            self._near[number, reach] = self._of(number).between(asked.low - reach, asked.high + reach)
        return self._near[number, reach]

    def _of(self, number: int) -> "_Sums":
        """The sums of the entries that lie on a grid."""
        if number not in self._on:
            lefts, rights = (
                [kind for kind in kinds if rung_of(kind.amount) >= number]
                for kinds in (self.lefts, self.rights)
            )
            self._on[number] = _Sums(lefts, rights, self.most)
        return self._on[number]

    def _pair(self, number: int) -> Pair:
        sides: list[list[int]] = [[], []]
        days: list[list[int]] = [[], []]
        sums, roundest, twins = [Decimal(0), Decimal(0)], list[int](), False
        for place, kind in enumerate((*self.lefts, *self.rights)):
            taken = (number >> (BITS * place)) & (2**BITS - 1)
            if taken:
                side = int(place >= len(self.lefts))
                sides[side] += kind.numbers[:taken]
                days[side].append(kind.day)
                sums[side] += kind.amount * taken
                roundest.append(rung_of(kind.amount))
                twins = twins or taken < len(kind.numbers)
        (left, right), (one, other) = (tuple(sorted(side)) for side in sides), days
        amount = max(sums, key=abs)
        return Pair(left, right, (min(one), max(one)), (min(other), max(other)), amount, min(roundest), twins)
