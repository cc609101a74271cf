"""Clearing breaks by decision: written off, adjusted, excluded. Each is proposed, and takes effect when approved.

What is cleared leaves matching with the next run; it stays in the proof and in the bridge under its own class.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from recon.breaks.casefile import Break
from recon.breaks.casework.choosing import as_text
from recon.breaks.casework.decided import Decided, decisions, pending
from recon.breaks.casework.vocabulary import ENDING
from recon.errors import Problem, UsageError
from recon.model.wording import plain_words
from recon.project.people import Act
from recon.store import four_eyes
from recon.store.acts import record
from recon.store.four_eyes import Ask, Proposal
from recon.store.ledger import Ledger
from recon.store.people import Person


def clear(
    ledger: Ledger, person: Person, act: Act, breaks: Sequence[Break], reason: str, run: str, account: str = ""
) -> list[Proposal]:
    """Propose to clear breaks, one proposal for each, all or nothing.

    Args:
        ledger: the project's ledger.
        person: who proposes.
        act: `write_off`, `adjust` or `exclude`.
        breaks: breaks of the latest run.
        reason: why; it stays with the decision.
        run: the run that has the breaks.
        account: what an adjustment is booked to, a word that the mapping of accounts knows.

    Raises:
        UsageError: a break cannot be cleared, or a reason is missing; all that is wrong is told together.
        ControlFailed: the person has no role for it, or not up to these amounts together; the ledger fails.
    """
    asks = [ask_for(act, one, reason, run, account) for one in breaks]

    def rows() -> list[tuple[str, dict[str, object]]]:
        refuse_unclear(ledger, act, breaks)
        return [(kind, dict(body)) for kind, body in four_eyes.proposing(person, asks)]

    return four_eyes.entered(ledger, record(ledger, person, rows))


def ask_for(act: Act, one: Break, reason: str, run: str, account: str = "") -> Ask:
    """What is proposed to clear a break; `content` holds the break as it was, for journals and to bring it back."""
    content = {"ruleset": one.ruleset, "break": as_text(one), "account": account}
    return Ask(act, (one.break_id,), reason, content, {one.currency: abs(one.amount)}, run)


def refuse_unclear(ledger: Ledger, act: Act, breaks: Sequence[Break]) -> None:
    """Refuse to clear what cannot be.

    Raises:
        UsageError: a break is resolved, is of a statement, has a decision already, or is a variance to be excluded.
    """
    taken = spoken_for(ledger)
    problems = [problem for one in breaks for problem in _unfit(act, one, taken)]
    if problems:
        raise UsageError(*problems)


Subject = tuple[str, str | None]
"""A break, and the match whose variance it is; an open item has none."""


def spoken_for(ledger: Ledger) -> dict[Subject, str]:
    """What is decided or proposed about breaks already, in words. A match by hand speaks for its open items only."""
    made = decisions(ledger)
    taken_back = {
        str(one.content["match_id"]): one.number for one in made if one.act == "unmatch" and one.stands
    }
    found: dict[Subject, str] = {}
    for one in made:
        words = f"{plain_words(one.act)} by {one.by}"
        if one.stands and one.act in ENDING:
            found[one.subjects[0], one.content["break"]["match_id"]] = words
        elif one.stands and one.act == "manual_match" and taken_back.get(_match(one), 0) < one.number:
            found |= dict.fromkeys(((name, None) for name in one.subjects), words)
    for proposal in pending(ledger):
        words = f"{plain_words(proposal.ask.act)} proposed by {proposal.by} (proposal {proposal.number})"
        content: Mapping[str, Any] = proposal.ask.content
        of = content.get("break", {}).get("match_id")
        found |= dict.fromkeys(((name, of) for name in proposal.ask.subjects), words)
    return found


def _match(one: Decided) -> str:
    return str(one.content["match_id"])


def _unfit(act: Act, one: Break, taken: Mapping[Subject, str]) -> list[Problem]:
    problem = Problem("not-clearable", f"break {one.break_id}")
    if one.side is None or one.entry_id is None:
        message = "is of a statement: what is wrong with it has to be corrected by whoever sent it"
        hint = "comment on it, or mark it as supported; a corrected file resolves it"
    elif not one.is_living:
        message, hint = (
            f"is resolved: {one.reason}",
            "`recon breaks reopen` undoes the decision that resolved it",
        )
    elif words := taken.get((one.break_id, one.match_id)):
        message = f"is spoken for: {words}"
        hint = "`recon breaks undo` takes that back, `recon breaks history` shows all of it"
    elif act == "exclude" and one.match_id is not None:
        message, hint = "is the variance of a match, which cannot be left out", "write it off, or adjust it"
    else:
        return []
    return [replace(problem, message=f"{problem.message} {message}", hint=hint)]
