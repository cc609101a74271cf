"""Paid is reconciled: the payments of batches found again on bank statements, by the matches of a run.

The file of a batch is a source like any other (the shipped profile `recon_payments`). A payment is proven when its
entry is in a confirmed or manual match with an entry of another source.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

import pyarrow as pa

from recon.engines.duck import DuckEngine
from recon.payouts.books.run_books import books_of
from recon.project.workspace import Project
from recon.store.store import Store

IDS: Final = "payment_ids"
"""The table of the payments that are looked for, one `payment_id` a row."""


@dataclass(frozen=True, slots=True)
class Proof:
    """The match that proves a payment, and the bank's line: signed amount, day, file and line."""

    payment_id: str
    match_id: str
    entry_id: str
    amount: Decimal
    currency: str
    day: date | None
    file: str
    line: int


def proofs(project: Project, store: Store, payment_ids: Collection[str]) -> dict[str, Proof]:
    """The payments that the latest run proves, by id; of several lines of a match, the first by file and line.

    Raises:
        ControlFailed: something published is gone or was changed.
    """
    run = store.latest_run()
    if run is None or not payment_ids:
        return {}
    machine = project.settings.run
    with books_of(store, run, machine.memory_mb, machine.threads) as (engine, _):
        return {row.payment_id: row for row in _proven(with_ids(engine, payment_ids))}


def with_ids(engine: DuckEngine, payment_ids: Collection[str]) -> DuckEngine:
    """The engine, which knows the payments that are looked for."""
    engine.register(IDS, pa.table({"payment_id": pa.array(sorted(payment_ids), pa.string())}))
    return engine


def _proven(engine: DuckEngine) -> list[Proof]:
    rows = engine.rows(
        "SELECT ours.ref_end_to_end, m.match_id, b.entry_id, b.amount, b.currency, "
        "coalesce(b.booking_date, b.business_date), f.path, b.line_no "
        f"FROM entries AS ours JOIN {IDS} AS p ON p.payment_id = ours.ref_end_to_end "
        "JOIN members AS m ON m.entry_id = ours.entry_id "
        "JOIN matches AS c ON c.match_id = m.match_id AND c.state IN ('confirmed', 'manual') "
        "JOIN members AS other ON other.match_id = m.match_id JOIN entries AS b ON b.entry_id = other.entry_id "
        "LEFT JOIN files AS f ON f.file_id = b.file_id "
        "WHERE ours.type = 'payout' AND b.source <> ours.source "
        "ORDER BY f.path DESC, b.line_no DESC, b.entry_id DESC"
    )
    return [Proof(*row) for row in rows]
