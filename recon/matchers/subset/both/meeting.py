"""Where the running sums of both sides meet again: the smallest runs of both that begin and end together.

A moment of the left and one of the right, each in the window of the other, may begin such runs, or end them. Where the
sums are as far apart after an end as before a beginning, what lies between comes to the same.
"""

from collections.abc import Mapping
from typing import Final

from recon.engines.expressions import Expression, Literal, all_of, call, literal
from recon.engines.relations import Measure, Relation, Scan, join, running, select, union, where
from recon.engines.types import INTEGER
from recon.matchers.subset.both.books import BothBooks
from recon.matchers.subset.both.ways import way
from recon.matchers.subset.runs import moments_of
from recon.matchers.subset.ways import in_bucket, in_three_buckets
from recon.model.sides import SIDES
from recon.rules.ruleset import Side

_POINTS: Final = "both_points"


def moment_table(side: Side, number: int) -> str:
    """The table that holds the moments of a list of a side."""
    return f"both_moments_{side}_{number}"


def points_table(number: int) -> str:
    """The table that holds the beginnings of a list."""
    return f"{_POINTS}_{number}"


def blocks_table(number: int) -> str:
    """The table that holds the runs of a list that add up."""
    return f"both_blocks_{number}"


def moments_held(books: BothBooks, side: Side, number: int, spec: tuple[str, ...]) -> Scan:
    """The moments of a list of a side, from their table."""
    return Scan(moments_of(books.book(side), spec).schema, moment_table(side, number))


def points(books: BothBooks, number: int, spec: tuple[str, ...]) -> Relation:
    """Moments of either side in the window of one another: where both are, and how far apart the sums before and after.

    `since_`, `until_` are places before and after the moment, `tick_` its day, `before` and `after` the left sum less
    the right one.
    """
    left, right = (moments_held(books, side, number, spec) for side in SIDES)
    names = ("pool", "currency", *books.left.group_columns(spec))
    carried = (*names, "tick", "n", "amount", "place", "upto", "first_uid")
    facing = books.facing(left, {name: left.of("l", name) for name in carried})
    equal = [(facing.of("l", name), right.of("r", name)) for name in names]
    equal.append((facing.of("l", "facing"), right.of("r", "tick")))
    columns: dict[str, Expression] = {name: facing.of("l", name) for name in names}
    for side, of, rows in (("left", "l", facing), ("right", "r", right)):
        columns |= {
            f"tick_{side}": rows.of(of, "tick"),
            f"until_{side}": rows.of(of, "place"),
            f"since_{side}": call("sub", rows.of(of, "place"), rows.of(of, "n")),
        }
    after = call("sub", facing.of("l", "upto"), right.of("r", "upto"))
    own = call("sub", facing.of("l", "amount"), right.of("r", "amount"))
    columns |= {
        "after": call("as_sum", after),
        "before": call("as_sum", call("sub", after, own)),
        "point": call("pair_id", facing.of("l", "first_uid"), right.of("r", "first_uid"), literal("0")),
    }
    return join(facing, right, equal, columns)


def blocks(books: BothBooks, number: int, spec: tuple[str, ...]) -> Relation:
    """From each beginning to the nearest end with the sums as far apart: places, days and groups of both."""
    key = "apart" if books.plan.item.within.is_exact else "bucket"
    begins, ends = _turns(books, number, spec)
    names = ("pool", "currency", *books.left.group_columns(spec))
    together = union(
        select(begins, {**{name: begins[name] for name in begins.schema}, "end": Literal(INTEGER, None)}),
        select(ends, {**{name: ends[name] for name in ends.schema}, "end": ends["until_left"]}),
    )
    same = [*names, key]
    # from the last place to the first, the least end so far is the nearest that is still to come
    told = running(together, same, ["turn", "point"], Measure("next", "min", together["end"]))
    is_begin = all_of(call("is_null", told["end"]), call("not", call("is_null", told["next"])))
    starts = where(told, is_begin)
    equal = [(starts.of("l", name), ends.of("r", name)) for name in same]
    equal.append((starts.of("l", "next"), ends.of("r", "until_left")))
    columns: dict[str, Expression] = {name: starts.of("l", name) for name in names}
    for side in SIDES:
        columns |= {
            f"since_{side}": starts.of("l", f"since_{side}"),
            f"until_{side}": ends.of("r", f"until_{side}"),
            f"from_{side}": starts.of("l", f"tick_{side}"),
            f"to_{side}": ends.of("r", f"tick_{side}"),
        }
    days = [(starts.of("l", f"tick_{side}"), ends.of("r", f"tick_{side}")) for side in SIDES]
    condition = all_of(
        call("gt", ends.of("r", "until_right"), starts.of("l", "since_right")),
        books.band(ends.of("r", "apart"), starts.of("l", "apart"), "l"),
        books.near(days[0], days[1]),
    )
    return join(starts, ends, equal, columns, condition)


def _turns(books: BothBooks, number: int, spec: tuple[str, ...]) -> tuple[Relation, Relation]:
    """Beginnings and ends, each with how far the sums are `apart` and its `turn` from the last place to the first."""
    held = Scan(points(books, number, spec).schema, points_table(number))
    names = ("pool", "currency", *books.left.group_columns(spec), "point")
    rows = list[Relation]()
    for apart, place, odd in (("before", "since_left", 1), ("after", "until_left", 0)):
        twice = call("add", call("mul", held[place], literal(2)), literal(odd))
        kept: dict[str, Expression] = {name: held[name] for name in names}
        kept |= {f"{one}_{side}": held[f"{one}_{side}"] for one in ("tick", "since", "until") for side in SIDES}
        rows.append(select(held, {**kept, "apart": held[apart], "turn": call("neg", twice)}))
    begins, ends = rows
    if books.plan.item.within.is_exact:
        return begins, ends
    return in_three_buckets(books.left, begins, "apart"), in_bucket(books.left, ends, "apart")


def run_ways(books: BothBooks, number: int, spec: tuple[str, ...]) -> Relation:
    """The runs of a list that add up, as ways."""
    found: Relation = Scan(blocks(books, number, spec).schema, blocks_table(number))
    names = ("pool", *books.left.group_columns(spec))
    for side in SIDES:
        moments = moments_held(books, side, number, spec)
        begins = select(
            moments,
            {
                **{name: moments[name] for name in (*names, "start")},
                "place": call("sub", moments["place"], moments["n"]),
                "before": call("sub", moments["upto"], moments["amount"]),
                "ahead": call("pair_id", moments["whole"], moments["set"], literal("0")),
            },
        )
        found = _joined(found, begins, names, (f"since_{side}", "place"), {
            f"start_{side}": "start", f"before_{side}": "before", f"ahead_{side}": "ahead",
        })  # fmt: skip
        found = _joined(found, moments, names, (f"until_{side}", "place"), {
            f"upto_{side}": "upto", f"whole_{side}": "whole",
        })  # fmt: skip
    values: dict[str, Expression] = {
        "pool": found["pool"],
        "spec": literal(number),
        "spec_right": literal(number),
    }
    for side in SIDES:
        values |= {
            side: call("pair_id", found[f"whole_{side}"], found[f"ahead_{side}"], literal("0")),
            f"n_{side}": call("sub", found[f"until_{side}"], found[f"since_{side}"]),
            f"sum_{side}": call("as_sum", call("sub", found[f"upto_{side}"], found[f"before_{side}"])),
            **{f"{one}_{side}": found[f"{one}_{side}"] for one in ("from", "to", "start", "since", "until")},
        }
    return select(found, way(values))


def _joined(
    found: Relation,
    moments: Relation,
    names: tuple[str, ...],
    places: tuple[str, str],
    added: Mapping[str, str],
) -> Relation:
    """Rows with columns of the moment at a place of theirs."""
    equal = [(found.of("l", name), moments.of("r", name)) for name in names]
    equal.append((found.of("l", places[0]), moments.of("r", places[1])))
    kept: dict[str, Expression] = {name: found.of("l", name) for name in found.schema}
    return join(found, moments, equal, {**kept, **{new: moments.of("r", old) for new, old in added.items()}})
