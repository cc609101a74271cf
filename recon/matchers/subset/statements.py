"""The relations of a subset pass as they are shown: both books, then each step that is a join over all entries."""

from collections.abc import Iterator, Mapping

from recon.engines.relations import Relation
from recon.matchers.pairing.compiled import CompiledPass
from recon.matchers.subset.books import MEMBERS, ONES, Books, books_of
from recon.matchers.subset.groups import group_table, group_ways, groups_of
from recon.matchers.subset.runs import REACH, lists_of, moment_table, moments_of, run_ways
from recon.rules.ruleset import Side
from recon.rules.subset import Subset


def subset_statements(
    plan: CompiledPass, subset: Subset, pools: Mapping[Side, Relation]
) -> Iterator[tuple[str, Relation]]:
    """Titles and relations, in order; small pools are searched outside of the engine."""
    books = Books.of(plan, subset, pools)
    ones, members = books_of(plan, subset, pools)
    yield f"{ONES}, numbered", ones
    yield f"{MEMBERS}, numbered", members
    for number, spec in enumerate(subset.specs):
        yield group_table(number), groups_of(books, spec)
        yield f"whole groups by {', '.join(spec)} that add up", group_ways(books, number, spec)
    lists = lists_of(books)
    if lists:
        yield REACH, books.reach()
    for number, spec in enumerate(lists):
        yield moment_table(number), moments_of(books, spec)
        yield f"runs {'by ' + ', '.join(spec) if spec else 'of all'} that add up", run_ways(books, number, spec)
