"""The work on one break: owner, status, comments, what is proposed and decided; and what a note makes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from recon.breaks.casework.decided import Decided
from recon.breaks.casework.vocabulary import Note, Status
from recon.store.chain import LedgerRow
from recon.store.four_eyes import Proposal


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


def noted(one: Worked, row: LedgerRow, body: Mapping[str, Any], *, counts: bool = True) -> Worked:
    """The work on a break after a note; one that was undone leaves its row and no mark."""
    one = replace(one, row=row.seq)
    if not counts:
        return one
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
