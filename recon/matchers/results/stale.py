"""Suggestions that no longer stand: an entry was confirmed elsewhere, or an earlier pass said the same."""

from collections.abc import Sequence

from recon.engines.duck import DuckEngine
from recon.engines.expressions import Expression, call, literal
from recon.engines.relations import Measure, Relation, Scan, aggregate, pick, select, union, where, without
from recon.engines.types import INTEGER, ROW
from recon.matchers.results.group_results import PAIR_KEYS, entries_of
from recon.matchers.ruleset_run import LINKED, PassesRun
from recon.model.sides import SIDES
from recon.rules.ruleset import RuleSet

OFFER = {"pass": INTEGER, "lu": ROW, "ru": ROW}


def drop_stale_suggestions(engine: DuckEngine, ruleset: RuleSet, run: PassesRun) -> None:
    """Remove from the pairs found what a confirmed match or an earlier suggestion has made void.

    A suggestion is kept only while all its entries are open.
    """
    suggesting = [number for number, outcome in enumerate(run.outcomes) if outcome.suggested]
    if not suggesting:
        return
    made = engine.held("offers", _offers(run, suggesting))
    held = engine.held("suggested", entries_of(ruleset, run, suggesting, only_suggested=True))
    gone: list[Relation] = []
    for side in SIDES:
        mine = where(held, call("eq", held["side"], literal(side)))
        gone.append(pick(without(mine, run.pools[side], rid="rid"), *PAIR_KEYS))
    first = aggregate(made, {name: made[name] for name in ("lu", "ru")}, Measure("pass", "min", made["pass"]))
    keys = {name: name for name in PAIR_KEYS}
    gone.append(without(made, first, **keys))
    if engine.build("gone", union(*gone)):
        void = Scan(OFFER, "gone")
        engine.remove("linked", void, **keys)
        for number in suggesting:
            if number in run.pairs:
                mine = where(void, call("eq", void["pass"], literal(number)))
                engine.remove(run.pairs[number].name, mine, lu="lu", ru="ru")
    engine.drop("offers", "suggested", "gone")


def _offers(run: PassesRun, passes: Sequence[int]) -> Relation:
    """The suggestions of some passes."""
    linked = Scan(LINKED, "linked")
    tables: list[tuple[Expression, Scan]] = [
        (literal(number), run.pairs[number]) for number in passes if number in run.pairs
    ]
    if len(tables) < len(passes):
        tables.append((linked["pass"], linked))
    return union(
        *(
            select(
                where(table, call("eq", table["confirmed"], literal(0))),
                {"pass": number, "lu": table["lu"], "ru": table["ru"]},
            )
            for number, table in tables
        )
    )
