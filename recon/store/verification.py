"""Verifying a whole store: the ledger's chain, every published file, nothing added, nothing open to others."""

import stat
from pathlib import Path
from typing import TYPE_CHECKING

from recon.errors import Place, Problem
from recon.store.pruned import kept

if TYPE_CHECKING:  # the store itself calls this module
    from recon.store.store import Store

TEMPORARY = ".tmp-"
"""How the name of a folder begins that is still being written."""


def store_problems(store: "Store") -> list[Problem]:
    """Everything that is wrong with a store, each problem with its place; empty when all is as it was written.

    It needs no lock. Folders are listed before the ledger is read, so that what is published now is known.
    """
    parents = (
        store.ingests_folder, store.runs_folder, store.payouts_folder, store.batches_folder, store.journals_folder,
        store.releases_folder,
    )  # fmt: skip
    folders = [path for parent in parents for path in _inside(parent)]
    rows, problems = store.ledger.examine()
    known = {
        store.root / str(row.body["folder"]) for row in rows if row.kind.endswith((".started", ".published"))
    }
    for row in kept(rows):
        problems += store.published(row).problems()
    problems += [_stray(store.shown(path)) for path in folders if path not in known]
    return problems + _open_to_others(store)


def _inside(parent: Path) -> list[Path]:
    if not parent.is_dir():
        return []
    return sorted(path for path in parent.iterdir() if not path.name.startswith(TEMPORARY))


def _stray(shown: str) -> Problem:
    message = "the ledger knows nothing of this: it was put here by hand, or the ledger lost its last rows"
    return Problem("stray", message, Place(shown), "move it away, or restore the ledger from a backup")


def _open_to_others(store: "Store") -> list[Problem]:
    return [
        Problem("not-private", "others on this machine can read or change it", Place(store.shown(path)), hint)
        for path in (store.folder, *sorted(store.folder.glob("ledger.db*")))
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077
        for hint in [f"run `chmod go-rwx {store.shown(path)}`"]
    ]
