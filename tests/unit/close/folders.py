"""Run folders for tests: the tables of small books written as a run writes them, and ways to spoil them."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from recon.breaks.lifecycle import find_breaks
from recon.breaks.settings import BreakSettings
from recon.close.manifest import SCHEMAS
from recon.close.proof import prove
from recon.close.run_files import RUN_FILES
from recon.model.tables import ENTRIES
from tests.unit.breaks.books import RULESET, Books, Row, hashed, table_of

Rows = list[Row]
_AS_THEIR_MATCHES = (
    "FROM members LEFT JOIN matches m USING (ruleset, match_id) "
    "ORDER BY members.ruleset, side, m.pass, m.state, match_id, entry_id"
)


def write_run(books: Books, folder: Path, **manifest: object) -> Path:
    """The folder of a run over the books, manifest included."""
    folder.mkdir()
    with books.engine() as engine:
        find_breaks(engine, {RULESET: BreakSettings()}, books.as_of)
        prove(engine, hashed)
        for table, schema in SCHEMAS.items():
            name = "open_items" if table == "open" else table
            if table in {"journeys", "files", "refused"}:
                own = {"files": files(), "refused": refused()}.get(table, [])
                engine.register(name, table_of(own, schema))
            order = (
                _AS_THEIR_MATCHES
                if table == "members"
                else f"FROM {name} ORDER BY {RUN_FILES[table].order_by()}"
            )
            rows = engine.table(f"SELECT {name}.* {order}").to_pylist()
            pq.write_table(table_of(rows, schema), folder / f"{table}.parquet")
    write_manifest(folder, books, manifest)
    return folder


def files() -> Rows:
    sha256 = "ab" * 32
    return [
        {
            "file_id": sha256[:16], "source": "bank", "path": "inbox/bank.csv", "sha256": sha256, "size": 9,
            "reader": "csv", "lines": 5, "entries": 2, "known": 1, "refused": 1, "recognised": 1, "proof_ok": True,
        }
    ]  # fmt: skip


def refused() -> Rows:
    return [
        {
            "file_id": ("ab" * 32)[:16], "source": "bank", "line_no": 4, "field": "amount", "value": "x",
            "code": "amount", "reason": "no amount", "text": "x;y",
        }
    ]  # fmt: skip


def write_manifest(folder: Path, books: Books, more: dict[str, object]) -> None:
    breaks = pq.read_table(folder / "breaks.parquet")["state"].to_pylist()
    matches = pq.read_table(folder / "matches.parquet")
    due = pq.read_table(folder / "breaks.parquet")["due_date"].to_pylist()
    overdue = sum(
        day < books.as_of
        for day, state in zip(due, breaks, strict=True)
        if day is not None and state != "resolved"
    )
    passes = [
        {
            "name": "same reference",
            "matches": sum(state in {"confirmed", "manual"} for state in matches["state"].to_pylist()),
            "suggested": matches["state"].to_pylist().count("suggested"),
        }
    ]
    manifest: dict[str, Any] = {
        "kind": "run", "run_id": folder.name, "as_of": books.as_of.isoformat(), "previous_run": None,
        "inputs": {"ingests": []},
        "counts": {
            "files": 1, "entries": 2, "refused": 1, "matches": passes[0]["matches"], "overdue": overdue,
            "suggestions": passes[0]["suggested"], "breaks": len(breaks) - breaks.count("resolved"),
            "open": pq.read_metadata(folder / "open.parquet").num_rows,
        },
        "rulesets": [{"name": RULESET, "left": "left_books", "right": ["right_books"], "passes": passes}],
        "proof": "ok", "verdict": "breaks" if set(breaks) - {"resolved"} else "reconciled",
        "files": [listed(path) for path in sorted(folder.glob("*.parquet"))],
    } | more  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def listed(path: Path) -> dict[str, object]:
    return {
        "name": path.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "rows": pq.read_metadata(path).num_rows,
    }


def respelled(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the manifest."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    change(manifest)
    path.write_text(json.dumps(manifest), encoding="utf-8")


def respell(folder: Path, table: str, change: Callable[[Rows], Rows | None]) -> None:
    """Change the rows of a table, and make the manifest agree with the changed file."""
    path = folder / f"{table}.parquet"
    rows = pq.read_table(path).to_pylist()
    rows = change(rows) or rows
    pq.write_table(table_of(rows, SCHEMAS[table]), path)

    def relist(manifest: dict[str, Any]) -> None:
        manifest["files"] = [
            listed(path) if (path := folder / file["name"]).suffix == ".parquet" else file
            for file in manifest["files"]
        ]

    respelled(folder, relist)


def write_ingest(books: Books, folder: Path) -> Path:
    """The ingest folder that the new entries of the books came from."""
    folder.mkdir()
    rows = [row for row in books.scope if row["is_new"]]
    pq.write_table(table_of(rows, pa.schema(list(ENTRIES))), folder / "entries.parquet")
    return folder
