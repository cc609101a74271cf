"""Decisions about breaks and matches as the ledger has them: in force, waiting, undone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from recon.breaks.casework.vocabulary import DECISIONS, UNDONE
from recon.project.people import Act
from recon.store import four_eyes
from recon.store.chain import LedgerRow
from recon.store.four_eyes import Proposal
from recon.store.ledger import Ledger

KINDS = (*four_eyes.KINDS, UNDONE)


@dataclass(frozen=True, slots=True)
class Undone:
    """That something was undone: by the row `number`, who, when and why."""

    number: int
    by: str
    at: str
    reason: str


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that took effect with row `number`, and what undid it, if anything did."""

    number: int
    proposal: Proposal
    undone: Undone | None = None

    @property
    def act(self) -> Act:
        """What was decided."""
        return self.proposal.ask.act

    @property
    def content(self) -> Mapping[str, Any]:
        """What it is about, as its act has it."""
        return self.proposal.ask.content

    @property
    def subjects(self) -> tuple[str, ...]:
        """The ids of breaks, and of the match, that it is about."""
        return self.proposal.ask.subjects

    @property
    def amounts(self) -> Mapping[str, Decimal]:
        """What it is worth, by currency, without a sign."""
        return self.proposal.ask.amounts

    @property
    def reason(self) -> str:
        """Why it was decided."""
        return self.proposal.ask.reason

    @property
    def by(self) -> str:
        """Who proposed it."""
        return self.proposal.by

    @property
    def approved_by(self) -> tuple[str, ...]:
        """Who approved it; nobody, where one person was enough."""
        return tuple(one.by for one in self.proposal.said)

    @property
    def at(self) -> str:
        """When it took effect, in UTC."""
        return self.proposal.said[-1].at if self.proposal.said else self.proposal.at

    @property
    def stands(self) -> bool:
        """Whether nothing has undone it."""
        return self.undone is None


def undone_rows(rows: Iterable[LedgerRow]) -> dict[int, Undone]:
    """What was undone, by the number of the row: a row that undoes counts only while it is not undone itself."""
    found = [row for row in rows if row.kind == UNDONE]
    undone: dict[int, Undone] = {}
    for row in reversed(found):
        if row.seq not in undone:
            body = row.body
            number = int(str(body["number"]))
            undone.setdefault(number, Undone(row.seq, str(body["by"]), row.at, str(body["reason"])))
    return undone


def proposed(ledger: Ledger, through: int | None = None) -> tuple[list[Proposal], list[Decided]]:
    """What waits for a second person, the oldest first, and what was decided, as `decisions` has it; in one look."""
    rows = [row for row in ledger.rows(*KINDS) if through is None or row.seq <= through]
    undone = undone_rows(rows)
    waiting, made = list[Proposal](), list[Decided]()
    for one in four_eyes.folded(row for row in rows if row.kind != UNDONE):
        if one.ask.act not in DECISIONS:
            continue
        if one.state == "pending":
            waiting.append(one)
        elif one.state == "approved" and one.decided is not None:
            made.append(Decided(one.decided, one, undone.get(one.number)))
    return waiting, sorted(made, key=lambda one: one.number)


def decisions(ledger: Ledger, through: int | None = None) -> list[Decided]:
    """The decisions in force or undone, in the order in which they took effect; up to a row of the ledger."""
    return proposed(ledger, through)[1]


def pending(ledger: Ledger, through: int | None = None) -> list[Proposal]:
    """The decisions about breaks and matches that wait for a second person, the oldest first; now, or at a row."""
    return proposed(ledger, through)[0]
