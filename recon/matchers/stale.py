"""Suggestions that no longer stand: an entry was confirmed elsewhere, or an earlier pass said the same."""

from collections.abc import Mapping

from recon.engines.duck import DuckEngine
from recon.engines.expressions import call, literal
from recon.engines.relations import Measure, Relation, Scan, aggregate, pick, union, where, without
from recon.matchers.group_results import PAIR_KEYS, linked
from recon.matchers.one_pass import SIDES
from recon.matchers.ruleset_run import FOUND
from recon.rules.ruleset import RuleSet, Side


def drop_stale_suggestions(engine: DuckEngine, ruleset: RuleSet, pools: Mapping[Side, Scan]) -> None:
    """Remove from `found` what a confirmed match or an earlier suggestion has made void.

    A suggestion is kept only while all its entries are open.
    """
    found = Scan(FOUND, "found")
    offers = where(found, call("eq", found["confirmed"], literal(0)))
    if not engine.build("offers", offers):
        engine.drop("offers")
        return
    members = linked(ruleset, range(len(ruleset.passes)), only_suggested=True)
    if members is None:
        return
    engine.build("suggested", members)
    held = Scan(members.schema, "suggested")
    gone: list[Relation] = []
    for side in SIDES:
        mine = where(held, call("eq", held["side"], literal(side)))
        gone.append(pick(without(mine, pools[side], rid="rid"), *PAIR_KEYS))
    made = Scan(FOUND, "offers")
    first = aggregate(made, {name: made[name] for name in ("lu", "ru")}, Measure("pass", "min", made["pass"]))
    keys = dict(zip(PAIR_KEYS, PAIR_KEYS, strict=True))
    gone.append(pick(without(made, first, **keys), *PAIR_KEYS))
    engine.build("gone", union(*gone))
    engine.build("kept", without(found, Scan({name: FOUND[name] for name in PAIR_KEYS}, "gone"), **keys))
    engine.rename("kept", "found")
    engine.drop("offers", "suggested", "gone")
