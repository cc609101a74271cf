"""Why an entry is matched, or why not: pass by pass, the nearest candidates and the gates they failed by how much.

Everything is computed from the units, keys and gates that the match itself is made from (`units`, `candidates`,
`gates`), over every entry that the run could see, matched ones included.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from recon.engines.duck import DuckEngine
from recon.engines.expressions import call, literal
from recon.engines.relations import Relation, select, where
from recon.engines.render import render
from recon.errors import Problem, UsageError
from recon.matchers.calendar_table import calendar_table
from recon.matchers.explain_entries import entry_facts
from recon.matchers.explain_facts import Explanation, MatchFacts, PassVerdict, Verdict
from recon.matchers.explain_kin import load_kin
from recon.matchers.explain_outcomes import Outcomes
from recon.matchers.explain_pass import Question
from recon.matchers.explain_pools import held, load_pool
from recon.matchers.explain_units import LookedBack, side_of
from recon.matchers.explain_verdict import unseen_words, verdict
from recon.matchers.one_pass import SIDES
from recon.matchers.words import pass_words
from recon.rules.ruleset import Side


@dataclass(frozen=True)
class _Asked:
    """What is asked: an entry of a side, and what is known of it before any pass is looked at."""

    side: Side
    entry_id: str
    kin: Relation
    match: MatchFacts | None
    left_out: str | None
    is_pair: bool


class Explainer:
    """Explains entries of one rule set in one published run.

    `engine` holds the view `scope` (all entries that the run could see, see `pool.SCOPE`) and those of
    `explain_entries.scan_ingests`.
    """

    def __init__(self, engine: DuckEngine, outcomes: Outcomes) -> None:
        self.engine, self.outcomes, self.ruleset = engine, outcomes, outcomes.ruleset
        outcomes.load(engine)
        self.pools: Mapping[Side, Relation] = {side: load_pool(engine, self.ruleset, side) for side in SIDES}
        self.currencies, self.days = self._extent()

    def explain(self, side: Side, entry_id: str, against: str | None = None) -> Explanation:
        """Why an entry of a side is matched or open; with `against`, how it fares beside that entry alone.

        Raises:
            UsageError: the run holds no such entry on that side.
            ControlFailed: a file is not what was published.
        """
        facts = entry_facts(self.engine, [entry_id]).get(entry_id)
        pool = self.pools[side]
        mine = where(pool, call("eq", pool["rid"], call("row_of", literal(entry_id))))
        rows = self.engine.rows(render(select(mine, {"reason": mine["reason"], "taken_at": mine["taken_at"]})))
        run = self.outcomes.run.identity
        if facts is None or not rows:
            where_to = f"on the {side} of {self.ruleset.ruleset}"
            raise UsageError(Problem("entry", f"run {run} has no entry `{entry_id}` {where_to}", hint=_LISTING))
        left_out, taken_at = rows[0]
        asked = _Asked(
            side=side,
            entry_id=entry_id,
            kin=load_kin(self.engine, self.pools.values(), facts, against),
            match=None if taken_at is None else self.outcomes.match_of(side, entry_id),
            left_out=left_out,
            is_pair=against is not None,
        )
        passes = tuple(self._pass(number, asked) for number in range(len(self.ruleset.passes)))
        return Explanation(run, self.ruleset.ruleset, side, facts, asked.match, left_out, passes)

    def _pass(self, number: int, asked: _Asked) -> PassVerdict:
        item = self.ruleset.passes[number]
        words = pass_words(item, self.ruleset.compared(item))
        if asked.left_out is not None:
            reason = f"the rule set leaves it out: {asked.left_out}"
            return PassVerdict(item.name, words, Verdict.NOT_CONSIDERED, reason)
        if asked.match is not None and not asked.is_pair:
            made_by = self.outcomes.made_by(asked.match)
            if number == made_by:
                return PassVerdict(item.name, words, Verdict.MATCHED, f"made the match {asked.match.match_id}")
            if number > made_by:
                return PassVerdict(item.name, words, Verdict.NOT_REACHED, "the entry was matched before")
        return self._looked_back(number, asked, words)

    def _looked_back(self, number: int, asked: _Asked, words: str) -> PassVerdict:
        item = self.ruleset.passes[number]
        calendar = calendar_table(self.engine, item.within.window, self.days)
        looked = LookedBack.of(self.engine, self.ruleset, number, self.pools, self.currencies, calendar)
        role = side_of(looked, self.ruleset, asked.side, call("row_of", literal(asked.entry_id)))
        if role is None:
            which = item.offset.side if item.offset else asked.side
            reason = f"it sets off money in against money out on the {which} side, and this is neither"
            return PassVerdict(item.name, words, Verdict.NOT_CONSIDERED, reason)
        question = Question(looked, role)
        reasons = self._not_considered(looked, role, asked.entry_id)
        own = None if reasons else question.own_unit(asked.entry_id)
        if own is None:
            return PassVerdict(item.name, words, Verdict.NOT_CONSIDERED, "; ".join(reasons))
        faced = question.nearest(own, asked.kin, asked.is_pair)
        return verdict(
            question, own, faced, words, lambda match_id: self.outcomes.holder(self.engine, match_id)
        )

    def _not_considered(self, looked: LookedBack, role: Side, entry_id: str) -> tuple[str, ...]:
        """Why the pass does not look at the entry; empty when it does."""
        if reasons := unseen_words(looked, role, [entry_id])[entry_id]:
            return reasons
        pool = looked.pools[role]
        mine = where(pool, call("eq", pool["rid"], call("row_of", literal(entry_id))))
        keeper = select(mine, {"held": held(mine, looked.number, looked.plan.item.confirms)})
        match_id = self.engine.rows(render(keeper))[0][0]
        if not match_id:
            return ()
        return (f"{self.outcomes.holder(self.engine, match_id)}; a pass that only suggests leaves it alone",)

    def _extent(self) -> tuple[list[str], tuple[date, date]]:
        """The currencies of the rule set's entries, and the days between the first and the last."""
        as_of = date.fromisoformat(self.outcomes.run.manifest["as_of"])
        codes = self.engine.rows(
            " UNION ".join(f"SELECT currency FROM why_{side}" for side in SIDES) + " ORDER BY 1"
        )
        first, last = self.engine.rows(
            "SELECT min(least(business_date, booking_date, value_date)), "
            "max(greatest(business_date, booking_date, value_date)) FROM scope WHERE ruleset = ?",
            [self.ruleset.ruleset],
        )[0]
        return [row[0] for row in codes], (first or as_of, max(last or as_of, as_of))


_LISTING = "`recon breaks list` shows what is open"
