"""Ways: sets of entries that add up to one of the other side, as tables.

A way is named by the one (`one`, its running number) and by its set (`set`, the row ids of its entries xored, so that
it does not matter how or in which order they were found). `step` says how it was found, `spec` by which natural group.
"""

from recon.engines.expressions import Expression, all_of, call, literal
from recon.engines.relations import (
    Measure,
    Relation,
    Scan,
    Schema,
    aggregate,
    join,
    pick,
    ranked,
    select,
    union,
    where,
    within,
)
from recon.engines.types import INTEGER, MONEY, ROW, SUM
from recon.matchers.comparing.blocks import blocks, in_tried
from recon.matchers.subset.books import Book, Books
from recon.rules.subset import Subset

GROUPS, RUNS, POOLS, PARTS = 1, 2, 3, 4
"""The steps, from what proves most to what proves least."""
WAY: Schema = {
    "one": INTEGER,
    "set": ROW,
    "spec": INTEGER,
    "n": INTEGER,
    "amount": SUM,
    "gap": SUM,
    "lag": INTEGER,
    "away": INTEGER,
    "spread": INTEGER,
    "start": INTEGER,
    "since": INTEGER,
    "until": INTEGER,
    "twins": INTEGER,
    "known": INTEGER,
    "alone": INTEGER,
}
"""`spread` is how many days lie between the first and the last entry, `start` the number of an entry that tells where
the way was found, `since` and `until` its places in a run.

`known` is how many ways the one has at least, where more were counted than are listed, `alone` at how many ends of
a run no run of another one meets it."""
LISTED: Schema = {**WAY, "step": INTEGER, "total": INTEGER, "expected": MONEY, "reason": INTEGER}
"""`total` is how many ways the step found for the one; `reason` why it does not count at once, 0 when it does."""
WAY_ENTRIES: Schema = {"one": INTEGER, "set": ROW, "no": INTEGER}
SETTLED, SINGLE, SEVERAL, CLAIMED, CHANCE, SHORT, TWINS, LARGE = range(8)
MOST_LISTED = 4
"""Ways that are kept of one: those shown, and one more to know that there are more."""


def way(
    books: Books, values: dict[str, Expression], ones: Relation, set_tick: Expression, side: str
) -> dict[str, Expression]:
    """The columns of a way from what is particular to how it was found; `ones` is side `side` of a join."""
    lag = books.lag(ones.of(side, "tick"), set_tick)
    defaults: dict[str, Expression] = {
        "gap": call("as_sum", call("abs", call("sub", values["amount"], ones.of(side, "amount")))),
        "lag": lag,
        "away": call("abs", lag),
        "spread": literal(0),
        "since": literal(0),
        "until": literal(0),
        "twins": literal(0),
        "known": literal(0),
        "alone": literal(0),
    }
    return {name: {**defaults, **values}[name] for name in WAY}


def added_up(entries: Relation) -> tuple[Measure, ...]:
    """What is known of a set from its entries: its name, how many, their sum, the first, and from when to when."""
    return (
        Measure("set", "bit_xor", entries["uid"]),
        Measure("n", "count"),
        Measure("amount", "sum", entries["amount"]),
        Measure("start", "min", entries["no"]),
        Measure("from", "min", entries["tick"]),
        Measure("to", "max", entries["tick"]),
    )


def meet(books: Books, sets: Relation, columns: dict[str, Expression], condition: Expression) -> Relation:
    """Sets (`l`) and ones (`r`) of one pool whose amounts meet in the band of the one, but for those `crowded`."""
    sets, ones, names = _facing(books, sets)
    sets = in_tried(sets, blocks(sets, ones, names), names)
    equal = [(sets.of("l", name), ones.of("r", name)) for name in names]
    near = call("between", sets.of("l", "amount"), ones.of("r", "low"), ones.of("r", "high"))
    return join(sets, ones, equal, columns, all_of(near, condition))


def crowded(books: Books, sets: Relation) -> Relation:
    """The ones (`no`) that are left alone, as many of their amount meet many sets: each would do for any other."""
    sets, ones, names = _facing(books, sets)
    found = blocks(sets, ones, names)
    untried = where(found, call("eq", found["tried"], literal(0)))
    return pick(within(ones, untried, **{name: name for name in names}), "no")


def _facing(books: Books, sets: Relation) -> tuple[Relation, Relation, list[str]]:
    """Sets and ones with the columns in which those agree whose amounts may meet."""
    names = list(books.keys)
    if books.plan.item.within.is_exact:
        return sets, books.ones, [*names, "amount"]
    return in_bucket(books, sets, "amount"), in_three_buckets(books, books.ones, "amount"), [*names, "bucket"]


def in_bucket(books: Book, rows: Relation, name: str, shift: int = 0) -> Relation:
    """Rows with the bucket of an amount, as wide as the tolerance."""
    bucket: Expression = call("bucket", rows[name], books.plan.pairing.gates.width())
    columns = {column: rows[column] for column in rows.schema}
    return select(rows, {**columns, "bucket": call("add", bucket, literal(shift)) if shift else bucket})


def in_three_buckets(books: Book, rows: Relation, name: str) -> Relation:
    """Rows once for the bucket of an amount and once for each beside it."""
    return union(*(in_bucket(books, rows, name, shift) for shift in (-1, 0, 1)))


def distinct(found: Relation) -> Relation:
    """Each set of a one once, however often it was found."""
    first = ranked(found, ["one", "set"], ["spec", "start", "set"], "nth")
    return select(where(first, call("eq", first["nth"], literal(1))), {name: first[name] for name in WAY})


def nearest(found: Relation) -> Relation:
    """The nearest few ways of each one, with how many it has."""
    known = Measure("known", "max", found["known"])
    counted = aggregate(found, {"one": found["one"]}, Measure("total", "count"), known)
    best = ranked(found, ["one"], ["gap", "alone", "spread", "away", "n", "set"], "nth")
    few = where(best, call("le", best["nth"], literal(MOST_LISTED)))
    total = call("greatest", counted.of("r", "total"), counted.of("r", "known"))
    columns: dict[str, Expression] = {**{name: few.of("l", name) for name in WAY}, "total": total}
    return join(few, counted, [(few.of("l", "one"), counted.of("r", "one"))], columns)


def contested(entries: Scan) -> Relation:
    """The entries (`no`) that ways of more than one claim."""
    claims = aggregate(entries, {"no": entries["no"], "one": entries["one"]}, Measure("ways", "count"))
    claimed = aggregate(claims, {"no": claims["no"]}, Measure("n", "count"))
    several = where(claimed, call("gt", claimed["n"], literal(1)))
    return select(several, {"no": several["no"]})


def reason(listed: Relation, step: int, claimed: Expression, subset: Subset) -> Expression:
    """Why a way does not count at once.

    A run so short that its entries may be any few of the pool proves little: had another set been meant, one entry
    of the same amount as another would make it up. It counts when the small pool has no other set.
    """
    short = call("le", listed["n"], literal(subset.most if step == RUNS else 0))
    checks = (
        (call("gt", listed["total"], literal(1)), SEVERAL),
        (claimed, CLAIMED),
        (call("ge", listed["expected"], literal(subset.chance)), CHANCE),
        (call("lt", listed["n"], literal(2)), SINGLE),
        (short, SHORT),
        (call("eq", listed["twins"], literal(1)), TWINS),
        (literal(step == PARTS), LARGE),
    )
    found: Expression = literal(SETTLED)
    for failed, number in reversed(checks):
        found = call("if", failed, literal(number), found)
    return found
