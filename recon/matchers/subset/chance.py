"""How many sets are expected to add up to an amount by coincidence, were it a stranger to them.

Three estimates, one for each way of searching. All are exact decimals, rounded up.

- Whole groups and sets out of a small pool are counted: the sets whose sums lie near the amount, over the number of
  amounts that there are near it. That is the chance that one more amount of that size is hit.
- Runs are not counted but follow from Blackwell's renewal theorem (Erdos, Feller and Pollard for sums on a grid): sums
  that grow by m on average and lie on a grid of step d meet an amount far off with probability d / m, whatever the
  distribution is. A run may begin at every entry of the window.

Amounts that people make up are round, and round ones meet each other oftener. So everything is estimated on the
grid of the smallest coin and on each coarser grid that the amount lies on, and the largest estimate counts. An estimate
on a coarser grid leaves out the hits themselves: they lie on it because the amount does.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Context, Decimal
from math import isqrt
from typing import Final

from recon.model.money import exponent, is_currency

RUNGS: Final = tuple(Decimal(text) for text in (
    "0.05", "0.1", "0.5", "1", "5", "10", "50", "100", "500", "1000", "5000", "10000", "50000", "100000",
))  # fmt: skip
"""Grids that round amounts lie on, each a multiple of the one before."""
MOST_EXPECTED: Final = Decimal(3)
"""Where more chance hits than this are expected, nothing is suggested: the truth would hardly be among those shown."""
FEWEST_PLACES: Final = 10
"""Amounts of a grid to either side that a stretch has at the least: sets are counted far enough to find any."""
_EXACT: Final = Context(prec=60)
_ROUGH: Final = Context(prec=18, rounding=ROUND_CEILING)
_STEP: Final = Decimal("0.00000001")
_CEILING: Final = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class Wanted:
    """An amount that sets may add up to: from `low` to `high`, both included, in a currency."""

    amount: Decimal
    low: Decimal
    high: Decimal
    currency: str

    @property
    def grids(self) -> list[tuple[int, Decimal]]:
        """The grids that the amount lies on, each with its number among the rungs: 0 is the smallest coin."""
        coin = smallest_coin(self.currency)
        if self.low != self.high:
            return [(0, coin)]
        coarser = enumerate(RUNGS, start=1)
        return [
            (0, coin),
            *((number, step) for number, step in coarser if step > coin and not self.amount % step),
        ]

    def places(self, step: Decimal) -> int:
        """How many amounts of a grid are in the band."""
        return int(_EXACT.divide_int(self.high - self.low, step)) + 1


def smallest_coin(currency: str) -> Decimal:
    """The smallest coin of a currency; a hundredth where ISO 4217 names none."""
    digits = exponent(currency) if is_currency(currency) else None
    return Decimal(1).scaleb(-2 if digits is None else -digits)


def rung_of(amount: Decimal) -> int:
    """How round an amount is: the number of the coarsest grid that it lies on, 0 when on none of the rungs."""
    for number, step in enumerate(RUNGS):
        if amount % step:
            return number
    return len(RUNGS)


@dataclass(frozen=True, slots=True)
class Near:
    """How many sets on a grid were counted, hits included, in a stretch of amounts around the one wanted."""

    grid: int
    step: Decimal
    count: int
    span: Decimal


def expected_among(wanted: Wanted, near: Iterable[Near], hits: int) -> Decimal:
    """Expected chance hits among sets that were counted on each grid of the amount."""
    found = Decimal(0)
    for one in near:
        count = one.count - (hits if one.grid else 0)
        amounts = int(_EXACT.divide_int(one.span, one.step)) + 1
        found = max(found, _ROUGH.divide(Decimal(max(count, 0) * wanted.places(one.step)), Decimal(amounts)))
    return _rounded(found)


@dataclass(frozen=True, slots=True)
class Walk:
    """The entries (or moments) that runs are made of: by rung how many, their sum, and the sum of their sizes."""

    counts: Mapping[int, int]
    total: Decimal
    sizes: Decimal

    @property
    def starts(self) -> int:
        """Where a run may begin."""
        return sum(self.counts.values())

    @property
    def mean(self) -> Decimal:
        """By how much the sum of a run grows on average; where money goes both ways, at least as it strays."""
        starts = self.starts
        stray = _ROUGH.divide(self.sizes, Decimal(starts * (isqrt(starts) or 1)))
        return max(_ROUGH.divide(abs(self.total), Decimal(starts)), stray)


def expected_runs(wanted: Wanted, walks: Iterable[Walk]) -> Decimal:
    """Expected chance hits among all runs of some walks."""
    found = Decimal(0)
    for walk in walks:
        if walk.starts and (mean := walk.mean):
            found += max(_of_walk(wanted, walk, mean, *grid) for grid in wanted.grids)
    return _rounded(found)


def expected_pairs_of_runs(
    wanted: Wanted, both: tuple[tuple[Walk, int], tuple[Walk, int]], roundest: int
) -> tuple[Decimal, int]:
    """Expected chance hits among all pairs of a run of one walk and a run of another, and how many such pairs are.

    Each run of the one asks for its sum among the runs of the other, which may begin anywhere. Both sides are taken to
    ask, and the larger estimate counts; each walk comes with the length of its run, and `roundest` is the coarsest grid
    that all entries of both runs lie on.
    """
    runs = [walk.starts * (walk.starts + 1) // 2 for walk, _ in both]
    grids = [(0, smallest_coin(wanted.currency))]
    if wanted.low == wanted.high:
        grids += [one for one in enumerate(RUNGS, start=1) if one[0] <= roundest and one[1] > grids[0][1]]
    found = Decimal(0)
    for number, step in grids:
        stays = Decimal(1)
        for walk, length in both if number else ():
            share = _ROUGH.divide(
                Decimal(sum(n for rung, n in walk.counts.items() if rung >= number)), walk.starts
            )
            stays = _ROUGH.multiply(stays, _ROUGH.power(share, min(length, 1000)))
        for asking, (walk, _) in zip(runs, both[::-1], strict=True):
            hit = (
                min(_ROUGH.divide(step * wanted.places(step), walk.mean), Decimal(1))
                if walk.mean
                else Decimal(1)
            )
            sets = _ROUGH.multiply(Decimal(asking), Decimal(walk.starts))
            found = max(found, _ROUGH.multiply(_ROUGH.multiply(hit, stays), sets))
    return _rounded(found), runs[0] * runs[1]


def _of_walk(wanted: Wanted, walk: Walk, mean: Decimal, number: int, step: Decimal) -> Decimal:
    """A run stays on a coarser grid only while all its entries lie on it."""
    hit = min(_ROUGH.divide(step * wanted.places(step), mean), Decimal(1))
    share = _ROUGH.divide(Decimal(sum(n for rung, n in walk.counts.items() if rung >= number)), walk.starts)
    length = max(int(_ROUGH.divide_int(abs(wanted.amount), mean)), 1)
    stays = Decimal(1) if number == 0 else _ROUGH.power(share, min(length, 1000))
    return _ROUGH.multiply(_ROUGH.multiply(hit, stays), Decimal(walk.starts))


def _rounded(value: Decimal) -> Decimal:
    return min(value, _CEILING).quantize(_STEP, rounding=ROUND_CEILING, context=_EXACT)
