"""The two books of a subset pass: entries that may be added up, and single ones that they may add up to.

Table `subset_members`: `no` (a running number), `uid` (the entry's row id), `currency`, keys, `amount`, `tick` (its day
as a number of the pass's days), `moment` (date and time as text), `g1`, ... the columns of natural groups, and `rung`
(how round the amount is). Table `subset_ones`: `no`, `uid`, `currency`, keys, `amount`, `low` and `high` (what a set
may add up to), `first` and `last` (the ticks that its entries may have) and its own `tick`. A pass without a window
has the same tick everywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pyarrow as pa

from recon.engines.duck import DuckEngine
from recon.engines.expressions import Expression, call, literal
from recon.engines.relations import Relation, Scan, join, ranked, select, within
from recon.engines.types import INTEGER
from recon.matchers.comparing.keys import column
from recon.matchers.comparing.units import MOMENT
from recon.matchers.pairing.compiled import CompiledPass
from recon.matchers.subset.chance import RUNGS
from recon.rules.ruleset import Side
from recon.rules.subset import Subset

MEMBERS, ONES, OFFSETS = "subset_members", "subset_ones", "subset_offsets"
_EPOCH = date(1970, 1, 1)
_SMALLEST = Decimal(1).scaleb(-8)


@dataclass(frozen=True)
class Book:
    """Entries that a pass adds up: those still free, by `members`."""

    plan: CompiledPass
    subset: Subset
    members: Scan

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns in which entries must agree to be in one pool."""
        return ("currency", *self.plan.pairing.keys)

    def group_columns(self, spec: tuple[str, ...]) -> tuple[str, ...]:
        """The columns of the members that a natural group is made of."""
        return tuple(f"g{self.subset.columns.index(name) + 1}" for name in spec)


@dataclass(frozen=True)
class Books(Book):
    """What a pass searches, and how: the entries still free, by `members` and `ones`."""

    ones: Scan

    @classmethod
    def of(cls, plan: CompiledPass, subset: Subset, pools: Mapping[Side, Relation]) -> "Books":
        """The books of a pass, by the names that their tables will have."""
        ones, members = books_of(plan, subset, pools)
        numbered = {"no": INTEGER}
        return cls(
            plan, subset, Scan({**members.schema, **numbered}, MEMBERS), Scan({**ones.schema, **numbered}, ONES)
        )

    @property
    def many(self) -> Side:
        """The side whose entries are added up."""
        return self.subset.summed

    def reach(self) -> Relation:
        """Each one once per tick that its entries may have: `no`, keys, `tick`."""
        offsets = Scan({"all": INTEGER, "offset": INTEGER}, OFFSETS)
        ones = select(self.ones, {**{name: self.ones[name] for name in self.ones.schema}, "all": literal(0)})
        columns = {name: ones.of("l", name) for name in ("no", *self.keys)}
        tick = call("add", ones.of("l", "first"), offsets.of("r", "offset"))
        return join(ones, offsets, [(ones.of("l", "all"), offsets.of("r", "all"))], {**columns, "tick": tick})

    def lag(self, one_tick: Expression, last_tick: Expression) -> Expression:
        """How many days the right lies after the left, as for groups from the latest entry."""
        pair = (one_tick, last_tick) if self.many == "left" else (last_tick, one_tick)
        return call("sub", *pair)


def load_books(engine: DuckEngine, plan: CompiledPass, subset: Subset, pools: Mapping[Side, Relation]) -> Books:
    """Make the tables of both sides from the pools of open items."""
    ones, members = books_of(plan, subset, pools)
    books = Books.of(plan, subset, pools)
    keys = {name: name for name in ("currency", *plan.pairing.keys)}
    engine.build("subset_all", members)
    held = Scan(members.schema, "subset_all")
    wanted = within(ones, held, **keys)
    engine.build(ONES, ranked(wanted, [], ["uid"], "no"))
    engine.build(MEMBERS, ranked(within(held, books.ones, **keys), [], ["uid"], "no"))
    engine.drop("subset_all")
    load_offsets(engine, plan)
    return books


def load_offsets(engine: DuckEngine, plan: CompiledPass) -> None:
    """Make the table of how many days there are from the first to each day of a window: `all` (0), `offset`."""
    width = _width(plan)
    engine.register(
        OFFSETS,
        pa.table({"all": pa.array([0] * width, pa.int64()), "offset": pa.array(range(width), pa.int64())}),
    )


def books_of(plan: CompiledPass, subset: Subset, pools: Mapping[Side, Relation]) -> tuple[Relation, Relation]:
    """Ones and members, before they are numbered."""
    many: Side = subset.summed
    single: Side = "right" if many == "left" else "left"
    return ones_of(plan, single, pools[single]), members_of(plan, subset, many, pools[many])


def _width(plan: CompiledPass) -> int:
    window = plan.item.within.window
    return 1 if window is None else window.latest - window.earliest + 1


def members_of(plan: CompiledPass, subset: Subset, side: Side, pool: Relation) -> Relation:
    """The entries of a side that may be added up, before they are numbered."""
    names = {f"g{place}": column(text) for place, text in enumerate(subset.columns, start=1)}
    moment = call("coalesce", call("as_text", pool[MOMENT]), literal(""))
    wider = select(pool, {**{name: pool[name] for name in pool.schema}, **names, "moment": moment})
    units = _units(plan, side, wider, *names, "moment")
    day = call("coalesce", call("as_text", units["day"]), literal(""))
    told = ("uid", "currency", *plan.pairing.keys, "amount", *names)
    return select(
        units,
        {
            **{name: units[name] for name in told},
            "tick": tick_of(plan, units),
            "moment": call("concat", day, literal(" "), units["moment"]),
            "rung": rung(units["amount"]),
        },
    )


def ones_of(plan: CompiledPass, side: Side, pool: Relation) -> Relation:
    """The entries of a side that others may add up to, before they are numbered."""
    units = _units(plan, side, pool)
    tick, gates, window = tick_of(plan, units), plan.pairing.gates, plan.item.within.window
    earliest, latest = (window.earliest, window.latest) if window is not None else (0, 0)
    under, over = ("over", "short") if side == "right" else ("short", "over")
    before, after = (latest, -earliest) if side == "right" else (-earliest, latest)
    low = call("sub", units["amount"], gates.bound(under, None))
    high = call("add", units["amount"], gates.bound(over, None))
    return select(
        units,
        {
            **{name: units[name] for name in ("uid", "currency", *plan.pairing.keys, "amount")},
            "low": call("as_sum", low),
            "high": call("as_sum", high),
            "tick": tick,
            "first": call("sub", tick, literal(before)),
            "last": call("add", tick, literal(after)),
        },
    )


def _units(plan: CompiledPass, side: Side, pool: Relation, *apart: str) -> Relation:
    keyed = plan.side(side).keyed(pool, *apart)
    return plan.side(side).units(keyed, plan.calendar, *apart)


def tick_of(plan: CompiledPass, units: Relation) -> Expression:
    """The day of units as a number of the pass's days."""
    window = plan.item.within.window
    if window is None:
        return literal(0)
    return units["ordinal"] if window.counts_business_days else call("days", literal(_EPOCH), units["day"])


def rung(amount: Expression) -> Expression:
    """How round an amount is, as `chance.rung_of`."""
    found: Expression = literal(len(RUNGS))
    for number, step in reversed(list(enumerate(RUNGS))):
        whole = call("mul", call("bucket", amount, literal(step)), literal(int(step / _SMALLEST)))
        on_grid = call("eq", call("bucket", amount, literal(_SMALLEST)), whole)
        found = call("if", on_grid, found, literal(number))
    return found
