"""What may come near an entry: found among all entries in one scan a side, so that gates are tried on few.

An entry may come near when it shares a reference however that was typed, has a key that a pass compares, or has the
amount that a pass would take within a month. Of a grouped side whole groups are taken, also those whose sum is near.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from recon.engines.dialects import DUCKDB
from recon.engines.duck import DuckEngine
from recon.engines.expressions import Expression, all_of, any_of, call, literal
from recon.engines.names import identifier
from recon.engines.relations import Measure, Relation, aggregate, select, where, within
from recon.engines.render import render
from recon.matchers.comparing.keys import as_word
from recon.matchers.comparing.units import SideUnits
from recon.matchers.explain.facts import EntryFacts
from recon.matchers.explain.kin import SHORTEST_IN_TEXT, TELLING, references_of
from recon.matchers.explain.pools import everything, want, wanted_by_all
from recon.matchers.explain.units import LookedBack, telling_keys
from recon.matchers.fee import with_figures
from recon.model.sides import SIDES
from recon.rules.ruleset import REFERENCE_COLUMNS, RuleSet, Side

NEAR_SHARE = Decimal("0.001")
"""Where a pass asks for no reference, an amount within this share of the entry's is near, whatever the tolerance."""
NEAR_DAYS = 31
"""Without a shared reference, candidates further away in time than this are not looked for."""
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Asking:
    """One pass with the unit that the entry asked about was part of in it."""

    looked: LookedBack
    role: Side
    own: Row

    @property
    def facing(self) -> Side:
        """The side that the unit faced."""
        return "right" if self.role == "left" else "left"


def band(asking: Asking) -> Decimal:
    """How far from the unit's amount another may be and still be near."""
    item, own = asking.looked.plan.item, asking.own
    bounds = asking.looked.plan.pairing.gates.within.bounds(own["currency"])
    share = Decimal() if telling_keys(item) or item.contains else NEAR_SHARE
    amount: Decimal = own["amount"]
    return max(abs(amount) * share, bounds.short, bounds.over).quantize(Decimal("0.00000001"))


def want_near(
    engine: DuckEngine, ruleset: RuleSet, entry: EntryFacts, askings: Sequence[Asking], sides: Iterable[Side]
) -> None:
    """Add to the entries wanted what may come near an entry, on some sides; its own side for the rivals there are."""
    patterns = _patterns(entry, askings)
    for side in sides:
        pool = with_figures(everything(ruleset, side), ruleset, side)
        conditions = [condition for asking in askings for condition in _conditions(pool, asking, side)]
        found = select(pool, {name: pool[name] for name in pool.schema})
        likes = [f"upper({identifier(name)}) LIKE '{pattern}'" for name in TELLING for pattern in patterns]
        likes += [f"upper(remittance) LIKE '{text}'" for text in patterns if len(text) > 2 * SHORTEST_IN_TEXT]
        tests = [*likes, DUCKDB.sql(any_of(*conditions))]
        want(engine, side, f"SELECT rid FROM ({render(found)}) WHERE {' OR '.join(tests)}")


def want_groups(
    engine: DuckEngine, ruleset: RuleSet, passes: Sequence[LookedBack], askings: Sequence[Asking]
) -> None:
    """Add the other members of the groups that wanted entries are in, and groups whose sum is near."""
    asked = {asking.looked.number: asking for asking in askings}
    for side in SIDES:
        grouped = [looked for looked in passes if looked.plan.side(side).is_grouped]
        if not grouped:
            continue
        far, near = (
            with_figures(entries, ruleset, side)
            for entries in (everything(ruleset, side), wanted_by_all(engine, ruleset, side))
        )
        for looked in grouped:
            plan = looked.plan.side(side)
            keys = {name: name for name in ("currency", *plan.named_keys)}
            mine = plan.keyed(near)
            found: list[Relation] = [within(plan.keyed(_alike(far, plan, mine)), mine, **keys)]
            asking = asked.get(looked.number)
            if asking is not None and asking.facing == side:
                keyed = plan.keyed(far)
                found.append(within(keyed, _sums_near(keyed, asking, tuple(keys)), **keys))
            for relation in found:
                rows = select(relation, {"rid": relation["rid"]})
                want(engine, side, render(rows), looked.number)


def _alike(far: Relation, plan: SideUnits, mine: Relation) -> Relation:
    """The entries that may have the keys of some keyed entries: their raw references are compared, each once.

    Normalising a reference costs more than all the rest, and entries of a group share theirs.
    """
    keys = plan.named_keys
    read = {name: {column.name for column in key.columns()} for name, key in keys.items()}
    if any(len(names) != 1 for names in read.values()):
        return far
    columns = sorted(set[str]().union(*read.values()))
    raw = aggregate(far, {name: far[name] for name in columns})
    keyed = select(raw, {**{name: raw[name] for name in columns}, **keys})
    hits = within(keyed, mine, **{name: name for name in keys})
    return within(far, hits, **{name: name for name in columns})


def _sums_near(keyed: Relation, asking: Asking, keys: tuple[str, ...]) -> Relation:
    """The groups whose sum is near the unit's amount."""
    sums = aggregate(keyed, {name: keyed[name] for name in keys}, Measure("amount", "sum", keyed["amount"]))
    wide, amount = band(asking), asking.own["amount"]
    close = call("between", sums["amount"], literal(amount - wide), literal(amount + wide))
    return where(sums, all_of(call("eq", sums["currency"], literal(asking.own["currency"])), close))


def _patterns(entry: EntryFacts, askings: Sequence[Asking]) -> list[str]:
    """References as patterns that find them whatever stands between their characters."""
    texts = set(references_of(entry))
    for asking in askings:
        names = [f"k{position + 1}" for position in telling_keys(asking.looked.plan.item)]
        values = [asking.own.get(name) for name in (*names, "word")]
        texts |= {re.sub("[^A-Z0-9]+", "", str(value).upper()) for value in values if value is not None}
    return sorted("%" + "%".join(text) + "%" for text in texts - {""})


def _conditions(pool: Relation, asking: Asking, side: Side) -> list[Expression]:
    """What makes an entry of a side near by what the pass compares, beside its references."""
    looked, own = asking.looked, asking.own
    offset = looked.offset
    if offset is not None and offset != side:
        return []
    conditions = [_amount_near(pool, asking, asking.facing if offset else side)]
    plan = looked.plan.side(asking.facing)
    if side != asking.facing and offset is None:
        return conditions
    for position in telling_keys(looked.plan.item):
        key = plan.keys[position]
        if any(column.name not in REFERENCE_COLUMNS for column in key.columns()):
            conditions.append(call("eq", key, call("as_text", literal(str(own[f"k{position + 1}"])))))
    if plan.text is not None:
        conditions.append(call("contains", as_word(plan.text), literal(str(own["word"]))))
    if plan.word is not None:
        unit = looked.units(asking.role)
        words = looked.plan.pairing.worded(
            where(unit, call("eq", unit["uid"], call("row_of", literal(f"{own['uid']:024x}"))))
        )
        found = [
            row[0] for row in looked.engine.rows(f"SELECT DISTINCT word FROM ({render(words)}) ORDER BY 1")
        ]
        conditions += [call("in", plan.word, *map(literal, found))] if found else []
    return conditions


def _amount_near(pool: Relation, asking: Asking, side: Side) -> Expression:
    """Entries whose amount and date are near the unit's; as wide again, so that rivals are found as well."""
    looked, own = asking.looked, asking.own
    plan, wide = looked.plan.side(side), 2 * band(asking)
    amount: Expression = pool[plan.compared]
    if looked.offset is not None and side == "right":
        amount = call("neg", amount)
    near = [
        call("eq", pool["currency"], literal(own["currency"])),
        call("between", amount, literal(own["amount"] - wide), literal(own["amount"] + wide)),
    ]
    if own["day"] is not None:
        days = call("days", pool[plan.date], literal(own["day"]))
        near.append(call("between", days, literal(-2 * NEAR_DAYS), literal(2 * NEAR_DAYS)))
    return all_of(*near)
