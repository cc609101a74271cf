"""Scratch folders: room for what is only needed while something is computed, gone afterwards, however that ends.

Whoever works in one holds the operating system's lock on it. A folder without a holder was left by a process that
was killed; the next one to need a scratch folder removes it. Readers and the writer may have theirs side by side.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from glob import escape
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

from recon.store.disk import disk_errors, make_private_folder

SUFFIX: Final = ".scratch"
"""How the names of scratch folders end; nothing else is ever swept."""


@contextmanager
def scratch_folder(parent: Path, prefix: str, *, beside_others: bool = False) -> Iterator[Path]:
    """A private folder below `parent`, removed when the block ends; what killed processes left there goes too.

    With `beside_others` the parent is a folder of the user, where only what has the same prefix is ours to sweep.

    Raises:
        ControlFailed: it cannot be made.
    """
    with disk_errors("make a temporary folder", parent):
        make_private_folder(parent)
        sweep(parent, prefix if beside_others else "")
        path, held = _take(parent, prefix)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        os.close(held)


def sweep_below(parent: Path) -> None:
    """Remove what killed processes left in the folders below one; what somebody works in stays."""
    for folder in sorted({path.parent for path in parent.glob(f"*/.*{SUFFIX}")}):
        sweep(folder, ".")


def sweep(parent: Path, prefix: str = "") -> None:
    """Remove what killed processes, and disks that refused, left in a folder; what somebody works in stays."""
    for path in sorted(parent.glob(f"{escape(prefix)}*{SUFFIX}")):
        if path.is_symlink() or not path.is_dir():
            continue
        try:
            held = _locked(path)
        except OSError:  # gone in the meantime, or not ours to open
            continue
        if held is not None:
            shutil.rmtree(path, ignore_errors=True)
            os.close(held)


def _take(parent: Path, prefix: str) -> tuple[Path, int]:
    """A new folder and the lock on it; made again if another process swept it before it was locked."""
    while True:
        path = Path(mkdtemp(SUFFIX, prefix, parent))
        try:
            held = _locked(path)
        except FileNotFoundError:
            continue
        if held is not None and path.exists():
            return path, held
        if held is not None:
            os.close(held)


def _locked(path: Path) -> int | None:
    """The descriptor that holds the lock on a folder; None when another process holds it."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor
