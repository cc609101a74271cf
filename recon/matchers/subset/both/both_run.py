"""One pass that adds up both sides, over the open items of both, from its most to its least telling step.

Leaves the tables `pairs` (`pairs.PAIR`, with `pairs.KEYS`) and `group_left`, `group_right`. The groups of a match that
counts are named by their first entries, those of a suggestion by all their entries, as an entry may be in several.
Whatever a step settles is used up for those after it; what it leaves open keeps a later way with its entries open too.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Protocol

import pyarrow as pa

from recon.engines.expressions import Expression, Literal, call, literal
from recon.engines.relations import (
    Measure,
    Relation,
    Scan,
    aggregate,
    join,
    pick,
    ranked,
    select,
    union,
    where,
    within,
    without,
)
from recon.engines.types import INTEGER, MONEY, ROW, TEXT, DataType
from recon.matchers.pairing.one_pass import SHOWN_ALTERNATIVES, known_of, member
from recon.matchers.pairing.pairs import KEYS, PAIR, keys_json, made_keys
from recon.matchers.subset.both.books import BothBooks, load_both, table_of
from recon.matchers.subset.both.evidence import found_json
from recon.matchers.subset.both.inside import looked_into
from recon.matchers.subset.both.left_out import beside_equals, with_twins
from recon.matchers.subset.both.pools import PoolsOfBoth
from recon.matchers.subset.both.runs import RunsOfBoth
from recon.matchers.subset.both.ways import (
    ENTRY,
    NEAREST,
    NUMBER,
    WEIGHED,
    Chance,
    contested,
    nearest,
    reason,
)
from recon.matchers.subset.both.wholes import WholesOfBoth
from recon.matchers.subset.chance import MOST_EXPECTED
from recon.matchers.subset.edges import doubted
from recon.matchers.subset.searching import SumsRun
from recon.matchers.subset.ways import GROUPS, POOLS, RUNS, SETTLED, SHORT
from recon.model.sides import SIDES

WAYS: Final = "both_ways"
ENTRIES: Final = "both_way_entries"
_FOUND, _NEW, _HELD, _TOLD = "both_found", "both_new", "both_new_entries", "both_new_told"
MOST_WEIGHED: Final = 50_000
"""Ways of a step that are weighed one by one, the nearest first; those beyond are given up."""


class Step(Protocol):
    """A way of searching."""

    step: int
    unsearched: int
    """How many pools it left alone as too much was in reach."""

    def ways(self) -> list[Relation]:
        """What adds up, as `ways.WAY`."""
        ...

    def entries(self, listed: Relation) -> list[Relation]:
        """The entries of ways, as `ways.ENTRY`."""
        ...

    def expected(self, listed: Scan) -> Mapping[int, Chance]:
        """How many chance hits are expected where each way lies."""
        ...


class BothRun(SumsRun[BothBooks]):
    """One pass that adds up both sides, on one engine; rejected ways are named by `way` (a row id)."""

    def search(self) -> tuple[BothBooks, int]:
        """Search step by step, leaving the ways in their table; how many steps found anything."""
        books = load_both(self.engine, self.plan, self.subset, self.pools)
        self.engine.create_typed(WAYS, WEIGHED)
        self.engine.create_typed(ENTRIES, ENTRY)
        found = 0
        for step in self._steps(books):
            if all(self.engine.count(table_of(side)) for side in SIDES):
                found += self._take(books, step)
                self.unsearched += step.unsearched
        return books, found

    def _steps(self, books: BothBooks) -> Iterator[Step]:
        for level in range(len(books.specs)):
            yield WholesOfBoth(self.engine, books, level)
        yield RunsOfBoth(self.engine, books)
        yield PoolsOfBoth(self.engine, books)

    def _take(self, books: BothBooks, step: Step) -> int:
        """Note what a step found, and take what it settled out of the books; 1 when it found anything."""
        parts = step.ways()
        if not parts or not self.engine.build(_FOUND, self._new(nearest(union(*parts)))):
            return 0
        found = Scan(NEAREST, _FOUND)
        self.engine.build(_HELD, union(*step.entries(found)))
        if step.step != POOLS and not self._look_into(books, found):
            return 0
        if step.step == GROUPS:
            self.engine.build(_FOUND, with_twins(books, found, Scan(ENTRY, _HELD)))
        self._weigh(books, step, found, Scan(ENTRY, _HELD))
        self._use_up(books, step.step)
        return 1

    def _look_into(self, books: BothBooks, found: Scan) -> int:
        """Leave out the ways that are made of smaller ones, and mark those unknown; how many are left."""
        made, unknown = looked_into(self.engine, books, found, Scan(ENTRY, _HELD))
        is_made, is_unknown = (
            self._named(name, ways) for name, ways in (("both_made", made), ("both_unknown", unknown))
        )
        whole = without(found, is_made, way="way")
        told: dict[str, Expression] = {name: whole[name] for name in NEAREST}
        unsure = select(within(whole, is_unknown, way="way"), {**told, "large": literal(1)})
        left = self.engine.build(_FOUND, union(select(without(whole, is_unknown, way="way"), told), unsure))
        self.engine.build(_HELD, within(Scan(ENTRY, _HELD), found, way="way"))
        return left

    def _new(self, found: Relation) -> Relation:
        """The ways but for those that people rejected, and those that an earlier step found and left open."""
        ways = Scan(WEIGHED, WAYS)
        fresh: Relation = without(found, where(ways, call("ne", ways["reason"], literal(SHORT))), way="way")
        return fresh if self.rejected is None else without(fresh, self.rejected, way="way")

    def _weigh(self, books: BothBooks, step: Step, found: Scan, entries: Scan) -> None:
        """Append the ways of a step with what is expected of coincidence, and why they do not count at once."""
        self.engine.build("both_claims", contested(entries, Scan(ENTRY, ENTRIES)))
        claims = Scan({"side": INTEGER, "no": INTEGER, "ways": INTEGER}, "both_claims")
        same = [(entries.of("l", name), claims.of("r", name)) for name in ("side", "no")]
        columns = {
            "way": entries.of("l", "way"),
            "rung": entries.of("l", "rung"),
            "ways": claims.of("r", "ways"),
        }
        told = join(entries, claims, same, columns)
        most = Measure("ways", "max", told["ways"])
        by_way = aggregate(told, {"way": told["way"]}, most, Measure("rung", "min", told["rung"]))
        kept: dict[str, Expression] = {name: found.of("l", name) for name in NEAREST}
        kept |= {"rung": by_way.of("r", "rung"), "others": call("sub", by_way.of("r", "ways"), literal(1))}
        joined = join(found, by_way, [(found.of("l", "way"), by_way.of("r", "way"))], kept)
        every = ranked(joined, [], ["gap", "spread", "away", "n", "way"], "place")
        self.engine.build(_NEW, where(every, call("le", every["place"], literal(MOST_WEIGHED))))
        new = Scan(every.schema, _NEW)
        step.unsearched += self.engine.count(_FOUND) - self.engine.count(_NEW)
        chances = step.expected(new)
        self._register(chances)
        chance = Scan({"way": ROW, "expected": MONEY, "pairs": INTEGER}, "both_chances")
        kept = {name: new.of("l", name) for name in joined.schema}
        kept |= {name: chance.of("r", name) for name in ("expected", "pairs")}
        weighed = join(new, chance, [(new.of("l", "way"), chance.of("r", "way"))], kept)
        likely = where(weighed, call("le", weighed["expected"], literal(MOST_EXPECTED)))
        values: dict[str, Expression] = {name: likely[name] for name in likely.schema}
        values |= {"step": literal(step.step), "reason": reason(likely, step.step, books)}
        values = {name: values[name] for name in WEIGHED}
        weighed_now = self.engine.held("both_weighed", select(likely, values))
        if step.step == RUNS:
            weighed_now = self._beside_equals(books, weighed_now, entries)
        self.engine.append_relation(WAYS, weighed_now)
        # also those of ways that are not told, as so many add up by coincidence: no later way has their entries alone
        self.engine.append_relation(ENTRIES, pick(entries, *ENTRY))

    def _beside_equals(self, books: BothBooks, told: Scan, entries: Scan) -> Scan:
        """Runs with those that do not count as an entry beside them would do in the place of one of theirs."""
        marked = beside_equals(books, where(told, is_settled(told)), entries)
        return self.engine.held(_TOLD, doubted(told, marked, {"way": "way"}))

    def _register(self, chances: Mapping[int, Chance]) -> None:
        """Table `both_chances`: `way`, `expected`, `pairs`."""
        ways = sorted(chances)
        expected = pa.array([chances[way].expected for way in ways], pa.decimal128(24, 8))
        pairs = pa.array([chances[way].pairs for way in ways], pa.int64())
        named = self._named(
            "both_chances_named", ways, {"expected": (MONEY, expected), "pairs": (INTEGER, pairs)}
        )
        self.engine.build("both_chances", named)

    def _named(
        self, table: str, ways: Iterable[int], told: Mapping[str, tuple[DataType, pa.Array]] | None = None
    ) -> Relation:
        """Ways given by their numbers (`way`) with what is told of each; numbers of 128 bits travel as texts."""
        columns = {"name": (TEXT, pa.array([f"{way:032x}" for way in ways], pa.string())), **(told or {})}
        self.engine.register(table, pa.table({name: values for name, (_, values) in columns.items()}))
        given = Scan({name: type_ for name, (type_, _) in columns.items()}, table)
        return select(
            given, {"way": call("row_of", given["name"]), **{name: given[name] for name in told or {}}}
        )

    def _use_up(self, books: BothBooks, step: int) -> None:
        ways = Scan(WEIGHED, WAYS)
        settled = where(where(ways, call("eq", ways["step"], literal(step))), is_settled(ways))
        taken = within(Scan(ENTRY, ENTRIES), settled, way="way")
        for side in SIDES:
            members = books.book(side).members
            mine = where(taken, call("eq", taken["side"], literal(NUMBER[side])))
            self.engine.build(members.name, without(members, mine, no="no"))

    def _write(self, books: BothBooks) -> None:
        """Write the pairs and the entries of their groups."""
        ways, entries = Scan(WEIGHED, WAYS), Scan(ENTRY, ENTRIES)
        settled = where(ways, is_settled(ways))
        used = within(entries, settled, way="way")
        open_ways = where(ways, call("not", is_settled(ways)))
        lost = within(entries, used, side="side", no="no")
        offered: Relation = without(open_ways, lost, way="way")
        told: dict[str, Expression] = {name: offered[name] for name in WEIGHED}
        # a later step knows more of a way that an earlier one found
        later = select(offered, {**told, "later": call("neg", offered["step"])})
        once = ranked(later, ["way"], ["later", "way"], "nth")
        shown: Relation = where(once, call("eq", once["nth"], literal(1)))
        order = ("expected", "step", "gap", "spread", "away", "n", "way")
        for side in SIDES:
            shown = ranked(shown, [f"start_{side}"], order, f"rank_{side}")
        rank = call("greatest", shown["rank_left"], shown["rank_right"])
        columns: dict[str, Expression] = {name: shown[name] for name in WEIGHED}
        placed = select(shown, {**columns, "rank": rank})
        few = where(placed, call("le", placed["rank"], literal(SHOWN_ALTERNATIVES)))
        alone = select(settled, {**{name: settled[name] for name in WEIGHED}, "rank": literal(1)})
        together = union(alone, few)
        self.engine.build("both_told", together)
        self._write_pairs(books, Scan(together.schema, "both_told"), entries)

    def _write_pairs(self, books: BothBooks, told: Scan, entries: Scan) -> None:
        units: Relation = told
        for side in SIDES:
            mine = where(entries, call("eq", entries["side"], literal(NUMBER[side])))
            firsts = aggregate(mine, {"way": mine["way"]}, Measure("first", "min", mine["uid"]))
            counts = call("and", is_settled(units, "l"), literal(self.plan.item.confirms))
            kept: dict[str, Expression] = {name: units.of("l", name) for name in units.schema}
            kept[f"unit_{side}"] = call("if", counts, firsts.of("r", "first"), units.of("l", side))
            units = join(units, firsts, [(units.of("l", "way"), firsts.of("r", "way"))], kept)
        self.engine.build("both_units", units)
        held = Scan(units.schema, "both_units")
        self.engine.build("pairs", self._pairs(books, held))
        for side in SIDES:
            mine = where(entries, call("eq", entries["side"], literal(NUMBER[side])))
            same = [(mine.of("l", "way"), held.of("r", "way"))]
            rows: Relation = join(
                mine, held, same, {"rid": mine.of("l", "uid"), "uid": held.of("r", f"unit_{side}")}
            )
            rows = aggregate(rows, {name: rows[name] for name in ("rid", "uid")})
            pool = member(self.pools[side], self.fields)
            known: dict[str, Expression] = {n: pool.of("r", n) for n in ("rid", *known_of(self.fields))}
            grouped = join(
                rows, pool, [(rows.of("l", "rid"), pool.of("r", "rid"))], {"uid": rows.of("l", "uid"), **known}
            )
            self.engine.build(f"group_{side}", grouped)

    def _pairs(self, books: BothBooks, units: Scan) -> Relation:
        """The ways as pairs of units."""
        pools = books.pools
        counts = call("and", is_settled(units, "l"), literal(self.plan.item.confirms))
        dated = self.plan.item.within.window is not None
        # what counts stands alone; so does what another way wants, once that other counts
        others = call("if", is_settled(units, "l"), literal(0), units.of("l", "others"))
        columns: dict[str, Expression] = {
            "lu": units.of("l", "unit_left"),
            "ru": units.of("l", "unit_right"),
            "confirmed": call("if", counts, literal(1), literal(0)),
            "lag": units.of("l", "lag") if dated else Literal(INTEGER, None),
            **{name: units.of("l", name) for name in ("twins", "rank")},
            "alternatives": others,
            "keys": keys_json([pools.of("r", name) for name in made_keys(self.plan.left)]),
            "found": found_json(books, units),
        }
        same = [(units.of("l", "pool"), pools.of("r", "pool"))]
        return join(units, pools, same, {name: columns[name] for name in (*PAIR, *KEYS)})


def is_settled(ways: Relation, side: str | None = None) -> Expression:
    """Whether a way counts at once."""
    value = ways.of(side, "reason") if side else ways["reason"]
    return call("eq", value, literal(SETTLED))
