"""Writes the evidence pack of a closed period: its run, the run before it, the ledger up to the lock, and all hashes.

Whoever calls adds the renderings for people (workbook, page). The same closing gives the same bytes, so that a pack
that is made again is compared with the first by one hash: that of its list of hashes.
"""

import csv
import hashlib
import io
import json
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from recon import __version__
from recon.close.pack import DECISIONS_FILE, ENTRIES, LEDGER_FILE, PACK_FILE, README_FILE, RUNS, SUMS_FILE
from recon.close.periods.locks import Lock
from recon.errors import ControlFailed, Place, Problem, UsageError
from recon.model.safe_text import no_formula
from recon.store.chain import LedgerRow
from recon.store.disk import (
    PRIVATE_FILE,
    PRIVATE_FOLDER,
    disk_errors,
    make_private_folder,
    sha256_of_file,
    sync_file,
    sync_folder,
)
from recon.store.published import Published
from recon.store.scratch import scratch_folder
from recon.store.store import Store

PACKED: Final = "period.packed"
_MECHANICS: Final = ("started", "published", "aborted")
Render = Callable[[Path, Path], None]
"""Writes renderings for people: from the folder of the run, into the folder of the pack."""


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack that was written. `seal` is the SHA-256 of its list of hashes, which stands for every byte of it."""

    folder: Path
    seal: str
    files: int


def write_pack(
    store: Store, project: str, lock: Lock, folder: Path, render: Render, *, entries: bool = False
) -> Pack:
    """Write the pack of a closed period to a folder that is not there yet, as a whole or not at all.

    With `entries` the pack holds everything that was read as well, so that no entry can be missing from the proof.

    Raises:
        UsageError: something stands in the folder's place.
        ControlFailed: the period's run is not what was locked, or the disk fails.
    """
    folder = folder.absolute()
    if folder.exists():
        raise UsageError(
            Problem(
                "pack-exists", "something stands here already", Place(str(folder)), "name a folder to be made"
            )
        )
    runs = _runs(store, lock)
    with disk_errors("write the evidence pack", folder):
        make_private_folder(folder.parent)
        with scratch_folder(folder.parent, f".{folder.name}.", beside_others=True) as scratch:
            draft = scratch / folder.name
            draft.mkdir(PRIVATE_FOLDER)
            for run in runs:
                _copy(run, draft / RUNS / run.identity)
            for ingest in store.ingests_of(runs[0]) if entries else ():
                _copy(ingest, draft / ENTRIES / ingest.identity)
            rows = [row for row in store.ledger.rows() if row.seq <= lock.seq]
            _write(draft / LEDGER_FILE, "".join(_line(row) for row in rows))
            _write(draft / DECISIONS_FILE, _decisions(rows))
            _write(draft / PACK_FILE, _description(project, lock, runs, rows))
            _write(draft / README_FILE, _readme(lock))
            render(runs[0].folder, draft)
            seal, count = _seal(draft)
            draft.rename(folder)
        sync_folder(folder.parent)
    return Pack(folder, seal, count)


def _runs(store: Store, lock: Lock) -> list[Published]:
    """The run of the period and the one before it, whose open items it begins with."""
    run = store.run(lock.run)
    if run.manifest_sha256 != lock.manifest:
        message = f"run {run.identity} is not the one that {lock.period} was closed on"
        raise ControlFailed(Problem("published-changed", message, Place(run.shown)))
    before = run.manifest["previous_run"]
    runs = [run, *([store.run(before)] if before else [])]
    if broken := [problem for one in runs for problem in one.problems() if problem.code != "not-private"]:
        raise ControlFailed(*broken)
    return runs


def _copy(one: Published, to: Path) -> None:
    for name in (*one.names(), "manifest.json"):
        path = to / name
        path.parent.mkdir(PRIVATE_FOLDER, parents=True, exist_ok=True)
        shutil.copyfile(one.verified(name) if name != "manifest.json" else one.folder / name, path)


def _line(row: LedgerRow) -> str:
    """A row of the ledger; the body stays the text that its hash was made of."""
    names = ("seq", "at", "kind", "text", "previous", "hash")
    return json.dumps({name: getattr(row, name) for name in names}, ensure_ascii=True) + "\n"


def _decisions(rows: Sequence[LedgerRow]) -> str:
    """What people decided, readable in any spreadsheet; the ledger beside it is what counts."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("row", "at", "what", "by", "about", "why"))
    for row in rows:
        body: Mapping[str, Any] = row.body
        if row.kind.partition(".")[2] in _MECHANICS or "by" not in body:
            continue
        about = next(
            (body[name] for name in ("subjects", "match_id", "period", "identity", "proposal") if name in body),
            "",
        )
        about = " ".join(about) if isinstance(about, list) else str(about)
        why = str(body.get("reason") or body.get("note") or "")
        writer.writerow((row.seq, row.at, row.kind, *map(no_formula, (str(body["by"]), about, why))))
    return text.getvalue()


def _description(project: str, lock: Lock, runs: Sequence[Published], rows: Sequence[LedgerRow]) -> str:
    document = {
        "pack": 1,
        "recon": __version__,
        "project": project,
        "period": str(lock.period),
        "closing": lock.number,
        "approved_by": lock.by,
        "locked_at": lock.at,
        "run": runs[0].identity,
        "previous_run": runs[1].identity if len(runs) > 1 else None,
        "manifest": lock.manifest,
        "ledger": {"row": rows[-1].seq, "hash": rows[-1].hash},
    }
    return json.dumps(document, indent=2, sort_keys=True) + "\n"


def _readme(lock: Lock) -> str:
    return (
        f"Evidence of {lock.period}, closing {lock.number}, approved by {lock.by} on {lock.at[:10]}.\n\n"
        "reconciliation.xlsx, report.html   the result, for people\n"
        f"{RUNS}/{lock.run}\n"
        "                                   the result, exact: Parquet tables, the rules that made them, and a\n"
        "                                   manifest with the hash of each\n"
        f"{RUNS}/ (another one)               the closed period before, whose open items this one begins with\n"
        f"{DECISIONS_FILE}                      who decided what, when and why\n"
        f"{LEDGER_FILE}                       the ledger up to the lock: each row carries the hash of the row before\n"
        f"{SUMS_FILE}                         the hash of every file (`sha256sum --check {SUMS_FILE}`)\n\n"
        "`recon runs verify FOLDER` checks all of it without the project: hashes, chain, signatures, the lock,\n"
        "and the proof of the run, made again from its tables.\n"
    )


def _seal(draft: Path) -> tuple[str, int]:
    """Write the list of hashes last, and bring everything to the disk."""
    paths = sorted(path for path in draft.rglob("*") if path.is_file())
    sums = "".join(f"{sha256_of_file(path)}  {path.relative_to(draft).as_posix()}\n" for path in paths)
    _write(draft / SUMS_FILE, sums)
    for path in (*paths, draft / SUMS_FILE):
        path.chmod(PRIVATE_FILE)
        sync_file(path)
    for inner in sorted((path for path in draft.rglob("*") if path.is_dir()), reverse=True):
        inner.chmod(PRIVATE_FOLDER)
        sync_folder(inner)
    sync_folder(draft)
    return hashlib.sha256(sums.encode()).hexdigest(), len(paths) + 1


def _write(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE_FILE)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        file.write(text)
