"""What became of every payment, as the bank told: read from the ledger.

A payment is exported, then accepted, paid, and perhaps returned; or rejected. What was rejected or returned is owed
again, and the next batch pays it to another account.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from recon.payouts.bank.answers import Reasoned, Status
from recon.payouts.desk.batches import Batch, batches
from recon.store.chain import LedgerRow
from recon.store.store import Store

PAYMENT: Final = "payment"
KINDS: Final = tuple(f"{PAYMENT}.{status}" for status in Status)
FAILED: Final = frozenset({Status.REJECTED, Status.RETURNED})
HELD: Final = "held"
"""The state of a payment that is kept back, as its payee is on hold."""


@dataclass(frozen=True, slots=True)
class Told(Reasoned):
    """What the bank said of a payment, when we read it (UTC), and in which file."""

    payment_id: str
    status: Status
    at: str
    code: str
    reason: str
    file: str

    @classmethod
    def of(cls, row: LedgerRow) -> "Told":
        """What a row of the ledger holds."""
        body: Mapping[str, Any] = row.body
        status = Status(row.kind.removeprefix(f"{PAYMENT}."))
        return cls(body["payment_id"], status, row.at, body["code"], body["reason"], body["file"])


@dataclass(frozen=True, slots=True)
class Known:
    """A payment, the batch it is in, and everything the bank said of it, oldest first.

    `kept` is why the batch keeps it back, if it does: its payee is on hold.
    """

    batch: Batch
    row: Mapping[str, Any]
    history: Sequence[Told] = ()
    kept: str = ""

    @property
    def told(self) -> Told | None:
        """What the bank said last; None while it has said nothing."""
        return self.history[-1] if self.history else None

    @property
    def failed(self) -> bool:
        """Whether it is owed again: the bank rejected or returned it, or it was kept back."""
        return bool(self.kept) or (bool(self.history) and self.history[-1].status in FAILED)

    @property
    def state(self) -> str:
        """Where the payment stands: how far its batch is, until the bank says something of the payment itself."""
        if self.kept:
            return HELD
        return self.history[-1].status.value if self.history else self.batch.state


def payments(store: Store, made: Sequence[Batch] | None = None) -> dict[str, Known]:
    """Every payment of every batch by its id, the oldest batch first; of two with one id, the first.

    `made` are all batches, where they are at hand already.
    """
    told: dict[str, list[Told]] = {}
    for one in map(Told.of, store.ledger.rows(*KINDS)):
        told.setdefault(one.payment_id, []).append(one)
    found: dict[str, Known] = {}
    for batch in batches(store) if made is None else made:
        for row in batch.payments:
            name = row["payment_id"]
            found.setdefault(name, Known(batch, row, told.get(name, ())))
        for row in batch.kept_back:
            found.setdefault(row["payment_id"], Known(batch, row, kept=batch.on_hold[row["payee"]]))
    return found


def failed(known: Mapping[str, Known]) -> list[Mapping[str, Any]]:
    """The payments that were rejected, returned or kept back and that no later batch makes, the oldest first."""
    again = {one.row["again_of"] for one in known.values()}
    return [one.row for name, one in known.items() if one.failed and name not in again]
