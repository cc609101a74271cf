"""All passes of a rule set, in order, over what each leaves open.

Leaves on the engine: `found` (every pair of every pass), `grouped` (members of groups), the pools `pool_left`,
`pool_right` as they were, and what no pass confirmed. An entry of a confirmed match is in no later pass; an entry
of a suggestion stays open for later passes that confirm, but is not suggested twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from recon.engines.duck import DuckEngine
from recon.engines.expressions import call, literal
from recon.engines.relations import Relation, Scan, Schema, join, select, where, without
from recon.engines.types import INTEGER, ROW, TEXT
from recon.matchers.calendar_table import calendar_table
from recon.matchers.decided import rejected, take_accepted
from recon.matchers.offset import as_two_sided, offset_pools
from recon.matchers.one_pass import PAIR, SIDES, PassRun, compiled
from recon.matchers.pool import load_pool, take_out
from recon.rules.ruleset import Pass, RuleSet, Side

FOUND: Schema = {"pass": INTEGER, **PAIR}
GROUPED: Schema = {"pass": INTEGER, "side": TEXT, "uid": ROW, "rid": ROW}
ROWS: Schema = {"rid": ROW}


@dataclass(frozen=True)
class PassOutcome:
    """What one pass did: pairs confirmed and suggested, and how many rounds assignment took."""

    name: str
    confirmed: int
    suggested: int
    rounds: int


@dataclass(frozen=True)
class PassesRun:
    """What the passes of a rule set did, and the tables of what they left open."""

    outcomes: list[PassOutcome]
    pools: Mapping[Side, Scan]


def run_passes(
    engine: DuckEngine, ruleset: RuleSet, currencies: Sequence[str], days: tuple[date, date]
) -> PassesRun:
    """Load the pools from `scope` and run every pass. `days` is the range of dates in scope."""
    engine.create_typed("found", FOUND)
    engine.create_typed("grouped", GROUPED)
    pools: dict[Side, Scan] = {side: load_pool(engine, ruleset, side) for side in SIDES}
    take_accepted(engine, ruleset, pools)
    for side in SIDES:
        engine.create_typed(f"suggested_{side}", ROWS)
    outcomes = []
    for number, item in enumerate(ruleset.passes):
        calendar = calendar_table(engine, item.within.window, days)
        outcomes.append(_Step(engine, ruleset, number, item, pools).run(list(currencies), calendar))
    return PassesRun(outcomes, pools)


@dataclass(frozen=True)
class _Step:
    engine: DuckEngine
    ruleset: RuleSet
    number: int
    item: Pass
    pools: dict[Side, Scan]

    def run(self, currencies: list[str], calendar: str | None) -> PassOutcome:
        offset = self.item.offset
        compare = self.ruleset.compared(self.item)
        if offset is None:
            sides: dict[Side, Relation] = {side: self._candidates(side) for side in SIDES}
            plan = compiled(self.item, compare, currencies, calendar)
        else:
            amount = compare.left if offset.side == "left" else compare.right
            sides = offset_pools(self._candidates(offset.side), amount)
            same = compare.model_copy(update={"left": amount, "right": amount})
            plan = compiled(as_two_sided(self.item, offset), same, currencies, calendar)
        apart = rejected(self.engine, self.ruleset, plan, sides, offset.side if offset else None)
        rounds = PassRun(self.engine, plan, sides, apart).run()
        pairs = Scan(PAIR, "pairs")
        columns = {"pass": literal(self.number), **{name: pairs[name] for name in PAIR}}
        total = self.engine.append_relation("found", select(pairs, columns))
        if total:
            self._keep_groups()
        confirmed = self._use_up(pairs) if total else 0
        return PassOutcome(self.item.name, confirmed, total - confirmed, rounds)

    def _candidates(self, side: Side) -> Relation:
        """What the pass may look at: a pass that only suggests leaves alone what is suggested already."""
        pool = self.pools[side]
        if self.item.confirms or not self.engine.count(f"suggested_{side}"):
            return pool
        return without(pool, Scan(ROWS, f"suggested_{side}"), rid="rid")

    def _use_up(self, pairs: Relation) -> int:
        """Take the entries of confirmed pairs out of the pools, note those of suggestions; pairs confirmed."""
        count = 0
        for state, is_confirmed in ((1, True), (0, False)):
            chosen = where(pairs, call("eq", pairs["confirmed"], literal(state)))
            for side in SIDES:
                name = f"rows_{side}"
                rows = self.engine.build(name, self._rows(chosen, side))
                if not rows:
                    continue
                if is_confirmed:
                    pool = self._pool_side(side)
                    self.pools[pool] = take_out(self.engine, self.pools[pool], Scan(ROWS, name), f"open_{pool}")
                else:
                    self.engine.append_relation(f"suggested_{self._pool_side(side)}", Scan(ROWS, name))
            if is_confirmed:
                count = int(self.engine.rows("SELECT count(*) FROM pairs WHERE confirmed = 1")[0][0])
        return count

    def _keep_groups(self) -> None:
        for side in SIDES:
            if self._is_grouped(side):
                members = Scan({"uid": ROW, "rid": ROW}, f"group_{side}")
                which = {"pass": literal(self.number), "side": literal(side)}
                self.engine.append_relation(
                    "grouped", select(members, {**which, "uid": members["uid"], "rid": members["rid"]})
                )

    def _is_grouped(self, side: Side) -> bool:
        return self.item.group is not None and bool(self.item.group.keys(side))

    def _pool_side(self, side: Side) -> Side:
        return side if self.item.offset is None else self.item.offset.side

    def _rows(self, pairs: Relation, side: Side) -> Relation:
        """The entries behind the units of a side."""
        own = "lu" if side == "left" else "ru"
        if not self._is_grouped(side):
            return select(pairs, {"rid": pairs[own]})
        members = Scan({"uid": ROW, "rid": ROW}, f"group_{side}")
        return join(
            members,
            pairs,
            [(members.of("l", "uid"), pairs.of("r", own))],
            {"rid": members.of("l", "rid")},
        )
