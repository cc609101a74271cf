"""Members and sums of matches whose sides are groups, or that lie on one side only."""

from collections.abc import Sequence

from recon.engines.expressions import Expression, call, literal
from recon.engines.relations import Relation, Scan, join, pick, select, union, where
from recon.matchers.pairing.one_pass import known_of, member
from recon.matchers.pairing.pairs import UNIT
from recon.matchers.pool import verified_fields
from recon.matchers.ruleset_run import LINKED, PassesRun
from recon.model.sides import SIDES
from recon.rules.ruleset import Pass, RuleSet, Side

PAIR_KEYS = ("pass", "lu", "ru")


def entries_of(
    ruleset: RuleSet, run: PassesRun, passes: Sequence[int], *, only_suggested: bool = False
) -> Relation:
    """Every entry of every pair of some passes: `pass`, `lu`, `ru`, `confirmed`, `side`, `rid`."""
    parts = [
        pick(part, *PAIR_KEYS, "confirmed", "side", "rid")
        for number in passes
        for side in SIDES
        for part in _part(ruleset, run, number, side, only_suggested)
    ]
    return union(*parts)


def _part(ruleset: RuleSet, run: PassesRun, number: int, side: Side, only_suggested: bool) -> list[Relation]:
    pairs = _pairs(run, number)
    if only_suggested:
        pairs = where(pairs, call("eq", pairs["confirmed"], literal(0)))
    if (number, side) in run.groups:
        return [_group_entries(pairs, run.groups[number, side], side)]
    kept: dict[str, Expression] = {name: pairs[name] for name in (*PAIR_KEYS, "confirmed")}
    actual = actual_side(ruleset.passes[number], side)
    return [select(pairs, {**kept, "side": literal(actual), "rid": pairs[UNIT[side]]})]


def _pairs(run: PassesRun, number: int) -> Relation:
    """The pairs of a pass, with its number."""
    if number in run.pairs:
        table = run.pairs[number]
        return select(
            table, {"pass": literal(number), **{name: table[name] for name in ("lu", "ru", "confirmed")}}
        )
    linked = Scan(LINKED, "linked")
    return where(linked, call("eq", linked["pass"], literal(number)))


def actual_side(item: Pass, side: Side) -> Side:
    """The side that an entry belongs to: both entries of an offset are of one."""
    return item.offset.side if item.offset else side


def _group_entries(pairs: Relation, members: Scan, side: Side) -> Relation:
    """The entries of the groups of a side, each with its pair and what is known of it."""
    kept: dict[str, Expression] = {name: pairs.of("l", name) for name in (*PAIR_KEYS, "confirmed")}
    kept |= {"side": literal(side)}
    kept |= {name: members.of("r", name) for name in members.schema if name != "uid"}
    return join(pairs, members, [(pairs.of("l", UNIT[side]), members.of("r", "uid"))], kept)


def match_entries(ruleset: RuleSet, run: PassesRun, number: int, actual: Side) -> Relation | None:
    """The entries of a side in the matches of a pass, with pair, side and what is known of them; None without any."""
    item, pairs, fields = ruleset.passes[number], _pairs(run, number), verified_fields(ruleset)
    parts = [
        _group_entries(pairs, run.groups[number, side], side)
        if (number, side) in run.groups
        else _single_entries(pairs, side, actual, run, fields)
        for side in SIDES
        if actual_side(item, side) == actual
    ]
    return union(*parts) if parts else None


def _single_entries(
    pairs: Relation, side: Side, actual: Side, run: PassesRun, fields: Sequence[str]
) -> Relation:
    """The entries of a side that is not grouped, each with its pair and what is known of it."""
    pool = member(Scan(run.pools[actual].schema, f"pool_{actual}"), fields)
    kept: dict[str, Expression] = {name: pairs.of("l", name) for name in (*PAIR_KEYS, "confirmed")}
    kept |= {"side": literal(actual), **{name: pool.of("r", name) for name in ("rid", *known_of(fields))}}
    return join(pairs, pool, [(pairs.of("l", UNIT[side]), pool.of("r", "rid"))], kept)
