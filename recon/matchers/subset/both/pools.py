"""Sets out of small pools of both sides: what no group and no run explains, searched to the end.

A pool is what may be meant together with the entries of one day of the left and later ones. Where all pools that an
entry of a way is in were searched, and no other way wants any of its entries, it is the only one they can be in.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from recon.engines.duck import DuckEngine
from recon.engines.expressions import Expression, call, literal
from recon.engines.names import identifier
from recon.engines.relations import Measure, Relation, Scan, aggregate, join, ranked, within
from recon.engines.render import render
from recon.engines.types import INTEGER
from recon.matchers.subset.books import OFFSETS
from recon.matchers.subset.both.books import BothBooks
from recon.matchers.subset.both.ways import LEFT, NUMBER, RIGHT, Chance, way
from recon.matchers.subset.both.zero_sums import Asked, Pair, Zeros, useful, work_of, zero_sums
from recon.matchers.subset.chance import MOST_EXPECTED
from recon.matchers.subset.few import few_of
from recon.matchers.subset.search import PoolEntry
from recon.matchers.subset.ways import POOLS, added_up
from recon.model.sides import SIDES
from recon.rules.ruleset import Side

MOST_READ: Final = 60
"""Entries of both sides in a pool before those too large for it are left out."""
MOST_ROWS: Final = 200_000
"""Entries of pools that are read in all."""
MOST_SUMS: Final = 60_000
"""Sums that the search of one pool lists."""
MOST_WORK: Final = 800_000
"""Sums that all searches of a pass list together; the smallest pools come first."""
_ANCHORS, _FEW, _SETS = "both_anchors", "both_few", "both_sets"


@dataclass(frozen=True, slots=True)
class _Anchor:
    """Where a pool begins: its number, pool, day of its first left entry, and currency."""

    pool: int
    tick: int
    currency: str


class PoolsOfBoth:
    """The step of a search that proves least."""

    step = POOLS

    def __init__(self, engine: DuckEngine, books: BothBooks) -> None:
        self.engine, self.books = engine, books
        self.unsearched = 0
        self.found: list[tuple[_Anchor, Pair, Chance, bool]] = []

    def ways(self) -> list[Relation]:
        """The sets that come to the same."""
        if not self.books.subset.most:
            return []
        self.engine.build(_ANCHORS, ranked(anchors(self.books), [], ["first"], "no"))
        few = few_of(self.engine, self._counted(), MOST_READ, MOST_ROWS)
        self.engine.register(_FEW, pa.table({"no": pa.array(few.chosen, pa.int64())}))
        zeros = self._search()
        self.unsearched = few.all - len(zeros)
        self._note(zeros)
        self._register()
        return [self._ways()]

    def _counted(self) -> Relation:
        """How many entries of both sides each pool has that has any of both: `no`, `n`."""
        counts = []
        for side in SIDES:
            reached = self._reached(side, _anchor_table(self.books), "n")
            counts.append(aggregate(reached, {"no": reached["anchor"]}, Measure("n", "sum", reached["n"])))
        left, right = counts
        both = call("add", left.of("l", "n"), right.of("r", "n"))
        return join(
            left, right, [(left.of("l", "no"), right.of("r", "no"))], {"no": left.of("l", "no"), "n": both}
        )

    def _reached(self, side: Side, found: Relation, *names: str) -> Relation:
        """What is in the pools of anchors: `anchor`, and columns of the entries of a side, or `n` of them a day."""
        earliest = self.books.window[0]
        offsets = Scan({"all": INTEGER, "offset": INTEGER}, OFFSETS)
        first = literal(0) if side == "left" else literal(earliest)
        day = call("add", call("add", found.of("l", "tick"), first), offsets.of("r", "offset"))
        kept: dict[str, Expression] = {name: found.of("l", name) for name in ("no", "pool")}
        days = join(found, offsets, [(literal(0), offsets.of("r", "all"))], {**kept, "day": day})
        rows: Relation = self.books.book(side).members
        if "n" in names:
            rows = aggregate(rows, {name: rows[name] for name in ("pool", "tick")}, Measure("n", "count"))
        equal = [(days.of("l", "pool"), rows.of("r", "pool")), (days.of("l", "day"), rows.of("r", "tick"))]
        told: dict[str, Expression] = {"anchor": days.of("l", "no")}
        return join(days, rows, equal, {**told, **{name: rows.of("r", name) for name in names}})

    def _search(self) -> dict[int, Zeros]:
        """Search the pools that are small enough once what cannot be in a set is left out, the smallest first."""
        most, asked = self.books.subset.most, self._asked()
        read: dict[int, dict[Side, list[PoolEntry]]] = defaultdict(lambda: {"left": [], "right": []})
        chosen = within(_anchor_table(self.books), Scan({"no": INTEGER}, _FEW), no="no")
        for side in SIDES:
            for anchor, *values in self.engine.rows(
                render(self._reached(side, chosen, "no", "amount", "tick"))
            ):
                read[anchor][side].append(PoolEntry(*values))
        pools = {no: useful(asked[no], sides["left"], sides["right"]) for no, sides in read.items()}
        found, spent = dict[int, Zeros](), 0
        for no, (lefts, rights) in sorted(pools.items(), key=lambda item: (sum(map(len, item[1])), item[0])):
            work = work_of(len(lefts), len(rights), most)
            if work > MOST_SUMS or spent + work > MOST_WORK:
                continue
            spent += work
            zeros = zero_sums(asked[no], lefts, rights, most)
            if zeros.pairs is not None:
                found[no] = zeros
        return found

    def _asked(self) -> dict[int, Asked]:
        within_of = self.books.plan.pairing.gates.within
        found = dict[int, Asked]()
        for no, anchor in self._anchors().items():
            bounds = within_of.bounds(anchor.currency)
            found[no] = Asked(-bounds.over, bounds.short, anchor.currency)
        return found

    def _anchors(self) -> dict[int, _Anchor]:
        query = f"SELECT no, pool, tick, currency FROM {_ANCHORS} SEMI JOIN {identifier(_FEW)} USING (no)"
        return {no: _Anchor(pool, tick, currency) for no, pool, tick, currency in self.engine.rows(query)}

    def _note(self, zeros: Mapping[int, Zeros]) -> None:
        """Keep the ways that lie in the window and begin where their pool does, with what coincidence makes of them."""
        where_from, asked = self._anchors(), self._asked()
        missing: dict[int, list[int]] = defaultdict(list)
        for no, pool, tick in self.engine.rows(f"SELECT no, pool, tick FROM {_ANCHORS} ORDER BY no"):
            if no not in zeros:
                missing[pool].append(tick)
        for no, searched in sorted(zeros.items()):
            anchor = where_from[no]
            for pair in searched.pairs or ():
                if pair.days_left[0] == anchor.tick and self._is_near(pair):
                    expected = searched.expected(pair, asked[no])
                    if expected <= MOST_EXPECTED:
                        chance = Chance(expected, searched.tried)
                        is_large = any(tick in self._around(pair) for tick in missing[anchor.pool])
                        self.found.append((anchor, pair, chance, is_large))

    def _is_near(self, pair: Pair) -> bool:
        earliest, latest = self.books.window
        return (
            pair.days_right[1] - pair.days_left[0] <= latest
            and pair.days_right[0] - pair.days_left[1] >= earliest
        )

    def _around(self, pair: Pair) -> range:
        """The days on which a pool may begin that has an entry of a pair in it."""
        earliest, latest = self.books.window
        first = min(pair.days_left[0] - (latest - earliest), pair.days_right[0] - latest)
        return range(first, max(pair.days_left[1], pair.days_right[1] - earliest) + 1)

    def _register(self) -> None:
        """Table `both_sets`: an entry a row, of each pair of sets found."""
        rows = [
            {"nth": nth, "side": side, "entry": no, "twins": int(pair.twins), "large": int(is_large)}
            for nth, (_, pair, _, is_large) in enumerate(self.found)
            for side, numbers in ((LEFT, pair.left), (RIGHT, pair.right))
            for no in numbers
        ]
        names = ("nth", "side", "entry", "twins", "large")
        self.engine.register(
            _SETS, pa.Table.from_pylist(rows, pa.schema([(name, pa.int64()) for name in names]))
        )

    def _placed(self) -> Iterator[tuple[Side, Relation]]:
        """The entries of the pairs found, by side."""
        sets = Scan(dict.fromkeys(("nth", "side", "entry", "twins", "large"), INTEGER), _SETS)
        for side in SIDES:
            members = self.books.book(side).members
            columns: dict[str, Expression] = {name: sets.of("l", name) for name in ("nth", "twins", "large")}
            columns |= {n: members.of("r", n) for n in ("pool", "no", "uid", "amount", "tick", "rung")}
            mine = call("eq", sets.of("l", "side"), literal(NUMBER[side]))
            yield side, join(sets, members, [(sets.of("l", "entry"), members.of("r", "no"))], columns, mine)

    def _sets(self) -> dict[Side, Relation]:
        return {
            side: aggregate(
                placed,
                {name: placed[name] for name in ("nth", "pool", "twins", "large")},
                *added_up(placed),
            )
            for side, placed in self._placed()
        }

    def _ways(self) -> Relation:
        sets = self._sets()
        left, right = sets["left"], sets["right"]
        spec = literal(len(self.books.specs) - 1)
        values: dict[str, Expression] = {"spec": spec, "spec_right": spec}
        values |= {name: left.of("l", name) for name in ("pool", "twins", "large")}
        values["since_left"] = left.of("l", "nth")
        for side, rows, of in (("left", left, "l"), ("right", right, "r")):
            values |= {
                side: rows.of(of, "set"),
                f"n_{side}": rows.of(of, "n"),
                f"sum_{side}": rows.of(of, "amount"),
            }
            values |= {f"{name}_{side}": rows.of(of, name) for name in ("from", "to", "start")}
        return join(left, right, [(left.of("l", "nth"), right.of("r", "nth"))], way(values))

    def entries(self, listed: Relation) -> list[Relation]:
        """The entries of listed ways."""
        found = list[Relation]()
        for side, placed in self._placed():
            told: dict[str, Expression] = {"way": listed.of("l", "way"), "side": literal(NUMBER[side])}
            told |= {name: placed.of("r", name) for name in ("no", "uid", "rung")}
            found.append(join(listed, placed, [(listed.of("l", "since_left"), placed.of("r", "nth"))], told))
        return found

    def expected(self, listed: Scan) -> dict[int, Chance]:
        """Chance hits expected where each way (by its row id) lies, as counted in its pool."""
        rows = self.engine.rows(f"SELECT way, since_left FROM {identifier(listed.name)}")
        return {name: self.found[nth][2] for name, nth in rows}


def anchors(books: BothBooks) -> Relation:
    """The days of the left by pool, before they are numbered: `pool`, `currency`, `tick`, `first` (a row id)."""
    members = books.left.members
    keys = {name: members[name] for name in ("pool", "currency", "tick")}
    return aggregate(members, keys, Measure("first", "min", members["uid"]))


def _anchor_table(books: BothBooks) -> Scan:
    return Scan({**anchors(books).schema, "no": INTEGER}, _ANCHORS)
