"""Where the work on each break stands: owner, status, comments, what is proposed and what was decided.

Folded from the ledger alone, so that the same rows always give the same picture; what was undone leaves no mark in it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from recon.breaks.casework.decided import KINDS, Decided, proposed, undone_rows
from recon.breaks.casework.remembered import Folded, notes_of
from recon.breaks.casework.vocabulary import ENDING, MATCH_DECIDED, NOTED, UNDONE, Status
from recon.breaks.casework.work import Worked
from recon.breaks.ids import break_id as id_of
from recon.model.sides import SIDES
from recon.model.wording import plain_words
from recon.store import four_eyes
from recon.store.chain import LedgerRow
from recon.store.four_eyes import Proposal
from recon.store.ledger import Ledger


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
    """The work on all breaks, by the ledger as it stands, or stood at a row of it.

    As it stands, notes may come of what is remembered of them; at a row, everything is folded from the ledger.
    """
    undone = undone_rows(row for row in ledger.rows(UNDONE) if through is None or row.seq <= through)
    if through is None:
        found = notes_of(ledger, undone)
    else:
        found = Folded()
        found.fold((row for row in ledger.rows(NOTED) if row.seq <= through), undone)
    waiting, made = proposed(ledger, through)
    for proposal in waiting:
        for name in _breaks_of(proposal):
            one = found.of(name)
            status = Status.WRITE_OFF if proposal.ask.act == "write_off" else one.status
            row = max(one.row, proposal.number)
            found.put(replace(one, proposals=(*one.proposals, proposal), status=status, row=row))
    for decision in made:
        for name in _breaks_of(decision.proposal):
            one = found.of(name)
            row_of = max(one.row, decision.number, decision.undone.number if decision.undone else 0)
            found.put(_with(one, decision, row_of) if _ends(decision) else replace(one, row=row_of))
    return Book(found)


def _ends(decision: Decided) -> bool:
    return decision.stands and decision.act in ENDING


def _with(one: Worked, decision: Decided, row: int) -> Worked:
    resolution = f"{plain_words(decision.act)}: {decision.reason}"
    return replace(one, decided=decision, status=Status.RESOLVED, resolution=resolution, row=row)


def _breaks_of(proposal: Proposal) -> tuple[str, ...]:
    return proposal.ask.subjects


def history(ledger: Ledger, break_id: str) -> Iterator[Happened]:
    """Everything that people did about a break, oldest first, undone or not."""
    rows = ledger.rows(NOTED, MATCH_DECIDED, *KINDS)
    undone = undone_rows(rows)
    about = set[int]()
    for row in rows:
        if row.kind == NOTED and break_id not in row.text:
            continue
        body: dict[str, Any] = row.body
        if row.kind == NOTED and body["break"] == break_id:
            words = " ".join(filter(None, (str(body["value"]), str(body["words"]))))
            about.add(row.seq)
            yield Happened(row.seq, row.at, body["by"], str(body["note"]), words, row.seq in undone)
        elif row.kind == MATCH_DECIDED:
            if any(id_of(body["ruleset"], side, one) == break_id for side in SIDES for one in body[side]):
                act = f"{body['verdict']} {body['match_id']}"
                yield Happened(row.seq, row.at, body["by"], act, body["reason"])
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
