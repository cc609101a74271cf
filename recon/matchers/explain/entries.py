"""Published entries by their id: what each says, and the file and line it was read from."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from recon.engines.duck import DuckEngine
from recon.engines.names import identifier
from recon.matchers.explain.facts import EntryFacts
from recon.matchers.wholes import PARTS, scan_parts
from recon.model.tables import ENTRIES
from recon.store.published import Published

REFERENCES = (
    "ref_merchant", "ref_processor", "ref_bank", "ref_end_to_end", "ref_payout", "payout_id", "ref_original",
    "statement_id",
)  # fmt: skip
"""The columns that name a transaction, a batch or a statement, the most telling first."""

_COLUMNS = ", ".join(
    (
        "entry_id", "source", "file_id", "line_no", "account", "business_date", "amount", "currency", "type", "status",
        "counterparty_name", "entity", "counterparty_account", "remittance", *REFERENCES,
    )
)  # fmt: skip


def scan_ingests(engine: DuckEngine, ingests: Sequence[Published], runs: Iterable[Published] = ()) -> None:
    """Views `held_entries` and `held_files` over what was ingested, hashes checked; and over parts that runs looked at.

    Raises:
        ControlFailed: a file is not what was published.
    """
    parts = scan_parts(engine, runs)
    for name in ("entries", "files"):
        view = "held_entries_read" if parts and name == "entries" else f"held_{name}"
        engine.scan(view, [one.verified(f"{name}.parquet") for one in ingests])
    if parts:
        columns = ", ".join(identifier(field.name) for field in ENTRIES)
        of_parts = f"SELECT DISTINCT ON (entry_id) {columns} FROM {PARTS}"
        engine.view("held_entries", f"SELECT {columns} FROM held_entries_read UNION ALL {of_parts}")


def entry_facts(engine: DuckEngine, ids: Iterable[str], table: str = "held_entries") -> dict[str, EntryFacts]:
    """The entries with these ids, of a table of entries or of all that were scanned; ids of none are passed over."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    rows = engine.table(
        f"SELECT {_COLUMNS} FROM {identifier(table)} WHERE entry_id IN (SELECT unnest(?))",
        [wanted],
    ).to_pylist()
    files = dict(
        engine.rows(
            "SELECT file_id, min_by(path, duplicate_of IS NOT NULL) FROM held_files "
            "WHERE file_id IN (SELECT unnest(?)) GROUP BY file_id",
            [sorted({row["file_id"] for row in rows})],
        )
    )
    return {row["entry_id"]: _facts(row, files.get(row["file_id"], row["file_id"])) for row in rows}


def raw_fields(ingests: Sequence[Published], entry_id: str) -> Mapping[str, Any] | None:
    """The original fields of an entry by their own names, as text; None when no ingest holds it.

    Raises:
        ControlFailed: a file is not what was published.
    """
    for one in reversed(ingests):
        if "raw.parquet" not in one.names():
            continue
        with DuckEngine.open(inputs=[one.folder]) as engine:
            engine.scan("raw", [one.verified("raw.parquet")])
            rows = engine.rows("SELECT raw FROM raw WHERE entry_id = ?", [entry_id])
        if rows:
            found = json.loads(rows[0][0])
            return found if isinstance(found, dict) else {"text": found}
    return None


def _facts(row: Mapping[str, Any], file: str) -> EntryFacts:
    return EntryFacts(
        entry_id=row["entry_id"],
        source=row["source"],
        file=file,
        line_no=row["line_no"],
        account=row["account"],
        business_date=row["business_date"],
        amount=row["amount"],
        currency=row["currency"],
        type=row["type"],
        status=row["status"],
        counterparty=row["counterparty_name"] or row["entity"],
        counterparty_account=row["counterparty_account"],
        remittance=row["remittance"],
        references={name: row[name] for name in REFERENCES if row[name] is not None},
    )
