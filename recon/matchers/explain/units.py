"""The units of one pass, looked back on: those it compared, those that were used up, and what it did not look at.

A unit has the columns of `recon.matchers.comparing.units`, and `held` (the match that kept it from the pass, empty
when it was free), `seen` (the pass looks at it) and `one` (always 1: two units face each other by an equality).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from recon.engines.duck import DuckEngine
from recon.engines.expressions import Expression, Literal, all_of, call, literal
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
from recon.engines.types import DATE, INTEGER
from recon.matchers.comparing.units import SideUnits
from recon.matchers.explain.pools import held
from recon.matchers.fee import with_figures
from recon.matchers.pairing.compiled import CompiledPass, compiled
from recon.matchers.pairing.offset import as_two_sided, offset_pools
from recon.model.sides import SIDES
from recon.rules.ruleset import REFERENCE_COLUMNS, Pass, RuleSet, Side


@dataclass(frozen=True)
class LookedBack:
    """A pass and the pools of its two sides, as `explain.pools` loads them."""

    engine: DuckEngine
    number: int
    plan: CompiledPass
    pools: Mapping[Side, Relation]
    offset: Side | None = None

    @classmethod
    def of(
        cls,
        engine: DuckEngine,
        ruleset: RuleSet,
        number: int,
        pools: Mapping[Side, Relation],
        currencies: list[str],
        calendar: str | None,
    ) -> "LookedBack":
        """A pass of a rule set; an offset as the two sides that it is run as."""
        item = ruleset.passes[number]
        compare = ruleset.compared(item)
        pools = {side: with_figures(pools[side], ruleset, side) for side in SIDES}
        if item.offset is not None:
            pools = offset_pools(pools[item.offset.side], compare.column(item.offset.side))
            compare = compare.of(item.offset.side)
            item = as_two_sided(item, item.offset)
        offset = ruleset.passes[number].offset
        plan = compiled(item, compare, currencies, calendar)
        return cls(engine, number, plan, pools, offset.side if offset else None)

    def units(self, side: Side) -> Relation:
        """The units of a side: those that the pass compared, and those that were used up."""
        plan, pool = self.plan.side(side), self.pool(side)
        keyed = plan.described(where(pool, pool["seen"]), "held")
        return self._marked(plan.units(keyed, self.plan.calendar, "held"), seen=True)

    def group(self, side: Side, entries: Relation) -> Relation:
        """The entries that are in one group with some, themselves included: `rid`, `currency`, `held`, keys."""
        plan = self.plan.side(side)
        pool = self.pool(side)
        keyed, mine = (
            plan.described(where(rows, rows["seen"]), "held")
            for rows in (pool, where(entries, entries["seen"]))
        )
        return within(keyed, mine, **{name: name for name in ("currency", *plan.named_keys, "held")})

    def pool(self, side: Side) -> Relation:
        """The pool of a side with `held` and `seen`."""
        pool = self.pools[side]
        seen = all_of(call("is_null", pool["reason"]), self.plan.side(side).looks_at(pool))
        columns = {
            **{name: pool[name] for name in pool.schema},
            "held": held(pool, self.number, self.plan.item.confirms),
            "seen": call("coalesce", seen, literal(False)),
        }
        return select(pool, columns)

    def units_of(self, side: Side, entries: Relation) -> Relation:
        """The units that entries of the pool are part of, looked at or not; a group with all its entries."""
        plan = self.plan.side(side)
        if plan.is_grouped:
            keyed = self.group(side, entries)
        else:
            keyed = plan.described(where(entries, entries["seen"]), "held")
        units = plan.units(keyed, self.plan.calendar, "held")
        return union(self._marked(units, seen=True), self._strangers(plan, entries, tuple(units.schema)))

    def members(self, side: Side, units: Relation) -> Relation:
        """How many entries units have: `uid`, `n`."""
        plan = self.plan.side(side)
        if not plan.is_grouped:
            return select(units, {"uid": units["uid"], "n": literal(1)})
        pool = self.pool(side)
        keyed = plan.described(where(pool, pool["seen"]), "held")
        names = ("currency", *plan.named_keys, "held")
        equal = [(keyed.of("l", name), units.of("r", name)) for name in names]
        found = join(keyed, units, equal, {"uid": units.of("r", "uid")})
        return aggregate(found, {"uid": found["uid"]}, Measure("n", "count"))

    def _marked(self, units: Relation, *, seen: bool) -> Relation:
        columns = {name: units[name] for name in sorted(units.schema)}
        return select(units, {**columns, "seen": literal(seen), "one": literal(1)})

    def _strangers(self, plan: SideUnits, entries: Relation, names: tuple[str, ...]) -> Relation:
        """What the pass does not look at, entry by entry, in the columns of its units."""
        unseen = plan.described(where(entries, call("not", entries["seen"])), "held")
        columns = {name: unseen[name] for name in unseen.schema if name != "rid"}
        single: Relation = select(unseen, {"uid": unseen["rid"], **columns})
        if self.plan.calendar is not None:
            single = _with_ordinals(single, self.plan.calendar)
        return self._marked(pick(single, *names), seen=False)


def _with_ordinals(units: Relation, calendar: str) -> Relation:
    """Units with their business-day ordinals, absent for those without a day."""
    days = Scan({"day": DATE, "ordinal": INTEGER}, calendar)
    dated = join(
        units,
        days,
        [(units.of("l", "day"), days.of("r", "day"))],
        {**{name: units.of("l", name) for name in units.schema}, "ordinal": days.of("r", "ordinal")},
    )
    columns: dict[str, Expression] = {name: units[name] for name in units.schema}
    undated = without(select(units, {**columns, "ordinal": Literal(INTEGER, None)}), days, day="day")
    return union(dated, undated)


def telling_keys(item: Pass) -> tuple[int, ...]:
    """Which keys of a pass say something by themselves: references, not a type or a name that many entries share."""
    return tuple(
        position
        for position, pair in enumerate(item.keys)
        if any(name in text for text in pair for name in (*REFERENCE_COLUMNS, "attributes"))
    )


def is_true(condition: Expression) -> Expression:
    """Whether a condition holds; what is unknown does not."""
    return call("coalesce", condition, literal(False))


def side_of(looked: LookedBack, ruleset: RuleSet, side: Side, rid: Expression) -> Side | None:
    """The side that an entry is on in a pass; None when the pass does not work on its side at all.

    An offset makes two sides of one: money in and money out.
    """
    offset = ruleset.passes[looked.number].offset
    if offset is None:
        return side
    if offset.side != side:
        return None
    for role in SIDES:
        pool = looked.pools[role]
        mine = where(pool, call("eq", pool["rid"], rid))
        if looked.engine.build("why_role", select(mine, {"rid": mine["rid"]})):
            return role
    return None
