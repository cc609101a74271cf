"""Unique keys: units whose key no other of their side has, paired without classes or rounds.

That is most of the work of a precise pass. Single entries are paired straight from the pools, together with what is
known of them. How often a key comes up is counted by a hash of it; two keys that share one are only taken for not
unique, and go the long way to the same result.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from recon.engines.duck import DuckEngine
from recon.engines.expressions import Expression, Literal, call, literal
from recon.engines.relations import Measure, Relation, Scan, aggregate, join, select, where, without
from recon.engines.types import INTEGER, TEXT
from recon.matchers.pairing.compiled import CompiledPass
from recon.matchers.pairing.pairs import PAIR, facts, keys_json, made_keys, paired
from recon.model.sides import SIDES
from recon.rules.ruleset import Side

HASH = "key_hash"
NOTHING_TOLD: Final = Literal(TEXT, None)


def pair_unique_units(
    engine: DuckEngine, plan: CompiledPass, units: Mapping[Side, Relation], rejected: Relation | None = None
) -> int:
    """Append pairs of units to the table `pairs`, but for those rejected (`lu`, `ru`); how many there are."""
    for side in SIDES:
        engine.build(f"several_{side}", several(plan, units[side]))
    return engine.append_relation("pairs", _allowed(unique_pairs(plan, units), rejected))


def unique_pairs(plan: CompiledPass, units: Mapping[Side, Relation]) -> Relation:
    """The pairs of units (`pairs.PAIR`) whose key comes up once; reads the tables of `several`."""
    left, right = (_alone(plan, side, units[side]) for side in SIDES)
    return _joined(plan, left, right, _pair(plan, left, right))


def pair_unique_entries(
    engine: DuckEngine,
    plan: CompiledPass,
    pools: Mapping[Side, Relation],
    fields: Sequence[str],
    into: str,
    rejected: Relation | None = None,
    told: Expression = NOTHING_TOLD,
) -> int:
    """Append pairs of entries, but for those rejected, to a table of `paired` columns; how many there are.

    `told` is what else speaks for each pair, as `found` of `pairs.KEYS`.
    """
    left, right = (_entries(engine, plan, side, pools[side], fields) for side in SIDES)
    columns = _pair(plan, left, right)
    columns["keys"] = keys_json([left.of("l", name) for name in made_keys(plan.left)])
    columns["found"] = told
    columns["currency"] = left.of("l", "currency")
    for name in paired(fields):
        if name not in columns:
            columns[name] = left.of("l", name) if name.startswith("left_") else right.of("r", name)
    found = engine.append_relation(into, _allowed(_joined(plan, left, right, columns), rejected))
    engine.drop(*(f"named_{side}" for side in SIDES))
    return found


def _allowed(pairs: Relation, rejected: Relation | None) -> Relation:
    return pairs if rejected is None else without(pairs, rejected, lu="lu", ru="ru")


def _pair(plan: CompiledPass, left: Relation, right: Relation) -> dict[str, Expression]:
    values: dict[str, Expression] = {
        "lu": left.of("l", "uid"),
        "ru": right.of("r", "uid"),
        "confirmed": literal(1 if plan.item.confirms else 0),
        "twins": literal(0),
        "rank": literal(1),
        "alternatives": literal(0),
        "lag": plan.pairing.lag,
    }
    return {name: values[name] for name in PAIR}


def _joined(plan: CompiledPass, left: Relation, right: Relation, columns: dict[str, Expression]) -> Relation:
    equal = [(left.of("l", name), right.of("r", name)) for name in ("currency", *plan.pairing.keys)]
    return join(left, right, equal, columns, plan.pairing.conditions)


def several(plan: CompiledPass, units: Relation) -> Relation:
    """The hashes of keys that come up more than once, as tables `several_left` and `several_right` hold them."""
    hashed = marked(plan, units)
    counted = aggregate(hashed, {HASH: hashed[HASH]}, Measure("n", "count"))
    found = where(counted, call("gt", counted["n"], literal(1)))
    return select(found, {HASH: found[HASH]})


def _entries(
    engine: DuckEngine, plan: CompiledPass, side: Side, pool: Relation, fields: Sequence[str]
) -> Relation:
    """The entries of a side whose key comes up once, as units with what is known of them."""
    known = facts(pool, side, fields)
    wider = select(pool, {**{name: pool[name] for name in pool.schema}, **known})
    keyed = plan.side(side).keyed(wider, *known, held=partial(engine.held, f"named_{side}"))
    engine.build(f"several_{side}", several(plan, keyed))
    return plan.side(side).units(_alone(plan, side, keyed), plan.calendar, *known)


def _alone(plan: CompiledPass, side: Side, units: Relation) -> Relation:
    """The units of a side whose key comes up once."""
    return without(marked(plan, units), Scan({HASH: INTEGER}, f"several_{side}"), **{HASH: HASH})


def marked(plan: CompiledPass, units: Relation) -> Relation:
    """Units with a hash of their key, under the name `HASH`."""
    hashed = call("hash_of", *(units[name] for name in ("currency", *plan.pairing.keys)))
    return select(units, {**{name: units[name] for name in units.schema}, HASH: hashed})
