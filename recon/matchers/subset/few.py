"""Which ones are searched: those with the smallest pools, up to a stated bound of work."""

from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from recon.engines.relations import Relation, select
from recon.engines.render import render
from recon.matchers.subset.books import Books
from recon.matchers.subset.chance import Wanted

MOST_ONES: Final = 50_000
"""Ones that a step looks at one by one."""


@dataclass(frozen=True, slots=True)
class Few:
    """The numbers of those chosen, and how many have anything to be searched."""

    chosen: list[int]
    all: int


def few_of(books: Books, counted: Relation, most: int, work: int) -> Few:
    """Of the ones counted (`no`, `n` in reach), those with 2 to `most`, as long as their sum is within `work`."""
    pools = f"({render(counted)}) WHERE n >= 2"
    everything = int(books.engine.rows(f"SELECT count(*) FROM {pools}")[0][0])
    rows = books.engine.rows(f"SELECT no, n FROM {pools} AND n <= {most} ORDER BY n, no LIMIT {MOST_ONES}")
    within = accumulate(n for _, n in rows)
    return Few([no for (no, _), spent in zip(rows, within, strict=True) if spent <= work], everything)


def wanted_by(books: Books, ones: Relation) -> dict[int, Wanted]:
    """What ones ask for, by their number."""
    names = ("no", "amount", "low", "high", "currency")
    rows = books.engine.rows(render(select(ones, {name: ones[name] for name in names})))
    return {no: Wanted(amount, low, high, currency) for no, amount, low, high, currency in rows}
