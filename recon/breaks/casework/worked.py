"""Where the work on each break stands: owner, status, comments, what is proposed and what was decided.

Folded from the ledger alone, so that the same rows always give the same picture; what was undone leaves no mark in it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from recon.breaks.casework.decided import Decided, decisions, pending, undone_rows
from recon.breaks.casework.vocabulary import ENDING, NOTED, Note, Status
from recon.store import four_eyes
from recon.store.chain import LedgerRow
from recon.store.four_eyes import Proposal
from recon.store.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody wrote about a break; `about` is the note or decision it came with."""

    by: str
    at: str
    words: str
    about: str = "comment"


@dataclass(frozen=True, slots=True)
class Worked:
    """The work on one break. `row` is the last row of the ledger that says anything about it; 0 for none."""

    break_id: str
    owner: str = ""
    status: str = Status.OPEN
    due: date | None = None
    resolution: str = ""
    tags: tuple[str, ...] = ()
    comments: tuple[Comment, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    decided: Decided | None = None
    row: int = 0

    @property
    def comment(self) -> str:
        """The last comment."""
        return self.comments[-1].words if self.comments else ""


@dataclass(frozen=True)
class Book:
    """The work on all breaks."""

    worked: Mapping[str, Worked] = field(default_factory=dict)

    def of(self, break_id: str) -> Worked:
        """The work on a break, also where nothing was done yet."""
        return self.worked.get(break_id) or Worked(break_id)


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of a break's history: what, by whom, when, in which words, and the row of the ledger."""

    row: int
    at: str
    by: str
    act: str
    words: str
    undone: bool = False


def book(ledger: Ledger, through: int | None = None) -> Book:
    """The work on all breaks, by the ledger as it stands, or stood at a row of it."""
    rows = [row for row in ledger.rows() if through is None or row.seq <= through]
    undone = undone_rows(rows)
    found: dict[str, Worked] = {}
    for row in rows:
        if row.kind == NOTED:
            body = row.body
            one = found.get(name := str(body["break"]), Worked(name))
            found[name] = replace(one if row.seq in undone else noted(one, row), row=row.seq)
    for proposal in pending(ledger, through):
        for name in _breaks_of(proposal):
            one = found.get(name, Worked(name))
            status = Status.WRITE_OFF if proposal.ask.act == "write_off" else one.status
            found[name] = replace(
                one, proposals=(*one.proposals, proposal), status=status, row=max(one.row, proposal.number)
            )
    for decision in decisions(ledger, through):
        for name in _breaks_of(decision.proposal):
            one = found.get(name, Worked(name))
            row_of = max(one.row, decision.number, decision.undone.number if decision.undone else 0)
            found[name] = replace(
                _with(one, decision) if decision.stands and decision.act in ENDING else one, row=row_of
            )
    return Book(found)


def noted(one: Worked, row: LedgerRow) -> Worked:
    """The work on a break after a note."""
    body: dict[str, Any] = row.body
    note, value, words = Note(body["note"]), str(body["value"]), str(body["words"])
    if words:
        one = replace(one, comments=(*one.comments, Comment(str(body["by"]), row.at, words, note)))
    match note:
        case Note.ASSIGN:
            return replace(one, owner=value)
        case Note.TAG:
            return replace(one, tags=tuple(sorted({*one.tags, value})))
        case Note.UNTAG:
            return replace(one, tags=tuple(tag for tag in one.tags if tag != value))
        case Note.DUE:
            return replace(one, due=date.fromisoformat(value) if value else None)
        case Note.STATUS:
            return replace(one, status=value)
        case Note.SUPPORT:
            until = date.fromisoformat(value) if value else one.due
            return replace(one, status=Status.TIMING, due=until)
        case Note.RESOLUTION:
            return replace(one, resolution=value)
        case Note.COMMENT:
            return one


def _with(one: Worked, decision: Decided) -> Worked:
    resolution = f"{decision.act.replace('_', ' ')}: {decision.reason}"
    return replace(one, decided=decision, status=Status.RESOLVED, resolution=resolution)


def _breaks_of(proposal: Proposal) -> tuple[str, ...]:
    return proposal.ask.subjects


def history(ledger: Ledger, break_id: str) -> Iterator[Happened]:
    """Everything that people did about a break, oldest first, undone or not."""
    rows = ledger.rows()
    undone = undone_rows(rows)
    about = set[int]()
    for row in rows:
        body: dict[str, Any] = row.body
        if row.kind == NOTED and body["break"] == break_id:
            words = " ".join(filter(None, (str(body["value"]), str(body["words"]))))
            about.add(row.seq)
            yield Happened(row.seq, row.at, body["by"], str(body["note"]), words, row.seq in undone)
        elif row.kind == four_eyes.PROPOSED and break_id in body["subjects"]:
            about.add(row.seq)
            act = body["act"] if not body["levels"] else f"{body['act']} proposed"
            yield Happened(row.seq, row.at, body["by"], act, body["reason"], row.seq in undone)
        elif row.kind in four_eyes.KINDS and body.get("proposal") in about:
            yield Happened(row.seq, row.at, body["by"], row.kind.partition(".")[2], body["note"])
        elif row.seq in _undoing(row, about):
            about.add(row.seq)
            yield Happened(
                row.seq, row.at, body["by"], f"undid row {body['number']}", body["reason"], row.seq in undone
            )


def _undoing(row: LedgerRow, about: Iterable[int]) -> set[int]:
    """The row itself, if it undoes one of these."""
    return {row.seq} if "number" in row.body and row.body["number"] in set(about) else set()
