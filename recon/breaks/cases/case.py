"""A case as the ledger tells it: who asked what about which money, what was said, who works on it, how it ended."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from recon.errors import Problem, UsageError
from recon.project.choices import Priority
from recon.store.chain import LedgerRow
from recon.store.ledger import Ledger

OPENED, REPLIED, LINKED = "case.opened", "case.replied", "case.linked"
ASSIGNED, RESOLVED, REOPENED = "case.assigned", "case.resolved", "case.reopened"
KINDS: Final = (OPENED, REPLIED, LINKED, ASSIGNED, RESOLVED, REOPENED)


class CaseStatus(StrEnum):
    """Where a case stands; while it waits for whoever asked, its clock stands still."""

    OPEN = "open"
    WAITING = "waiting"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Link:
    """What a case is about: `what` is entry, batch, payout or merchant, `name` its id or name."""

    what: str
    name: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One message: from whoever asked, or from us."""

    at: datetime
    by: str
    incoming: bool
    words: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time during which the clock of a case ran; `end` is open while it runs."""

    start: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A case as it stands. `number` counts cases from 1."""

    number: int
    asked_by: str
    subject: str
    priority: Priority
    opened_at: datetime
    opened_by: str
    owner: str = ""
    status: CaseStatus = CaseStatus.OPEN
    links: tuple[Link, ...] = ()
    messages: tuple[Message, ...] = ()
    stretches: tuple[Stretch, ...] = ()
    cause: str = ""
    resolution: str = ""
    resolved_at: datetime | None = None
    resolved_by: str = ""
    reopened: int = 0

    @property
    def name(self) -> str:
        """The name by which commands know it."""
        return f"C-{self.number:04}"

    @property
    def is_living(self) -> bool:
        """Whether it is not resolved."""
        return self.status is not CaseStatus.RESOLVED


def cases(ledger: Ledger) -> list[Case]:
    """All cases, in the order in which they were opened."""
    return list(folded(ledger.rows(*KINDS)).values())


def case_named(ledger: Ledger, name: str) -> Case:
    """The case with a name or a number.

    Raises:
        UsageError: there is none.
    """
    held = {one.number: one for one in cases(ledger)}
    text = name.strip().upper().removeprefix("C-").lstrip("0")
    found = held.get(int(text)) if text.isdigit() else None
    if found is None:
        raise UsageError(Problem("no-case", f"there is no case `{name}`", hint="`recon cases list` shows them"))
    return found


def folded(rows: Iterable[LedgerRow]) -> dict[int, Case]:
    """The cases that rows of the ledger tell of, by number."""
    found: dict[int, Case] = {}
    for row in rows:
        body: dict[str, Any] = row.body
        if row.kind == OPENED:
            found[len(found) + 1] = _opened(len(found) + 1, row, body)
        elif (one := found.get(body["case"])) is not None:
            found[one.number] = _after(one, row, body)
    return found


def moment(row: LedgerRow) -> datetime:
    """When a row was written."""
    return datetime.fromisoformat(row.at)


def _opened(number: int, row: LedgerRow, body: dict[str, Any]) -> Case:
    at = moment(row)
    return Case(
        number=number,
        asked_by=body["asked_by"],
        subject=body["subject"],
        priority=body["priority"],
        opened_at=at,
        opened_by=body["by"],
        owner=body["owner"],
        links=tuple(Link(**one) for one in body["links"]),
        stretches=(Stretch(at),),
    )


def _after(one: Case, row: LedgerRow, body: dict[str, Any]) -> Case:
    at = moment(row)
    match row.kind:
        case "case.replied":
            message = Message(at, body["by"], body["incoming"], body["words"])
            said = replace(one, messages=(*one.messages, message))
            if one.status is CaseStatus.RESOLVED:
                return said
            return _waiting(said, at) if body["waits"] else _running(said, at)
        case "case.linked":
            return replace(one, links=(*one.links, *(Link(**link) for link in body["links"])))
        case "case.assigned":
            return replace(one, owner=body["owner"])
        case "case.resolved":
            return replace(
                _stopped(one, at),
                status=CaseStatus.RESOLVED,
                cause=body["cause"],
                resolution=body["resolution"],
                resolved_at=at,
                resolved_by=body["by"],
            )
        case _:
            again = replace(
                one, cause="", resolution="", resolved_at=None, resolved_by="", reopened=one.reopened + 1
            )
            return _running(again, at)


def _stopped(one: Case, at: datetime) -> Case:
    if one.stretches and one.stretches[-1].end is None:
        return replace(one, stretches=(*one.stretches[:-1], Stretch(one.stretches[-1].start, at)))
    return one


def _waiting(one: Case, at: datetime) -> Case:
    return replace(_stopped(one, at), status=CaseStatus.WAITING)


def _running(one: Case, at: datetime) -> Case:
    running = bool(one.stretches) and one.stretches[-1].end is None
    stretches = one.stretches if running else (*one.stretches, Stretch(at))
    return replace(one, status=CaseStatus.OPEN, stretches=stretches)
