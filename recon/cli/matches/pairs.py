"""Two entries beside each other as a person reads them, with the change of a rule that would match them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from recon.cli.terminal.told import decision_words
from recon.model.wording import counted, with_currency
from recon.outputs.told import Line, Teller

if TYPE_CHECKING:
    from recon.matchers.trials.compare import Difference
    from recon.runs.remedies import Effect, PairExplained, Proposal

_WAITING = {"suggested", "ambiguous"}
"""Verdicts of passes whose matches wait for a person."""


def pair_lines(teller: Teller, found: "PairExplained") -> Iterator[Line]:
    """How the two fare in each pass, what was decided about them, and what would match them."""
    yield from teller.explanation_lines(found.explanation)
    yield "", ""
    if found.decision is not None:
        yield "head", decision_words(found.decision)
    if found.are_matched:
        yield "head", "The two are a match"
    elif found.left_out is not None:
        yield "head", "No change of a pass would match the two"
        yield "", f"  the rule set leaves one of them out: {found.left_out}; see its `exclude:`"
    elif found.proposal is None and any(one.verdict in _WAITING for one in found.explanation.passes):
        yield "head", "The two are suggested: `recon matches accept` makes them a match"
    elif found.proposal is None:
        yield "head", "No change of a rule would match the two"
        yield (
            "",
            "  what keeps them apart is another match, another currency, most of the money, or that they share nothing",
        )
    else:
        yield from _proposal_lines(found.proposal)


def _proposal_lines(proposal: "Proposal") -> Iterator[Line]:
    what = "A new pass" if proposal.is_new else f"`{proposal.by}` with a change"
    yield "head", f"{what} would let the two through"
    for change in proposal.changes:
        yield "", f"  {change}"
    for line in proposal.rule.splitlines():
        yield "dim", f"  {line}"
    if proposal.effect is not None:
        yield from _effect_lines(proposal.effect)


def _effect_lines(effect: "Effect") -> Iterator[Line]:
    """What the change does, the two first."""
    yield (
        "",
        f"  over all entries of the run the two {_outcome(effect)}; {counted(effect.altered, 'other match')} altered",
    )
    for one in effect.others:
        amount = with_currency(one.amount, one.currency)
        yield "", f"    {one.change} {counted(one.matches, 'match')}, {amount}, {one.state}"
    for example in effect.examples:
        yield "dim", f"    such as {_example(example)}"


def _outcome(effect: "Effect") -> str:
    if effect.state is not None:
        return f"are {effect.state}"
    if effect.instead is None:
        return "are still no match"
    state, by = effect.instead
    return f"are still no match: `{by}` {'suggests' if state == 'suggested' else 'matches'} one of them with another"


def _example(one: "Difference") -> str:
    amount = with_currency(one.amount, one.currency)
    return "  ".join(filter(None, (one.change, one.reference or one.left or one.right, amount, one.by_after)))
