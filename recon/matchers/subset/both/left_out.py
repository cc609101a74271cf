"""Natural groups of few whose equal is left out: such a group may as well be any few of the pool."""

from recon.engines.expressions import Expression, call, literal
from recon.engines.relations import (
    Relation,
    Scan,
    join,
    pick,
    select,
    union,
    where,
    within,
    without,
)
from recon.matchers.subset.both.books import BothBooks
from recon.matchers.subset.both.ways import LEFT, NEAREST, RIGHT
from recon.matchers.subset.groups import FEW, equals, oftener
from recon.model.sides import SIDES
from recon.rules.ruleset import Side


def with_twins(books: BothBooks, ways: Scan, entries: Relation) -> Relation:
    """Ways of whole groups, marked where one of few entries has an equal, in the window too, that is left out."""
    marked = within(ways, union(*(_left_out(books, ways, entries, side) for side in SIDES)), way="way")
    told: dict[str, Expression] = {name: marked[name] for name in NEAREST}
    return union(
        select(marked, {**told, "twins": literal(1)}), pick(without(ways, marked, way="way"), *NEAREST)
    )


def _left_out(books: BothBooks, ways: Scan, entries: Relation, side: Side) -> Relation:
    """The ways of which an amount of a side comes up oftener in the window than in the set."""
    members, names, way = books.book(side).members, ("pool", "currency", "amount"), ("way",)
    mine = where(entries, call("eq", entries["side"], literal(LEFT if side == "left" else RIGHT)))
    counted = equals(members, mine, names, way)
    few = where(ways, call("le", ways[f"n_{side}"], literal(FEW)))
    kept: dict[str, Expression] = {name: counted.of("l", name) for name in counted.schema}
    first, last = _window(books, few, side)
    asked = join(
        counted, few, [(counted.of("l", "way"), few.of("r", "way"))], {**kept, "first": first, "last": last}
    )
    return pick(oftener(members, asked, names, way), *way)


def _window(books: BothBooks, ways: Relation, side: Side) -> tuple[Expression, Expression]:
    """The first and the last day on which an entry of a side lies in the window of all of the other (`r`)."""
    earliest, latest = (literal(days) for days in books.window)
    if side == "left":
        return call("sub", ways.of("r", "to_right"), latest), call("sub", ways.of("r", "from_right"), earliest)
    return call("add", ways.of("r", "to_left"), earliest), call("add", ways.of("r", "from_left"), latest)
