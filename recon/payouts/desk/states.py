"""The states of a payout, from the ledger: calculated, reviewed, approved level by level, exported, paid.

A rejection sends a payout back to `calculated`. Once every level has approved it, its period is closed: it is never
computed again, and what becomes known later is booked in the open period.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from recon.errors import Problem, UsageError
from recon.payouts.desk.shelf import PAYOUT, PublishedPayout
from recon.store.store import Store

BATCH = "batch"
CALCULATED, REVIEWED, APPROVED, REJECTED = "calculated", "reviewed", "approved", "rejected"
EXPORTED, SENT, PAID = "exported", "sent", "paid"


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody did to a payout, and when (UTC)."""

    act: str
    level: str
    by: str
    at: str
    note: str


@dataclass(frozen=True, slots=True)
class State:
    """Where a payout stands, and everything that was done since it was calculated or last sent back."""

    name: str
    closed: bool
    acts: tuple[Act, ...]
    batch: str | None = None

    @property
    def approved_levels(self) -> list[str]:
        """The levels that have approved it."""
        return [one.level for one in self.acts if one.act == APPROVED]

    @property
    def hands(self) -> list[str]:
        """Everybody who had a hand in it."""
        return [one.by for one in self.acts if one.by]


def state_of(store: Store, payout: PublishedPayout) -> State:
    """The state of a payout."""
    acts = history_of(store, payout)
    back = max((at for at, one in enumerate(acts) if one.act in {CALCULATED, REJECTED}), default=-1)
    calculated = [one for one in acts if one.act == CALCULATED][-1:]
    since = (*calculated, *(one for one in acts[back + 1 :] if one.act != CALCULATED))
    name, closed = CALCULATED, False
    for row in store.ledger.rows(f"{PAYOUT}.{APPROVED}"):
        closed |= row.body["identity"] == payout.identity and bool(row.body["final"])
    for one in since:
        name = f"{APPROVED} ({one.level})" if one.act == APPROVED else one.act
    if not closed:
        return State(name, closed=False, acts=since)
    batch, name = _batch_of(store, payout.identity)
    return State(name, closed=True, acts=since, batch=batch)


def refuse_closed(name: str, state: State) -> None:
    """Keep what was approved or paid as it is.

    Raises:
        UsageError: it is closed; a correction is booked in the open period.
    """
    if state.closed:
        message = f"{name} has already been paid" if state.name == PAID else f"{name} is closed ({state.name})"
        raise UsageError(Problem("payout-closed", message, hint="corrections are booked in the open period"))


def history_of(store: Store, payout: PublishedPayout) -> list[Act]:
    """Everything that was ever done to a payout, oldest first."""
    kinds = [f"{PAYOUT}.{act}" for act in (CALCULATED, REVIEWED, APPROVED, REJECTED)]
    found = []
    for row in store.ledger.rows(*kinds):
        body = row.body
        if body["identity"] == payout.identity:
            level, by, note = (str(body.get(name, "")) for name in ("level", "by", "note"))
            found.append(Act(row.kind.partition(".")[2], level, by, row.at, note))
    return found


def _batch_of(store: Store, identity: str) -> tuple[str | None, str]:
    """The batch that pays a payout, and how far that has come."""
    for batch in store.recorded(BATCH):
        if identity in batch.manifest["inputs"]["payouts"]:
            return batch.identity, batch_state(store, batch.identity)
    return None, APPROVED


def batch_state(store: Store, batch: str) -> str:
    """How far a batch has come: exported, sent, or paid."""
    acts: Sequence[str] = [
        row.kind.partition(".")[2]
        for row in store.ledger.rows(f"{BATCH}.{SENT}", f"{BATCH}.{PAID}")
        if row.body["identity"] == batch
    ]
    return acts[-1] if acts else EXPORTED
