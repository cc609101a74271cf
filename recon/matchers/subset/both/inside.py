"""Whether what adds up as a whole is made of smaller sets that add up by themselves; then it is not one match.

Sets of many entries hold some by coincidence: smaller ones tell nothing where one or more of them is to be expected,
and beyond a number of entries none is looked for but runs in the order of time (`inside_runs`), of which there are few.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from recon.engines.duck import DuckEngine
from recon.engines.names import identifier
from recon.engines.relations import Scan
from recon.engines.render import render
from recon.matchers.subset.both.books import BothBooks
from recon.matchers.subset.both.inside_runs import Moment, Sides, by_runs
from recon.matchers.subset.both.ways import LEFT
from recon.matchers.subset.both.zero_sums import Asked, work_of, zero_sums
from recon.matchers.subset.search import PoolEntry
from recon.model.sides import SIDES

MOST_INSIDE: Final = 15
"""Entries of a side of a way that is looked into."""
MOST_READ: Final = 300_000
"""Entries of larger ways in whose order of time it is looked for runs."""
MOST_WORK: Final = 1_500_000
"""Sums that are listed in all; the smallest ways come first, and those beyond are only suggested."""


def looked_into(
    engine: DuckEngine, books: BothBooks, found: Scan, entries: Scan
) -> tuple[list[int], list[int]]:
    """The ways (by row id) that are made of smaller ones, and those that there was no time to look into."""
    members = " UNION ALL ".join(
        f"SELECT e.way, e.side, m.moment, e.no, m.amount FROM {identifier(entries.name)} e "
        f"JOIN {identifier(books.book(side).members.name)} m ON m.no = e.no WHERE e.side = {number}"
        for number, side in enumerate(SIDES)
    )
    running = f"SELECT *, sum(n) OVER (ORDER BY n, way) AS upto FROM {identifier(found.name)} WHERE n > 2"
    query = (
        f"SELECT f.way, p.currency, e.side, e.moment, e.no, e.amount FROM ({running}) f "
        f"JOIN ({members}) e USING (way) JOIN ({render(books.pools)}) p USING (pool) "
        f"WHERE greatest(f.n_left, f.n_right) <= {MOST_INSIDE} OR f.upto <= {MOST_READ} ORDER BY ALL"
    )
    sets: dict[int, Sides[PoolEntry]] = defaultdict(lambda: ([], []))
    moments: dict[int, Sides[Moment]] = defaultdict(lambda: ([], []))
    currencies = dict[int, str]()
    for way, currency, side, moment, no, amount in engine.rows(query):
        sets[way][0 if side == LEFT else 1].append(PoolEntry(no, amount, 0))
        moments[way][0 if side == LEFT else 1].append((moment, amount))
        currencies[way] = currency
    few = {way: both for way, both in sets.items() if max(map(len, both)) <= MOST_INSIDE}
    made, unknown = _split(books, few, currencies)
    of_runs, unsure = by_runs(books.plan.pairing.gates.within, moments, currencies)
    return sorted({*made, *of_runs}), sorted({*unknown, *unsure})


def _split(
    books: BothBooks, sets: Mapping[int, Sides[PoolEntry]], currencies: Mapping[int, str]
) -> tuple[list[int], list[int]]:
    made, unknown, spent = list[int](), list[int](), 0
    within = books.plan.pairing.gates.within
    for way, sides in sorted(sets.items(), key=lambda item: (sum(map(len, item[1])), item[0])):
        sizes = [len(side) for side in sides]
        spent += work_of(sizes[0], sizes[1], max(sizes))
        if spent > MOST_WORK:
            unknown.append(way)
            continue
        bounds = within.bounds(currencies[way])
        lefts, rights = (sorted(side, key=lambda one: (one.amount, one.day, one.number)) for side in sides)
        asked = Asked(-bounds.over, bounds.short, currencies[way])
        searched = zero_sums(asked, lefts, rights, max(sizes))
        smaller = [one for one in searched.pairs or () if len(one.left) + len(one.right) < sum(sizes)]
        if any(searched.expected(one, asked) < 1 for one in smaller):
            made.append(way)
    return made, unknown
