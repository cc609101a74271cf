"""Unbroken runs of entries in the order of date and time, inside a natural group or over all, that add up to an amount.

Entries of the same moment stand or fall together: nothing says which of them came first. A run from one moment to
another is the difference of two sums that run along the list, so all runs of all ones are found by one join.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

import pyarrow as pa

from recon.engines.duck import DuckEngine
from recon.engines.expressions import Expression, all_of, call, literal
from recon.engines.relations import (
    Measure,
    Relation,
    Scan,
    aggregate,
    join,
    running,
    select,
    union,
    where,
    within,
)
from recon.engines.render import render
from recon.engines.types import INTEGER
from recon.matchers.subset.books import Book, Books, rung
from recon.matchers.subset.chance import MOST_EXPECTED, Walk, Wanted, expected_runs
from recon.matchers.subset.few import few_of, wanted_by
from recon.matchers.subset.ways import RUNS, in_bucket, in_three_buckets, way

MOST_STARTS: Final = 20_000
"""Moments at which a run to one entry may begin; where there are more, runs are not tried."""
MOST_WORK: Final = 40_000_000
"""Beginnings of runs that one pass tries in all; the ones with the fewest come first."""
_ALLOWED: Final = "subset_allowed"
REACH: Final = "subset_reach"


class Runs:
    """The second step of a search."""

    step = RUNS

    def __init__(self, engine: DuckEngine, books: Books) -> None:
        self.engine, self.books = engine, books
        self.unsearched: int | None = None
        self.chances: dict[int, Decimal] = {}

    @property
    def specs(self) -> list[tuple[str, ...]]:
        """The lists that are walked along: each natural group's, and that of all entries of a pool."""
        return lists_of(self.books)

    def ways(self) -> list[Relation]:
        """The runs that add up, by list."""
        books = self.books
        if not self.specs:
            return []
        self.engine.build(REACH, books.reach())
        bare = [bare_moments(books, spec) for spec in self.specs]
        held = [Scan(one.schema, f"{moment_table(number)}_bare") for number, one in enumerate(bare)]
        for name, one in zip(held, bare, strict=True):
            self.engine.build(name.name, one)
        self._allow(held)
        allowed = within(_reach(books), Scan({"no": INTEGER}, _ALLOWED), no="no")
        for number, (spec, one) in enumerate(zip(self.specs, held, strict=True)):
            near = within(one, allowed, **{name: name for name in (*books.keys, "tick")})
            self.engine.build(moment_table(number), walked(books, spec, near))
            self.engine.drop(one.name)
        return [run_ways(books, number, spec) for number, spec in enumerate(self.specs)]

    def _allow(self, moments: Sequence[Scan]) -> None:
        """Leave out the ones to which so many runs lead that a hit would mean nothing, or that there is no time for."""
        books = self.books
        lists = [self._by_day(one) for one in moments]
        few = few_of(self.engine, self._counted(lists), MOST_STARTS, MOST_WORK // len(lists))
        self.engine.register(_ALLOWED, pa.table({"no": pa.array(few.chosen, pa.int64())}))
        wanted = wanted_by(self.engine, within(books.ones, Scan({"no": INTEGER}, _ALLOWED), no="no"))
        walks: dict[int, list[Walk]] = defaultdict(list)
        for by_day in lists:
            for no, walk in self._walks(by_day):
                walks[no].append(walk)
        self.chances = {no: expected_runs(wanted[no], of_one) for no, of_one in walks.items()}
        chosen = sorted(no for no, chance in self.chances.items() if chance <= MOST_EXPECTED)
        self.engine.register(_ALLOWED, pa.table({"no": pa.array(chosen, pa.int64())}))
        self.unsearched = few.all - len(chosen)

    def _by_day(self, moments: Scan) -> Relation:
        """How many moments of a list there are on each day, by roundness, and their sums."""
        return aggregate(
            moments,
            {**{name: moments[name] for name in (*self.books.keys, "tick")}, "rung": rung(moments["amount"])},
            Measure("n", "count"),
            Measure("total", "sum", moments["amount"]),
            Measure("sizes", "sum", call("abs", moments["amount"])),
        )

    def _counted(self, lists: Sequence[Relation]) -> Relation:
        """How many moments each one reaches: `no`, `n`, of the longest of its lists."""
        counts = []
        for by_day in lists:
            reached = self._reached(_reach(self.books), by_day, "n")
            counts.append(aggregate(reached, {"no": reached["no"]}, Measure("n", "sum", reached["n"])))
        together = union(*counts)
        return aggregate(together, {"no": together["no"]}, Measure("n", "max", together["n"]))

    def _reached(self, reach: Relation, by_day: Relation, *names: str) -> Relation:
        equal = [(reach.of("l", name), by_day.of("r", name)) for name in (*self.books.keys, "tick")]
        return join(reach, by_day, equal, {"no": reach.of("l", "no"), **{n: by_day.of("r", n) for n in names}})

    def _walks(self, by_day: Relation) -> Iterator[tuple[int, Walk]]:
        """The moments that each allowed one reaches, as a walk."""
        allowed = within(_reach(self.books), Scan({"no": INTEGER}, _ALLOWED), no="no")
        reached = self._reached(allowed, by_day, "rung", "n", "total", "sizes")
        sums = [Measure(name, "sum", reached[name]) for name in ("n", "total", "sizes")]
        told = aggregate(reached, {"no": reached["no"], "rung": reached["rung"]}, *sums)
        counts: dict[int, Counter[int]] = defaultdict(Counter)
        totals: dict[int, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
        for no, of_rung, n, total, sizes in self.engine.rows(render(told)):
            counts[no][of_rung] = n
            totals[no][0] += total
            totals[no][1] += sizes
        for no, of_one in sorted(counts.items()):
            yield no, Walk(of_one, totals[no][0], totals[no][1])

    def entries(self, listed: Relation) -> list[Relation]:
        """The entries of listed ways, by list; places are looked up day by day."""
        books, reach, found = self.books, _reach(self.books), list[Relation]()
        for number, spec in enumerate(self.specs):
            mine = where(listed, call("eq", listed["spec"], literal(number)))
            moments, names = _held(self.books, number, spec), (*books.keys, *books.group_columns(spec))
            kept = {name: mine.of("l", name) for name in ("one", "set", "since", "until")}
            begun = {name: moments.of("r", name) for name in names}
            placed = join(mine, moments, [(mine.of("l", "start"), moments.of("r", "start"))], {**kept, **begun})
            kept = {name: placed.of("l", name) for name in (*kept, *names)}
            days = join(
                placed,
                reach,
                [(placed.of("l", "one"), reach.of("r", "no"))],
                {**kept, "tick": reach.of("r", "tick")},
            )
            inside = all_of(
                call("gt", moments.of("r", "place"), days.of("l", "since")),
                call("le", moments.of("r", "place"), days.of("l", "until")),
            )
            same = [(days.of("l", name), moments.of("r", name)) for name in (*names, "tick")]
            told = {name: days.of("l", name) for name in ("one", "set", *names, "tick")}
            steps = join(days, moments, same, {**told, "moment": moments.of("r", "moment")}, inside)
            same = [(steps.of("l", name), books.members.of("r", name)) for name in (*names, "tick", "moment")]
            told = {name: steps.of("l", name) for name in ("one", "set")}
            found.append(join(steps, books.members, same, {**told, "no": books.members.of("r", "no")}))
        return found

    def expected(self, found: Scan, wanted: dict[int, Wanted]) -> dict[int, Decimal]:
        """Chance hits expected of each one, by the renewal theorem."""
        del found
        return {no: self.chances[no] for no in wanted}


def lists_of(books: Books) -> list[tuple[str, ...]]:
    """The lists that are walked along: each natural group's, and that of all entries of a pool."""
    return [*books.subset.specs, ()] if books.subset.runs else []


def moment_table(number: int) -> str:
    """The table that holds the moments of a list."""
    return f"subset_moments_{number}"


def _held(books: Books, number: int, spec: tuple[str, ...]) -> Scan:
    return Scan(moments_of(books, spec).schema, moment_table(number))


def _reach(books: Books) -> Scan:
    return Scan(books.reach().schema, REACH)


def run_ways(books: Books, number: int, spec: tuple[str, ...]) -> Relation:
    """The runs of a list that add up to ones, from the tables of moments, of reach and of those allowed."""
    moments = _held(books, number, spec)
    starts = _starts(books, within(_reach(books), Scan({"no": INTEGER}, _ALLOWED), no="no"), moments, spec)
    names = [*books.keys, *books.group_columns(spec)]
    ends: Relation = moments
    if books.plan.item.within.is_exact:
        sums = ("want", "upto")
    else:
        starts, ends = in_three_buckets(books, starts, "want"), in_bucket(books, moments, "upto")
        sums = ("bucket", "bucket")
    equal = [(starts.of("l", name), ends.of("r", name)) for name in names]
    equal.append((starts.of("l", sums[0]), ends.of("r", sums[1])))
    total = call("as_sum", call("sub", ends.of("r", "upto"), starts.of("l", "before")))
    condition = all_of(
        call("gt", ends.of("r", "place"), starts.of("l", "since")),
        call("le", ends.of("r", "tick"), starts.of("l", "last")),
        call("between", total, starts.of("l", "low"), starts.of("l", "high")),
    )
    values: dict[str, Expression] = {
        "one": starts.of("l", "no"),
        "spec": literal(number),
        "set": call("pair_id", ends.of("r", "whole"), starts.of("l", "ahead"), literal("0")),
        "n": call("sub", ends.of("r", "place"), starts.of("l", "since")),
        "amount": total,
        "until": ends.of("r", "place"),
        "spread": call("sub", ends.of("r", "tick"), starts.of("l", "from")),
        **{name: starts.of("l", name) for name in ("start", "since")},
    }
    columns = way(books, values, starts, ends.of("r", "tick"), "l")
    return join(starts, ends, equal, columns, condition)


def bare_moments(books: Book, spec: tuple[str, ...]) -> Relation:
    """Entries by moment: `n`, `amount`, `start` (an entry's number), `first_uid`, `set`."""
    names = books.group_columns(spec)
    rows = where(books.members, all_of(*(call("not", call("is_null", books.members[name])) for name in names)))
    return aggregate(
        rows,
        {name: rows[name] for name in (*books.keys, *names, "tick", "moment")},
        Measure("n", "count"),
        Measure("amount", "sum", rows["amount"]),
        Measure("start", "min", rows["no"]),
        Measure("first_uid", "min", rows["uid"]),
        Measure("set", "bit_xor", rows["uid"]),
    )


def walked(books: Book, spec: tuple[str, ...], moments: Relation) -> Relation:
    """Moments with what runs along their list: `upto` their sum, `place` their number, `whole` their ids.

    Days that no one reaches may be left out: no run goes over one.
    """
    partition, order = [*books.keys, *books.group_columns(spec)], ["moment", "first_uid"]
    for name, function, value in (
        ("upto", "sum", "amount"),
        ("place", "sum", "n"),
        ("whole", "bit_xor", "set"),
    ):
        moments = running(moments, partition, order, Measure(name, function, moments[value]))
    return moments


def moments_of(books: Book, spec: tuple[str, ...]) -> Relation:
    """The moments of a list, with what runs along it."""
    return walked(books, spec, bare_moments(books, spec))


def _starts(books: Books, reach: Relation, moments: Scan, spec: tuple[str, ...]) -> Relation:
    """Where a run to each one may begin, with what runs along the list before it."""
    names = (*books.keys, *books.group_columns(spec))
    equal = [(reach.of("l", name), moments.of("r", name)) for name in (*books.keys, "tick")]
    columns: dict[str, Expression] = {
        "no": reach.of("l", "no"),
        **{name: moments.of("r", name) for name in names},
    }
    columns |= {
        "before": call("as_sum", call("sub", moments.of("r", "upto"), moments.of("r", "amount"))),
        "since": call("sub", moments.of("r", "place"), moments.of("r", "n")),
        "ahead": call("pair_id", moments.of("r", "whole"), moments.of("r", "set"), literal("0")),
        "start": moments.of("r", "start"),
        "from": reach.of("l", "tick"),
    }
    begun, ones = join(reach, moments, equal, columns), books.ones
    kept = {name: begun.of("l", name) for name in begun.schema}
    kept |= {name: ones.of("r", name) for name in ("tick", "last", "amount", "low", "high")}
    told = join(begun, ones, [(begun.of("l", "no"), ones.of("r", "no"))], kept)
    want = call("as_sum", call("add", told["before"], told["amount"]))
    return select(told, {**{name: told[name] for name in told.schema}, "want": want})
