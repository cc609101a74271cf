"""Natural groups of few whose equal is left out, which may as well be any few of the pool, and runs beside an equal."""

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
from recon.matchers.subset.both.meeting import moments_held
from recon.matchers.subset.both.ways import LEFT, NEAREST, NUMBER, RIGHT
from recon.matchers.subset.edges import held_too, neighbours
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


def beside_equals(books: BothBooks, settled: Relation, entries: Relation) -> Relation:
    """The runs (`way`) beside which an equal of one of their entries is left, on either side; see `subset.edges`."""
    found = list[Relation]()
    mine = within(entries, settled, way="way")
    for side in SIDES:
        book, parts = books.book(side), list[Relation]()
        own = where(mine, call("eq", mine["side"], literal(NUMBER[side])))
        first, last = _window(books, settled, side, None)
        for number, spec in enumerate(books.specs):
            of_list = where(settled, call("eq", settled["spec"], literal(number)))
            named = {name: of_list[f"{name}_{side}"] for name in ("since", "until", "start")}
            runs = select(of_list, {"way": of_list["way"], **named, "first": first, "last": last})
            names = (*book.keys, *book.group_columns(spec))
            parts.append(neighbours(runs, moments_held(books, side, number, spec), names, ("way",)))
        found.append(held_too(union(*parts), own, book.members, ("way",)))
    return union(*found)


def _left_out(books: BothBooks, ways: Scan, entries: Relation, side: Side) -> Relation:
    """The ways of which an amount of a side comes up oftener in the window than in the set."""
    members, names, way = books.book(side).members, ("pool", "currency", "amount"), ("way",)
    mine = where(entries, call("eq", entries["side"], literal(LEFT if side == "left" else RIGHT)))
    counted = equals(members, mine, names, way)
    few = where(ways, call("le", ways[f"n_{side}"], literal(FEW)))
    kept: dict[str, Expression] = {name: counted.of("l", name) for name in counted.schema}
    first, last = _window(books, few, side, "r")
    asked = join(
        counted, few, [(counted.of("l", "way"), few.of("r", "way"))], {**kept, "first": first, "last": last}
    )
    return pick(oftener(members, asked, names, way), *way)


def _window(books: BothBooks, ways: Relation, side: Side, of: str | None) -> tuple[Expression, Expression]:
    """The first and the last day on which an entry of a side lies in the window of all of the other (`of` a join)."""
    earliest, latest = (literal(days) for days in books.window)
    other = "right" if side == "left" else "left"
    from_, to = (ways.of(of, name) if of else ways[name] for name in (f"from_{other}", f"to_{other}"))
    if side == "left":
        return call("sub", to, latest), call("sub", from_, earliest)
    return call("add", to, earliest), call("add", from_, latest)
