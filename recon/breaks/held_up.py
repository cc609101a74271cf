"""What may hold a journey up: the entries of a chain's first side, traced back from what did not pass a leg.

Everything that a run looks at is matched, left out or open. So what waits before a leg after a run
is open or left out in the rule set of that leg, or was not looked at by it in this run; all else has passed.
"""

from dataclasses import dataclass

from recon.engines.duck import DuckEngine
from recon.engines.names import text_literal
from recon.engines.rows import row_number
from recon.matchers.pool import scope_of
from recon.rules.ruleset import RuleSet

LEAVES = "part_leaves"
"""Entries that were split, in a rule set and side: `whole`, and each `part` that it comes to; absent without any."""


@dataclass(frozen=True, slots=True)
class Legs:
    """The rule sets of a chain, outwards, and the place of each among those of the run."""

    rulesets: tuple[RuleSet, ...]
    places: tuple[int, ...]

    def hand_over(self, leg: int) -> bool:
        """Whether a leg looks at every source that the leg before it matches on its right."""
        return set(self.rulesets[leg - 1].sources("right")) <= set(self.rulesets[leg].sources("left"))


def held_up(engine: DuckEngine, legs: Legs, *, is_first_run: bool) -> None:
    """Materialise `held_up` (`rid`): entries that a chain begins with and that may not have passed every leg.

    In a first run, a leg has looked at all that the leg before it matched if it has all its sources; in later runs
    what one of them took up may have been settled long ago in the other.
    """
    for leg in reversed(range(len(legs.rulesets))):
        name = text_literal(legs.rulesets[leg].ruleset)
        parts = [
            f"SELECT {row_number('entry_id')} AS rid FROM {table} WHERE ruleset = {name} AND side = 'left'"
            for table in ("open_items", "excluded")
        ]
        if leg + 1 < len(legs.rulesets):
            parts.append(
                f"SELECT l.rid FROM ({_matched(legs, leg, 'left')}) l JOIN (SELECT mid FROM "
                f"({_matched(legs, leg, 'right', engine)}) SEMI JOIN held_up USING (rid)) r ON r.mid = l.mid"
            )
        if leg > 0 and not (is_first_run and legs.hand_over(leg)):
            mine = scope_of(engine, legs.rulesets[leg].ruleset, "left")
            seen = (
                f"SELECT {row_number('entry_id')} AS rid FROM {mine} WHERE ruleset = {name} AND side = 'left'"
            )
            parts.append(f"(SELECT rid FROM ({_matched(legs, leg - 1, 'right', engine)}) EXCEPT {seen})")
        engine.materialise("held_up", f"SELECT DISTINCT rid FROM ({' UNION ALL '.join(parts)})")
        if engine.has(LEAVES):
            engine.append("held_up", wholes(name, "left", "held_up"))


def wholes(ruleset: str, side: str, table: str) -> str:
    """The entries that parts of a rule set (a literal) and side among the numbers `rid` of a table were cut from."""
    return (
        f"SELECT {row_number('whole')} AS rid FROM {LEAVES} l SEMI JOIN {table} h ON h.rid = {row_number('part')} "
        f"WHERE ruleset = {ruleset} AND side = '{side}'"
    )


def _matched(legs: Legs, leg: int, side: str, engine: DuckEngine | None = None) -> str:
    """The entries of a side that this run matched on a leg; with the engine, of parts what they were cut from."""
    found = f"SELECT mid, rid FROM member_rows_{legs.places[leg]} WHERE confirmed = 1 AND side = '{side}'"
    if engine is None or not engine.has(LEAVES):
        return found
    return f"SELECT mid, {whole_of(text_literal(legs.rulesets[leg].ruleset), side, 'm.rid')} AS rid FROM ({found}) m"


def whole_of(ruleset: str, side: str, rid: str) -> str:
    """The number of the entry that an item of a rule set (a literal) and side was cut from, or is."""
    return (
        f"coalesce((SELECT {row_number('whole')} FROM {LEAVES} WHERE ruleset = {ruleset} AND side = '{side}' "
        f"AND {row_number('part')} = {rid}), {rid})"
    )
