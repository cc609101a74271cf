"""What people decided about matches, honoured: what was accepted stands before any pass, what was rejected stays apart.

The table `decisions` (`DECISIONS`) holds one row for each entry of each decision; a run without decisions has no such
table. A decision counts only for exactly the entries that it was made about. True twins are not told apart.
"""

from collections.abc import Mapping
from typing import Final

from recon.engines.duck import DuckEngine
from recon.engines.expressions import Expression, Literal, all_of, call, literal
from recon.engines.relations import (
    Measure,
    Relation,
    Scan,
    Schema,
    aggregate,
    join,
    select,
    union,
    where,
    within,
    without,
)
from recon.engines.types import CODED, INTEGER, MONEY, ROW, TEXT, TRUTH
from recon.matchers.fx import figure_type
from recon.matchers.pairing.candidates import CARRIED
from recon.matchers.pairing.compiled import CompiledPass
from recon.matchers.pairing.pairs import UNIT
from recon.matchers.pool import take_out, verified_fields
from recon.matchers.sums import summed
from recon.model.sides import SIDES
from recon.rules.ruleset import RuleSet, Side

TABLE: Final = "decisions"
DECISIONS: Final[Schema] = {
    "ruleset": TEXT,
    "number": INTEGER,
    "accepted": TRUTH,
    "match_id": TEXT,
    "pass": TEXT,
    "side": TEXT,
    "entry_id": TEXT,
    "entries": INTEGER,
    "evidence": TEXT,
}
"""`number` tells decisions apart and puts them in order, the earlier first; `entries` is how many rows one has."""
NO_PASS: Final = -1
"""The number of the pass of a match that no pass of the rule set suggested."""
_APART: Final = f"{CARRIED}apart"
_MEMBERS, _SUMS, _REJECTED, _DECIDED = "accepted_members", "accepted_sums", "rejected_pairs", "decided_entries"


def take_accepted(engine: DuckEngine, ruleset: RuleSet, pools: dict[Side, Scan]) -> None:
    """Take the entries of accepted matches out of the pools; they are kept for `accepted`.

    A decision stands when all its entries are in the pools, and no earlier one claims any of them.
    """
    if not _has(engine, ruleset, accepted=True):
        return
    claimed = _claims(ruleset, pools)
    complete = _whole(claimed)
    first = aggregate(
        within(claimed, complete, number="number"),
        {name: claimed[name] for name in ("side", "rid")},
        Measure("number", "min", claimed["number"]),
    )
    standing = _whole(within(claimed, first, side="side", rid="rid", number="number"))
    members = within(claimed, standing, number="number")
    if engine.build(_MEMBERS, members):
        held = Scan(members.schema, _MEMBERS)
        engine.build(_SUMS, _sums(ruleset, held))
        for side in SIDES:
            mine = where(held, call("eq", held["side"], literal(side)))
            pools[side] = take_out(engine, pools[side], mine, f"open_{side}")


def accepted(engine: DuckEngine, ruleset: RuleSet) -> tuple[Relation, Relation] | None:
    """The accepted matches, if there are any: their sums (as `sums.summed`, and `mid`), their members."""
    if not engine.has(_SUMS):
        return None
    claimed = _claims(ruleset, {side: _pool(ruleset, side) for side in SIDES}).schema
    members = Scan(claimed, _MEMBERS)
    return Scan(_sums(ruleset, members).schema, _SUMS), members


def forget_accepted(engine: DuckEngine) -> None:
    """Forget the accepted matches of a rule set that is done."""
    engine.drop(_MEMBERS, _SUMS)


def rejected(
    engine: DuckEngine,
    ruleset: RuleSet,
    plan: CompiledPass,
    pools: Mapping[Side, Relation],
    one_side: Side | None,
) -> Scan | None:
    """Table `rejected_pairs` (`lu`, `ru`): the pairs of units that people rejected, as the units of a pass stand.

    `one_side` is the side whose entries are set off against each other. None when nothing was rejected.
    """
    if not _has(engine, ruleset, accepted=False):
        return None
    decided = _decided(ruleset, accepted=False)
    left, right = (_units(plan, side, pools[side], decided, one_side) for side in SIDES)
    all_of_it = call("eq", call("add", left.of("l", "n"), right.of("r", "n")), left.of("l", "entries"))
    pairs = join(
        left,
        right,
        [(left.of("l", "number"), right.of("r", "number"))],
        {"lu": left.of("l", "uid"), "ru": right.of("r", "uid")},
        all_of_it,
    )
    return Scan(pairs.schema, _REJECTED) if engine.build(_REJECTED, pairs) else None


def told_apart(engine: DuckEngine, units: Relation, pairs: Relation, side: Side) -> Scan:
    """The units of a side (table `units_<side>`) with those of rejected pairs each in a class of its own.

    Others that are alike may be meant instead: what units carry tells them apart.
    """
    columns: dict[str, Expression] = {name: units[name] for name in units.schema}
    named, others = within(units, pairs, uid=UNIT[side]), without(units, pairs, uid=UNIT[side])
    marked = select(named, {**columns, _APART: named["uid"]})
    held = engine.held("units_apart", union(marked, select(others, {**columns, _APART: Literal(ROW, None)})))
    engine.rename(held.name, f"units_{side}")
    return Scan(held.schema, f"units_{side}")


def rejected_sets(engine: DuckEngine, ruleset: RuleSet, many: Side) -> Scan | None:
    """Table `rejected_pairs` (`one`, `set`): what people rejected, as ways of a subset pass are named.

    `many` is the side whose entries are added up. None when nothing was rejected.
    """
    if not _has(engine, ruleset, accepted=False):
        return None
    decided = _decided(ruleset, accepted=False)
    on_side = call("eq", decided["side"], literal(many))
    several, single = where(decided, on_side), where(decided, call("not", on_side))
    sets = aggregate(several, {"number": several["number"]}, Measure("set", "bit_xor", several["rid"]))
    ones = aggregate(
        single, {"number": single["number"]}, Measure("one", "min", single["rid"]), Measure("n", "count")
    )
    alone = where(ones, call("eq", ones["n"], literal(1)))
    columns = {"one": alone.of("l", "one"), "set": sets.of("r", "set")}
    pairs = join(alone, sets, [(alone.of("l", "number"), sets.of("r", "number"))], columns)
    return Scan(pairs.schema, _REJECTED) if engine.build(_REJECTED, pairs) else None


def rejected_ways(engine: DuckEngine, ruleset: RuleSet) -> Scan | None:
    """Table `rejected_pairs` (`way`): what people rejected, as ways of a pass that adds up both sides are named.

    None when nothing was rejected.
    """
    if not _has(engine, ruleset, accepted=False):
        return None
    decided = _decided(ruleset, accepted=False)
    named = aggregate(decided, {"number": decided["number"]}, Measure("way", "bit_xor", decided["rid"]))
    ways = aggregate(named, {"way": named["way"]})
    return Scan(ways.schema, _REJECTED) if engine.build(_REJECTED, ways) else None


def _has(engine: DuckEngine, ruleset: RuleSet, *, accepted: bool) -> bool:
    if not engine.has(TABLE):
        return False
    engine.build(_DECIDED, _decided(ruleset, accepted=accepted))
    return engine.count(_DECIDED) > 0


def _decided(ruleset: RuleSet, *, accepted: bool) -> Relation:
    table = Scan(DECISIONS, TABLE)
    verdict: Expression = table["accepted"] if accepted else call("not", table["accepted"])
    mine = where(table, all_of(call("eq", table["ruleset"], literal(ruleset.ruleset)), verdict))
    names = ("number", "match_id", "pass", "side", "entries", "evidence")
    return select(mine, {**{name: mine[name] for name in names}, "rid": call("row_of", mine["entry_id"])})


def _pool(ruleset: RuleSet, side: Side) -> Scan:
    """The columns of a pool that members need."""
    fields = {name: figure_type(name) for name in verified_fields(ruleset)}
    return Scan(
        {"rid": ROW, **{name: CODED[name] for name in ("account", "currency")}, "compared": MONEY, **fields},
        f"pool_{side}",
    )


def _claims(ruleset: RuleSet, pools: Mapping[Side, Relation]) -> Relation:
    """Every entry of an accepted match that is in the pools, as a member of it."""
    decided = _decided(ruleset, accepted=True)
    parts = []
    for side in SIDES:
        mine, pool = where(decided, call("eq", decided["side"], literal(side))), pools[side]
        columns: dict[str, Expression] = {
            "mid": call("row_of", mine.of("l", "match_id")),
            **{name: mine.of("l", name) for name in ("number", "pass", "entries", "evidence", "side", "rid")},
            "account": pool.of("r", "account"),
            "currency": pool.of("r", "currency"),
            "amount": pool.of("r", "compared"),
            "confirmed": literal(1),
            **{f"figure_{name}": pool.of("r", name) for name in verified_fields(ruleset)},
        }
        parts.append(join(mine, pool, [(mine.of("l", "rid"), pool.of("r", "rid"))], columns))
    return union(*parts)


def _whole(members: Relation) -> Relation:
    """The decisions (`number`) of which every entry is among the members."""
    keys = {name: members[name] for name in ("number", "entries")}
    counted = aggregate(members, keys, Measure("found", "count"))
    return where(counted, call("eq", counted["found"], counted["entries"]))


def _sums(ruleset: RuleSet, members: Relation) -> Relation:
    first = Measure("lu", "min", members["rid"])
    sums = summed(ruleset, members, "mid", "number", "pass", "evidence", also=(first,))
    number: Expression = literal(NO_PASS)
    for place, item in enumerate(ruleset.passes):
        number = call("if", call("eq", sums["pass"], literal(item.name)), literal(place), number)
    kept: dict[str, Expression] = {name: sums[name] for name in sums.schema if name not in {"number", "pass"}}
    constants = {"confirmed": literal(1), "twins": literal(0), "rank": literal(1), "alternatives": literal(0)}
    return select(sums, {**kept, "pass": number, **constants})


def _units(
    plan: CompiledPass, side: Side, pool: Relation, decided: Relation, one_side: Side | None
) -> Relation:
    """The units of one side that hold entries of one rejected match and no others: `number`, `entries`, `uid`, `n`."""
    on_side = call("eq", decided["side"], literal(one_side or side))
    mine = where(decided, on_side)
    units = plan.side(side)
    keyed = units.keyed(pool)
    names = ("currency", *units.named_keys) if units.is_grouped else ()
    columns = {
        **{name: mine.of("r", name) for name in ("number", "entries")},
        **{name: keyed.of("l", name) for name in (*names, "rid")},
    }
    found = join(keyed, mine, [(keyed.of("l", "rid"), mine.of("r", "rid"))], columns)
    keys = {name: found[name] for name in ("number", "entries", *names)}
    told = aggregate(found, keys, Measure("uid", "min", found["rid"]), Measure("n", "count"))
    if not units.is_grouped:
        return where(told, call("eq", told["n"], literal(1)))
    group = within(keyed, found, **{name: name for name in names})
    whole = aggregate(group, {name: group[name] for name in names}, Measure("size", "count"))
    return join(
        told,
        whole,
        [(told.of("l", name), whole.of("r", name)) for name in names],
        {name: told.of("l", name) for name in ("number", "entries", "uid", "n")},
        call("eq", told.of("l", "n"), whole.of("r", "size")),
    )
