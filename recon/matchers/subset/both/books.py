"""The two books of a pass that adds up both sides: the entries of each, by the pool in which they may be meant.

Table `both_pools`: `pool` (a running number), `currency`, keys. Tables `both_left` and `both_right`: `no` (a
running number of the side), `uid` (the entry's row id), `pool`, `currency`, `amount`, `tick` (its day as a number of
the pass's days), `moment` (date and time as text), `g1`, ... the columns of natural groups, and `rung` (how round the
amount is). A pass without a window has the same tick everywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from recon.engines.duck import DuckEngine
from recon.engines.expressions import Expression, all_of, call, literal
from recon.engines.relations import Measure, Relation, Scan, aggregate, join, ranked, within
from recon.engines.types import INTEGER
from recon.matchers.pairing.compiled import CompiledPass
from recon.matchers.subset.books import OFFSETS, Book, load_offsets, members_of
from recon.model.sides import SIDES
from recon.rules.ruleset import Side
from recon.rules.subset import Subset

POOLED = "both_pools"
ALL: tuple[str, ...] = ()
"""The natural group of all entries of a pool."""


@dataclass(frozen=True)
class SideBook(Book):
    """The entries of one side that are still free."""

    side: Side

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns in which entries must agree to be in one pool."""
        return ("pool", "currency")


@dataclass(frozen=True)
class BothBooks:
    """What a pass searches, and how."""

    plan: CompiledPass
    subset: Subset
    left: SideBook
    right: SideBook
    pools: Scan

    @classmethod
    def of(cls, plan: CompiledPass, subset: Subset, pools: Mapping[Side, Relation]) -> "BothBooks":
        """The books of a pass, by the names that their tables will have."""
        pooled = pools_of(plan, subset, pools)
        held = Scan({**pooled.schema, "pool": INTEGER}, POOLED)
        left, right = (
            SideBook(plan, subset, Scan({**found.schema, "no": INTEGER}, table_of(side)), side)
            for side in SIDES
            for found in [placed(plan, subset, side, pools[side], held)]
        )
        return cls(plan, subset, left, right, held)

    def book(self, side: Side) -> SideBook:
        """The book of a side."""
        return self.left if side == "left" else self.right

    @property
    def specs(self) -> tuple[tuple[str, ...], ...]:
        """The natural groups, and that of a whole pool last."""
        return (*self.subset.specs, ALL)

    @property
    def window(self) -> tuple[int, int]:
        """From how many days after a left entry to how many a right one may lie; both 0 without a window."""
        window = self.plan.item.within.window
        return (0, 0) if window is None else (window.earliest, window.latest)

    def band(self, left: Expression, right: Expression, side: str | None) -> Expression:
        """Whether two sums are near enough; their currency is in a column of `side` of a join."""
        gates, variance = self.plan.pairing.gates, call("sub", left, right)
        return all_of(
            call("le", variance, gates.bound("short", side)),
            call("le", call("neg", variance), gates.bound("over", side)),
        )

    def near(self, left: tuple[Expression, Expression], right: tuple[Expression, Expression]) -> Expression:
        """Whether all entries of two sets, from their first to their last day, lie in the window of one another."""
        earliest, latest = self.window
        return all_of(
            call("le", call("sub", right[1], left[0]), literal(latest)),
            call("ge", call("sub", right[0], left[1]), literal(earliest)),
        )

    def facing(self, lefts: Relation, names: Mapping[str, Expression]) -> Relation:
        """Rows of the left once per day (`facing`) that a right entry may have; columns of `names`, of side `l`."""
        offsets = Scan({"all": INTEGER, "offset": INTEGER}, OFFSETS)
        first = call("add", lefts.of("l", "tick"), literal(self.window[0]))
        day = call("add", first, offsets.of("r", "offset"))
        # every left row meets every offset: the pass has one window
        return join(lefts, offsets, [(literal(0), offsets.of("r", "all"))], {**names, "facing": day})


def table_of(side: Side) -> str:
    """The table of a side's entries."""
    return f"both_{side}"


def pools_of(plan: CompiledPass, subset: Subset, pools: Mapping[Side, Relation]) -> Relation:
    """The pools that have entries on both sides, before they are numbered: keys, `first` (a row id)."""
    left, right = (members_of(plan, subset, side, pools[side]) for side in SIDES)
    names = ("currency", *plan.pairing.keys)
    both = within(left, right, **{name: name for name in names})
    return aggregate(both, {name: both[name] for name in names}, Measure("first", "min", both["uid"]))


def placed(plan: CompiledPass, subset: Subset, side: Side, pool: Relation, pooled: Relation) -> Relation:
    """The entries of a side with their pool, before they are numbered."""
    members = members_of(plan, subset, side, pool)
    equal = [(members.of("l", name), pooled.of("r", name)) for name in ("currency", *plan.pairing.keys)]
    kept = [name for name in members.schema if name not in plan.pairing.keys]
    columns: dict[str, Expression] = {name: members.of("l", name) for name in kept}
    return join(members, pooled, equal, {**columns, "pool": pooled.of("r", "pool")})


def load_both(
    engine: DuckEngine, plan: CompiledPass, subset: Subset, pools: Mapping[Side, Relation]
) -> BothBooks:
    """Make the tables of both sides from the pools of open items."""
    books = BothBooks.of(plan, subset, pools)
    engine.build(POOLED, ranked(pools_of(plan, subset, pools), [], ["first"], "pool"))
    for side in SIDES:
        engine.build(
            table_of(side), ranked(placed(plan, subset, side, pools[side], books.pools), [], ["uid"], "no")
        )
    load_offsets(engine, plan)
    return books
