"""Why an entry is matched, or why not: pass by pass, the nearest candidates and the gates they failed by how much.

Everything is computed from the units, keys and gates that the match itself is made from (`units`, `candidates`,
`gates`), over every entry that the run could see, matched ones included.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from recon.engines.duck import DuckEngine
from recon.engines.expressions import call, literal
from recon.engines.relations import Relation, Scan, select, where
from recon.engines.render import render
from recon.engines.types import INTEGER
from recon.errors import Problem, UsageError
from recon.matchers.calendar_table import calendar_table
from recon.matchers.explain.entries import entry_facts
from recon.matchers.explain.facts import EntryFacts, Explanation, MatchFacts, PassVerdict, Verdict
from recon.matchers.explain.kin import load_kin
from recon.matchers.explain.listed import ListedQuestion, want_listed
from recon.matchers.explain.near import Asking, want_groups, want_near
from recon.matchers.explain.one_pass import Question
from recon.matchers.explain.outcomes import Outcomes
from recon.matchers.explain.pools import forget, held, load_pools, pool_of, want
from recon.matchers.explain.reach import want_reach
from recon.matchers.explain.subset import SubsetQuestion
from recon.matchers.explain.subset_part import SubsetPart
from recon.matchers.explain.units import LookedBack, side_of
from recon.matchers.explain.verdict import unseen_words, verdict
from recon.matchers.pairing.commonplace import MOST_OF_ONE
from recon.matchers.words import pass_words
from recon.model.sides import SIDES
from recon.rules.ruleset import Side


@dataclass(frozen=True)
class _Asked:
    """What is asked: an entry of a side, and what is known of it before any pass is looked at."""

    side: Side
    entry_id: str
    match: MatchFacts | None
    left_out: str | None
    against: str | None

    @property
    def is_pair(self) -> bool:
        """Whether it is asked how the entry fares beside one other."""
        return self.against is not None


class Explainer:
    """Explains entries of one rule set in one published run.

    `engine` holds the view `scope` (all entries that the run could see, see `pool.SCOPE`) and those of
    `explain.entries.scan_ingests`.
    """

    def __init__(self, engine: DuckEngine, outcomes: Outcomes) -> None:
        self.engine, self.outcomes, self.ruleset = engine, outcomes, outcomes.ruleset
        outcomes.scan(engine)
        self.currencies: list[str] = []
        self.calendars: Mapping[int, str | None] = {}

    def explain(self, side: Side, entry_id: str, against: str | None = None) -> Explanation:
        """Why an entry of a side is matched or open; with `against`, how it fares beside that entry alone.

        Raises:
            UsageError: the run holds no such entry on that side.
            ControlFailed: a file is not what was published.
        """
        forget(self.engine)
        want(self.engine, side, render(select(_ONE, {"rid": call("row_of", literal(entry_id))})))
        self._load([])
        facts = entry_facts(self.engine, [entry_id], f"why_{side}").get(entry_id)
        run = self.outcomes.run.identity
        if facts is None:
            where_to = f"on the {side} of {self.ruleset.ruleset}"
            raise UsageError(Problem("entry", f"run {run} has no entry `{entry_id}` {where_to}", hint=_LISTING))
        pool = pool_of(self.engine, side)
        left_out, taken_at = self.engine.rows(
            render(select(pool, {"reason": pool["reason"], "taken_at": pool["taken_at"]}))
        )[0]
        asked = _Asked(
            side=side,
            entry_id=entry_id,
            match=None if taken_at is None else self.outcomes.match_of(side, entry_id),
            left_out=left_out,
            against=against,
        )
        self._load_near(facts, asked, against)
        kin = load_kin(self.engine, [pool_of(self.engine, one) for one in SIDES], facts, against)
        passes = tuple(self._pass(number, asked, kin) for number in range(len(self.ruleset.passes)))
        return Explanation(run, self.ruleset.ruleset, side, facts, asked.match, left_out, passes)

    def _load_near(self, facts: EntryFacts, asked: _Asked, against: str | None) -> None:
        """Load the pools with the entry's own groups, then with all that may come near."""
        if asked.left_out is not None:
            return
        numbers = [number for number in range(len(self.ruleset.passes)) if self._is_told(number, asked)]
        groups = [self.ruleset.passes[number].group for number in numbers]
        if any(group is not None and group.keys(asked.side) for group in groups):
            want_groups(self.engine, self.ruleset, [self._looked(number) for number in numbers], [])
            self._load(numbers)
        askings = [asking for number in numbers if (asking := self._asking(number, asked)) is not None]
        if against is None:
            want_near(self.engine, self.ruleset, facts, askings, SIDES)
            for asking in askings:
                if asking.looked.plan.item.subset is not None:
                    want_reach(self.engine, self.ruleset, asking)
        else:
            for one in SIDES:
                want(self.engine, one, render(select(_ONE, {"rid": call("row_of", literal(against))})))
        for asking in askings:
            if asking.looked.plan.item.lists is not None:
                want_listed(self.engine, self.ruleset, asking)
        want_groups(self.engine, self.ruleset, [self._looked(number) for number in numbers], askings)
        self._load(numbers)

    def _is_told(self, number: int, asked: _Asked) -> bool:
        """Whether the entry was still there for a pass to look at."""
        return asked.match is None or asked.is_pair or number < self.outcomes.made_by(asked.match)

    def _load(self, numbers: Sequence[int]) -> None:
        """Fill the pools with the entries wanted, and the calendars with their days."""
        load_pools(self.engine, self.outcomes)
        self.currencies = [row[0] for row in self.engine.rows(f"{_both('currency')} ORDER BY 1")]
        days = [day for name in _DATES for row in self.engine.rows(_both(name)) if (day := row[0]) is not None]
        as_of = date.fromisoformat(self.outcomes.run.manifest["as_of"])
        extent = (min(days, default=as_of), max(days, default=as_of))
        self.calendars = {
            number: calendar_table(self.engine, self.ruleset.passes[number].within.window, extent)
            for number in numbers
        }

    def _looked(self, number: int) -> LookedBack:
        calendar = self.calendars.get(number)
        pools = {side: pool_of(self.engine, side, number) for side in SIDES}
        return LookedBack.of(self.engine, self.ruleset, number, pools, self.currencies, calendar)

    def _asking(self, number: int, asked: _Asked) -> Asking | None:
        """The pass with the entry's unit in it; None when it does not look at the entry."""
        looked = self._looked(number)
        role = side_of(looked, self.ruleset, asked.side, call("row_of", literal(asked.entry_id)))
        own = None if role is None else Question(looked, role).own_unit(asked.entry_id)
        return None if role is None or own is None else Asking(looked, role, own)

    def _pass(self, number: int, asked: _Asked, kin: Relation) -> PassVerdict:
        item = self.ruleset.passes[number]
        words = pass_words(item, self.ruleset.compared(item))
        if asked.left_out is not None:
            reason = f"the rule set leaves it out: {asked.left_out}"
            return PassVerdict(item.name, words, Verdict.NOT_CONSIDERED, reason)
        if asked.match is not None and not self._is_told(number, asked):
            if number == self.outcomes.made_by(asked.match):
                return PassVerdict(item.name, words, Verdict.MATCHED, f"made the match {asked.match.match_id}")
            return PassVerdict(item.name, words, Verdict.NOT_REACHED, "the entry was matched before")
        looked = self._looked(number)
        role = side_of(looked, self.ruleset, asked.side, call("row_of", literal(asked.entry_id)))
        if role is None:
            reason = f"it sets off money in against money out on the {looked.offset} side, and this is neither"
            return PassVerdict(item.name, words, Verdict.NOT_CONSIDERED, reason)
        question = Question(looked, role)
        reasons = self._not_considered(looked, role, asked.entry_id)
        own = None if reasons else question.own_unit(asked.entry_id)
        if own is None:
            return PassVerdict(item.name, words, Verdict.NOT_CONSIDERED, "; ".join(reasons))
        if looked.plan.item.subset is not None:
            entry = (looked, looked.plan.item.subset, role, own, words, asked.is_pair)
            suggested = self._suggestions(item.name, asked)
            if not suggested and (asked.is_pair or looked.plan.item.subset.adds(role)):
                facing: Side = "right" if role == "left" else "left"
                return SubsetPart(*entry, partial(self.outcomes.suggestions, item.name, facing)).verdict()
            return SubsetQuestion(*entry).verdict(suggested)
        if looked.plan.item.lists is not None:
            against = None if asked.against is None else int(asked.against, 16)
            listed = ListedQuestion(
                looked, role, own, words, against, partial(self.outcomes.holder, self.engine)
            )
            return listed.verdict(self._suggestions(item.name, asked))
        faced = question.nearest(own, kin, asked.is_pair)
        told = verdict(question, own, faced, words, partial(self.outcomes.holder, self.engine))
        if told.verdict is Verdict.FITS and any(
            "common" in one.evidence for one in self._suggestions(item.name, asked)
        ):
            reason = (
                f"a candidate fits, but more than {MOST_OF_ONE:,} entries have the reference; a person confirms"
            )
            return replace(told, verdict=Verdict.SUGGESTED, reason=reason)
        return told

    def _suggestions(self, name: str, asked: _Asked) -> list[MatchFacts]:
        return self.outcomes.suggestions(name, asked.side, asked.entry_id, asked.against)

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


_ONE = Scan({"one": INTEGER}, "why_one")
_DATES = ("business_date", "booking_date", "value_date")
_LISTING = "`recon breaks list` shows what is open"


def _both(column: str) -> str:
    return f"SELECT DISTINCT {column} FROM why_left UNION SELECT DISTINCT {column} FROM why_right"
