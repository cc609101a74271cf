"""What people do with cases: open, reply, link, assign, resolve, open again. Every act is a row of the ledger."""

from collections.abc import Mapping, Sequence
from typing import Any

from recon.breaks.cases.case import (
    ASSIGNED,
    LINKED,
    OPENED,
    REOPENED,
    REPLIED,
    RESOLVED,
    Case,
    Link,
    case_named,
    cases,
)
from recon.errors import Problem, UsageError
from recon.project.cases import CaseSettings
from recon.project.choices import Priority
from recon.project.suggest import did_you_mean
from recon.store.acts import record
from recon.store.ledger import Ledger
from recon.store.people import Person


def open_case(
    ledger: Ledger,
    person: Person,
    asked_by: str,
    subject: str,
    links: Sequence[Link],
    priority: Priority = "normal",
    owner: str = "",
) -> Case:
    """Open a case.

    Raises:
        UsageError: nobody is said to have asked, or nothing.
        ControlFailed: the ledger cannot be written to.
    """
    if not asked_by.strip() or not subject.strip():
        raise UsageError(
            Problem("case", "a case needs who asked, and what", hint="`--asked-by` and the subject")
        )
    body = {
        "asked_by": asked_by.strip(),
        "subject": subject.strip(),
        "priority": priority,
        "owner": owner.strip(),
        "links": _links(links),
    }
    record(ledger, person, lambda: [(OPENED, body)])
    return cases(ledger)[-1]


def reply(
    ledger: Ledger, person: Person, name: str, words: str, *, incoming: bool = False, waits: bool = False
) -> Case:
    """Add a message to a case: from whoever asked (`incoming`), or from us, waiting for an answer (`waits`) or not.

    A message from whoever asked starts the clock again.

    Raises:
        UsageError: there is no such case, or the message is empty.
    """
    if not words.strip():
        raise UsageError(Problem("case", "a message needs words"))
    told = {"incoming": incoming, "waits": waits and not incoming, "words": words.strip()}
    return _act(ledger, person, name, REPLIED, told)


def link(ledger: Ledger, person: Person, name: str, links: Sequence[Link]) -> Case:
    """Say what else a case is about. Raises UsageError where there is no such case."""
    return _act(ledger, person, name, LINKED, {"links": _links(links)})


def assign(ledger: Ledger, person: Person, name: str, owner: str) -> Case:
    """Give a case to somebody. Raises UsageError where there is no such case."""
    return _act(ledger, person, name, ASSIGNED, {"owner": owner.strip()})


def resolve(
    ledger: Ledger, person: Person, name: str, settings: CaseSettings, cause: str, resolution: str
) -> Case:
    """Resolve a case with its root cause.

    Raises:
        UsageError: there is no such case, it is resolved already, or the cause is none of the project's.
    """
    if cause not in settings.causes:
        hint = did_you_mean(cause, settings.causes) or f"one of {', '.join(settings.causes)}"
        raise UsageError(Problem("cause", f"`{cause}` is no root cause here", hint=hint))
    if not resolution.strip():
        raise UsageError(
            Problem("case", "a case is resolved with an answer", hint="say it with `--resolution`")
        )
    told = {"cause": cause, "resolution": resolution.strip()}
    return _act(ledger, person, name, RESOLVED, told, living=True)


def reopen(ledger: Ledger, person: Person, name: str, reason: str) -> Case:
    """Open a resolved case again, for a reason. Raises UsageError where it is not resolved."""
    if not reason.strip():
        raise UsageError(Problem("no-reason", "opening a case again needs a reason", hint="`--reason`"))
    return _act(ledger, person, name, REOPENED, {"reason": reason.strip()}, living=False)


def _act(
    ledger: Ledger, person: Person, name: str, kind: str, told: Mapping[str, Any], living: bool | None = None
) -> Case:
    def rows() -> list[tuple[str, Mapping[str, object]]]:
        one = case_named(ledger, name)
        if living is not None and one.is_living is not living:
            raise UsageError(Problem("case", f"{one.name} is {one.status} already"))
        return [(kind, {"case": one.number, **told})]

    record(ledger, person, rows)
    return case_named(ledger, name)


def _links(links: Sequence[Link]) -> list[dict[str, str]]:
    return [{"what": one.what, "name": one.name, "words": one.words} for one in links]
