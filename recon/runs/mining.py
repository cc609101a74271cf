"""Rules mined from confirmed and accepted matches: each with what bears it out, and how often it would be wrong.

Nothing is applied by itself. A proposed pass is tried alone over everything that was ingested, and held against the
known matches; a proposal that contradicts them says so.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from recon.engines.names import text_literal
from recon.matchers.trials import mining
from recon.matchers.trials.mining import Fact, Reference
from recon.model.rates import at_most, share
from recon.rules.ruleset import Pass, RuleSet
from recon.rules.writing import pass_line
from recon.runs.backtest import MISSED, backtest
from recon.runs.decisions import Decisions
from recon.runs.trials import ALL, Trial

MOST_TRIALS: Final = 8
"""Passes that are tried on history; more are told without their precision."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One mined rule.

    `kind` is reference, pattern, lag, fee or alias; `rule` is a pass to be pasted after a dash under `passes:`, or
    words. `support` of `known` matches bear it out. `precision` is the share of right matches among those that the rule
    makes on history and of which something is known; `wrong_at_most` the rate of false matches that this many cases do
    not rule out; `new` the matches it would make of entries that are open.
    """

    kind: str
    rule: str
    support: int
    known: int
    precision: Decimal | None
    wrong_at_most: Decimal
    new: int | None = None


def suggest(trial: Trial, ruleset: RuleSet, least: int) -> Iterator[Suggestion]:
    """What is mined from the history that was loaded, the best supported of each kind first.

    References that a pass of the rule set compares already are not proposed again.
    """
    known = mining.load_mined(trial.engine, ALL)
    tried = 0
    for found in mining.references(trial.engine, least):
        for kind, item in _passes(trial, ruleset, found):
            tried += 1
            yield _tried(trial, ruleset, kind, item, found.support, known, is_tried=tried <= MOST_TRIALS)
    for fact in (*mining.lags(trial.engine), *mining.fees(trial.engine), *mining.aliases(trial.engine, least)):
        if fact.support >= least:
            yield _counted(fact)


def _passes(trial: Trial, ruleset: RuleSet, found: Reference) -> Iterator[tuple[str, Pass]]:
    """The passes that would rest on a reference, unless the rule set has them."""
    if not any(_covers(item, found) for item in ruleset.passes):
        yield "reference", mining.pass_of(trial.engine, found)
    if found.is_contained and (pattern := mining.pattern_of(trial.engine, found)):
        text = f"regexp_extract(remittance, {text_literal(f'({pattern})')}, 1)"
        left, right = (found.left, text) if found.right == "remittance" else (text, found.right)
        if not any(text in pair for item in ruleset.passes for pair in item.keys):
            item = mining.pass_of(trial.engine, found)
            name = found.left if found.right == "remittance" else found.right
            settings = item.model_dump(exclude_defaults=True, exclude={"contains"})
            yield (
                "pattern",
                Pass.model_validate({**settings, "name": f"{name} by its form", "same": {left: right}}),
            )


def _covers(item: Pass, found: Reference) -> bool:
    """Whether a pass compares the two columns and tells no more apart."""
    if found.is_contained:
        pairs = [
            tuple(part.partition(".")[2] for part in sorted((text, reference)))
            for text, reference in (item.contains or {}).items()
        ]
        return (found.left, found.right) in pairs
    same = (found.left, found.right) in item.keys or (
        item.group is not None
        and found.left in item.group.keys("left")
        and found.right in {right for _, right in item.keys} | set(item.group.keys("right"))
    )
    return same and set(found.normalise.ignore) <= set(item.normalise.ignore)


def _tried(
    trial: Trial, ruleset: RuleSet, kind: str, item: Pass, support: int, known: int, *, is_tried: bool
) -> Suggestion:
    if not is_tried:
        return Suggestion(kind, pass_line(item), support, known, None, at_most(0, support))
    alone = ruleset.model_copy(update={"passes": (item,)})
    rows = [one for one in backtest(trial, alone, Decisions()) if one.by != MISSED and one.state == "confirmed"]
    agree, contradict, new = (
        sum(getattr(one, name) for one in rows) for name in ("agree", "contradict", "new")
    )
    return Suggestion(
        kind=kind,
        rule=pass_line(item),
        support=support,
        known=known,
        precision=share(agree, agree + contradict),
        wrong_at_most=at_most(contradict, agree + contradict),
        new=new,
    )


def _counted(fact: Fact) -> Suggestion:
    wrong = fact.known - fact.support
    return Suggestion(
        fact.kind,
        fact.rule,
        fact.support,
        fact.known,
        share(fact.support, fact.known),
        at_most(wrong, fact.known),
    )
