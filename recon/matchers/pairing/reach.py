"""What is within reach of a pass: the entries that agree in its keys with any entry of the other side.

A night brings few entries to many that are open, and a pass that ties keys brings together only what agrees in them:
units, classes and buckets of all that is open would be made to be thrown away. Where one side is many times as large
as the other, a pass works on what is within reach. Groups stay whole, since their entries agree in the keys, and so do
classes: what a pass finds is the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from recon.engines.duck import DuckEngine
from recon.engines.relations import Relation, pick, select, where, within, without
from recon.engines.render import render
from recon.matchers.pairing.compiled import CompiledPass
from recon.matchers.pairing.pairs import UNIT
from recon.model.sides import SIDES
from recon.rules.ruleset import Side

REACH: Final = "reach"
"""The table of the larger side's single entries within reach of a pass, with the columns of the pool."""
MANY_TIMES: Final = 4
"""Sides of about one size are looked at whole: to sort out what is within reach would cost as much as it saves."""


@dataclass(frozen=True)
class Reach:
    """The pools that a pass works on, with the columns of those it was given."""

    pools: Mapping[Side, Relation]
    beyond: Mapping[Side, Relation] = field(default_factory=dict)
    """By side, what the pass looks at and has nothing to agree with, where it was sorted out."""

    def without_pairs(self, pools: Mapping[Side, Relation], pairs: Relation) -> "Reach":
        """What is left when pairs of entries (`lu`, `ru`) are taken out; `pools` are all entries without them."""
        return Reach(
            {
                side: without(self.pools[side], pairs, rid=UNIT[side]) if side in self.beyond else pools[side]
                for side in SIDES
            },
            self.beyond,
        )

    def is_any_beyond(self, engine: DuckEngine, side: Side) -> bool:
        """Whether the pass looks at an entry of a side that has nothing to agree with."""
        return side in self.beyond and bool(engine.rows(f"SELECT 1 FROM ({render(self.beyond[side])}) LIMIT 1"))


def within_reach(
    engine: DuckEngine, plan: CompiledPass, pools: Mapping[Side, Relation], sizes: Mapping[Side, int]
) -> Reach:
    """What is within reach of a pass that ties keys; `sizes` says how many entries the pools may hold."""
    larger: Side = "left" if sizes["left"] > sizes["right"] else "right"
    smaller: Side = "right" if larger == "left" else "left"
    if not plan.has_keys or sizes[larger] < MANY_TIMES * sizes[smaller]:
        return Reach(pools)
    pool, names = pools[larger], ("currency", *plan.pairing.keys)
    agreeing = within(
        _keyed(plan, larger, pool),
        pick(_keyed(plan, smaller, pools[smaller]), *names),
        **{name: name for name in names},
    )
    found: Relation = pick(agreeing, *pool.schema)
    if not plan.side(larger).is_grouped:  # entries of groups are held with their keys as soon as they are read
        found = engine.held(REACH, found)
    looked_at = where(pool, plan.side(larger).looks_at(pool))
    return Reach({**pools, larger: found}, {larger: without(looked_at, found, rid="rid")})


def _keyed(plan: CompiledPass, side: Side, pool: Relation) -> Relation:
    """The entries of a pool for which the pass's condition holds, with its keys."""
    units = plan.side(side)
    kept = where(pool, units.only)
    return select(kept, {**{name: kept[name] for name in kept.schema}, **units.named_keys})
