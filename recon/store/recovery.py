"""Tidying up after a writer that was killed: what it had finished is adopted, the rest is swept.

A published folder is never touched, and neither is one that the ledger knows nothing of.
"""

import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from recon.store.chain import LedgerRow
from recon.store.disk import disk_errors, sync_folder
from recon.store.manifest import MANIFEST, inputs_hash
from recon.store.pruned import removed
from recon.store.published import Published
from recon.store.verification import TEMPORARY

if TYPE_CHECKING:  # the store itself calls this module
    from recon.store.store import Store


def recover(store: "Store") -> None:
    """Finish or undo what the ledger only knows as started. To be called under the writer's lock.

    Raises:
        ControlFailed: the ledger is damaged, or the disk fails.
    """
    parents = {store.ingests_folder, store.runs_folder}
    for started, open_since in _unpublished(store.ledger.rows()).values():
        folder = store.root / str(started.body["folder"])
        parents.add(folder.parent)
        with disk_errors("tidy up after an interrupted run", folder):
            if manifest_sha256 := _finished(folder, started):
                sync_folder(folder.parent)
                record_published(store, started, manifest_sha256, adopted=True)
                continue
            _sweep(folder)
        if open_since:
            kind = started.kind.partition(".")[0]
            body = {"identity": started.body["identity"], "started": started.seq, "why": "interrupted"}
            store.ledger.append(f"{kind}.aborted", body)
    for row in removed(store.ledger.rows()):
        with disk_errors("remove what was to go", store.folder):
            _sweep(store.root / str(row.body["folder"]))
    with disk_errors("tidy up after an interrupted run", store.folder):
        for parent in sorted(parents):
            for path in sorted(parent.glob(f"{TEMPORARY}*")):
                _sweep(path)
        if store.ledger.path.exists():
            for draft in store.folder.glob(f"{store.ledger.path.name}.new-*"):
                draft.unlink(missing_ok=True)


def record_published(store: "Store", started: LedgerRow, manifest_sha256: str, *, adopted: bool) -> Published:
    """Write the row that makes a finished folder a published one."""
    body = {
        "identity": started.body["identity"],
        "folder": started.body["folder"],
        "manifest": manifest_sha256,
        "started": started.seq,
        "head": store.ledger.head(),
        "adopted": adopted,
    }
    kind = started.kind.partition(".")[0]
    return store.published(store.ledger.append(f"{kind}.published", body))


def _unpublished(rows: list[LedgerRow]) -> Mapping[tuple[str, object], tuple[LedgerRow, bool]]:
    """By kind and identity, the last start of what was never published, and whether it has no end at all."""
    pending: dict[tuple[str, object], tuple[LedgerRow, bool]] = {}
    for row in rows:
        kind, _, state = row.kind.partition(".")
        if state not in {"started", "published", "aborted"}:
            continue
        key = (kind, row.body["identity"])
        if state == "started":
            pending[key] = (row, True)
        elif state == "published":
            pending.pop(key, None)
        elif key in pending:
            pending[key] = (pending[key][0], False)
    return pending


def _finished(folder: Path, started: LedgerRow) -> str | None:
    """The SHA-256 of the folder's manifest if the folder is complete and made from what the ledger says."""
    if not (folder / MANIFEST).is_file():
        return None
    body = started.body
    manifest_sha256 = hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()
    candidate = Published(
        kind=started.kind.partition(".")[0],
        identity=str(body["identity"]),
        folder=folder,
        shown=str(body["folder"]),
        manifest_sha256=manifest_sha256,
        at=started.at,
        seq=started.seq,
    )
    if candidate.problems():
        return None
    manifest = candidate.manifest
    same = manifest.get("kind") == candidate.kind and inputs_hash(manifest.get("inputs")) == body["inputs"]
    return manifest_sha256 if same and manifest.get(f"{candidate.kind}_id") == candidate.identity else None


def _sweep(path: Path) -> None:
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.is_dir():
        shutil.rmtree(path)
    else:
        return
    sync_folder(path.parent)
