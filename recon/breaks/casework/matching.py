"""Matches made and taken back by hand: one entry or several on each side, with what is left between the sides.

A match made by hand is an input of the next run, before any pass. One that is taken back gives its entries back to the
next run, which will not match them the same way again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from recon.breaks.casefile import Break
from recon.breaks.casework.choosing import as_text
from recon.breaks.casework.clearing import spoken_for
from recon.errors import Problem, UsageError
from recon.matchers.explain.facts import MatchFacts
from recon.model.ids import ENTRY_ID_DIGITS, content_id
from recon.model.money import plain
from recon.project.people import Act
from recon.store import four_eyes
from recon.store.acts import record
from recon.store.four_eyes import Ask, Proposal
from recon.store.ledger import Ledger
from recon.store.people import Amounts, Person

BY_HAND = "by hand"
"""The pass that a match made by hand names."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """An item of a match to be made, and the difference, left minus right, with everything chosen before it."""

    item: Break
    difference: Decimal


def running(items: Sequence[Break]) -> list[Chosen]:
    """The items in the order they were named, each with the running difference of left and right."""
    found, difference = list[Chosen](), Decimal(0)
    for one in items:
        difference += one.amount if one.side == "left" else -one.amount
        found.append(Chosen(one, difference))
    return found


def make(
    ledger: Ledger, person: Person, items: Sequence[Break], reason: str, run: str, difference: str = ""
) -> Proposal:
    """Propose a match of open items; it is made by the next run, at once approved where one person is enough.

    Args:
        ledger: the project's ledger.
        person: who matches.
        items: open items of one rule set and one currency, at least two; on both sides, or of one side adding to zero.
        reason: why they are the same money.
        run: the run that has them open.
        difference: what the difference of the two sides is, in a word; needed where there is one.

    Raises:
        UsageError: the items cannot be matched; everything that is wrong is told together.
        ControlFailed: the person has no role for it, or not up to this amount.
    """
    ask = _asked(items, reason, run, difference)

    def rows() -> list[tuple[str, Mapping[str, object]]]:
        if problems := list(_problems(ledger, items, difference)):
            raise UsageError(*problems)
        return four_eyes.proposing(person, [ask])

    return four_eyes.entered(ledger, record(ledger, person, rows))[0]


def accept(ledger: Ledger, person: Person, matches: Sequence[MatchFacts], reason: str) -> list[Proposal]:
    """Propose to accept suggestions that are too large for one person. All or nothing.

    Raises:
        ControlFailed: the person has no role for it, or not up to these amounts together.
    """
    asks = [_decision(one, "manual_match", "accepted", reason) for one in matches]
    return four_eyes.propose(ledger, person, asks)


def take_back(ledger: Ledger, person: Person, matches: Sequence[MatchFacts], reason: str) -> list[Proposal]:
    """Propose to revoke matches that were made: their entries come back with the next run. All or nothing.

    Raises:
        UsageError: a match is only suggested, or is revoked already.
        ControlFailed: the person has no role for it, or not up to these amounts together.
    """

    def rows() -> list[tuple[str, Mapping[str, object]]]:
        taken = spoken_for_matches(ledger)
        if problems := [problem for one in matches for problem in _not_revocable(one, taken)]:
            raise UsageError(*problems)
        return four_eyes.proposing(person, [_decision(one, "unmatch", "rejected", reason) for one in matches])

    return four_eyes.entered(ledger, record(ledger, person, rows))


def spoken_for_matches(ledger: Ledger) -> dict[str, str]:
    """What is decided or proposed about matches, by their ids: revocations that stand or wait."""
    found = {}
    for one in four_eyes.proposals(ledger, "unmatch"):
        if one.state in {"pending", "approved"}:
            found[str(one.ask.content["match_id"])] = (
                f"{one.state} by {one.by}" if one.state == "approved" else one.by
            )
    return found


def _asked(items: Sequence[Break], reason: str, run: str, difference: str) -> Ask:
    sides: dict[str, list[str]] = {
        side: sorted(str(one.entry_id) for one in items if one.side == side) for side in ("left", "right")
    }
    ruleset, currency = items[0].ruleset, items[0].currency
    parts = [ruleset, BY_HAND, *sides["left"], "", *sides["right"]]
    total = max(abs(_sum(items, "left")), abs(_sum(items, "right")))
    left = running(items)[-1].difference
    content: dict[str, Any] = {
        "verdict": "accepted",
        "ruleset": ruleset,
        "match_id": content_id(parts, ENTRY_ID_DIGITS),
        "pass": BY_HAND,
        **sides,
        "difference": {"amount": f"{left:f}", "currency": currency, "is": difference},
        "breaks": [as_text(one) for one in items],
    }
    return Ask("manual_match", tuple(one.break_id for one in items), reason, content, {currency: total}, run)


def worth(one: MatchFacts) -> Amounts:
    """What a match is worth: its larger side."""
    return {one.currency: max(abs(one.left_amount), abs(one.right_amount))}


def _decision(one: MatchFacts, act: Act, verdict: str, reason: str) -> Ask:
    """What is proposed about a match that a run made or suggested."""
    sides = {
        side: sorted(member.entry.entry_id for member in one.members if member.side == side)
        for side in ("left", "right")
    }
    content: dict[str, Any] = {
        "verdict": verdict,
        "ruleset": one.ruleset,
        "match_id": one.match_id,
        "pass": one.pass_name,
        "made_in": one.run,
        **sides,
    }
    return Ask(act, (one.match_id,), reason, content, worth(one), one.run)


def _problems(ledger: Ledger, items: Sequence[Break], difference: str) -> Iterable[Problem]:
    taken = spoken_for(ledger)
    for one in items:
        if one.entry_id is None or one.match_id is not None or not one.is_living:
            message = f"break {one.break_id} is no open item: {one.reason}"
            yield Problem("not-matchable", message, hint="`recon matches unmatch` takes a match back first")
        elif words := taken.get((one.break_id, None)):
            message = f"break {one.break_id} is spoken for: {words}"
            yield Problem("not-matchable", message, hint="`recon breaks undo` takes that back")
    for name, values in (
        ("rule set", {one.ruleset for one in items}), ("currency", {one.currency for one in items}),
    ):  # fmt: skip
        if len(values) > 1:
            message = f"a match is of one {name}, and these are of {', '.join(sorted(values))}"
            yield Problem("not-matchable", message, hint="match them apart")
    if len(items) < 2:
        yield Problem("not-matchable", "a match needs at least two items", hint="name all of them")
    left = running(items)[-1].difference
    if len({one.side for one in items}) < 2 and left != 0:
        yield Problem(
            "not-matchable", "items of one side match only where they add up to zero", hint="name both sides"
        )
    elif left != 0 and not difference.strip():
        gap = f"{plain(left, items[0].currency)} {items[0].currency}"
        message = f"the two sides differ by {gap}, left minus right"
        yield Problem(
            "difference", message, hint="say what it is with `--difference`, such as fee, fx or rounding"
        )


def _not_revocable(one: MatchFacts, taken: Mapping[str, str]) -> list[Problem]:
    if one.state == "suggested":
        message = f"match {one.match_id} is only suggested"
        return [Problem("not-revocable", message, hint="`recon matches reject` keeps it from being made")]
    if one.match_id in taken:
        message = f"match {one.match_id} is being taken back already, {taken[one.match_id]}"
        return [Problem("not-revocable", message, hint="`recon match` makes the run that honours it")]
    return []


def _sum(items: Sequence[Break], side: str) -> Decimal:
    return sum((one.amount for one in items if one.side == side), Decimal(0))
