"""All passes of a rule set, in order, over what each leaves open.

Leaves on the engine: `pairs_<n>` (`pairs.paired`) for each pass over single entries; `linked`, the pairs of all others,
and `group_<n>_<side>`, the members of their groups; the pools `pool_left`, `pool_right` as they were; and what no pass
confirmed. An entry of a confirmed match is in no later pass; an entry of a suggestion stays open for later passes that
confirm, but is not suggested twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from recon.engines.duck import DuckEngine
from recon.engines.expressions import Expression, call, literal
from recon.engines.relations import Measure, Relation, Scan, Schema, aggregate, join, select, where, without
from recon.engines.render import render
from recon.engines.types import INTEGER, ROW
from recon.matchers.calendar_table import calendar_table
from recon.matchers.pairing.another import pair_by_another, with_another
from recon.matchers.pairing.commonplace import COMMON, doubted
from recon.matchers.pairing.compiled import CompiledPass, compiled
from recon.matchers.pairing.decided import rejected, rejected_sets, rejected_ways, take_accepted
from recon.matchers.pairing.offset import as_two_sided, offset_pools
from recon.matchers.pairing.one_pass import PassRun, known_of
from recon.matchers.pairing.pairs import KEYS, PAIR, UNIT, paired, with_facts, with_keys
from recon.matchers.pairing.reach import Reach, within_reach
from recon.matchers.pairing.unique import pair_unique_entries
from recon.matchers.pool import load_pool, take_out, verified_fields
from recon.model.sides import SIDES
from recon.rules.lists import InText
from recon.rules.ruleset import Compare, Pass, RuleSet, Side
from recon.rules.subset import Subset

if TYPE_CHECKING:
    from recon.matchers.subset.both.both_run import BothRun
    from recon.matchers.subset.subset_run import SubsetRun

LINKED: Schema = {"pass": INTEGER, **PAIR, **KEYS}
ROWS: Schema = {"rid": ROW}
MEMBER: Schema = {"uid": ROW, "rid": ROW}
Groups = dict[tuple[int, Side], Scan]
"""The entries of the groups found by pass and side: group, entry, and what is known of it."""


@dataclass(frozen=True)
class PassOutcome:
    """What one pass did: pairs confirmed and suggested, and how many rounds assignment took.

    `unsearched` are entries (or groups) that the pass gave up: too many others were in reach.
    """

    name: str
    confirmed: int
    suggested: int
    rounds: int
    unsearched: int = 0

    @property
    def total(self) -> int:
        """How many pairs it brought together."""
        return self.confirmed + self.suggested


@dataclass(frozen=True)
class PassesRun:
    """What the passes of a rule set did, the tables of pairs of single entries by pass, and of what is open."""

    outcomes: list[PassOutcome]
    pairs: Mapping[int, Scan]
    groups: Groups
    pools: Mapping[Side, Scan]


def run_passes(
    engine: DuckEngine, ruleset: RuleSet, currencies: Sequence[str], days: tuple[date, date]
) -> PassesRun:
    """Load the pools from `scope` and run every pass. `days` is the range of dates in scope."""
    fields = verified_fields(ruleset)
    engine.create_typed("linked", LINKED)
    pools: dict[Side, Scan] = {side: load_pool(engine, ruleset, side) for side in SIDES}
    take_accepted(engine, ruleset, pools)
    for side in SIDES:
        engine.create_typed(f"suggested_{side}", ROWS)
    outcomes, pairs, groups = [], dict[int, Scan](), Groups()
    for number, item in enumerate(ruleset.passes):
        calendar = calendar_table(engine, item.within.window, days)
        step = _Step(engine, ruleset, number, item, pools, groups, fields)
        outcomes.append(step.run(list(currencies), calendar))
        if not step.is_linked:
            pairs[number] = Scan(paired(fields), step.table)
    return PassesRun(outcomes, pairs, groups, pools)


@dataclass(frozen=True)
class _Step:
    engine: DuckEngine
    ruleset: RuleSet
    number: int
    item: Pass
    pools: dict[Side, Scan]
    groups: Groups
    fields: tuple[str, ...]

    @property
    def is_linked(self) -> bool:
        """Whether a match of this pass may be more than one entry of each side."""
        item = self.item
        return not (item.group is None and item.offset is None and item.subset is None and item.lists is None)

    @property
    def table(self) -> str:
        """The table of pairs of single entries."""
        return f"pairs_{self.number}"

    @property
    def _compared(self) -> Compare:
        """The amounts that the pass compares; those of one side are set off against each other."""
        compare, offset = self.ruleset.compared(self.item), self.item.offset
        if offset is None:
            return compare
        return compare.of(offset.side)

    @property
    def _is_bare(self) -> bool:
        """Whether a side has nothing left, so that there is no pair. Passes that search sums tell of it themselves."""
        sides = SIDES if self.item.offset is None else (self.item.offset.side,)
        searches = self.item.subset is not None or self.item.lists is not None
        return not searches and any(self.engine.is_bare(self.pools[side].name) for side in sides)

    def run(self, currencies: list[str], calendar: str | None) -> PassOutcome:
        if self._is_bare:
            if not self.is_linked:
                self.engine.create_typed(self.table, paired(self.fields))
            return PassOutcome(self.item.name, confirmed=0, suggested=0, rounds=0)
        offset = self.item.offset
        item = self.item if offset is None else as_two_sided(self.item, offset)
        plan = compiled(item, self._compared, currencies, calendar)
        if item.subset is not None:
            return self._run_subset(plan, item.subset)
        if item.lists is not None:
            return self._run_listed(plan, InText.of(item.lists).named)
        return self._run_linked(plan) if self.is_linked else self._run_single(plan, currencies)

    def _run_single(self, plan: CompiledPass, currencies: list[str]) -> PassOutcome:
        """Pairs of single entries: unique keys first, then what is left by classes."""
        paired_rows = Scan(paired(self.fields), self.table)
        self.engine.create_typed(self.table, paired_rows.schema)
        total, confirmed, reach = 0, 0, self._reach(plan)
        apart = self._rejected(plan, reach.pools)
        if plan.has_keys:
            total = pair_unique_entries(self.engine, plan, reach.pools, self.fields, self.table, apart)
            others = with_another(self.ruleset, self.item, self._compared, currencies, plan.calendar)
            total += pair_by_another(self.engine, plan, others, reach.pools, self.fields, self.table, apart)
            if total:
                confirmed = self._use_up(paired_rows, {int(self.item.confirms): total})
                reach = reach.without_pairs(self._both(), paired_rows)
        run = PassRun(self.engine, plan, reach, self.fields, apart)
        rounds = run.run(unique_first=False)
        if self.engine.count("pairs"):
            total += self._keep_pairs(plan, doubted(self.engine, plan, run.units))
            confirmed += self._use_up(Scan(PAIR, "pairs"))
        return PassOutcome(self.item.name, confirmed, total - confirmed, rounds, run.unsearched)

    def _keep_pairs(self, plan: CompiledPass, doubt: Relation | None) -> int:
        """Append the `pairs` of the pass to its own, those in doubt as suggestions; how many there are."""
        pools = {side: Scan(self.pools[side].schema, f"pool_{side}") for side in SIDES}
        pairs: Relation = Scan(PAIR, "pairs")
        told = [(pairs, plan.also)]
        if doubt is not None:
            self.engine.remove("pairs", doubt, lu="lu", ru="ru")
            waiting = select(doubt, {**{name: doubt[name] for name in PAIR}, "confirmed": literal(0)})
            told.append((waiting, COMMON))
        found = sum(
            self.engine.append_relation(self.table, with_facts(rows, plan.sides, pools, self.fields, also))
            for rows, also in told
        )
        if doubt is not None:
            self.engine.append_relation("pairs", waiting)
        return found

    def _run_linked(self, plan: CompiledPass) -> PassOutcome:
        """Pairs of units that may be groups, and the entries of the groups."""
        reach = self._reach(plan)
        apart, undoes = self._rejected(plan, reach.pools), self.item.offset is not None
        run = PassRun(self.engine, plan, reach, self.fields, apart, undoes=undoes)
        rounds = run.run(unique_first=True)
        pools = {side: Scan(self.pools[side].schema, f"pool_{self._pool_side(side)}") for side in SIDES}
        told = with_keys(Scan(PAIR, "pairs"), plan.sides, pools, plan.also)
        return self._link(told, rounds, run.unsearched)

    def _run_subset(self, plan: CompiledPass, subset: Subset) -> PassOutcome:
        """Entries that add up to one of the other side, or to several."""
        run = self._subset_run(plan, subset)
        rounds = run.run()
        return self._link(Scan({**PAIR, **KEYS}, "pairs"), rounds, run.unsearched)

    def _subset_run(self, plan: CompiledPass, subset: Subset) -> "SubsetRun | BothRun":
        # few rule sets search for sums: what it takes is imported when one does
        if subset.many == "both":
            from recon.matchers.subset.both.both_run import BothRun

            wholes = rejected_ways(self.engine, self.ruleset)
            return BothRun(self.engine, plan, subset, self._both(), self.fields, wholes)
        from recon.matchers.subset.subset_run import SubsetRun

        apart = rejected_sets(self.engine, self.ruleset, subset.many)
        return SubsetRun(self.engine, plan, subset, self._both(), self.fields, apart)

    def _run_listed(self, plan: CompiledPass, named: Side) -> PassOutcome:
        """Entries that a text of the other side names and that add up to the one whose text it is."""
        from recon.matchers.listed.listed_run import ListedRun

        apart = rejected_sets(self.engine, self.ruleset, named)
        everyone = Scan(self.pools[named].schema, f"pool_{named}")
        run = ListedRun(self.engine, plan, self._both(), everyone, self.fields, apart)
        rounds = run.run()
        return self._link(Scan({**PAIR, **KEYS}, "pairs"), rounds, run.unsearched)

    def _link(self, told: Relation, rounds: int, unsearched: int) -> PassOutcome:
        """Note the `pairs` of the pass as `told` with their keys, keep their groups and use up their entries."""
        total, confirmed = self.engine.count("pairs"), 0
        if total:
            columns: dict[str, Expression] = {"pass": literal(self.number)}
            columns |= {name: told[name] for name in told.schema}
            self.engine.append_relation("linked", select(told, columns))
            self._keep_groups()
            confirmed = self._use_up(Scan(PAIR, "pairs"))
        return PassOutcome(self.item.name, confirmed, total - confirmed, rounds, unsearched)

    def _rejected(self, plan: CompiledPass, both: Mapping[Side, Relation]) -> Scan | None:
        """The pairs of units that people rejected."""
        offset = self.item.offset
        return rejected(self.engine, self.ruleset, plan, both, offset.side if offset else None)

    def _both(self) -> dict[Side, Relation]:
        """What the pass may look at on each side, for an offset money in and money out of its one side."""
        offset = self.item.offset
        if offset is None:
            return {side: self._candidates(side) for side in SIDES}
        return offset_pools(self._candidates(offset.side), self._compared.column(offset.side))

    def _reach(self, plan: CompiledPass) -> Reach:
        """What the pass works on; of money in and out of one side nobody knows how many there are."""
        both = self._both()
        if self.item.offset is not None:
            return Reach(both)
        sizes = {side: self.engine.count(self.pools[side].name) for side in SIDES}
        return within_reach(self.engine, plan, both, sizes)

    def _candidates(self, side: Side) -> Relation:
        """What the pass may look at: a pass that only suggests leaves alone what is suggested already."""
        pool = self.pools[side]
        if self.item.confirms or not self.engine.count(f"suggested_{side}"):
            return pool
        return without(pool, Scan(ROWS, f"suggested_{side}"), rid="rid")

    def _use_up(self, pairs: Relation, found: Mapping[int, int] | None = None) -> int:
        """Take the entries of confirmed pairs out of the pools, note those of suggestions; how many are confirmed.

        `found` are how many are confirmed (1) and suggested (0), where that is known.
        """
        if found is None:
            counted = aggregate(pairs, {"confirmed": pairs["confirmed"]}, Measure("n", "count"))
            found = {int(state): int(n) for state, n in self.engine.rows(render(counted))}
        for state, count in sorted(found.items(), reverse=True):
            chosen = where(pairs, call("eq", pairs["confirmed"], literal(state)))
            for side in SIDES:
                pool, rows = self._pool_side(side), self._rows(chosen, side)
                if not state:
                    self.engine.append_relation(f"suggested_{pool}", rows)
                    continue
                known = None if self._is_grouped(side) else count
                self.pools[pool] = take_out(self.engine, self.pools[pool], rows, f"open_{pool}", known)
        return found.get(1, 0)

    def _keep_groups(self) -> None:
        for side in SIDES:
            if self._is_grouped(side):
                name = f"group_{self.number}_{side}"
                self.engine.rename(f"group_{side}", name)
                self.groups[self.number, side] = Scan({**MEMBER, **known_of(self.fields)}, name)

    def _is_grouped(self, side: Side) -> bool:
        if self.item.subset is not None:
            return self.item.subset.adds(side)
        if self.item.lists is not None:
            return InText.of(self.item.lists).named == side
        return self.item.group is not None and bool(self.item.group.keys(side))

    def _pool_side(self, side: Side) -> Side:
        return side if self.item.offset is None else self.item.offset.side

    def _rows(self, pairs: Relation, side: Side) -> Relation:
        """The entries behind the units of a side."""
        if not self._is_grouped(side):
            return select(pairs, {"rid": pairs[UNIT[side]]})
        members = self.groups[self.number, side]
        same = [(members.of("l", "uid"), pairs.of("r", UNIT[side]))]
        return join(members, pairs, same, {"rid": members.of("l", "rid")})
