"""Undoing: notes, proposals and decisions are taken back by a row of their own, and everything is as it was before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from recon.breaks.casework.decided import KINDS, undone_rows
from recon.breaks.casework.vocabulary import CLEARING, DECISIONS, NOTED, UNDONE, Note
from recon.errors import Problem, UsageError
from recon.store import four_eyes
from recon.store.acts import Wanted, record
from recon.store.chain import LedgerRow
from recon.store.four_eyes import WITHDRAWN, Proposal, folded
from recon.store.ledger import Ledger
from recon.store.people import Person


@dataclass(frozen=True, slots=True)
class Reversible:
    """A row that can be undone: what it was about, and the proposal that it made, if it is one."""

    row: LedgerRow
    subjects: tuple[str, ...]
    proposal: Proposal | None = None

    @property
    def what(self) -> str:
        """What it was, in words."""
        body: dict[str, Any] = self.row.body
        done = body.get("note") or body.get("act") or "undo"
        return f"row {self.row.seq}, {str(done).replace('_', ' ')} by {body['by']}"


def undo(ledger: Ledger, person: Person, subjects: Sequence[str], reason: str) -> list[LedgerRow]:
    """Undo the last thing that was done about each of some breaks or matches, all or nothing.

    One's own pending proposal is withdrawn by that.

    Raises:
        UsageError: there is nothing to undo, or no reason is given.
        ControlFailed: it is somebody else's proposal, or the person has no role for the decision.
    """
    return record(
        ledger,
        person,
        lambda: _rows(person, [_last(ledger, one) for one in subjects], reason),
    )


def undo_rows(ledger: Ledger, person: Person, numbers: Sequence[int], reason: str) -> list[LedgerRow]:
    """Undo rows of the ledger by their number. Raises as `undo` does."""

    def rows() -> Wanted:
        found = {one.row.seq: one for one in reversible(ledger)}
        unknown = [
            Problem(
                "not-reversible", f"row {number} cannot be undone: it is no note and no decision, or undone"
            )
            for number in numbers
            if number not in found
        ]
        if unknown:
            raise UsageError(*unknown)
        return _rows(person, [found[number] for number in numbers], reason)

    return record(ledger, person, rows)


def reopen(ledger: Ledger, person: Person, subjects: Sequence[str], reason: str) -> list[LedgerRow]:
    """Undo what cleared or supported each of some breaks, whatever was noted since. Raises as `undo` does."""
    return record(
        ledger,
        person,
        lambda: _rows(person, [_last(ledger, one, closing=True) for one in subjects], reason),
    )


def reversible(ledger: Ledger) -> list[Reversible]:
    """Everything that can be undone, oldest first: notes, proposals that wait or took effect, and what undid."""
    rows = ledger.rows(NOTED, *KINDS)
    undone = undone_rows(rows)
    proposals = {one.number: one for one in folded(row for row in rows if row.kind in four_eyes.KINDS)}
    found: dict[int, Reversible] = {}
    for row in rows:
        body: dict[str, Any] = row.body
        if row.kind == NOTED:
            found[row.seq] = Reversible(row, (body["break"],))
        elif row.kind == UNDONE:
            found[row.seq] = Reversible(row, found[body["number"]].subjects)
        elif row.kind == four_eyes.PROPOSED and body["act"] in DECISIONS:
            found[row.seq] = Reversible(row, tuple(body["subjects"]), proposals[row.seq])
    dead = {
        number
        for number, one in found.items()
        if one.proposal and one.proposal.state in {"refused", "withdrawn"}
    }
    return [one for number, one in found.items() if number not in undone and number not in dead]


def _last(ledger: Ledger, subject: str, *, closing: bool = False) -> Reversible:
    mine = [one for one in reversible(ledger) if subject in one.subjects and (not closing or _closes(one))]
    mine = [one for one in mine if one.row.kind != UNDONE]
    if not mine:
        what = "was cleared or supported by a decision" if closing else "was done about it that could be undone"
        message = f"break {subject}: nothing {what}"
        raise UsageError(Problem("not-reversible", message, hint="`recon breaks history` shows what was done"))
    return mine[-1]


def _closes(one: Reversible) -> bool:
    body = one.row.body
    if one.proposal is not None:
        return one.proposal.state == "approved" and one.proposal.ask.act in CLEARING
    return body.get("note") == Note.SUPPORT or (
        body.get("note") == Note.STATUS and body.get("value") == "resolved"
    )


def _rows(person: Person, chosen: Sequence[Reversible], reason: str) -> list[tuple[str, Mapping[str, object]]]:
    if not reason.strip():
        raise UsageError(Problem("no-reason", "undoing needs a reason", hint="say why with `--reason`"))
    waiting = [one for one in chosen if one.proposal is not None and one.proposal.state == "pending"]
    standing = [one for one in chosen if one not in waiting]
    for one in standing:
        if one.proposal is not None:
            person.refuse_unless("prepares", one.proposal.ask.act, {})
    found = {one.proposal.number: one.proposal for one in waiting if one.proposal is not None}
    rows = four_eyes.saying(found, person, WITHDRAWN, list(found), reason) if found else []
    return [
        *rows,
        *(
            (UNDONE, {"number": one.row.seq, "hash": one.row.hash, "reason": reason.strip()})
            for one in {one.row.seq: one for one in standing}.values()
        ),
    ]
