"""Sets out of small pools: what no group and no run explains, searched to the end so that a single set is proved so.

Where a pool is too large for that, few entries of one of its natural groups are looked for; they are only suggested.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import chain
from typing import Any, Final

import pyarrow as pa

from recon.engines.duck import DuckEngine
from recon.engines.expressions import Expression, any_of, call, literal
from recon.engines.relations import Measure, Relation, Scan, aggregate, join, within, without
from recon.engines.render import render
from recon.engines.types import INTEGER
from recon.matchers.subset.books import Books
from recon.matchers.subset.chance import MOST_EXPECTED, Wanted
from recon.matchers.subset.few import few_of, wanted_by
from recon.matchers.subset.search import PoolEntry, Searched, search, useful, work_of
from recon.matchers.subset.ways import MOST_LISTED, PARTS, POOLS, added_up, way

MOST_READ: Final = 60
"""Entries in reach of a one before those too large for it are left out."""
MOST_SEARCHED: Final = 40
"""Entries of a pool that is searched."""
MOST_ROWS: Final = 200_000
"""Entries of pools that are read in all."""
MOST_WORK: Final = 4_000_000
"""Sums that all searches of a pass list together; the smallest pools come first."""
MOST_AROUND: Final = 400
"""Entries in reach of a one before not even its groups are searched."""
_FEW, _SETS = "subset_few", "subset_sets"


class SmallPools:
    """The step of a search that proves least."""

    step, most_read = POOLS, MOST_READ

    def __init__(self, engine: DuckEngine, books: Books, known: Relation) -> None:
        """`known` (`one`) are those for which a way was found before."""
        self.engine, self.books, self.known = engine, books, known
        self.unsearched: int | None = None
        self.chances: dict[int, Decimal] = {}

    def ways(self) -> list[Relation]:
        """The sets that add up."""
        books = self.books
        if not books.subset.most:
            return []
        self.engine.build("subset_reach", without(books.reach(), self.known, no="one"))
        few = few_of(self.engine, self._counted(), self.most_read, MOST_ROWS, least=1)
        self.engine.register(_FEW, pa.table({"no": pa.array(few.chosen, pa.int64())}))
        found = self._search()
        self.unsearched = few.all - len(self.chances)
        self._register({no: one for no, one in found.items() if one.expected <= MOST_EXPECTED})
        return [self._ways()]

    def _reach(self) -> Scan:
        return Scan(self.books.reach().schema, "subset_reach")

    def _pools(self, reach: Relation, *names: str) -> Relation:
        members = self.books.members
        equal = [(reach.of("l", name), members.of("r", name)) for name in (*self.books.keys, "tick")]
        return join(
            reach, members, equal, {"one": reach.of("l", "no"), **{n: members.of("r", n) for n in names}}
        )

    def _counted(self) -> Relation:
        """How many entries each one has in its pool, one alone only where it is met; they are counted by day first."""
        members, reach, ones = self.books.members, self._reach(), self.books.ones
        names = (*self.books.keys, "tick")
        figures = Measure("n", "count"), Measure("amount", "sum", members["amount"])
        by_day = aggregate(members, {name: members[name] for name in names}, *figures)
        equal = [(reach.of("l", name), by_day.of("r", name)) for name in names]
        told: dict[str, Expression] = {name: by_day.of("r", name) for name in ("n", "amount")}
        reached = join(reach, by_day, equal, {"no": reach.of("l", "no"), **told})
        sums = (Measure(name, "sum", reached[name]) for name in ("n", "amount"))
        pools = aggregate(reached, {"no": reached["no"]}, *sums)
        is_met = call("between", pools.of("l", "amount"), ones.of("r", "low"), ones.of("r", "high"))
        same, counted = [(pools.of("l", "no"), ones.of("r", "no"))], {n: pools.of("l", n) for n in ("no", "n")}
        return join(pools, ones, same, counted, any_of(call("ge", pools.of("l", "n"), literal(2)), is_met))

    def _search(self) -> dict[int, Searched]:
        """Search the pools that are small enough once what cannot be in a set is left out, the smallest first."""
        most, wanted = self.books.subset.most, self._wanted()
        read: dict[int, list[PoolEntry]] = defaultdict(list)
        for one, no, amount, tick in self._read("no", "amount", "tick"):
            read[one].append(PoolEntry(no, amount, tick))
        useful_of = {one: useful(wanted[one], entries) for one, entries in read.items()}
        found, work = dict[int, Searched](), 0
        for one, entries in sorted(useful_of.items(), key=lambda item: (len(item[1]), item[0])):
            work += work_of(len(entries), most)
            if len(entries) > MOST_SEARCHED or work > MOST_WORK:
                break
            found[one] = search(wanted[one], entries, most, MOST_LISTED)
        self.chances = {one: searched.expected for one, searched in found.items()}
        return found

    def _wanted(self) -> dict[int, Wanted]:
        return wanted_by(self.engine, within(self.books.ones, Scan({"no": INTEGER}, _FEW), no="no"))

    def _read(self, *names: str) -> list[tuple[Any, ...]]:
        """The entries in reach of the ones chosen: the number of the one, and columns of the entry."""
        chosen = Scan({"no": INTEGER}, _FEW)
        return self.engine.rows(render(self._pools(within(self._reach(), chosen, no="no"), *names)))

    def _register(self, found: Mapping[int, Searched]) -> None:
        """Table `subset_sets`: an entry a row, of each set found."""
        rows = [
            {"one": one, "nth": nth, "no": no, "total": searched.count, "twins": int(each.twins)}
            for one, searched in sorted(found.items())
            for nth, each in enumerate(searched.sets)
            for no in each.numbers
        ]
        names = ("one", "nth", "no", "total", "twins")
        schema = pa.schema([(name, pa.int64()) for name in names])
        self.engine.register(_SETS, pa.Table.from_pylist(rows, schema=schema))

    def _ways(self) -> Relation:
        books, sets, members = self.books, _sets(), self.books.members
        told = {name: sets.of("l", name) for name in ("one", "nth", "total", "twins")}
        told |= {name: members.of("r", name) for name in ("uid", "no", "amount", "tick")}
        placed = join(sets, members, [(sets.of("l", "no"), members.of("r", "no"))], told)
        whole = aggregate(
            placed,
            {name: placed[name] for name in ("one", "nth", "total", "twins")},
            *added_up(placed),
        )
        values: dict[str, Expression] = {
            "spec": literal(len(books.subset.specs)),
            **{name: whole.of("l", name) for name in ("one", "set", "n", "amount", "start", "twins")},
            "since": whole.of("l", "nth"),
            "spread": call("sub", whole.of("l", "to"), whole.of("l", "from")),
            "known": whole.of("l", "total"),
        }
        columns = way(books, values, books.ones, whole.of("l", "to"), "r")
        return join(whole, books.ones, [(whole.of("l", "one"), books.ones.of("r", "no"))], columns)

    def entries(self, listed: Relation) -> list[Relation]:
        """The entries of listed ways."""
        sets = _sets()
        equal = [(listed.of("l", "one"), sets.of("r", "one")), (listed.of("l", "since"), sets.of("r", "nth"))]
        columns = {**{name: listed.of("l", name) for name in ("one", "set")}, "no": sets.of("r", "no")}
        return [join(listed, sets, equal, columns)]

    def expected(self, found: Scan, wanted: Mapping[int, Wanted]) -> dict[int, Decimal]:
        """Chance hits expected of each one, as counted in its pool."""
        del found
        return {no: self.chances[no] for no in wanted}


class PartsOfGroups(SmallPools):
    """Few entries of one natural group (of one day, without any), where the pool is too large to be searched.

    That nothing else of the pool adds up is not known, so that such a set is never more than a suggestion.
    """

    step, most_read = PARTS, MOST_AROUND

    def _search(self) -> dict[int, Searched]:
        """Search the groups of each one, the most telling first, until some of one add up."""
        most, wanted, work = self.books.subset.most, self._wanted(), 0
        found = dict[int, Searched]()
        every = self._piles(wanted)
        for one, piles in sorted(every.items(), key=lambda item: (sum(map(len, chain(*item[1]))), item[0])):
            for groups in piles:
                work += sum(work_of(len(entries), most) for entries in groups)
                if work > MOST_WORK:
                    break
                parts = [search(wanted[one], entries, most, MOST_LISTED) for entries in groups]
                if sum(part.count for part in parts):
                    found[one] = _together(parts)
                    break
        self.chances = {one: searched.expected for one, searched in found.items()}
        return found

    def _piles(self, wanted: Mapping[int, Wanted]) -> dict[int, list[list[list[PoolEntry]]]]:
        """The entries in reach of each one, by natural group and its values; groups too large are left out."""
        specs = [self.books.group_columns(spec) for spec in self.books.subset.specs] or [("tick",)]
        names = list(dict.fromkeys(("no", "amount", "tick", *(name for spec in specs for name in spec))))
        read: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for one, *values in self._read(*names):
            read[one].append(dict(zip(names, values, strict=True)))
        found: dict[int, list[list[list[PoolEntry]]]] = {}
        for one, rows in read.items():
            for spec in specs:
                groups: dict[tuple[Any, ...], list[PoolEntry]] = defaultdict(list)
                for row in rows:
                    if None not in (key := tuple(row[name] for name in spec)):
                        groups[key].append(PoolEntry(row["no"], row["amount"], row["tick"]))
                few = [useful(wanted[one], groups[key]) for key in sorted(groups)]
                found.setdefault(one, []).append([each for each in few if 2 <= len(each) <= MOST_SEARCHED])
        return found


def _together(parts: Sequence[Searched]) -> Searched:
    """What several searches for one found, each over entries of its own: the sets of the fewest days first."""
    sets = sorted(
        (each for part in parts for each in part.sets),
        key=lambda each: (each.spread, len(each.numbers), each.numbers),
    )
    return Searched(
        sum(part.count for part in parts),
        tuple(sets[:MOST_LISTED]),
        sum((part.expected for part in parts), Decimal(0)),
    )


def _sets() -> Scan:
    return Scan(dict.fromkeys(("one", "nth", "no", "total", "twins"), INTEGER), _SETS)
