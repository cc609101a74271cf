"""Unbroken runs of both sides in the order of time that begin and end together and add up to the same.

Along each list runs a sum. Where the two sums are as far apart at the end of a run of both as before it, both runs add
up to the same; from each beginning the nearest such end makes the smallest runs. A beginning is an entry of the left
with one of the right in its window, and so is an end, so that all of it is one sort of few columns.
"""

from collections import Counter
from decimal import Decimal
from typing import Final

from recon.engines.duck import DuckEngine
from recon.engines.expressions import Expression, all_of, call, literal
from recon.engines.names import identifier
from recon.engines.relations import (
    Measure,
    Relation,
    Scan,
    aggregate,
    join,
    select,
    where,
    within,
)
from recon.engines.render import render
from recon.engines.types import INTEGER
from recon.matchers.subset.books import rung
from recon.matchers.subset.both.books import BothBooks
from recon.matchers.subset.both.meeting import (
    blocks,
    blocks_table,
    moment_table,
    moments_held,
    points,
    points_table,
    run_ways,
)
from recon.matchers.subset.both.ways import NUMBER, Chance
from recon.matchers.subset.both.wholes import in_reach, wanted_of
from recon.matchers.subset.chance import Walk, expected_pairs_of_runs
from recon.matchers.subset.runs import moments_of
from recon.matchers.subset.ways import RUNS
from recon.model.sides import SIDES
from recon.rules.ruleset import Side

MOST_POINTS: Final = 1_000_000
"""Beginnings (an entry of either side, in the window of one another) of a list that a pass tries; those of the pools
with the fewest come first."""
MOST_OF_POOL: Final = 40_000
"""Beginnings of one pool; where there are more, coincidence makes runs of any length."""
_ALLOWED: Final = "both_allowed"


class RunsOfBoth:
    """The second step of a search."""

    step = RUNS

    def __init__(self, engine: DuckEngine, books: BothBooks) -> None:
        self.engine, self.books = engine, books
        self.unsearched = 0

    @property
    def specs(self) -> tuple[tuple[str, ...], ...]:
        """The lists that are walked along: each natural group's that both sides share, and that of a whole pool."""
        return self.books.specs if self.books.subset.runs else ()

    def ways(self) -> list[Relation]:
        """The runs that add up, by list."""
        for number, spec in enumerate(self.specs):
            for side in SIDES:
                self.engine.build(moment_table(side, number), moments_of(self.books.book(side), spec))
            self._allow(number, spec)
            self.engine.build(
                points_table(number), within(points(self.books, number, spec), _allowed(), pool="pool")
            )
            self.engine.build(blocks_table(number), blocks(self.books, number, spec))
        return [run_ways(self.books, number, spec) for number, spec in enumerate(self.specs)]

    def _allow(self, number: int, spec: tuple[str, ...]) -> None:
        """Leave out the pools with so many beginnings that a hit would mean nothing, or that there is no time for."""
        counted = self._counted(number, spec)
        total = f"SELECT pool, n, sum(n) OVER (ORDER BY n, pool) AS sofar FROM ({render(counted)})"
        kept = f"SELECT pool FROM ({total}) WHERE n <= {MOST_OF_POOL} AND sofar <= {MOST_POINTS}"
        chosen = self.engine.materialise(_ALLOWED, kept)
        every = self.engine.rows(f"SELECT count(*) FROM ({render(counted)})")[0][0]
        self.unsearched = max(self.unsearched, int(every) - chosen)

    def _counted(self, number: int, spec: tuple[str, ...]) -> Relation:
        """How many beginnings each pool has: `pool`, `n`; counted by day."""
        left, right = (self._by_day(side, number, spec) for side in SIDES)
        names = ("pool", *self.books.left.group_columns(spec))
        facing = self.books.facing(left, {name: left.of("l", name) for name in (*names, "n")})
        equal = [(facing.of("l", name), right.of("r", name)) for name in names]
        equal.append((facing.of("l", "facing"), right.of("r", "tick")))
        product = call("mul", facing.of("l", "n"), right.of("r", "n"))
        both = join(facing, right, equal, {"pool": facing.of("l", "pool"), "n": product})
        return aggregate(both, {"pool": both["pool"]}, Measure("n", "sum", both["n"]))

    def _by_day(self, side: Side, number: int, spec: tuple[str, ...]) -> Relation:
        moments = moments_held(self.books, side, number, spec)
        names = ("pool", *self.books.left.group_columns(spec), "tick")
        return aggregate(moments, {name: moments[name] for name in names}, Measure("n", "count"))

    def entries(self, listed: Relation) -> list[Relation]:
        """The entries of listed ways, by side and list."""
        books, found = self.books, list[Relation]()
        for number, spec in enumerate(self.specs):
            mine = where(listed, call("eq", listed["spec"], literal(number)))
            for side in SIDES:
                book, moments = books.book(side), moments_held(books, side, number, spec)
                names = (*book.keys, *book.group_columns(spec))
                told: dict[str, Expression] = {
                    name: mine.of("l", name) for name in ("way", f"since_{side}", f"until_{side}")
                }
                told |= {name: moments.of("r", name) for name in names}
                begun = join(mine, moments, [(mine.of("l", f"start_{side}"), moments.of("r", "start"))], told)
                inside = all_of(
                    call("gt", moments.of("r", "place"), begun.of("l", f"since_{side}")),
                    call("le", moments.of("r", "place"), begun.of("l", f"until_{side}")),
                )
                same = [(begun.of("l", name), moments.of("r", name)) for name in names]
                told = {"way": begun.of("l", "way"), **{name: begun.of("l", name) for name in names}}
                told |= {name: moments.of("r", name) for name in ("tick", "moment")}
                steps = join(begun, moments, same, told, inside)
                same = [
                    (steps.of("l", name), book.members.of("r", name)) for name in (*names, "tick", "moment")
                ]
                told = {"way": steps.of("l", "way"), "side": literal(NUMBER[side])}
                told |= {name: book.members.of("r", name) for name in ("no", "uid", "rung")}
                found.append(join(steps, book.members, same, told))
        return found

    def expected(self, listed: Scan) -> dict[int, Chance]:
        """Chance hits expected where each way (by its row id) lies: pairs of runs of all that is in reach of it."""
        walks = {side: self._walks(listed, side) for side in SIDES}
        lengths = {
            row[0]: row[1:]
            for row in self.engine.rows(f"SELECT way, n_left, n_right, rung FROM {identifier(listed.name)}")
        }
        found = dict[int, Chance]()
        for name, wanted in wanted_of(self.engine, self.books, listed).items():
            n_left, n_right, roundest = lengths[name]
            both = ((walks["left"][name], n_left), (walks["right"][name], n_right))
            found[name] = Chance(*expected_pairs_of_runs(wanted, both, roundest))
        return found

    def _walks(self, listed: Scan, side: Side) -> dict[int, Walk]:
        """The moments of a side in reach of each way, as a walk along its pool."""
        number = len(self.specs) - 1
        moments = moments_held(self.books, side, number, self.specs[number])
        keys = {"pool": moments["pool"], "tick": moments["tick"], "rung": rung(moments["amount"])}
        by_day = aggregate(
            moments,
            keys,
            Measure("n", "count"),
            Measure("total", "sum", moments["amount"]),
            Measure("sizes", "sum", call("abs", moments["amount"])),
        )
        names = ("n", "total", "sizes")
        days = select(
            by_day,
            {
                **{name: by_day[name] for name in ("pool", "rung", *names)},
                "from": by_day["tick"],
                "to": by_day["tick"],
            },
        )
        columns: dict[str, Expression] = {"way": listed.of("l", "way")}
        columns |= {name: days.of("r", name) for name in ("rung", *names)}
        equal = [(listed.of("l", "pool"), days.of("r", "pool"))]
        near = join(listed, days, equal, columns, in_reach(self.books, side, listed, days))
        query = f"SELECT way, rung, sum(n), sum(total), sum(sizes) FROM ({render(near)}) GROUP BY ALL"
        counts: dict[int, Counter[int]] = {}
        sums: dict[int, list[Decimal]] = {}
        for name, of_rung, n, total, sizes in self.engine.rows(query):
            counts.setdefault(name, Counter())[of_rung] = int(n)
            both = sums.setdefault(name, [Decimal(0), Decimal(0)])
            both[0] += total
            both[1] += sizes
        return {name: Walk(of_one, sums[name][0], sums[name][1]) for name, of_one in counts.items()}


def _allowed() -> Scan:
    return Scan({"pool": INTEGER}, _ALLOWED)
