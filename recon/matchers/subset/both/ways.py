"""Ways of a pass that adds up both sides: a set of the left and a set of the right that come to the same.

A way is named by the row ids of all its entries, xored, and each of its sets by those of its own, so that it does not
matter how or in which order they were found.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from recon.engines.expressions import Expression, call, literal
from recon.engines.relations import Measure, Relation, Schema, aggregate, ranked, select, union, where
from recon.engines.types import INTEGER, MONEY, ROW, SUM
from recon.matchers.subset.both.books import BothBooks
from recon.matchers.subset.ways import (
    CHANCE,
    CLAIMED,
    LARGE,
    RUNS,
    SETTLED,
    SHORT,
    SINGLE,
    TWINS,
)
from recon.rules.ruleset import Side

WAY: Final[Schema] = {
    "way": ROW,
    "pool": INTEGER,
    "left": ROW,
    "right": ROW,
    "n_left": INTEGER,
    "n_right": INTEGER,
    "sum_left": SUM,
    "sum_right": SUM,
    "from_left": INTEGER,
    "to_left": INTEGER,
    "from_right": INTEGER,
    "to_right": INTEGER,
    "start_left": INTEGER,
    "start_right": INTEGER,
    "spec": INTEGER,
    "spec_right": INTEGER,
    "since_left": INTEGER,
    "until_left": INTEGER,
    "since_right": INTEGER,
    "until_right": INTEGER,
    "twins": INTEGER,
    "large": INTEGER,
}
"""`from_`, `to_` are the days of the first and the last entry, `start_` the number of an entry that tells where the
set was found, `since_` and `until_` its places in a run; `large` that not all that is in reach was searched."""
NEAREST: Final[Schema] = {**WAY, "gap": SUM, "spread": INTEGER, "lag": INTEGER, "away": INTEGER, "n": INTEGER}
WEIGHED: Final[Schema] = {
    **NEAREST,
    "rung": INTEGER,
    "others": INTEGER,
    "step": INTEGER,
    "expected": MONEY,
    "pairs": INTEGER,
    "reason": INTEGER,
}
"""`others` is how many other ways want one of its entries, at the most; `rung` how round its roundest grid is that all
entries lie on; `pairs` how many pairs of sets it was found among."""
ENTRY: Final[Schema] = {"way": ROW, "side": INTEGER, "no": INTEGER, "uid": ROW, "rung": INTEGER}
"""An entry of a way; `side` is 0 on the left, 1 on the right."""
LEFT, RIGHT = 0, 1
NUMBER: Final[Mapping[Side, int]] = {"left": LEFT, "right": RIGHT}
MOST_LISTED: Final = 16
"""Ways that begin with one entry and are looked at further."""
ORDER: Final = ("gap", "spread", "away", "n", "way")
"""What makes a way the nearer one."""


@dataclass(frozen=True, slots=True)
class Chance:
    """How many ways coincidence would make where one was found, and among how many pairs of sets."""

    expected: Decimal
    pairs: int


def way(values: dict[str, Expression]) -> dict[str, Expression]:
    """The columns of a way from what is particular to how it was found."""
    defaults: dict[str, Expression] = dict.fromkeys(
        ("since_left", "until_left", "since_right", "until_right", "twins", "large"), literal(0)
    )
    named = {"way": call("pair_id", values["left"], values["right"], literal("0"))}
    return {name: {**defaults, **named, **values}[name] for name in WAY}


def nearest(found: Relation) -> Relation:
    """Each way once, with what makes it near, and of those that begin with one entry the nearest few."""
    once = ranked(found, ["way"], ["spec", "spec_right", "start_left", "start_right", "way"], "nth")
    once_each = where(once, call("eq", once["nth"], literal(1)))
    columns: dict[str, Expression] = {name: once_each[name] for name in WAY}
    first = call("least", columns["from_left"], columns["from_right"])
    last = call("greatest", columns["to_left"], columns["to_right"])
    lag = call("sub", columns["to_right"], columns["to_left"])
    told = select(
        once_each,
        {
            **columns,
            "gap": call("as_sum", call("abs", call("sub", columns["sum_left"], columns["sum_right"]))),
            "spread": call("sub", last, first),
            "lag": lag,
            "away": call("abs", lag),
            "n": call("add", columns["n_left"], columns["n_right"]),
        },
    )
    few: Relation = told
    for start in ("start_left", "start_right"):
        place = ranked(few, [start], ORDER, f"nth_{start}")
        few = where(place, call("le", place[f"nth_{start}"], literal(MOST_LISTED)))
    return select(few, {name: few[name] for name in NEAREST})


def contested(*entries: Relation) -> Relation:
    """By way, how many others want one of its entries (`others`, at the most) and its `rung`; of the first relation."""
    claims = union(*(select(one, {name: one[name] for name in ("side", "no", "way")}) for one in entries))
    once = aggregate(claims, {name: claims[name] for name in ("side", "no", "way")}, Measure("rows", "count"))
    return aggregate(once, {name: once[name] for name in ("side", "no")}, Measure("ways", "count"))


def reason(ways: Relation, step: int, books: BothBooks) -> Expression:
    """Why a way does not count at once; see `subset.ways.reason`."""
    most = literal(books.subset.most if step == RUNS else 0)
    is_short = call("and", call("le", ways["n_left"], most), call("le", ways["n_right"], most))
    checks = (
        (call("gt", ways["others"], literal(0)), CLAIMED),
        (call("ge", ways["expected"], literal(books.subset.chance)), CHANCE),
        (call("le", ways["n"], literal(2)), SINGLE),
        (is_short, SHORT),
        (call("eq", ways["twins"], literal(1)), TWINS),
        (call("eq", ways["large"], literal(1)), LARGE),
    )
    found: Expression = literal(SETTLED)
    for failed, number in reversed(checks):
        found = call("if", failed, literal(number), found)
    return found
