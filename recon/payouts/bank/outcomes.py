"""What became of every payment, as the bank told: read from the ledger.

A payment is exported, then accepted, paid, and perhaps returned; or rejected. What was rejected or returned is owed
again, and the next batch pays it to another account.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from recon.payouts.bank.answers import Status
from recon.payouts.desk.batches import Batch, batches
from recon.store.chain import LedgerRow
from recon.store.store import Store

PAYMENT: Final = "payment"
KINDS: Final = tuple(f"{PAYMENT}.{status}" for status in Status)
FAILED: Final = frozenset({Status.REJECTED, Status.RETURNED})


@dataclass(frozen=True, slots=True)
class Told:
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
    """A payment, the batch it is in, and what the bank said of it last; None while it has said nothing."""

    batch: Batch
    row: Mapping[str, Any]
    told: Told | None

    @property
    def state(self) -> str:
        """Where the payment stands: how far its batch is, until the bank says something of the payment itself."""
        return self.told.status.value if self.told else self.batch.state


def payments(store: Store) -> dict[str, Known]:
    """Every payment of every batch by its id, the oldest batch first; of two with one id, the first."""
    told = {one.payment_id: one for one in history(store)}
    found: dict[str, Known] = {}
    for batch in batches(store):
        for row in batch.payments:
            name = row["payment_id"]
            found.setdefault(name, Known(batch, row, told.get(name)))
    return found


def failed(store: Store) -> list[Mapping[str, Any]]:
    """The payments that were rejected or returned and that no later batch makes once more, the oldest first."""
    known = payments(store)
    again = {one.row["again_of"] for one in known.values()}
    return [
        one.row for name, one in known.items() if one.told and one.told.status in FAILED and name not in again
    ]


def history(store: Store, payment_ids: Sequence[str] | None = None) -> list[Told]:
    """Everything the bank ever said, of some payments or of all, oldest first."""
    told = map(Told.of, store.ledger.rows(*KINDS))
    return [one for one in told if payment_ids is None or one.payment_id in payment_ids]
