"""What waits for a second person among partners, and what its approval brings about."""

from typing import Final

from recon.errors import Problem, UsageError
from recon.model.wording import counted
from recon.partners.registry.acts import approve as approve_changes
from recon.project.people import Act
from recon.project.workspace import Project
from recon.store.four_eyes import Proposal, proposals
from recon.store.four_eyes import approve as approve_proposal
from recon.store.people import Person
from recon.store.store import Store

ACTS: Final[tuple[Act, ...]] = ("partner", "rating", "release")


def in_words(one: Proposal) -> str:
    """What a proposal would do, in one line."""
    what = one.ask.content.get("what", "")
    return f"{what}: {', '.join(one.ask.subjects)}"


def approve(project: Project, store: Store, person: Person, number: int, note: str) -> str:
    """Approve a proposal and carry out what it says; in words what was done.

    Raises:
        UsageError: there is no such proposal among these, or it is not pending.
        ControlFailed: the person had a hand in it or has no role; what it is about has changed.
        Busy: another process is writing.
    """
    found = next((one for one in proposals(store.ledger, *ACTS) if one.number == number), None)
    if found is None:
        hint = "`recon partners pending` shows what waits"
        raise UsageError(Problem("no-proposal", f"there is no proposal {number}", hint=hint))
    if found.ask.act == "partner":
        outcome = approve_changes(project, store, person, number, note)
        return f"{number}: approved; {counted(len(outcome.changes), 'row')} changed"
    (done,) = approve_proposal(store.ledger, person, [number], note)
    return f"{number}: approved; {in_words(done)}"
