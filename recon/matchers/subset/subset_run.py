"""One subset pass over the open items of two sides, from its most to its least telling step.

Leaves the tables `pairs` (`pairs.PAIR`, with `pairs.KEYS`) and `group_<side>` of the side that is added up. The
group of a match that counts is named by its first entry, that of a suggestion by all its entries, as an entry may be
in several. Whatever a step settles is used up for those after it.
"""

from collections.abc import Mapping
from typing import Final, Protocol

import pyarrow as pa

from recon.engines.duck import DuckEngine
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
)  # fmt: skip
from recon.engines.types import INTEGER, MONEY, ROW
from recon.matchers.pairing.one_pass import SHOWN_ALTERNATIVES, known_of, member
from recon.matchers.pairing.pairs import KEYS, PAIR, keys_json, made_keys
from recon.matchers.subset.books import Books, load_books
from recon.matchers.subset.chance import Wanted
from recon.matchers.subset.edges import beside_equals, doubted, in_chains
from recon.matchers.subset.evidence import found_json
from recon.matchers.subset.few import wanted_by
from recon.matchers.subset.groups import WholeGroups, with_twins
from recon.matchers.subset.pools import PartsOfGroups, SmallPools
from recon.matchers.subset.runs import Runs
from recon.matchers.subset.searching import SumsRun
from recon.matchers.subset.ways import (
    GROUPS,
    LISTED,
    PARTS,
    RUNS,
    SETTLED,
    SHORT,
    WAY,
    WAY_ENTRIES,
    contested,
    distinct,
    nearest,
    reason,
)

WAYS, ENTRIES, FOUND, NEW = "subset_ways", "subset_way_entries", "subset_found", "subset_new"
_HELD: Final = {**WAY_ENTRIES, "uid": ROW}


class Step(Protocol):
    """A way of searching."""

    step: int
    unsearched: int | None
    """How many ones it left alone as too many others were in reach; None when it does not search."""

    def ways(self) -> list[Relation]:
        """What adds up, as `ways.WAY`."""
        ...

    def entries(self, listed: Relation) -> list[Relation]:
        """The entries of ways, as `ways.WAY_ENTRIES`."""
        ...

    def expected(self, found: Scan, wanted: dict[int, Wanted]) -> Mapping[int, object]:
        """How many chance hits are expected of each one."""
        ...


class SubsetRun(SumsRun[Books]):
    """One subset pass on one engine; rejected ways are named by `one` and `set` (row ids)."""

    def search(self) -> tuple[Books, int]:
        """Search step by step, leaving the ways in their table; how many steps found anything."""
        books = load_books(self.engine, self.plan, self.subset, self.pools)
        self._begin(books)
        found, crowded = 0, 0
        for make in (WholeGroups, Runs, self._small_pools, self._parts):
            if self._is_anything_left(books):
                step: Step = make(self.engine, books)
                found += self._take(books, step)
                if step.step == GROUPS:
                    crowded = step.unsearched or 0
                elif step.unsearched is not None and step.step != PARTS:
                    self.unsearched = step.unsearched
        self.unsearched = max(self.unsearched, crowded)
        return books, found

    def _begin(self, books: Books) -> None:
        """Make the tables of what will be found."""
        self.engine.create_typed(WAYS, LISTED)
        self.engine.create_typed(ENTRIES, _HELD)
        self.engine.build("subset_every_one", books.ones)

    def _is_anything_left(self, books: Books) -> bool:
        return bool(self.engine.count(books.ones.name) and self.engine.count(books.members.name))

    def _small_pools(self, engine: DuckEngine, books: Books) -> SmallPools:
        return SmallPools(engine, books, _explained())

    def _parts(self, engine: DuckEngine, books: Books) -> PartsOfGroups:
        return PartsOfGroups(engine, books, _explained())

    def _take(self, books: Books, step: Step) -> int:
        """Note what a step found, and take what it settled out of the books; 1 when it found anything."""
        parts = step.ways()
        if not parts or not self.engine.build(FOUND, self._allowed(books, distinct(union(*parts)))):
            return 0
        found = Scan(WAY, FOUND)
        if step.step == RUNS:
            self.engine.build(FOUND, in_chains(books, found))
        new = self.engine.held(NEW, nearest(found))
        entries = union(*step.entries(new))
        same = [(entries.of("l", "no"), books.members.of("r", "no"))]
        columns = {name: entries.of("l", name) for name in WAY_ENTRIES}
        held = join(entries, books.members, same, {**columns, "uid": books.members.of("r", "uid")})
        self.engine.build("subset_new_entries", held)
        if step.step == GROUPS:
            new = self.engine.held("subset_marked", with_twins(books, new, Scan(_HELD, "subset_new_entries")))
        self._weigh(books, step, new, Scan(_HELD, "subset_new_entries"))
        self.engine.append(ENTRIES, 'SELECT * FROM "subset_new_entries"')
        self._use_up(books, step.step)
        return 1

    def _allowed(self, books: Books, found: Relation) -> Relation:
        """The ways but for those that people rejected."""
        if self.rejected is None:
            return found
        same = [(books.ones.of("l", "uid"), self.rejected.of("r", "one"))]
        columns = {"one": books.ones.of("l", "no"), "set": self.rejected.of("r", "set")}
        refused = join(books.ones, self.rejected, same, columns)
        gone, left = (take(found, refused, one="one", set="set") for take in (within, without))
        counted = aggregate(gone, {"one": gone["one"]}, Measure("n", "count"))
        kept: dict[str, Expression] = {name: left.of("l", name) for name in WAY}
        kept["known"] = call("sub", left.of("l", "known"), counted.of("r", "n"))
        fewer = join(left, counted, [(left.of("l", "one"), counted.of("r", "one"))], kept)
        return union(fewer, pick(without(left, counted, one="one"), *WAY))

    def _weigh(self, books: Books, step: Step, new: Scan, entries: Scan) -> None:
        """Append the ways of a step with what is expected of coincidence, and why they do not count at once."""
        weighed = self._with_chance(books, step, new)
        claimed = within(entries, contested(entries), no="no")
        keys, parts = {"one": "one", "set": "set"}, list[Relation]()
        for is_claimed in (True, False):
            rows = within(weighed, claimed, **keys) if is_claimed else without(weighed, claimed, **keys)
            kept: dict[str, Expression] = {name: rows[name] for name in rows.schema}
            kept |= {
                "step": literal(step.step),
                "reason": self._reason(rows, step, literal(is_claimed)),
            }
            parts.append(select(rows, kept))
        told = self.engine.held("subset_weighed", union(*parts))
        if step.step == RUNS:
            told = self._beside_equals(books, told, entries)
        self.engine.append_relation(WAYS, pick(told, *LISTED))

    def _beside_equals(self, books: Books, told: Scan, entries: Scan) -> Scan:
        """Runs with those that do not count as an entry beside them would do in the place of one of theirs."""
        marked = beside_equals(books, where(told, _settled(told)), entries)
        return self.engine.held("subset_beside", doubted(told, marked, {"one": "one", "set": "set"}))

    def _with_chance(self, books: Books, step: Step, new: Scan) -> Relation:
        """The ways of a step with how many chance hits are `expected` of their one."""
        wanted = wanted_by(self.engine, within(books.ones, new, no="one"))
        chances = step.expected(Scan(WAY, FOUND), wanted)
        numbers = sorted(chances)
        values = [chances[no] for no in numbers]
        columns = {"no": pa.array(numbers, pa.int64()), "expected": pa.array(values, pa.decimal128(24, 8))}
        self.engine.register("subset_chances", pa.table(columns))
        chance = Scan({"no": INTEGER, "expected": MONEY}, "subset_chances")
        told = {name: new.of("l", name) for name in new.schema} | {"expected": chance.of("r", "expected")}
        return join(new, chance, [(new.of("l", "one"), chance.of("r", "no"))], told)

    def _reason(self, rows: Relation, step: Step, claimed: Expression) -> Expression:
        """Why a way does not count at once."""
        return reason(rows, step.step, claimed, self.subset)

    def _use_up(self, books: Books, step: int) -> None:
        ways = Scan(LISTED, WAYS)
        settled = where(where(ways, call("eq", ways["step"], literal(step))), _settled(ways))
        taken = within(Scan(_HELD, ENTRIES), settled, one="one", set="set")
        for table, gone, keys in ((books.ones, settled, {"no": "one"}), (books.members, taken, {"no": "no"})):
            self.engine.build(table.name, without(table, gone, **keys))

    def _write(self, books: Books) -> None:
        """Write the pairs and the entries of their groups."""
        ways, entries = Scan(LISTED, WAYS), Scan(_HELD, ENTRIES)
        settled = where(ways, _settled(ways))
        used = within(entries, settled, one="one", set="set")
        offered = without(where(ways, call("not", _settled(ways))), settled, one="one")
        offered = without(offered, within(entries, used, no="no"), one="one", set="set")
        once = ranked(offered, ["one", "set"], ["expected", "step", "set"], "nth")
        first = pick(where(once, call("eq", once["nth"], literal(1))), *LISTED)
        few = ranked(first, ["one"], ["expected", "step", "gap", "alone", "spread", "away", "n", "set"], "rank")
        counted = aggregate(
            few, {"one": few["one"]}, Measure("listed", "count"), Measure("most", "max", few["total"])
        )
        others = call("sub", call("greatest", counted.of("r", "listed"), counted.of("r", "most")), literal(1))
        columns: dict[str, Expression] = {name: few.of("l", name) for name in (*LISTED, "rank")}
        shown = where(few, call("le", few["rank"], literal(SHOWN_ALTERNATIVES)))
        suggested = join(
            shown, counted, [(few.of("l", "one"), counted.of("r", "one"))], {**columns, "alternatives": others}
        )
        alone = {name: settled[name] for name in LISTED} | {"rank": literal(1), "alternatives": literal(0)}
        together = union(select(settled, alone), suggested)
        self._write_pairs(books, self.engine.held("subset_told", together))

    def _write_pairs(self, books: Books, told: Scan) -> None:
        entries = within(Scan(_HELD, ENTRIES), told, one="one", set="set")
        firsts = aggregate(
            entries, {name: entries[name] for name in ("one", "set")}, Measure("first", "min", entries["uid"])
        )
        equal = [(told.of("l", name), firsts.of("r", name)) for name in ("one", "set")]
        columns: dict[str, Expression] = {name: told.of("l", name) for name in told.schema}
        counts = call("and", _settled(told, "l"), literal(self.plan.item.confirms))
        unit = call("if", counts, firsts.of("r", "first"), told.of("l", "set"))
        self.engine.build("subset_units", join(told, firsts, equal, {**columns, "unit": unit}))
        units = Scan({**told.schema, "unit": ROW}, "subset_units")
        ones = Scan(books.ones.schema, "subset_every_one")
        self.engine.build("pairs", self._pairs(books, units, ones))
        equal = [(entries.of("l", name), units.of("r", name)) for name in ("one", "set")]
        grouped: Relation = join(
            entries, units, equal, {"rid": entries.of("l", "uid"), "uid": units.of("r", "unit")}
        )
        pool = member(self.pools[books.many], self.fields)
        known: dict[str, Expression] = {name: pool.of("r", name) for name in ("rid", *known_of(self.fields))}
        grouped = aggregate(grouped, {name: grouped[name] for name in ("rid", "uid")})
        same = [(grouped.of("l", "rid"), pool.of("r", "rid"))]
        self.engine.build(
            f"group_{books.many}", join(grouped, pool, same, {"uid": grouped.of("l", "uid"), **known})
        )

    def _pairs(self, books: Books, units: Scan, ones: Scan) -> Relation:
        """The ways as pairs of units."""
        single, group = ones.of("r", "uid"), units.of("l", "unit")
        counts = call("and", _settled(units, "l"), literal(self.plan.item.confirms))
        dated = self.plan.item.within.window is not None
        columns: dict[str, Expression] = {
            "lu": group if books.many == "left" else single,
            "ru": single if books.many == "left" else group,
            "confirmed": call("if", counts, literal(1), literal(0)),
            "lag": units.of("l", "lag") if dated else Literal(INTEGER, None),
            **{name: units.of("l", name) for name in ("twins", "rank", "alternatives")},
            "keys": keys_json(
                [ones.of("r", name) for name in made_keys(self.plan.left) if name in ones.schema]
            ),
            "found": self._found(units),
        }
        names = (*PAIR, *KEYS)
        return join(
            units, ones, [(units.of("l", "one"), ones.of("r", "no"))], {name: columns[name] for name in names}
        )

    def _found(self, units: Scan) -> Expression:
        """Members of a JSON object that say what a way rests on."""
        return found_json(self.subset, units)


def _explained() -> Relation:
    """The ones (`one`) for which a way was found that few other entries would not do as well."""
    ways = Scan(LISTED, WAYS)
    return pick(where(ways, call("ne", ways["reason"], literal(SHORT))), "one")


def _settled(ways: Relation, side: str | None = None) -> Expression:
    value = ways.of(side, "reason") if side else ways["reason"]
    return call("eq", value, literal(SETTLED))
