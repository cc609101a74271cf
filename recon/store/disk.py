"""What the disk must promise: files and folders that are synced, private and known by their SHA-256."""

import errno
import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from recon.errors import Busy, ControlFailed, Place, Problem

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700

_FULL = {errno.ENOSPC, errno.EDQUOT}
_NO_FOLDER = {errno.ENOTDIR, errno.ELOOP}
_LEAST_ROOM = 65_536
"""Bytes: the index of SQLite's log and a row of the ledger."""
_FORBIDDEN = {errno.EROFS, errno.EACCES, errno.EPERM}


def sync_file(path: Path) -> None:
    """Bring a file's bytes to the disk. Neither DuckDB nor pyarrow does so by itself."""
    _sync(path, os.O_RDONLY)


def sync_folder(path: Path) -> None:
    """Bring a folder's list of names to the disk, without which a new file may be gone after a power cut."""
    _sync(path, os.O_RDONLY | os.O_DIRECTORY)


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags | os.O_NOFOLLOW)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sha256_of_file(path: Path) -> str:
    """The SHA-256 of a file's bytes in hexadecimal, read in blocks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def make_private_folder(path: Path) -> None:
    """Create a folder, and the ones above it that are missing, readable by their owner alone; synced."""
    if path.is_dir():
        return
    make_private_folder(path.parent)
    path.mkdir(PRIVATE_FOLDER, exist_ok=True)
    sync_folder(path.parent)


@contextmanager
def disk_errors(doing: str, path: Path) -> Iterator[None]:
    """Turn what the operating system or SQLite says about the disk into a problem with a place and a next step.

    Raises:
        ControlFailed: no space is left, the disk fails, writing is not allowed, the ledger is damaged.
        Busy: another process held the ledger for longer than the time-out.
    """
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "")
        raise _sqlite_trouble(name, str(error), doing, path) from error
    except OSError as error:
        raise ControlFailed(_os_trouble(error, doing, path)) from error


def _os_trouble(error: OSError, doing: str, path: Path) -> Problem:
    place = Place(str(error.filename or path))
    why = error.strerror or str(error)
    if error.errno in _FULL:
        return _disk_full(doing, place)
    if error.errno in _FORBIDDEN:
        hint = "check the owner and the mode of the folder, and that the disk is not mounted read-only"
        return Problem("not-writable", f"cannot {doing}: {why}", place, hint)
    if error.errno in _NO_FOLDER and Path(place.file).is_symlink():
        hint = "a project is whole in its folder: move all of it to the other disk, or mount that disk here"
        return Problem("not-writable", f"cannot {doing}: it is a symbolic link", place, hint)
    hint = "check the disk; what was published before is untouched, and the next start tidies up"
    return Problem("disk", f"cannot {doing}: {why}", place, hint)


def _sqlite_trouble(name: str, why: str, doing: str, path: Path) -> ControlFailed | Busy:
    place = Place(str(path))
    if name == "SQLITE_FULL" or (name.startswith("SQLITE_IOERR") and is_full(path)):
        return ControlFailed(_disk_full(doing, place))
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return Busy(
            Problem("busy", f"cannot {doing}: another process keeps it locked", place, "try again later")
        )
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        hint = "check the owner and the mode of the file and of its folder"
        return ControlFailed(Problem("not-writable", f"cannot {doing}: {why}", place, hint))
    if name.startswith("SQLITE_IOERR"):
        hint = "check the disk; what was written before is untouched"
        return ControlFailed(Problem("disk", f"cannot {doing}: {why}", place, hint))
    hint = "restore the file from a backup, then run `recon runs verify`"
    return ControlFailed(Problem("ledger-damaged", f"cannot {doing}: {why}", place, hint))


def is_full(path: Path) -> bool:
    """Whether there is no room for the small files that SQLite wants; it calls that an I/O error."""
    told = os.statvfs(path.parent)
    return told.f_bavail * told.f_frsize < _LEAST_ROOM or (told.f_files > 0 and told.f_favail == 0)


def _disk_full(doing: str, place: Place) -> Problem:
    hint = "free some space and start again; what was published before is untouched"
    return Problem("disk-full", f"cannot {doing}: no space is left on the disk", place, hint)
