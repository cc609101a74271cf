"""Which ones are searched: those with the smallest pools, up to a stated bound of work."""

from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from recon.engines.duck import DuckEngine
from recon.engines.relations import Relation, select
from recon.engines.render import render
from recon.matchers.subset.chance import Wanted

MOST_ONES: Final = 50_000
"""Ones that a step looks at one by one."""


@dataclass(frozen=True, slots=True)
class Few:
    """The numbers of those chosen, and how many have anything to be searched."""

    chosen: list[int]
    all: int


def few_of(engine: DuckEngine, counted: Relation, most: int, work: int, least: int = 2) -> Few:
    """Of the ones counted (`no`, `n` in reach), those with `least` to `most`, as long as their sum is within `work`."""
    rest = f"FROM ({render(counted)}) WHERE n >= {least}"
    query = f"SELECT no, n, count(*) OVER () {rest} ORDER BY n, no LIMIT {MOST_ONES}"
    rows = engine.rows(query)
    spent = accumulate(n for _, n, _ in rows)
    chosen = [no for (no, n, _), sofar in zip(rows, spent, strict=True) if n <= most and sofar <= work]
    return Few(chosen, rows[0][2] if rows else 0)


def wanted_by(engine: DuckEngine, ones: Relation) -> dict[int, Wanted]:
    """What ones ask for, by their number."""
    names = ("no", "amount", "low", "high", "currency")
    rows = engine.rows(render(select(ones, {name: ones[name] for name in names})))
    return {no: Wanted(amount, low, high, currency) for no, amount, low, high, currency in rows}
