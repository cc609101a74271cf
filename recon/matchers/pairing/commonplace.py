"""References that say as little as none: one on thousands of entries, such as the number of a shop on every line.

Entries that agree in nothing else than such a reference and an amount are brought together by the amount alone. Of a
thousand and more, some whose own counterpart is missing find another's.
"""

from collections.abc import Mapping
from typing import Final

from recon.engines.duck import DuckEngine
from recon.engines.expressions import all_of, call, literal
from recon.engines.relations import Measure, Relation, Scan, aggregate, pick, union, where, within
from recon.matchers.pairing.compiled import CompiledPass
from recon.matchers.pairing.pairs import PAIR, UNIT, Evidence
from recon.model.sides import SIDES
from recon.rules.ruleset import Side

MOST_OF_ONE: Final = 1_000
"""Entries of a side that may have a reference in common for it to prove anything, where their amounts differ."""
COMMON: Final = Evidence({side: {} for side in SIDES}, literal(f'"common":{MOST_OF_ONE}'))
"""What is told of pairs that rest on such a reference."""
_DOUBTED: Final = "common_pairs"


def doubted(engine: DuckEngine, plan: CompiledPass, units: Mapping[Side, Relation]) -> Scan | None:
    """The pairs of single entries (table `pairs`) that rest on a common reference; None where there are none.

    An author who says `confirm: automatic` knows what the reference says.
    """
    item = plan.item
    if item.confirm is not None or not item.confirms or not (plan.has_keys or item.contains):
        return None
    large = [side for side in SIDES if engine.count(f"units_{side}") > MOST_OF_ONE]
    parts = [_of_side(plan, side, units[side]) for side in large if plan.side(side).named_keys]
    if not parts:
        return None
    found = union(*parts)
    once = aggregate(found, {name: found[name] for name in PAIR})
    return Scan(PAIR, _DOUBTED) if engine.build(_DOUBTED, once) else None


def _of_side(plan: CompiledPass, side: Side, units: Relation) -> Relation:
    """The pairs whose unit of a side has a reference that too many units of that side have."""
    names = ("currency", *plan.side(side).named_keys)
    by_amount = aggregate(units, {name: units[name] for name in (*names, "amount")}, Measure("n", "count"))
    keyed = aggregate(
        by_amount,
        {name: by_amount[name] for name in names},
        Measure("entries", "sum", by_amount["n"]),
        Measure("amounts", "count"),
    )
    many, differ = (
        call("gt", keyed[name], literal(most)) for name, most in (("entries", MOST_OF_ONE), ("amounts", 1))
    )
    common = pick(where(keyed, all_of(many, differ)), *names)
    return within(
        Scan(PAIR, "pairs"), within(units, common, **{name: name for name in names}), **{UNIT[side]: "uid"}
    )
