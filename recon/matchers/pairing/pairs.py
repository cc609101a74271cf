"""Pairs: what a pass says of two units that it brings together, and what is known of two single entries.

Money in a pair of entries is in the rule set's own compared amounts, whatever amount the pass compared.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from recon.engines.expressions import Expression, Literal, call, literal
from recon.engines.relations import Relation, Schema, join, select
from recon.engines.types import CODED, FLAG, MONEY, ROW, SMALL, TEXT
from recon.matchers.comparing.units import SideUnits
from recon.matchers.fx import figure_type
from recon.model.sides import SIDES
from recon.rules.ruleset import Side

PAIR: Schema = {
    "lu": ROW,
    "ru": ROW,
    "confirmed": FLAG,
    "twins": FLAG,
    "rank": SMALL,
    "alternatives": SMALL,
    "lag": SMALL,
}
"""`lag` is how many days the right lies after the left, absent where dates are not compared."""
UNIT: Mapping[Side, str] = {"left": "lu", "right": "ru"}
KEYS: Schema = {"keys": TEXT, "found": TEXT}
"""`keys` are those that agreed, as JSON, where normalising or an expression made them; a plain column stands in the
entry. `found` is what else speaks for the pair: members of a JSON object without its braces, absent without any."""


@dataclass(frozen=True)
class Evidence:
    """What speaks for a pair beside its keys: expressions over an entry of each side, and what is told of both.

    `told` is a text of JSON members, made from the columns `left_<name>` and `right_<name>`, and from those of `once`,
    which are made from them: what is long and said more than once.
    """

    of: Mapping[Side, Mapping[str, Expression]]
    told: Expression
    once: Mapping[str, Expression] = field(default_factory=dict)

    def columns(self, side: Side) -> dict[str, Expression]:
        """What is read of an entry of a side, under the names that it has in `told`."""
        return {f"{side}_{name}": value for name, value in self.of[side].items()}


def paired(fields: Sequence[str]) -> Schema:
    """The columns of a pair of single entries: the pair, its keys, and account, amount and figures of both."""
    sides = {name: type_ for side in SIDES for name, type_ in _facts_of(side, fields).items()}
    return {**PAIR, **KEYS, "currency": CODED["currency"], **sides}


def _facts_of(side: Side, fields: Sequence[str]) -> Schema:
    figures = {f"{side}_{name}_sum": figure_type(name) for name in fields}
    return {f"{side}_account": CODED["account"], f"{side}_amount": MONEY, **figures}


def facts(pool: Relation, side: Side, fields: Sequence[str]) -> dict[str, Expression]:
    """What is known of an entry of a side's pool, under the names that it has in a pair."""
    figures = {f"{side}_{name}_sum": pool[name] for name in fields}
    return {f"{side}_account": pool["account"], f"{side}_amount": pool["compared"], **figures}


def with_facts(
    pairs: Relation,
    sides: Mapping[Side, SideUnits],
    pools: Mapping[Side, Relation],
    fields: Sequence[str],
    also: Evidence | None = None,
) -> Relation:
    """Pairs of single entries with their keys and what is known of both entries."""
    found = pairs
    for side in SIDES:
        pool = pools[side]
        known = {**facts(pool, side, fields), **_told_of(sides[side], also)}
        if side == "left":
            known["currency"] = pool["currency"]
        found = _joined(found, select(pool, {"rid": pool["rid"], **known}), side)
    return _told(found, sides, paired(fields), also)


def with_keys(
    pairs: Relation,
    sides: Mapping[Side, SideUnits],
    pools: Mapping[Side, Relation],
    also: Evidence | None = None,
) -> Relation:
    """Pairs of units with their keys: those of the first entries of both units."""
    found = pairs
    for side in SIDES:
        pool, columns = pools[side], _told_of(sides[side], also)
        if columns:
            found = _joined(found, select(pool, {"rid": pool["rid"], **columns}), side)
    return _told(found, sides, {**PAIR, **KEYS}, also)


def made_keys(side: SideUnits) -> dict[str, Expression]:
    """The keys of a side that say something else than a column: those a pass made."""
    return {name: key for name, key in side.named_keys.items() if name == "word" or name in side.made}


def keys_json(keys: Sequence[Expression]) -> Expression:
    """Keys as a JSON list; absent without any."""
    return call("json_list", *(call("as_text", key) for key in keys)) if keys else Literal(TEXT, None)


def evidence(pairs: Relation) -> Expression:
    """What was compared, as JSON text: the keys that agreed, what else was found, the days between the dates."""
    keys, found, lag = (pairs[name] for name in ("keys", "found", "lag"))
    none, comma = literal(""), literal(",")
    no_keys, not_found, no_lag = (call("is_null", value) for value in (keys, found, lag))
    before_found = call("if", no_keys, none, comma)
    before_days = call("if", call("and", no_keys, not_found), none, comma)
    return call(
        "concat",
        literal("{"),
        call("if", no_keys, none, call("concat", literal('"keys":'), keys)),
        call("if", not_found, none, call("concat", before_found, found)),
        call("if", no_lag, none, call("concat", before_days, literal('"days":'), call("as_text", lag))),
        literal("}"),
    )


def _key_columns(side: SideUnits) -> dict[str, Expression]:
    """The keys that a pass made of an entry of a side: those of the left, and the word on the side that names it."""
    return {
        f"{side.side}_{name}": key
        for name, key in made_keys(side).items()
        if side.side == "left" or name == "word"
    }


def _told_of(side: SideUnits, also: Evidence | None) -> dict[str, Expression]:
    return {**_key_columns(side), **({} if also is None else also.columns(side.side))}


def _joined(found: Relation, known: Relation, side: Side) -> Relation:
    kept: dict[str, Expression] = {name: found.of("l", name) for name in found.schema}
    kept |= {name: known.of("r", name) for name in known.schema if name != "rid"}
    return join(found, known, [(found.of("l", UNIT[side]), known.of("r", "rid"))], kept)


def _told(found: Relation, sides: Mapping[Side, SideUnits], schema: Schema, also: Evidence | None) -> Relation:
    if also is not None and also.once:
        found = select(found, {**{name: found[name] for name in found.schema}, **also.once})
    keys = [found[name] for side in SIDES for name in _key_columns(sides[side])]
    made = {"keys": keys_json(keys), "found": Literal(TEXT, None) if also is None else also.told}
    return select(found, {name: made[name] if name in made else found[name] for name in schema})
