"""Whole natural groups: all entries of a counterparty, a day, a terminal, a prefix, whose sum is an amount.

A group is whole: every free entry that shares its columns is in it, and all of them lie in the window of the one.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from recon.engines.duck import DuckEngine
from recon.engines.expressions import Expression, all_of, call, literal
from recon.engines.relations import (
    Measure,
    Relation,
    Scan,
    aggregate,
    join,
    pick,
    select,
    union,
    where,
    within,
    without,
)
from recon.engines.render import render
from recon.matchers.subset.books import Book, Books, rung
from recon.matchers.subset.chance import FEWEST_PLACES, Near, Wanted, expected_among
from recon.matchers.subset.ways import GROUPS, added_up, crowded, meet, way

FEW: Final = 3
"""Entries of a group that may as well be any few of the pool; of more, a natural group proves more than an equal."""
DIGITS: Final = 16
"""Digits that the amount of a group has before the point at the most."""


class WholeGroups:
    """The first step of a search."""

    step = GROUPS

    def __init__(self, engine: DuckEngine, books: Books) -> None:
        self.engine, self.books = engine, books
        self.unsearched: int | None = None

    def ways(self) -> list[Relation]:
        """The groups that add up, by natural group."""
        for number, spec in enumerate(self.books.subset.specs):
            self.engine.build(group_table(number), groups_of(self.books, spec))
        self.unsearched = self._crowded()
        return [group_ways(self.books, number, spec) for number, spec in enumerate(self.books.subset.specs)]

    def _crowded(self) -> int:
        """How many ones are left alone, as too many others of their amount meet too many groups."""
        specs = enumerate(self.books.subset.specs)
        parts = [crowded(self.books, _held(self.books, number, spec)) for number, spec in specs]
        if not parts:
            return 0
        every = union(*parts)
        return len(self.engine.rows(render(aggregate(every, {"no": every["no"]}))))

    def entries(self, listed: Relation) -> list[Relation]:
        """The entries of listed ways, by natural group."""
        books, found = self.books, list[Relation]()
        for number, spec in enumerate(books.subset.specs):
            mine = where(listed, call("eq", listed["spec"], literal(number)))
            sets, names = _held(books, number, spec), (*books.keys, *books.group_columns(spec))
            columns = {
                **{name: mine.of("l", name) for name in ("one", "set")},
                **{n: sets.of("r", n) for n in names},
            }
            placed = join(mine, sets, [(mine.of("l", "start"), sets.of("r", "start"))], columns)
            same = [(placed.of("l", name), books.members.of("r", name)) for name in names]
            told = {name: placed.of("l", name) for name in ("one", "set")}
            found.append(join(placed, books.members, same, {**told, "no": books.members.of("r", "no")}))
        return found

    def expected(self, found: Scan, wanted: dict[int, Wanted]) -> dict[int, Decimal]:
        """Chance hits expected of each one: groups of about its size, over the amounts of about that size."""
        sizes: dict[int, Counter[tuple[int, bool]]] = defaultdict(Counter)
        hit = sized(within(self.books.ones, found, no="one"))
        for number, spec in enumerate(self.books.subset.specs):
            for no, of_rung, as_large, n in self.engine.rows(
                render(self._near(hit, _held(self.books, number, spec)))
            ):
                sizes[no][of_rung, as_large] += n
        hits = dict(self.engine.rows(render(aggregate(found, {"one": found["one"]}, Measure("n", "count")))))
        return {
            no: expected_among(one, _counted(one, sizes[no], hits[no]), hits[no]) for no, one in wanted.items()
        }

    def _near(self, ones: Relation, sets: Scan) -> Relation:
        """Groups in the window of each one with as many digits (`no`, `rung`, `as_large`, `n`), tallied first."""
        by_size = sized(sets)
        names = (*self.books.keys, "digits", "sign")
        alike = (*names, "size", "rung", "from", "to")
        tallied = aggregate(by_size, {name: by_size[name] for name in alike}, Measure("n", "count"))
        equal = [(tallied.of("l", name), ones.of("r", name)) for name in names]
        columns: dict[str, Expression] = {
            "no": ones.of("r", "no"),
            **{n: tallied.of("l", n) for n in ("rung", "n")},
        }
        columns["as_large"] = call("eq", tallied.of("l", "size"), ones.of("r", "size"))
        both = join(tallied, ones, equal, columns, _inside(tallied, ones))
        keys = {name: both[name] for name in ("no", "rung", "as_large")}
        return aggregate(both, keys, Measure("n", "sum", both["n"]))


def _counted(wanted: Wanted, sizes: Counter[tuple[int, bool]], hits: int) -> Iterator[Near]:
    """Groups on each grid of an amount: of about its size, or where that is too narrow, of as many digits.

    There are few groups, so that none of a round amount besides the hits proves little: one more is taken to be there.
    """
    digits = digits_of(wanted.amount)
    for number, step in wanted.grids:
        grain, is_wide = grain_of(digits), False
        if grain < FEWEST_PLACES * step:
            grain, is_wide = decade_of(digits), True
        count = sum(n for (rung, as_large), n in sizes.items() if rung >= number and (as_large or is_wide))
        yield Near(number, step, max(count, hits + 1) if number else count, grain)


def group_table(number: int) -> str:
    """The table that holds the groups of a natural group."""
    return f"subset_groups_{number}"


def with_twins(books: Books, ways: Relation, entries: Relation) -> Relation:
    """Ways of the first step, marked where a group of few has an entry whose equal, in the window too, is left out.

    Such a group may be any few of the pool as well: its equal makes up the same sum.
    """
    few = where(ways, call("le", ways["n"], literal(FEW)))
    marked = within(few, _left_out(books, entries), one="one", set="set")
    told: dict[str, Expression] = {name: marked[name] for name in marked.schema}
    return union(select(marked, {**told, "twins": literal(1)}), without(ways, marked, one="one", set="set"))


def _left_out(books: Books, entries: Relation) -> Relation:
    """The ways (`one`, `set`) of which an amount comes up oftener in the window than in the set."""
    ones, names, way = books.ones, (*books.keys, "amount"), ("one", "set")
    counted = equals(books.members, entries, names, way)
    window: dict[str, Expression] = {name: ones.of("r", name) for name in ("first", "last")}
    kept: dict[str, Expression] = {name: counted.of("l", name) for name in counted.schema}
    asked = join(counted, ones, [(counted.of("l", "one"), ones.of("r", "no"))], {**kept, **window})
    return pick(oftener(books.members, asked, names, way), *way)


def equals(members: Relation, entries: Relation, names: Sequence[str], way: Sequence[str]) -> Relation:
    """How many entries (`n`) of each `way` agree in the columns `names`, the amount among them."""
    same = [(entries.of("l", "no"), members.of("r", "no"))]
    told: dict[str, Expression] = {name: entries.of("l", name) for name in way}
    held = join(entries, members, same, {**told, **{name: members.of("r", name) for name in names}})
    return aggregate(held, {name: held[name] for name in held.schema}, Measure("n", "count"))


def oftener(members: Relation, asked: Relation, names: Sequence[str], way: Sequence[str]) -> Relation:
    """The ways and amounts that come up oftener from `first` to `last` than in the way, of `equals` with these days."""
    tallied = aggregate(members, {name: members[name] for name in (*names, "tick")}, Measure("there", "count"))
    equal = [(asked.of("l", name), tallied.of("r", name)) for name in names]
    inside = call("between", tallied.of("r", "tick"), asked.of("l", "first"), asked.of("l", "last"))
    columns: dict[str, Expression] = {name: asked.of("l", name) for name in (*way, "amount", "n")}
    both = join(asked, tallied, equal, {**columns, "there": tallied.of("r", "there")}, inside)
    summed = aggregate(both, {name: both[name] for name in columns}, Measure("there", "sum", both["there"]))
    return where(summed, call("gt", summed["there"], summed["n"]))


def _held(books: Books, number: int, spec: tuple[str, ...]) -> Scan:
    return Scan(groups_of(books, spec).schema, group_table(number))


def group_ways(books: Books, number: int, spec: tuple[str, ...]) -> Relation:
    """The groups that add up to ones, from their table."""
    sets = _held(books, number, spec)
    values: dict[str, Expression] = {
        "one": books.ones.of("r", "no"),
        "spec": literal(number),
        "spread": call("sub", sets.of("l", "to"), sets.of("l", "from")),
        **{name: sets.of("l", name) for name in ("set", "n", "amount", "start")},
    }
    columns = way(books, values, books.ones, sets.of("l", "to"), "r")
    return meet(books, sets, columns, _inside(sets, books.ones))


def groups_of(books: Book, spec: tuple[str, ...]) -> Relation:
    """The groups: their columns, `n`, `amount`, `start` (an entry's number), `set`, `from` and `to` (ticks), `rung`."""
    names = books.group_columns(spec)
    present = all_of(*(call("not", call("is_null", books.members[name])) for name in names))
    rows = where(books.members, present)
    sets = aggregate(
        rows,
        {name: rows[name] for name in (*books.keys, *names)},
        *added_up(rows),
    )
    return select(sets, {**{name: sets[name] for name in sets.schema}, "rung": rung(sets["amount"])})


def _inside(sets: Relation, ones: Relation) -> Expression:
    """Whether all entries of a set (`l`) lie in the window of the one (`r`)."""
    return all_of(
        call("ge", sets.of("l", "from"), ones.of("r", "first")),
        call("le", sets.of("l", "to"), ones.of("r", "last")),
    )


def sized(rows: Relation) -> Relation:
    """Rows with what tells about how large their amount is: equal for amounts within a quarter of their first digit."""
    size = call("abs", rows["amount"])
    digits: Expression = literal(DIGITS)
    grain: Expression = literal(grain_of(DIGITS))
    for count in reversed(range(1, DIGITS)):
        smaller = call("lt", size, literal(Decimal(10) ** count))
        digits, grain = (
            call("if", smaller, literal(count), digits),
            call("if", smaller, literal(grain_of(count)), grain),
        )
    negative = call("lt", rows["amount"], literal(Decimal(0)))
    return select(
        rows,
        {
            **{name: rows[name] for name in rows.schema},
            "size": call("bucket", size, grain),
            "digits": digits,
            "sign": call("if", negative, literal(-1), literal(1)),
        },
    )


def grain_of(digits: int) -> Decimal:
    """How wide the sizes are that count as about that of an amount."""
    return Decimal(10) ** (digits - 1) / 4


def decade_of(digits: int) -> Decimal:
    """How many units there are from the smallest to the largest amount of so many digits."""
    return Decimal(10) ** digits * Decimal("0.9") if digits > 1 else Decimal(10)


def digits_of(amount: Decimal) -> int:
    """How many digits an amount has before the point, within bounds."""
    return min(max(abs(amount).adjusted() + 1, 1), DIGITS)
