"""Whole natural groups of both sides whose sums are the same: a day of takings and what was deposited on another.

A group is whole: every free entry that shares its columns is in it. Groups of the two sides need not share what makes
them groups; the pool, the window and the sum bring them together.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from recon.engines.duck import DuckEngine
from recon.engines.expressions import Expression, all_of, call, literal
from recon.engines.names import identifier
from recon.engines.relations import Relation, Scan, Schema, join, ranked, select, union, where
from recon.engines.render import render
from recon.matchers.subset.both.books import BothBooks
from recon.matchers.subset.both.ways import NUMBER, Chance, way
from recon.matchers.subset.chance import FEWEST_PLACES, Near, Wanted, expected_among
from recon.matchers.subset.groups import decade_of, digits_of, grain_of, groups_of, sized
from recon.matchers.subset.ways import GROUPS, MOST_LISTED, in_bucket, in_three_buckets
from recon.model.sides import SIDES
from recon.rules.ruleset import Side

_TOLD: Final = ("pool", "currency", "n", "amount", "start", "set", "from", "to", "rung")


class WholesOfBoth:
    """The first step of a search: groups of a level (a natural group and all more telling ones)."""

    step = GROUPS

    def __init__(self, engine: DuckEngine, books: BothBooks, level: int) -> None:
        self.engine, self.books, self.level = engine, books, level
        self.unsearched = 0

    def ways(self) -> list[Relation]:
        """The groups of both sides that add up, one of them of this level."""
        for side in SIDES:
            for number in range(self.level + 1):
                self.engine.build(
                    spec_table(side, number), groups_of(self.books.book(side), self._spec(number))
                )
            self.engine.build(wholes_table(side), wholes(self.books, side, self.level))
        return [whole_ways(self.books, self.level)]

    def _spec(self, number: int) -> tuple[str, ...]:
        return self.books.specs[number]

    def entries(self, listed: Relation) -> list[Relation]:
        """The entries of listed ways, by side and natural group."""
        found = list[Relation]()
        for side in SIDES:
            book, of_spec = self.books.book(side), "spec" if side == "left" else "spec_right"
            for number in range(self.level + 1):
                mine = where(listed, call("eq", listed[of_spec], literal(number)))
                names = (*book.keys, *book.group_columns(self._spec(number)))
                sets = Scan(groups_of(book, self._spec(number)).schema, spec_table(side, number))
                columns: dict[str, Expression] = {"way": mine.of("l", "way")}
                columns |= {name: sets.of("r", name) for name in names}
                held = join(mine, sets, [(mine.of("l", f"start_{side}"), sets.of("r", "start"))], columns)
                same = [(held.of("l", name), book.members.of("r", name)) for name in names]
                told: dict[str, Expression] = {"way": held.of("l", "way"), "side": literal(NUMBER[side])}
                told |= {name: book.members.of("r", name) for name in ("no", "uid", "rung")}
                found.append(join(held, book.members, same, told))
        return found

    def expected(self, listed: Scan) -> dict[int, Chance]:
        """Chance hits expected where each way (by its row id) lies: pairs of groups of about its size."""
        counts: dict[int, dict[tuple[str, int, bool], int]] = {}
        for side in SIDES:
            for name, rung, as_large, n in self.engine.rows(self._alike(listed, side)):
                counts.setdefault(name, {})[side, rung, as_large] = n
        found = dict[int, Chance]()
        for name, wanted in wanted_of(self.engine, self.books, listed).items():
            near = list(_counted(wanted, counts[name]))
            found[name] = Chance(expected_among(wanted, near, 1), near[0].count)
        return found

    def _alike(self, listed: Scan, side: Side) -> str:
        """Groups of a side with as many digits in reach of each way: its id, their rung, whether as large, how many."""
        ways = sized(select(listed, {**_own(listed), "amount": listed["sum_left"]}))
        sets = sized(Scan(wholes(self.books, side, self.level).schema, wholes_table(side)))
        columns: dict[str, Expression] = {"way": ways.of("l", "way"), "rung": sets.of("r", "rung")}
        columns["as_large"] = call("eq", ways.of("l", "size"), sets.of("r", "size"))
        equal = [(ways.of("l", name), sets.of("r", name)) for name in ("pool", "digits", "sign")]
        near = join(ways, sets, equal, columns, in_reach(self.books, side, ways, sets))
        return f"SELECT way, rung, as_large, count(*) FROM ({render(near)}) GROUP BY ALL"


def _own(ways: Relation) -> dict[str, Expression]:
    names = ("way", "pool", "from_left", "to_left", "from_right", "to_right")
    return {name: ways[name] for name in names}


def in_reach(books: BothBooks, side: Side, ways: Relation, sets: Relation) -> Expression:
    """Whether a set (`r`) of a side lies in the window of some entry of a way (`l`)."""
    earliest, latest = books.window
    if side == "left":
        first = call("sub", ways.of("l", "from_right"), literal(latest))
        last = call("sub", ways.of("l", "to_right"), literal(earliest))
    else:
        first = call("add", ways.of("l", "from_left"), literal(earliest))
        last = call("add", ways.of("l", "to_left"), literal(latest))
    return all_of(call("ge", sets.of("r", "to"), first), call("le", sets.of("r", "from"), last))


def wanted_of(engine: DuckEngine, books: BothBooks, listed: Scan) -> dict[int, Wanted]:
    """What the left set of each way asks of the right, by the row id of the way."""
    query = (
        f"SELECT w.way, w.sum_left, w.sum_right, p.currency FROM {identifier(listed.name)} w "
        f"JOIN ({render(books.pools)}) p USING (pool)"
    )
    found = dict[int, Wanted]()
    for name, left, right, currency in engine.rows(query):
        bounds = books.plan.pairing.gates.within.bounds(currency)
        found[name] = Wanted(max(left, right, key=abs), left - bounds.short, left + bounds.over, currency)
    return found


def _counted(wanted: Wanted, counts: dict[tuple[str, int, bool], int]) -> Iterator[Near]:
    """Pairs of groups on each grid of an amount: of about its size, or where that is too narrow, of as many digits."""
    digits = digits_of(wanted.amount)
    for number, step in wanted.grids:
        grain: Decimal = grain_of(digits)
        is_wide = grain < FEWEST_PLACES * step
        sides = [
            sum(
                n
                for (side, rung, as_large), n in counts.items()
                if side == one and rung >= number and (as_large or is_wide)
            )
            for one in SIDES
        ]
        yield Near(number, step, sides[0] * sides[1], decade_of(digits) if is_wide else grain)


def spec_table(side: Side, number: int) -> str:
    """The table that holds the groups of a side by a natural group."""
    return f"both_groups_{side}_{number}"


def wholes_table(side: Side) -> str:
    """The table that holds all groups of a side that are tried."""
    return f"both_wholes_{side}"


def wholes(books: BothBooks, side: Side, level: int) -> Relation:
    """The groups of a side up to a level, each once: columns of `groups_of`, and `spec`."""
    book = books.book(side)
    parts = []
    for number in range(level + 1):
        schema: Schema = groups_of(book, books.specs[number]).schema
        sets = Scan(schema, spec_table(side, number))
        columns: dict[str, Expression] = {name: sets[name] for name in _TOLD}
        parts.append(select(sets, {**columns, "spec": literal(number)}))
    every = union(*parts)
    first = ranked(every, ["set"], ["spec", "set"], "nth")
    once = where(first, call("eq", first["nth"], literal(1)))
    return select(once, {name: once[name] for name in (*_TOLD, "spec")})


def whole_ways(books: BothBooks, level: int) -> Relation:
    """The groups of both sides that add up, one of them of the level; of many that are alike only a few are tried."""
    sets: dict[Side, Relation] = {
        side: Scan(wholes(books, side, level).schema, wholes_table(side)) for side in SIDES
    }
    name = "amount"
    if not books.plan.item.within.is_exact:
        name = "bucket"
        sets = {side: in_bucket(books.book(side), rows, "amount") for side, rows in sets.items()}
    for side, rows in sets.items():
        alike = ranked(rows, ["pool", name], ["spec", "n", "set"], "alike")
        sets[side] = where(alike, call("le", alike["alike"], literal(MOST_LISTED)))
    if name == "bucket":
        left = sets["left"]
        bare = select(left, {column: left[column] for column in (*_TOLD, "spec")})
        sets["left"] = in_three_buckets(books.left, bare, "amount")
    left, right = sets["left"], sets["right"]
    equal = [(left.of("l", one), right.of("r", one)) for one in ("pool", name)]
    condition = all_of(
        call("eq", call("greatest", left.of("l", "spec"), right.of("r", "spec")), literal(level)),
        books.band(left.of("l", "amount"), right.of("r", "amount"), "l"),
        books.near(_days(left, "l"), _days(right, "r")),
    )
    return join(left, right, equal, _values(left, right), condition)


def _days(sets: Relation, side: str) -> tuple[Expression, Expression]:
    return sets.of(side, "from"), sets.of(side, "to")


def _values(left: Relation, right: Relation) -> dict[str, Expression]:
    values: dict[str, Expression] = {
        "pool": left.of("l", "pool"),
        "spec": left.of("l", "spec"),
        "spec_right": right.of("r", "spec"),
    }
    for side, sets, of in (("left", left, "l"), ("right", right, "r")):
        values |= {
            side: sets.of(of, "set"),
            f"n_{side}": sets.of(of, "n"),
            f"sum_{side}": sets.of(of, "amount"),
            f"from_{side}": sets.of(of, "from"),
            f"to_{side}": sets.of(of, "to"),
            f"start_{side}": sets.of(of, "start"),
        }
    return way(values)
