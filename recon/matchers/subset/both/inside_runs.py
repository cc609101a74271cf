"""Whether what adds up as a whole is made of runs that add up by themselves, in the order of time on either side.

The takings of a day and two deposits of it come to the same; so do those of the morning and the one deposit, those of
the evening and the other. Then these are two matches. Of runs there are few, so that one that adds up is hardly
coincidence, however many entries there are.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import accumulate, groupby
from typing import Final, TypeVar

from recon.matchers.subset.chance import RUNGS, rung_of, smallest_coin
from recon.rules.tolerance import Within

T = TypeVar("T")
Sides = tuple[list[T], list[T]]
Moment = tuple[str, Decimal]
"""When an entry was, and its amount."""
MOST_RUNS: Final = 60
"""Moments of a side all of whose runs are tried; of more, those from the first or to the last."""
HARDLY: Final = Decimal("0.1")
"""Where fewer runs than this are expected to add up by coincidence, a way is made of those that do."""


def by_runs(
    within: Within, ways: Mapping[int, Sides[Moment]], currencies: Mapping[int, str]
) -> tuple[list[int], list[int]]:
    """The ways that are made of runs, and those that may be, as less than one is expected by coincidence."""
    made, unsure = list[int](), list[int]()
    for way, sides in sorted(ways.items()):
        bounds = within.bounds(currencies[way])
        lefts, rights = (sorted(set(_parts(side))) for side in sides)
        if not _meet(lefts, rights, -bounds.over, bounds.short):
            continue
        step = _grid(sides, currencies[way])
        places = int((bounds.short + bounds.over) / step) + 1
        span = max(abs(sum((amount for _, amount in side), Decimal(0))) for side in sides)
        expected = step * places * len(lefts) * len(rights) / max(span, step)
        if expected < 1:
            (made if expected < HARDLY else unsure).append(way)
    return made, unsure


def _parts(side: Sequence[Moment]) -> Iterator[Decimal]:
    """The sums of runs of moments that are less than the side, and each entry alone."""
    if len(side) > 1:
        yield from (amount for _, amount in side)
    moments = [sum((amount for _, amount in same), Decimal(0)) for _, same in groupby(side, lambda one: one[0])]
    upto = [Decimal(0), *accumulate(moments)]
    last = len(moments)
    for start in range(last):
        ends = range(start + 1, last + 1) if last <= MOST_RUNS or start == 0 else (last,)
        yield from (upto[end] - upto[start] for end in ends if end - start < last)


def _meet(lefts: Sequence[Decimal], rights: Sequence[Decimal], low: Decimal, high: Decimal) -> bool:
    """Whether a left sum less a right one is from `low` to `high`; both are sorted."""
    for one in lefts:
        place = bisect_left(rights, one - high)
        if place < len(rights) and rights[place] <= one - low:
            return True
    return False


def _grid(sides: Sides[Moment], currency: str) -> Decimal:
    """The coarsest grid that all amounts lie on."""
    rung = min(rung_of(amount) for side in sides for _, amount in side)
    return max(smallest_coin(currency), RUNGS[rung - 1] if rung else Decimal(0))
