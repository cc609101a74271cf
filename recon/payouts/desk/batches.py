"""Batches: approved payouts paid together, each exactly once, in a file with control totals.

A batch is published like a run. A payout belongs to the first published batch that names it, so that none can be paid
twice whatever is killed in between; the file of a batch can be written again at any time, with the same bytes.
"""

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa

from recon.errors import Problem, UsageError
from recon.model.ids import content_id
from recon.model.money import plain
from recon.model.safe_text import no_formula
from recon.payouts.desk.payments import first_payments
from recon.payouts.desk.shelf import PublishedPayout, Shelf
from recon.payouts.desk.states import APPROVED, BATCH, EXPORTED, PAID, SENT, batch_state, state_of
from recon.payouts.tables import PAYMENTS
from recon.store.acts import record
from recon.store.canonical import canonical
from recon.store.lock import current_user
from recon.store.parquet import read_table, write_table
from recon.store.people import Person
from recon.store.publish import publishing
from recon.store.published import Published
from recon.store.store import Store

FILE, TOTALS, KEPT = "payments.csv", "control.json", "kept_back.parquet"
ZERO = Decimal(0)
ORDER = (EXPORTED, SENT, PAID)
Again = Callable[[date], list[dict[str, Any]]]
"""Gives the payments that are made once more on a day."""
Holds = Callable[[date], Mapping[str, str]]
"""Gives the payees who are on hold on a day, and why."""


@dataclass(frozen=True)
class Batch:
    """A published batch and how far it has come."""

    published: Published
    state: str

    @property
    def identity(self) -> str:
        """The batch's name."""
        return self.published.identity

    @cached_property
    def payments(self) -> list[dict[str, Any]]:
        """One row per payment; see `PAYMENTS`."""
        return list(read_table(self.published.verified("payments.parquet")).to_pylist())

    @property
    def on_hold(self) -> Mapping[str, str]:
        """The payees whose payments were kept back as they were on hold when it was made, and why."""
        return dict(self.published.manifest.get("kept_back", {}))

    @cached_property
    def kept_back(self) -> list[dict[str, Any]]:
        """The payments that it does not make, as their payees were on hold; a later batch makes them."""
        return list(read_table(self.published.verified(KEPT)).to_pylist()) if self.on_hold else []

    def file(self, name: str) -> Path:
        """One of its files, verified."""
        return self.published.verified(name)


def batches(store: Store) -> list[Batch]:
    """All batches, oldest first."""
    return [Batch(one, batch_state(store, one.identity)) for one in store.recorded(BATCH)]


def batch_named(store: Store, name: str) -> Batch:
    """The batch with this identity, or the only one whose identity starts so.

    Raises:
        UsageError: there is none, or more than one.
    """
    near = [one for one in batches(store) if one.identity.startswith(name)]
    if len(near) == 1:
        return near[0]
    message = f"no batch `{name}`" if not near else f"`{name}` is the beginning of {len(near)} batches"
    raise UsageError(Problem("batch", message, hint="`recon payouts batches` lists them"))


def due_payouts(store: Store, payouts: Sequence[PublishedPayout] | None = None) -> list[PublishedPayout]:
    """The approved payouts that no batch has paid yet; of these only, where some are named.

    Raises:
        UsageError: a payout that was named is not approved, or is a claim.
    """
    chosen = payouts if payouts is not None else Shelf(store).standing()
    states = {one.identity: state_of(store, one) for one in chosen}
    if payouts is not None:
        _refuse_unapproved(states)
        _refuse_claims(payouts)
    unpaid = [one for one in chosen if states[one.identity].closed and states[one.identity].batch is None]
    return [one for one in unpaid if not one.is_claim]


def export(
    store: Store,
    payouts: Sequence[PublishedPayout] | None = None,
    again: Again | None = None,
    day: date | None = None,
    holds: Holds | None = None,
) -> Batch | None:
    """Publish a batch of the approved payouts that no batch has paid yet; None when there is nothing to pay.

    `again` gives the payments that failed and are made once more; `day` is when the bank shall pay, today without.
    Payments to payees whom `holds` names are kept back: they are owed, and a later batch makes them.

    Raises:
        UsageError: a payout that was named is not approved, or is a claim.
        ControlFailed: something published was changed, or the disk fails.
    """
    with store.writing("export"):
        due = due_payouts(store, payouts)
        when = day or store.clock().astimezone(UTC).date()
        once_more = again(when) if again is not None else []
        held = holds(when) if holds is not None else {}
        first = first_payments(due, when)
        rows = [row for row in first if row["payee"] not in held] + once_more
        kept = [row for row in first if row["payee"] in held]
        if not rows:
            return None
        failed = sorted(row["again_of"] for row in once_more)
        inputs = {"payouts": sorted(one.identity for one in due)} | ({"again": failed} if failed else {})
        latest = max(str(one.period) for one in due) if due else f"{when:%Y-%m}"
        identity = f"{latest}-{content_id([canonical(inputs)], 10)}"
        with publishing(store, BATCH, identity, store.batches_folder, inputs) as publication:
            if publication.already is None:
                publication.content |= {
                    "totals": _write(rows, identity, publication.folder),
                    "user": current_user(),
                }
                if kept:
                    write_table(pa.Table.from_pylist(kept, schema=PAYMENTS), publication.folder / KEPT)
                    publication.content["kept_back"] = {row["payee"]: held[row["payee"]] for row in kept}
        return Batch(publication.published, batch_state(store, identity))


def _write(rows: Sequence[Mapping[str, Any]], identity: str, folder: Path) -> dict[str, Any]:
    """Write the files of a batch; its control totals."""
    totals = control_totals(rows)
    write_table(pa.Table.from_pylist([dict(row) for row in rows], schema=PAYMENTS), folder / "payments.parquet")
    (folder / FILE).write_bytes(payment_csv(rows))
    text = json.dumps({"batch": identity, **totals}, indent=2, sort_keys=True) + "\n"
    (folder / TOTALS).write_text(text, "utf-8")
    return totals


def mark(store: Store, batch: Batch, state: str, person: Person, note: str = "") -> Batch:
    """Record that a batch was sent to the bank, or paid by it.

    Raises:
        UsageError: it is in this state already, or past it.
        ControlFailed: what is to be sent is not what was exported.
    """
    with store.writing(f"batch {state}"):
        if state == SENT:
            batch.published.verify()
        now = batch_state(store, batch.identity)
        if ORDER.index(state) <= ORDER.index(now):
            raise UsageError(Problem("batch-state", f"{batch.identity} is {now} already"))
        record(store.ledger, person, lambda: [(f"{BATCH}.{state}", {"identity": batch.identity, "note": note})])
        return Batch(batch.published, state)


def control_totals(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """By currency the number of payments and their sum, and a hash of who is paid what."""
    sums: dict[str, tuple[int, Decimal]] = {}
    for row in rows:
        count, amount = sums.get(row["currency"], (0, ZERO))
        sums[row["currency"]] = (count + 1, amount + row["amount"])
    totals = {
        currency: {"payments": count, "amount": plain(amount, currency)}
        for currency, (count, amount) in sorted(sums.items())
    }
    return {"totals": totals, "sha256_of_file": _sha256(payment_csv(rows))}


def payment_csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """The payment file: one line per payment. Text that a spreadsheet would take for a formula is quoted as text."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(PAYMENTS.names)
    for row in rows:
        amount = plain(row["amount"], row["currency"])
        writer.writerow([amount if name == "amount" else no_formula(str(row[name])) for name in PAYMENTS.names])
    return text.getvalue().encode("utf-8")


def _refuse_unapproved(states: Mapping[str, Any]) -> None:
    problems = [
        Problem("payout-state", f"{identity} is {state.name}, not {APPROVED}", hint="approve it first")
        for identity, state in states.items()
        if not state.closed
    ]
    if problems:
        raise UsageError(*problems)


def _refuse_claims(payouts: Sequence[PublishedPayout]) -> None:
    hint = "`recon channels campaigns` lists what funders owe"
    problems = [
        Problem("claim", f"{one.identity} is a claim: its payees owe it, and are paid nothing", hint=hint)
        for one in payouts
        if one.is_claim
    ]
    if problems:
        raise UsageError(*problems)


def _sha256(content: bytes) -> str:
    import hashlib

    return hashlib.sha256(content).hexdigest()
