"""What runs left behind, read from their files alone."""

from collections.abc import Iterable
from typing import Any

import pyarrow.parquet as pq

from recon.close.verify import verify_run
from recon.errors import Problem
from recon.project.workspace import Project
from recon.runs.compute import TABLES
from recon.store.manifest import MANIFEST, files_of
from recon.store.published import Published
from recon.store.store import Store

Rows = list[dict[str, Any]]
PROVENANCE = {"file_id", "line_no", "raw"}
OF_FILES = {"files", "statements"}


def rows(run: Published, table: str) -> Rows:
    """The rows of one of a run's tables."""
    found: Rows = pq.read_table(run.folder / f"{table}.parquet").to_pylist()
    return found


def all_rows(runs: Iterable[Published], table: str) -> Rows:
    """The rows of a table of all runs of a line."""
    return [row for run in runs for row in rows(run, table)]


def confirmed(runs: Iterable[Published]) -> set[tuple[object, ...]]:
    """The matches that count, of all runs of a line."""
    names = ("ruleset", "match_id", "pass", "kind", "variance", "left_amount", "right_amount")
    return {
        tuple(row[name] for name in names) for row in all_rows(runs, "matches") if row["state"] == "confirmed"
    }


def living(run: Published) -> set[tuple[object, ...]]:
    """The breaks of a run that are not resolved."""
    names = ("break_id", "ruleset", "side", "kind", "entry_id", "match_id", "currency", "amount")
    return {tuple(row[name] for name in names) for row in rows(run, "breaks") if row["state"] != "resolved"}


def journeys(runs: Iterable[Published]) -> dict[tuple[str, str], tuple[object, ...]]:
    """How far each entry came, by chain and entry: the last that was said of it."""
    names = ("status", "leg", "currency", "amount", "waiting")
    return {
        (row["chain"], row["entry_id"]): tuple(str(row[name]) for name in names)
        for row in all_rows(runs, "journeys")
    }


def placed(runs: Iterable[Published], ruleset: str, side: str) -> dict[str, list[str]]:
    """Where each entry of a side is after some runs of a line: matched, excluded or open."""
    line = list(runs)
    found: dict[str, list[str]] = {}

    def put(entries: Iterable[dict[str, Any]], where: str) -> None:
        for row in entries:
            if (row["ruleset"], row["side"]) == (ruleset, side):
                found.setdefault(row["entry_id"], []).append(where)

    counting = {row[1] for row in confirmed(line)}
    put((row for row in all_rows(line, "members") if row["match_id"] in counting), "matched")
    put(all_rows(line, "excluded"), "excluded")
    put(rows(line[-1], "open"), "open")
    return found


def without_provenance(run: Published) -> dict[str, Rows]:
    """All tables of a run but those about files, without the columns that say where a row came from."""
    found = {}
    for table in sorted(set(TABLES) - OF_FILES):
        found[table] = [
            {name: value for name, value in row.items() if name not in PROVENANCE} for row in rows(run, table)
        ]
    found["refused"].sort(key=str)
    return found


def tables_of(run: Published) -> dict[str, bytes]:
    """The bytes of every file of a run, its manifest included."""
    paths = [*files_of(run.folder), run.folder / MANIFEST]
    return {path.relative_to(run.folder).as_posix(): path.read_bytes() for path in paths}


def disproved(project: Project, run: Published) -> list[Problem]:
    """What `recon runs verify` finds wrong with a run and its ingests."""
    store = Store.open(project)
    named = set(run.manifest["inputs"]["ingests"])
    return verify_run(run.folder, [one.folder for one in store.ingests() if one.identity in named])
