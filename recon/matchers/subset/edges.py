"""Runs beside which an entry stays open whose equal they hold: of the two, either may be the one that is meant.

A batch that leaves out one line of a day adds up to a run as well, where the first or the last line of that day is of
the same amount. Where the neighbour belongs to a run that counts, the two divide the list between them.
"""

from collections.abc import Mapping, Sequence

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
from recon.matchers.subset.books import Books
from recon.matchers.subset.runs import lists_of, moment_table, moments_of
from recon.matchers.subset.ways import TWINS

_RUN = ("since", "until", "first", "last")


def beside_equals(books: Books, settled: Relation, entries: Relation) -> Relation:
    """The runs (`one`, `set`) beside which an equal of one of their entries is left.

    `settled` are the runs that would count, as `ways.WAY`, and `entries` the entries of ways.
    """
    way, parts = ("one", "set"), list[Relation]()
    for number, spec in enumerate(lists_of(books)):
        moments = Scan(moments_of(books, spec).schema, moment_table(number))
        mine = where(settled, call("eq", settled["spec"], literal(number)))
        kept: dict[str, Expression] = {name: mine.of("l", name) for name in (*way, "since", "until", "start")}
        window = {name: books.ones.of("r", name) for name in ("first", "last")}
        dated = join(mine, books.ones, [(mine.of("l", "one"), books.ones.of("r", "no"))], {**kept, **window})
        parts.append(neighbours(dated, moments, (*books.keys, *books.group_columns(spec)), way))
    return held_too(union(*parts), within(entries, settled, one="one", set="set"), books.members, way)


def doubted(told: Relation, marked: Relation, way: Mapping[str, str]) -> Relation:
    """Ways, those that are `marked` with the reason that an equal entry would do in the place of one of theirs."""
    kept: dict[str, Expression] = {name: told[name] for name in told.schema}
    doubtful = select(within(told, marked, **way), {**kept, "reason": literal(TWINS)})
    return union(doubtful, without(told, marked, **way))


def in_chains(books: Books, runs: Relation) -> Relation:
    """Runs, as `ways.WAY`, with at how many of their two ends no run to another one meets them (`alone`).

    A list that was cut into batches has no gaps: runs that follow each other speak for each other.
    """
    way, parts = ("one", "set"), list[Relation]()
    for number, spec in enumerate(lists_of(books)):
        moments = Scan(moments_of(books, spec).schema, moment_table(number))
        names = (*books.keys, *books.group_columns(spec))
        mine = where(runs, call("eq", runs["spec"], literal(number)))
        kept: dict[str, Expression] = {name: mine.of("l", name) for name in (*way, "since", "until")}
        begun = {**kept, **{name: moments.of("r", name) for name in names}}
        parts.append(
            _meeting(join(mine, moments, [(mine.of("l", "start"), moments.of("r", "start"))], begun), names)
        )
    found = union(*parts)
    once = aggregate(found, {name: found[name] for name in (*way, "end")}, Measure("runs", "count"))
    met = aggregate(once, {name: once[name] for name in way}, Measure("met", "count"))
    same = [(runs.of("l", name), met.of("r", name)) for name in way]
    kept = {name: runs.of("l", name) for name in runs.schema}
    kept["alone"] = call("sub", literal(2), met.of("r", "met"))
    rest = without(runs, met, one="one", set="set")
    return union(
        join(runs, met, same, kept), select(rest, {**{n: rest[n] for n in rest.schema}, "alone": literal(2)})
    )


def _meeting(runs: Relation, names: Sequence[str]) -> Relation:
    """The runs of a list with each end (`end`: 0 the first, 1 the last) at which one of another one meets them."""
    parts = list[Relation]()
    for number, (mine, other) in enumerate((("since", "until"), ("until", "since"))):
        equal = [
            (runs.of("l", mine), runs.of("r", other)),
            *((runs.of("l", n), runs.of("r", n)) for n in names),
        ]
        columns: dict[str, Expression] = {name: runs.of("l", name) for name in ("one", "set")}
        another = call("ne", runs.of("l", "one"), runs.of("r", "one"))
        parts.append(join(runs, runs, equal, {**columns, "end": literal(number)}, another))
    return union(*parts)


def neighbours(runs: Relation, moments: Relation, names: Sequence[str], way: Sequence[str]) -> Relation:
    """The moments right before and right after runs of a list, in their windows: `way`, `amount`, `no` of an entry.

    `runs` have `start`, `since`, `until`, and `first` and `last`, the ticks that an entry may have; the moments of a
    list agree in `names`.
    """
    kept: dict[str, Expression] = {name: runs.of("l", name) for name in (*way, *_RUN)}
    begun = {**kept, **{name: moments.of("r", name) for name in names}}
    placed = join(runs, moments, [(runs.of("l", "start"), moments.of("r", "start"))], begun)
    upto = moments.of("r", "place")
    beside = any_of(
        call("eq", upto, placed.of("l", "since")),
        call("eq", call("sub", upto, moments.of("r", "n")), placed.of("l", "until")),
    )
    inside = call("between", moments.of("r", "tick"), placed.of("l", "first"), placed.of("l", "last"))
    columns: dict[str, Expression] = {name: placed.of("l", name) for name in way}
    columns |= {"amount": moments.of("r", "amount"), "no": moments.of("r", "start")}
    equal = [(placed.of("l", name), moments.of("r", name)) for name in names]
    return join(placed, moments, equal, columns, all_of(beside, inside))


def held_too(beside: Relation, entries: Relation, members: Relation, way: Sequence[str]) -> Relation:
    """The runs (`way`) that hold an equal of what is `beside` them, and is in none of the runs that have `entries`."""
    left = without(beside, entries, no="no")
    same = [(left.of("l", name), entries.of("r", name)) for name in way]
    kept: dict[str, Expression] = {name: left.of("l", name) for name in (*way, "amount")}
    held = join(left, entries, same, {**kept, "no": entries.of("r", "no")})
    equal = [
        (held.of("l", "no"), members.of("r", "no")),
        (held.of("l", "amount"), call("as_sum", members.of("r", "amount"))),
    ]
    return pick(join(held, members, equal, {name: held.of("l", name) for name in way}), *way)
