"""Texts in which a number may be no reference, as an open entry that they do not name would do in its place.

A customer's number may by chance be that of an open invoice. Where an invoice that the text left out has its amount,
what the text names adds up all the same. Only numbers can be mistaken so, and ends of references; what has letters
says itself what it is, and so does a list whose numbers follow each other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from recon.engines.duck import DuckEngine
from recon.engines.expressions import Expression, all_of, any_of, call, literal
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
from recon.engines.types import INTEGER
from recon.matchers.listed.chained import is_one_list
from recon.matchers.listed.naming import COMPLETED, RANGED
from recon.matchers.pairing.compiled import CompiledPass
from recon.matchers.subset.books import Books, tick_of
from recon.matchers.subset.ways import in_bucket, in_three_buckets
from recon.rules.lists import InText
from recon.rules.ruleset import Side

PLACES, PRICED, OTHERS, DOUBTED = "listed_places", "listed_priced", "listed_others", "listed_doubted"
UNWRITTEN: Final = (COMPLETED, RANGED)
"""How references are named that do not stand in the text whole."""
_DOUBTED: Final = {"one": INTEGER}


@dataclass(frozen=True)
class Doubt:
    """What may stand in the place of numbers that texts name; `pools` are the open entries of both sides."""

    engine: DuckEngine
    plan: CompiledPass
    said: InText
    pools: Mapping[Side, Relation]

    def of(self, books: Books, wholes: Relation, named: Relation) -> Scan:
        """The ones (`one`) of ways that are doubtful; `named` are the entries that texts name (`whole.NUMBERED`)."""
        places = self.engine.held(PLACES, self._places(books, wholes, named))
        none_there = call("between", literal(0), places["low"], places["high"])
        replaced = pick(self._replaced(books, places, named), "one")
        doubted = union(pick(where(places, none_there), "one"), replaced)
        once = self.engine.held(OTHERS, aggregate(doubted, {"one": doubted["one"]}))
        numbers = [
            one
            for one, names, ends, text in self._texts(within(wholes, once, one="one"), named)
            if not is_one_list(text, names, ends)
        ]
        self.engine.register(DOUBTED, pa.table({"one": pa.array(sorted(numbers), pa.int64())}))
        self.engine.drop(PLACES, PRICED, OTHERS)
        return Scan(_DOUBTED, DOUBTED)

    def _places(self, books: Books, wholes: Relation, named: Relation) -> Relation:
        """The numbers that ways rest on, each with what else may be there: from `low` to `high`, in the one's pool."""
        is_number = any_of(
            call("not", call("rx_is", named.of("r", "word"), literal("[A-Z]"))), _by_end(named, "r")
        )
        meant = all_of(
            call("le", named.of("r", "weight"), wholes.of("l", "spec")),
            call("eq", named.of("r", "free"), literal(1)),
            is_number,
        )
        columns: dict[str, Expression] = {
            "one": wholes.of("l", "one"),
            "no": named.of("r", "no"),
            "word": named.of("r", "word"),
        }
        columns |= {"weight": named.of("r", "weight")}
        columns["rest"] = call("sub", wholes.of("l", "amount"), named.of("r", "amount"))
        rests = join(wholes, named, [(wholes.of("l", "one"), named.of("r", "one_no"))], columns, meant)
        ones = books.ones
        shown: dict[str, Expression] = {name: rests.of("l", name) for name in ("one", "no")}
        shown |= {name: ones.of("r", name) for name in ("currency", *self.plan.pairing.keys, "first", "last")}
        shown |= {
            name: call("as_sum", call("sub", ones.of("r", name), rests.of("l", "rest")))
            for name in ("amount", "low", "high")
        }
        return join(rests, ones, [(rests.of("l", "one"), ones.of("r", "no"))], shown)

    def _replaced(self, books: Books, places: Relation, named: Relation) -> Relation:
        """The places (`one`, `no`) for which more open entries would do than the text names.

        They are counted, as thousands may have one price, and most places ask for the same.
        """
        asked = [name for name in places.schema if name not in ("one", "no")]
        open_ = self._counted(books, aggregate(places, {name: places[name] for name in asked}), asked)
        columns: dict[str, Expression] = {name: places.of("l", name) for name in ("one", "no")}
        same = [(places.of("l", name), open_.of("r", name)) for name in asked]
        known = join(places, open_, same, {**columns, "n": open_.of("r", "n")})
        would_do = all_of(
            call("between", named.of("r", "amount"), places.of("l", "low"), places.of("l", "high")),
            call("eq", named.of("r", "free"), literal(1)),
        )
        mine = join(places, named, [(places.of("l", "one"), named.of("r", "one_no"))], columns, would_do)
        own = aggregate(mine, {name: mine[name] for name in columns}, Measure("own", "count"))
        covered = [(known.of("l", name), own.of("r", name)) for name in columns]
        told: dict[str, Expression] = {name: known.of("l", name) for name in columns}
        enough = join(known, own, covered, told, call("le", known.of("l", "n"), own.of("r", "own")))
        return without(known, enough, one="one", no="no")

    def _counted(self, books: Books, spans: Relation, asked: list[str]) -> Relation:
        """How many open entries (`n`) have an amount and a day that are asked for."""
        side, names = self.plan.side(self.said.named), ["currency", *self.plan.pairing.keys]
        units = side.units(side.keyed(self.pools[self.said.named]), self.plan.calendar)
        columns: dict[str, Expression] = {name: units[name] for name in names}
        columns |= {"amount": call("as_sum", units["amount"]), "tick": tick_of(self.plan, units)}
        # held, as days are one constant where a pass has no window
        open_ = self.engine.held(PRICED, select(units, columns))
        others: Relation = aggregate(open_, {name: open_[name] for name in columns}, Measure("n", "count"))
        if self.plan.item.within.is_exact:
            names.append("amount")
        else:
            others, spans = in_bucket(books, others, "amount"), in_three_buckets(books, spans, "amount")
            names.append("bucket")
        near = all_of(
            call("between", others.of("r", "amount"), spans.of("l", "low"), spans.of("l", "high")),
            call("between", others.of("r", "tick"), spans.of("l", "first"), spans.of("l", "last")),
        )
        equal = [(spans.of("l", name), others.of("r", name)) for name in names]
        shown: dict[str, Expression] = {name: spans.of("l", name) for name in asked}
        found = join(spans, others, equal, {**shown, "n": others.of("r", "n")}, near)
        return aggregate(found, {name: found[name] for name in asked}, Measure("n", "sum", found["n"]))

    def _texts(self, ways: Relation, named: Relation) -> list[tuple[int, set[str], set[str], str]]:
        """Running number, whole references, references by their ends, and text."""
        keyed = self.plan.side(self.said.side).keyed(self.pools[self.said.side])
        columns: dict[str, Expression] = {
            name: named.of("l", name) for name in ("one", "one_no", "word", "weight")
        }
        as_certain = call("le", named.of("l", "weight"), ways.of("r", "spec"))
        known = join(named, ways, [(named.of("l", "one_no"), ways.of("r", "one"))], columns, as_certain)
        shown: dict[str, Expression] = {"no": known.of("l", "one_no"), "text": keyed.of("r", "text")}
        shown |= {name: known.of("l", name) for name in ("word", "weight")}
        rows = join(known, keyed, [(known.of("l", "one"), keyed.of("r", "rid"))], shown)
        found: dict[int, tuple[set[str], set[str], str]] = {}
        for one, word, weight, text in self.engine.rows(render(pick(rows, "no", "word", "weight", "text"))):
            names, ends, _ = found.setdefault(one, (set(), set(), text))
            (ends if weight in UNWRITTEN else names).add(word)
        return [(one, *told) for one, told in found.items()]


def _by_end(named: Relation, side: str) -> Expression:
    return call("in", named.of(side, "weight"), *map(literal, UNWRITTEN))
