"""Two entries that a user names: which change of a rule would make them a match, and what else it would alter."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from recon.engines.names import text_literal
from recon.matchers.explain.explainer import Explainer
from recon.matchers.explain.facts import Explanation
from recon.matchers.trials.compare import Difference, Tally, tallies
from recon.matchers.trials.remedy import Pair, Remedy, remedy
from recon.rules.writing import pass_yaml
from recon.runs.decisions import Decision, Decisions
from recon.runs.trials import Trial

_SHOWN: Final = 5
"""Other matches that an effect names."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What the change does over all entries that the run knew: to the two, and to other matches.

    `state` is that of the match of the two under the changed rules, absent when they still are none; `instead` is
    then the match that one of them is in, if any: its state and its pass.
    """

    state: str | None
    instead: tuple[str, str] | None
    others: tuple[Tally, ...]
    examples: tuple[Difference, ...]

    @property
    def altered(self) -> int:
        """How many other matches are gained, lost or changed."""
        return sum(one.matches for one in self.others)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change of a rule: the pass as it would stand in the file, what is other than before, what it does."""

    by: str
    is_new: bool
    changes: tuple[str, ...]
    rule: str
    effect: Effect | None = None


@dataclass(frozen=True, slots=True)
class PairExplained:
    """Everything about two entries: pass by pass, what people decided, and the change that would match them.

    `left_out` is why the rule set leaves one of them out, so that no pass sees it.
    """

    explanation: Explanation
    left_out: str | None
    are_matched: bool
    decision: Decision | None
    proposal: Proposal | None


@dataclass(frozen=True, slots=True)
class PairLookedAt:
    """How two entries fare beside each other, and the change that would match them; None where no change would.

    `left_out` is why the rule set leaves one of them out.
    """

    explanation: Explanation
    left_out: str | None
    change: Remedy | None


def explain_pair(explainer: Explainer, left: str, right: str) -> PairLookedAt:
    """How two entries fare beside each other.

    Raises:
        UsageError: the run holds no such entry on that side.
        ControlFailed: a file is not what was published.
    """
    explanation = explainer.explain("left", left, right)
    other = explainer.explain("right", right, left)
    left_out = explanation.left_out or other.left_out
    if are_matched(explanation, right) or left_out is not None:
        return PairLookedAt(explanation, left_out, None)
    compared = _compared(explainer, (left, right))
    pair = Pair(explanation.entry, other.entry, compared[left], compared[right])
    return PairLookedAt(explanation, None, remedy(explainer.ruleset, explanation.passes, pair))


def are_matched(explanation: Explanation, right: str) -> bool:
    """Whether the entry explained is in one match with another."""
    match = explanation.match
    return match is not None and any(member.entry.entry_id == right for member in match.members)


def decided(decisions: Sequence[Decision], left: str, right: str) -> Decision | None:
    """What people decided about a match of two entries, the last of it."""
    both = {("left", left), ("right", right)}
    return next((one for one in reversed(decisions) if both <= one.entries), None)


def proposed(change: Remedy, effect: Effect | None = None) -> Proposal:
    """A remedy as it is told."""
    return Proposal(change.item.name, change.is_new, change.changes, pass_yaml(change.item), effect)


def effect_of(trial: Trial, before: Explainer, change: Remedy, left: str, right: str) -> Effect:
    """What a remedy does to the two entries and to other matches, by matching everything with and without it."""
    found = trial.compare(before.ruleset, change.ruleset, Decisions())
    engine = trial.engine
    both = (("left", left), ("right", right))
    each = [
        f"SELECT match_id FROM b_members WHERE side = {text_literal(side)} AND entry_id = {text_literal(entry)}"
        for side, entry in both
    ]
    inside, touching = " INTERSECT ".join(each), " UNION ".join(each)
    states = engine.rows(f"SELECT state FROM b_matches WHERE match_id IN ({inside}) ORDER BY state")
    instead = engine.rows(
        f'SELECT state, "pass" FROM b_matches WHERE match_id IN ({touching}) ORDER BY state, "pass" LIMIT 1'
    )
    own = {row[0] for row in engine.rows(f"SELECT entry_id FROM b_members WHERE match_id IN ({inside})")} | {
        left,
        right,
    }
    others = [one for one in found.differences if not {one.left, one.right} & own]
    return Effect(
        states[0][0] if states else None,
        None if states or not instead else (str(instead[0][0]), str(instead[0][1])),
        tuple(tallies(others)),
        tuple(others[:_SHOWN]),
    )


def _compared(explainer: Explainer, ids: tuple[str, str]) -> dict[str, Decimal]:
    rows = explainer.engine.rows(
        "SELECT entry_id, compared FROM scope WHERE entry_id IN (SELECT unnest(?))", [list(ids)]
    )
    return dict(rows)
