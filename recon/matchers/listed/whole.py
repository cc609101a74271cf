"""All that a text names, added up: what it names for certain, then with what it names in part.

That is by ends of references, by ranges, by short numbers, and by the beginning that a text ends in.
"""

from collections.abc import Mapping

from recon.engines.duck import DuckEngine
from recon.engines.expressions import Expression, all_of, call, literal
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
from recon.matchers.listed.doubt import Doubt
from recon.matchers.listed.evidence import NAMED_WHOLE
from recon.matchers.listed.naming import COMPLETED, CUT, RANGED, SHORT, TELLING
from recon.matchers.subset.books import Books
from recon.matchers.subset.chance import Wanted
from recon.matchers.subset.ways import WAY, added_up, way

NUMBERED, BEST = "listed_numbered", "listed_best"
"""`listed_named` with the running numbers of both entries, that of the named one absent where it is not free."""


class NamedWhole:
    """The first step of a search."""

    step = NAMED_WHOLE

    def __init__(self, engine: DuckEngine, books: Books, named: Relation, doubt: Doubt) -> None:
        """`named` are the entries that texts name (see `NUMBERED`)."""
        self.engine, self.books, self.named, self.doubt = engine, books, named, doubt
        self.unsearched: int | None = None

    def ways(self) -> list[Relation]:
        """What texts name and what adds up, each text by the most certain way alone."""
        every = self.engine.held(
            "listed_wholes",
            union(*(self._whole(weight) for weight in (TELLING, COMPLETED, RANGED, SHORT, CUT))),
        )
        first = ranked(every, ["one"], ["spec", "set"], "nth")
        best = self.engine.held(BEST, pick(where(first, call("eq", first["nth"], literal(1))), *WAY))
        doubted = self.doubt.of(self.books, best, self.named)
        told = {**{name: best[name] for name in WAY}, "until": literal(1)}
        return [select(within(best, doubted, one="one"), told), without(best, doubted, one="one")]

    def _whole(self, weight: int) -> Relation:
        """What adds up of all that texts name in a way or in one that is more certain."""
        named, books = self.named, self.books
        mine = where(named, call("le", named["weight"], literal(weight)))
        free = where(mine, call("eq", mine["free"], literal(1)))
        shared = Measure("alike", "max", free["alike"])
        is_begun = call("if", call("eq", free["weight"], literal(CUT)), literal(1), literal(0))
        sets = aggregate(
            free, {"no": free["one_no"]}, *added_up(free), shared, Measure("begun", "sum", is_begun)
        )
        others = aggregate(mine, {"no": mine["one_no"]}, Measure("all", "count"))
        told: dict[str, Expression] = {name: sets.of("l", name) for name in sets.schema}
        told["gone"] = call("sub", others.of("r", "all"), sets.of("l", "n"))
        counted = join(sets, others, [(sets.of("l", "no"), others.of("r", "no"))], told)
        values: dict[str, Expression] = {
            **{name: counted.of("l", name) for name in ("set", "n", "amount", "start")},
            "one": counted.of("l", "no"),
            "spec": literal(weight),
            "since": counted.of("l", "gone"),
            "spread": call("sub", counted.of("l", "to"), counted.of("l", "from")),
            "twins": call("if", call("gt", counted.of("l", "alike"), literal(1)), literal(1), literal(0)),
        }
        ones = books.ones
        meets = all_of(
            call("between", counted.of("l", "amount"), ones.of("r", "low"), ones.of("r", "high")),
            call("gt", counted.of("l", "n"), literal(1)),
            call("le", counted.of("l", "begun"), literal(1)),  # of several, one may be meant: see `part`
        )
        columns = way(books, values, ones, counted.of("l", "to"), "r")
        return join(counted, ones, [(counted.of("l", "no"), ones.of("r", "no"))], columns, meets)

    def entries(self, listed: Relation) -> list[Relation]:
        """The entries of listed ways."""
        named = self.named
        columns = {**{name: listed.of("l", name) for name in ("one", "set")}, "no": named.of("r", "no")}
        as_certain = all_of(
            call("le", named.of("r", "weight"), listed.of("l", "spec")),
            call("eq", named.of("r", "free"), literal(1)),
        )
        return [join(listed, named, [(listed.of("l", "one"), named.of("r", "one_no"))], columns, as_certain)]

    def expected(self, found: Scan, wanted: dict[int, Wanted]) -> Mapping[int, object]:
        """Nothing: what is named was not found by its sum."""
        del found, wanted
        return {}


def numbered(named: Relation, books: Books) -> Relation:
    """What texts name (`naming`), with the running numbers that the books give."""
    ones, members = books.ones, books.members
    shown: dict[str, Expression] = {name: named.of("l", name) for name in named.schema}
    placed = join(
        named, ones, [(named.of("l", "one"), ones.of("r", "uid"))], {**shown, "one_no": ones.of("r", "no")}
    )
    kept: dict[str, Expression] = {name: placed.of("l", name) for name in placed.schema}
    is_free = call("eq", placed.of("l", "free"), literal(1))
    free = join(
        placed,
        members,
        [(placed.of("l", "uid"), members.of("r", "uid"))],
        {**kept, "no": members.of("r", "no")},
        is_free,
    )
    other = where(placed, call("eq", placed["free"], literal(0)))
    return union(free, select(other, {**{name: other[name] for name in placed.schema}, "no": literal(0)}))
