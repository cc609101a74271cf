"""Failing at the Nth call that changes something: the process is killed there, or the disk gives an error."""

import errno
import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

CALLS = ("mkdir", "rename", "replace", "link", "unlink", "rmdir", "fsync", "chmod", "open")
STATEMENTS = ("BEGIN", "COMMIT", "INSERT", "CREATE", "PRAGMA journal_mode", "ROLLBACK")
SQLITE_NAMES = {errno.ENOSPC: "SQLITE_FULL", errno.EIO: "SQLITE_IOERR_WRITE"}


class Faults:
    """Counts the calls; the one with the given number fails, before it is made or after.

    `how` is `before` or `after` (killed there) or the number of an error to raise.
    """

    def __init__(self, number: int, how: str | int) -> None:
        self.number = number
        self.how = how
        self.count = 0
        self.names: list[str] = []

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Put the counting in front of the calls of this process while the block lasts."""
        calls = {name: getattr(os, name) for name in CALLS}
        connect = sqlite3.connect
        try:
            for name, call in calls.items():
                setattr(os, name, self._counted(name, call))
            vars(sqlite3)["connect"] = partial(connect, factory=self._connection())
            yield
        finally:
            for name, call in calls.items():
                setattr(os, name, call)
            vars(sqlite3)["connect"] = connect

    def _connection(self) -> type[sqlite3.Connection]:
        faults = self

        class Connection(sqlite3.Connection):
            def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
                call = super().execute
                if not sql.startswith(STATEMENTS):
                    return call(sql, *parameters)
                name = f"sqlite {sql.split(maxsplit=1)[0]}"
                cursor: sqlite3.Cursor = faults.step(name, lambda: call(sql, *parameters), _sqlite_error)
                return cursor

        return Connection

    def step(self, name: str, call: Callable[[], Any], error: Callable[[int], Exception]) -> Any:
        """Make the call, unless it is the one that fails."""
        self.count += 1
        self.names.append(name)
        if self.count != self.number:
            return call()
        if isinstance(self.how, int):
            raise error(self.how)
        if self.how == "after":
            call()
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("killed")

    def _counted(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **named: Any) -> Any:
            if name == "open" and not args[1] & (os.O_WRONLY | os.O_RDWR):
                return call(*args, **named)
            return self.step(name, lambda: call(*args, **named), _os_error)

        return counted


def _os_error(number: int) -> OSError:
    return OSError(number, os.strerror(number))


def _sqlite_error(number: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError(os.strerror(number))
    error.sqlite_errorname = SQLITE_NAMES[number]
    return error
