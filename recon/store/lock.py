"""One writer at a time: a lock on the project's store, with a note beside it that says who holds it.

The lock is the operating system's (`flock`) and ends with its process, however that ends. The note is only for
people: one that a killed process left behind keeps nobody out.
"""

import json
import os
import pwd
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from recon.errors import Busy, Place, Problem
from recon.store.canonical import canonical
from recon.store.disk import PRIVATE_FILE, disk_errors, make_private_folder

if TYPE_CHECKING:
    from filelock import FileLock

LOCK_FILE = "lock"
NOTE_FILE = "lock.json"
_PATIENCE = 2.0
"""Seconds to wait for the holder's note, which is written a moment after the lock is taken."""

_held: dict[Path, int] = {}
"""Locks of this process, with the depth of nesting."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds the lock, and for what."""

    pid: int
    host: str
    user: str
    purpose: str
    since: str

    def __str__(self) -> str:
        """The holder in words."""
        return f"`{self.purpose}` by {self.user} (process {self.pid} on {self.host}, since {self.since})"

    def may_be_alive(self) -> bool:
        """Whether the process can still be there; on another host nobody can tell."""
        if self.host != socket.gethostname():
            return True
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True


@contextmanager
def writer_lock(project_store: Path, purpose: str, since: str = "") -> Iterator[bool]:
    """Hold the project's only writer's lock for as long as the block runs.

    It may be taken again inside the block by the same process; the block is told whether it is the outermost.

    Args:
        project_store: the store's folder; created when missing.
        purpose: the command that wants to write, shown to whoever finds the lock taken.
        since: the time, for the same reader.

    Raises:
        Busy: another process holds the lock; the message names it.
        ControlFailed: the store's folder cannot be written to.
    """
    from filelock import FileLock  # who only reads a store does without

    folder = project_store.resolve()
    if _held.get(folder):
        _held[folder] += 1
        try:
            yield False
        finally:
            _held[folder] -= 1
        return
    with disk_errors("lock the store", folder):
        make_private_folder(folder)
        lock = FileLock(folder / LOCK_FILE, mode=PRIVATE_FILE, fallback_to_soft=False, preserve_lock_file=True)
        _take(lock, folder)
    try:
        with disk_errors("note who holds the lock", folder):
            _write_note(folder, Holder(os.getpid(), socket.gethostname(), current_user(), purpose, since))
        _held[folder] = 1
        try:
            yield True
        finally:
            del _held[folder]
            with suppress(OSError):
                (folder / NOTE_FILE).unlink()
    finally:
        lock.release()


def holder(project_store: Path) -> Holder | None:
    """Who the note names; None when there is no note or it cannot be read."""
    try:
        fields = json.loads((project_store / NOTE_FILE).read_text("utf-8"))
        return Holder(**fields)
    except (OSError, ValueError, TypeError):
        return None


def _take(lock: "FileLock", folder: Path) -> None:
    """Take the lock, or raise Busy as soon as the holder's name is known."""
    from filelock import Timeout

    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            who = holder(folder)
            if who and who.may_be_alive():
                raise _busy(str(who), folder) from None
            if time.monotonic() > deadline:
                raise _busy("another process", folder) from None
            time.sleep(0.02)
        else:
            return


def _busy(who: str, folder: Path) -> Busy:
    message = f"the project is being written to: {who}"
    return Busy(
        Problem("busy", message, Place(str(folder / LOCK_FILE)), "wait until it has ended, then start again")
    )


def _write_note(folder: Path, note: Holder) -> None:
    fields = {name: getattr(note, name) for name in Holder.__slots__}
    draft = folder / f"{NOTE_FILE}.new"
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE_FILE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(canonical(fields))
    draft.replace(folder / NOTE_FILE)


def current_user() -> str:
    """The name of the user of this process on this machine; variables of the environment do not change it."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container may run under a number without a name
        return f"user {os.getuid()}"
