"""Which entries the texts of the other side name: the words of all texts, met with all references in one join.

Table `listed_named`: `one` and `uid` (row ids of the entry with the text and of an entry that it names), the named
entry's `amount` and `tick`, `word` (its reference), `weight` (how it is named), `alike` (how many entries have that
reference), and `free` (1 when the entry is open, in the currency of the text's entry and in its window).
Entries that differ in the keys of the pass are not named: another merchant has numbers of its own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from recon.engines.duck import DuckEngine
from recon.engines.expressions import Expression, all_of, call, literal
from recon.engines.relations import (
    Measure,
    Relation,
    Scan,
    Schema,
    aggregate,
    join,
    pick,
    select,
    union,
    where,
    within,
    without,
    words,
)  # fmt: skip
from recon.engines.render import render
from recon.engines.types import INTEGER, ROW, SUM, TEXT
from recon.matchers.comparing.blocks import Tables
from recon.matchers.comparing.keys import RUN_OF_WORDS, column
from recon.matchers.listed.completed import FOLLOWS, completed, ranged
from recon.matchers.listed.cut_off import begun, cut_ends, meant
from recon.matchers.listed.telling import figures, is_telling, sought
from recon.matchers.pairing.compiled import CompiledPass
from recon.matchers.subset.books import ones_of, tick_of
from recon.rules.lists import InText
from recon.rules.ruleset import Side

NAMED, ONES, HITS = "listed_named", "listed_ones", "listed_hits"
NAMES, MET, TEXTS, MORE, ADDED, FACED = (
    f"listed_{name}" for name in ("names", "met", "texts", "more", "added", "faced")
)
TELLING, COMPLETED, RANGED, SHORT, CUT = range(5)
"""How an entry is named: by its whole reference, by the end of one beside another that is whole, by a range that it is
in, by a short number, by its beginning at the end of a text that is cut off."""
MOST_ALIKE: Final = 20
"""A reference that more entries have names none of them."""
NAMED_AS: Schema = {
    "one": ROW, "uid": ROW, "amount": SUM, "tick": INTEGER, "word": TEXT, "weight": INTEGER, "alike": INTEGER,
    "free": INTEGER,
}  # fmt: skip
_HIT: Final[Schema] = {"one": ROW, "uid": ROW, "word": TEXT, "weight": INTEGER, "alike": INTEGER}


@dataclass(frozen=True)
class Naming:
    """The two sides of a pass: `pools` are open, `everyone` are all entries of the side that is named, open or not."""

    engine: DuckEngine
    plan: CompiledPass
    said: InText
    pools: Mapping[Side, Relation]
    everyone: Relation

    def load(self) -> int:
        """Make the table `listed_named` for the texts that name two entries and more; how many rows it has."""
        self.meet()
        hits, pool = Scan(_HIT, HITS), self.pools[self.said.side]
        several = _several(hits)
        ones = self.engine.held(ONES, within(ones_of(self.plan, self.said.side, pool), several, uid="one"))
        found = self.engine.build(NAMED, self._named(hits, ones))
        named = Scan(NAMED_AS, NAMED)
        is_begun = call("eq", named["weight"], literal(CUT))
        if self.engine.rows(f"SELECT 1 FROM ({render(where(named, is_begun))}) LIMIT 1"):
            less = self.engine.held(MORE, meant(named, is_begun, ones))
            found = self.engine.build(NAMED, within(less, _several(less), one="one"))
            self.engine.drop(MORE)
        self.engine.drop(HITS, FACED)
        return found

    def meet(self) -> int:
        """Make the table `listed_hits` (`one`, `uid`, ...) of all that texts name; how many rows it has."""
        texts, names = self._texts(), self.engine.held(NAMES, self._names())
        self.engine.build(HITS, self._hits(texts, names))
        self._complete(texts, Scan(_HIT, HITS), names)
        self._add_begun(texts, Scan(_HIT, HITS), names)
        self.engine.drop(NAMES, MET, TEXTS, ADDED)
        return self.engine.count(HITS)

    def _texts(self) -> Relation:
        keyed = self.plan.side(self.said.side).keyed(self.pools[self.said.side])
        return select(keyed, {"uid": keyed["rid"], **{n: keyed[n] for n in (*self.plan.pairing.keys, "text")}})

    def _names(self) -> Relation:
        """The entries that texts may name, with their reference as texts have it."""
        how, pool = self.plan.item.normalise, self.everyone
        written = figures(call("upper", column(self.said.reference)), how)
        wider = select(pool, {**{name: pool[name] for name in pool.schema}, "figures": written})
        keyed = self.plan.side(self.said.named).keyed(wider, "figures")
        alike = ("word", *self.plan.pairing.keys)
        columns: dict[str, Expression] = {name: keyed[name] for name in (*alike, "figures")}
        named = select(keyed, {"uid": keyed["rid"], **columns, "sought": sought(keyed["word"], how)})
        counted = aggregate(named, {name: named[name] for name in alike}, Measure("alike", "count"))
        few = where(counted, call("le", counted["alike"], literal(MOST_ALIKE)))
        shown: dict[str, Expression] = {name: named.of("l", name) for name in named.schema}
        weight = call("if", is_telling(named.of("l", "word")), literal(TELLING), literal(SHORT))
        shown |= {"alike": few.of("r", "alike"), "weight": weight}
        return join(named, few, [(named.of("l", name), few.of("r", name)) for name in alike], shown)

    def _keyed(self, found: Relation, texts: Relation) -> Relation:
        """What was found in texts, with the keys that the entry with the text has."""
        keys = self.plan.pairing.keys
        if not keys:
            return found
        kept: dict[str, Expression] = {name: found.of("l", name) for name in found.schema}
        kept |= {name: texts.of("r", name) for name in keys}
        return join(found, texts, [(found.of("l", "one"), texts.of("r", "uid"))], kept)

    def _hits(self, texts: Relation, names: Relation) -> Relation:
        """The references that stand whole in texts."""
        how = self.plan.item.normalise
        runs = words(texts, "uid", texts["text"], RUN_OF_WORDS, apart=True)
        read = {
            "one": runs["uid"],
            "sought": sought(runs["word"], how),
            "word": runs["word"],
            "run": runs["run"],
        }
        found = self._keyed(select(runs, read), texts)
        columns: dict[str, Expression] = {"one": found.of("l", "one"), "run": found.of("l", "run")}
        columns |= {name: names.of("r", name) for name in (*_HIT, "figures") if name != "one"}
        columns["letters"] = found.of("l", "word")
        # few words are references: what is compared besides costs more than the rest and is tried on these alone
        met = self.engine.held(MET, join(found, names, self._same(found, names, "sought"), columns))
        as_written = all_of(
            call("eq", figures(met["run"], how), met["figures"]),
            call("eq", _letters(met["letters"]), _letters(met["word"])),
        )
        written = where(met, as_written)
        return aggregate(written, {name: written[name] for name in _HIT})

    def _complete(self, texts: Relation, hits: Scan, names: Relation) -> None:
        """Add to the hits what texts name by the end of a reference alone, or by a range."""
        rows = [
            {"one": one, "word": word, "weight": weight}
            for one, names_of, text in self._begun(texts, hits)
            for weight, read in ((COMPLETED, completed), (RANGED, ranged))
            for word in sorted(read(text, frozenset(names_of.split(" "))))
        ]
        if not rows:
            return
        schema = pa.schema([("one", pa.string()), ("word", pa.string()), ("weight", pa.int64())])
        self.engine.register(MORE, pa.Table.from_pylist(rows, schema=schema))
        listed = Scan({"one": TEXT, "word": TEXT, "weight": INTEGER}, MORE)
        told = {"one": call("row_of", listed["one"]), "word": listed["word"], "weight": listed["weight"]}
        more = self._keyed(select(listed, told), texts)
        shown: dict[str, Expression] = {name: more.of("l", name) for name in ("one", "weight")}
        shown |= {name: names.of("r", name) for name in ("uid", "word", "alike")}
        found = join(more, names, self._same(more, names, "word"), shown)
        known = where(hits, call("eq", hits["weight"], literal(TELLING)))
        new = self.engine.held(ADDED, without(pick(found, *_HIT), known, one="one", uid="uid"))
        self.engine.append_relation(HITS, new)

    def _add_begun(self, texts: Relation, hits: Scan, names: Relation) -> None:
        """Add to the hits what texts that are cut off name by its beginning."""
        telling = where(hits, call("eq", hits["weight"], literal(TELLING)))
        open_ = within(names, self.pools[self.said.named], uid="rid")
        held = Tables(self.engine)
        ends = self._keyed(cut_ends(texts, telling, held), texts)
        found = begun(ends, open_, self.plan.pairing.keys, held)
        shown: dict[str, Expression] = {name: found[name] for name in ("one", "uid", "word", "alike")}
        new = pick(select(found, {**shown, "weight": literal(CUT)}), *_HIT)
        added = self.engine.held(ADDED, without(new, hits, one="one", uid="uid"))
        self.engine.append_relation(HITS, added)
        self.engine.drop(*held.names)

    def _begun(self, texts: Relation, hits: Scan) -> Iterator[tuple[str, str, str]]:
        """Texts in which a number follows another, with the whole references in them: id, references, text."""
        telling = where(hits, call("eq", hits["weight"], literal(TELLING)))
        follows = call("rx_is", call("upper", texts.of("r", "text")), literal(FOLLOWS))
        columns = {
            "one": call("entry_of", telling.of("l", "one")),
            "word": telling.of("l", "word"),
            "text": texts.of("r", "text"),
        }
        equal = [(telling.of("l", "one"), texts.of("r", "uid"))]
        self.engine.build(TEXTS, join(telling, texts, equal, columns, follows))
        query = (
            f"SELECT one, string_agg(word, ' ' ORDER BY word), min(text) FROM {TEXTS} GROUP BY one ORDER BY one"
        )
        for batch in self.engine.table(query).to_batches():
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)

    def _same(self, found: Relation, names: Relation, word: str) -> list[tuple[Expression, Expression]]:
        return [(found.of("l", name), names.of("r", name)) for name in (word, *self.plan.pairing.keys)]

    def _named(self, hits: Relation, ones: Relation) -> Relation:
        """The hits with what is known of the entry named."""
        best = aggregate(
            hits,
            {"one": hits["one"], "uid": hits["uid"]},
            Measure("word", "min", hits["word"]),
            Measure("weight", "min", hits["weight"]),
            Measure("alike", "max", hits["alike"]),
        )
        side = self.plan.side(self.said.named)
        units = side.units(side.keyed(within(self.everyone, hits, rid="uid")), self.plan.calendar)
        held: dict[str, Expression] = {name: best.of("l", name) for name in best.schema}
        held |= {name: units.of("r", name) for name in ("amount", "currency", *_days(units))}
        known = join(best, units, [(best.of("l", "uid"), units.of("r", "uid"))], held)
        named = select(known, {**{n: known[n] for n in known.schema}, "tick": tick_of(self.plan, known)})
        in_window = call("between", named.of("l", "tick"), ones.of("r", "first"), ones.of("r", "last"))
        near = all_of(call("eq", named.of("l", "currency"), ones.of("r", "currency")), in_window)
        columns: dict[str, Expression] = {name: named.of("l", name) for name in NAMED_AS if name != "free"}
        columns["free"] = call("if", near, literal(1), literal(0))
        faced = self.engine.held(
            FACED, join(named, ones, [(named.of("l", "one"), ones.of("r", "uid"))], columns)
        )
        pool = self.pools[self.said.named]
        kept: dict[str, Expression] = {name: faced[name] for name in NAMED_AS}
        gone = without(faced, pool, uid="rid")
        return union(within(faced, pool, uid="rid"), select(gone, {**kept, "free": literal(0)}))


def _days(units: Relation) -> tuple[str, ...]:
    return tuple(name for name in ("day", "ordinal") if name in units.schema)


def _letters(word: Expression) -> Expression:
    return call("rx_all", word, literal("[^A-Z]+"), literal(""))


def _several(hits: Relation) -> Relation:
    """The entries (`one`) whose text names two others and more."""
    each = aggregate(hits, {"one": hits["one"], "uid": hits["uid"]})
    counted = aggregate(each, {"one": each["one"]}, Measure("n", "count"))
    return pick(where(counted, call("ge", counted["n"], literal(2))), "one")
