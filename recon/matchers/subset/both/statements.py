"""The relations of a pass that adds up both sides as they are shown: the books, then each step that is a join."""

from collections.abc import Iterator, Mapping

from recon.engines.relations import Relation
from recon.matchers.pairing.compiled import CompiledPass
from recon.matchers.subset.both.books import POOLED, BothBooks, placed, pools_of, table_of
from recon.matchers.subset.both.meeting import (
    blocks,
    blocks_table,
    moment_table,
    points,
    points_table,
    run_ways,
)
from recon.matchers.subset.both.wholes import spec_table, whole_ways, wholes, wholes_table
from recon.matchers.subset.groups import groups_of
from recon.matchers.subset.runs import moments_of
from recon.model.sides import SIDES
from recon.rules.ruleset import Side
from recon.rules.subset import Subset


def both_statements(
    plan: CompiledPass, subset: Subset, pools: Mapping[Side, Relation]
) -> Iterator[tuple[str, Relation]]:
    """Titles and relations, in order; small pools are searched outside of the engine."""
    books = BothBooks.of(plan, subset, pools)
    yield f"{POOLED}, numbered", pools_of(plan, subset, pools)
    for side in SIDES:
        yield f"{table_of(side)}, numbered", placed(plan, subset, side, pools[side], books.pools)
    for level, spec in enumerate(books.specs):
        for side in SIDES:
            yield spec_table(side, level), groups_of(books.book(side), spec)
            yield wholes_table(side), wholes(books, side, level)
        yield f"whole groups{_by(spec)} that add up to the same", whole_ways(books, level)
    for number, spec in enumerate(books.specs if subset.runs else ()):
        for side in SIDES:
            yield moment_table(side, number), moments_of(books.book(side), spec)
        yield points_table(number), points(books, number, spec)
        yield blocks_table(number), blocks(books, number, spec)
        yield f"runs of both{_by(spec)} that add up to the same", run_ways(books, number, spec)


def _by(spec: tuple[str, ...]) -> str:
    return f" by {', '.join(spec)}" if spec else " of all"
