"""The entries that raised an alert, each with the line of the file it was read from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pyarrow as pa

from recon.engines.duck import DuckEngine
from recon.matchers.standing import leave_out_withdrawn
from recon.partners.watch.alert import Alert
from recon.project.workspace import Project
from recon.store.store import Store


@dataclass(frozen=True, slots=True)
class Evidence:
    """An entry: when, how much, what kind, its reference, and the file and line it was read from."""

    entry_id: str
    day: date | None
    amount: Decimal
    currency: str
    type: str
    reference: str
    place: str


def evidence(project: Project, store: Store, alert: Alert) -> Sequence[Evidence]:
    """The entries of an alert that are in the store and stand, by day and id.

    Raises:
        ControlFailed: something published is gone or was changed.
    """
    ingests = store.ingests()
    entries = [one.verified("entries.parquet") for one in ingests]
    files = [one.verified("files.parquet") for one in ingests]
    machine = project.settings.run
    with DuckEngine.open(machine.memory_mb, machine.threads, None, [*entries, *files]) as engine:
        engine.scan("entries", entries)
        leave_out_withdrawn(engine, "entries", ingests)
        engine.scan("files", files)
        engine.register("wanted", pa.table({"entry_id": pa.array(alert.entries, pa.string())}))
        rows = engine.rows(
            "SELECT e.entry_id, coalesce(e.business_date, e.booking_date), coalesce(e.gross, e.amount), e.currency, "
            "e.type, coalesce(e.ref_end_to_end, e.ref_merchant, e.ref_processor, e.ref_bank, ''), "
            "concat(coalesce(f.path, e.file_id), ':', e.line_no) FROM entries AS e SEMI JOIN wanted USING (entry_id) "
            "LEFT JOIN (SELECT file_id, min(path) AS path FROM files GROUP BY file_id) AS f ON f.file_id = e.file_id "
            "ORDER BY 2, 1"
        )
    return [Evidence(*row) for row in rows]
