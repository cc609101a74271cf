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
from recon.engines.relations import Relation, Scan, aggregate, join, pick, select, union, where, within, without
from recon.engines.render import render
from recon.engines.types import INTEGER
from recon.matchers.compiled import CompiledPass
from recon.matchers.listed.chained import is_one_list
from recon.matchers.listed.naming import COMPLETED
from recon.matchers.subset.books import Books, tick_of
from recon.matchers.subset.ways import in_bucket, in_three_buckets
from recon.rules.lists import InText
from recon.rules.ruleset import Side

PLACES, OTHERS, DOUBTED = "listed_places", "listed_others", "listed_doubted"
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
        self.engine.drop(PLACES, OTHERS)
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
        """The places (`one`, `uid`) with the open entries, not named in that text, that would do as well."""
        side, names = self.plan.side(self.said.named), ["currency", *self.plan.pairing.keys]
        units = side.units(side.keyed(self.pools[self.said.named]), self.plan.calendar)
        others: Relation = select(
            units,
            {
                **{name: units[name] for name in ("uid", *names)},
                "amount": call("as_sum", units["amount"]),
                "tick": tick_of(self.plan, units),
            },
        )
        if self.plan.item.within.is_exact:
            names.append("amount")
        else:
            others, places = in_bucket(books, others, "amount"), in_three_buckets(books, places, "amount")
            names.append("bucket")
        near = all_of(
            call("between", others.of("r", "amount"), places.of("l", "low"), places.of("l", "high")),
            call("between", others.of("r", "tick"), places.of("l", "first"), places.of("l", "last")),
        )
        equal = [(places.of("l", name), others.of("r", name)) for name in names]
        columns = {"one": places.of("l", "one"), "uid": others.of("r", "uid")}
        return without(join(places, others, equal, columns, near), named, one="one_no", uid="uid")

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
            (ends if weight == COMPLETED else names).add(word)
        return [(one, *told) for one, told in found.items()]


def _by_end(named: Relation, side: str) -> Expression:
    return call("eq", named.of(side, "weight"), literal(COMPLETED))
