"""Undoing: notes, proposals and decisions are taken back by a row of their own, and everything is as it was before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from recon.breaks.casefile import Casefile
from recon.breaks.casework.clearing import spoken_for
from recon.breaks.casework.decided import KINDS, decisions, undone_rows
from recon.breaks.casework.splitting import splits
from recon.breaks.casework.vocabulary import DECISIONS, ENDING, NOTED, UNDONE, Note
from recon.errors import Problem, UsageError
from recon.model.wording import plain_words
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
        return f"row {self.row.seq}, {plain_words(str(done))} by {body['by']}"


def undo(
    ledger: Ledger, person: Person, subjects: Sequence[str], reason: str, casefile: Casefile | None = None
) -> list[LedgerRow]:
    """Undo the last thing that was done about each of some breaks or matches, all or nothing.

    One's own pending proposal is withdrawn by that. With the breaks of the latest run it is refused to undo a split of
    which a part is settled; a run would not join the others.

    Raises:
        UsageError: there is nothing to undo, no reason is given, or a part of what was split is settled or spoken for.
        ControlFailed: it is somebody else's proposal, or the person has no role for the decision.
    """
    return record(
        ledger,
        person,
        lambda: _rows(ledger, person, [_last(ledger, one) for one in subjects], reason, casefile),
    )


def undo_rows(
    ledger: Ledger, person: Person, numbers: Sequence[int], reason: str, casefile: Casefile | None = None
) -> list[LedgerRow]:
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
        return _rows(ledger, person, [found[number] for number in numbers], reason, casefile)

    return record(ledger, person, rows)


def reopen(
    ledger: Ledger, person: Person, subjects: Sequence[str], reason: str, casefile: Casefile | None = None
) -> list[LedgerRow]:
    """Undo what cleared, split or supported each of some breaks, whatever was noted since. Raises as `undo` does."""
    return record(
        ledger,
        person,
        lambda: _rows(ledger, person, [_last(ledger, one, closing=True) for one in subjects], reason, casefile),
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


def _settled(ledger: Ledger, chosen: Sequence[Reversible], casefile: Casefile) -> Iterator[Problem]:
    """The parts that keep a split from being undone: those that are no longer open, or that something is decided of."""
    numbers = {one.row.seq for one in chosen}
    wanted = [one for one in decisions(ledger) if one.act == "split" and one.proposal.number in numbers]
    living = {one.break_id: one for one in casefile.breaks if one.is_living} if wanted else {}
    taken = spoken_for(ledger) if wanted else {}
    for decision, one in zip(wanted, splits(wanted), strict=True):
        if decision.subjects[0] in living:
            continue  # no run has honoured it yet
        for name in one.breaks:
            words = taken.get((name, None)) or ("" if name in living else "it is settled")
            if words:
                message = f"the split in row {one.number} cannot be undone: of its part {name}, {words}"
                yield Problem("part-settled", message, hint="`recon breaks undo` takes that back first")


def _closes(one: Reversible) -> bool:
    body = one.row.body
    if one.proposal is not None:
        return one.proposal.state == "approved" and one.proposal.ask.act in ENDING
    return body.get("note") == Note.SUPPORT or (
        body.get("note") == Note.STATUS and body.get("value") == "resolved"
    )


def _rows(
    ledger: Ledger, person: Person, chosen: Sequence[Reversible], reason: str, casefile: Casefile | None
) -> list[tuple[str, Mapping[str, object]]]:
    if casefile is not None and (problems := list(_settled(ledger, chosen, casefile))):
        raise UsageError(*problems)
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
