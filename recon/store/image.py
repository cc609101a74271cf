"""The ledger's file made again from its rows: what differs in a byte was not written by the ledger.

SQLite checks no checksums, and has bytes that it never reads. As rows are only ever added, one after the other,
the whole file follows from them, and can be compared byte by byte.
"""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from recon.errors import Place, Problem
from recon.store.chain import LedgerRow
from recon.store.database import APPLICATION_ID, SCHEMA, VERSION, has_log

_FORMAT = slice(18, 20)
"""Both 2 in a WAL database; one made in memory says 1."""
_CHANGES, _VALID_FOR = slice(24, 28), slice(92, 96)
"""How often the file was changed, written twice; the only part that does not follow from the rows."""
_WRITTEN_BY = slice(96, 100)
"""The version of SQLite that wrote last. Another one might lay out the same rows in another way."""
_MAJOR, _MINOR, _PATCH = sqlite3.sqlite_version_info
_THIS_SQLITE = _MAJOR * 1_000_000 + _MINOR * 1_000 + _PATCH


@dataclass(frozen=True, slots=True)
class Image:
    """The bytes of the ledger's file as they were, and what tells whether the file is still the same."""

    path: Path
    found: bytes
    state: tuple[int, int, int]

    @classmethod
    def taken(cls, path: Path) -> "Image | None":
        """The file as it is; None while another process writes.

        To be called while this process has no connection to the file: closing any descriptor of it would give up the
        locks by which SQLite keeps others from writing.
        """
        state = _state(path)
        if has_log(path):
            return None
        found = path.read_bytes()
        return cls(path, found, state) if _state(path) == state else None

    def stands(self) -> bool:
        """Whether the file is still what it was, and holds everything there is."""
        return _state(self.path) == self.state and not has_log(self.path)


def _state(path: Path) -> tuple[int, int, int]:
    told = path.stat()
    return told.st_ino, told.st_size, told.st_mtime_ns


def image_problems(image: Image | None, rows: Iterable[LedgerRow], shown: str) -> list[Problem]:
    """The first byte of the file that is not what the rows make it; empty when there is none.

    Nothing can be said, and nothing is, while another process writes, or about a file that another version of
    SQLite has written. To be called inside the read transaction that the rows are from.
    """
    if image is None or not image.stands():
        return []
    found = image.found
    expected = bytearray(_image(rows))
    expected[_FORMAT] = b"\x02\x02"
    expected[_CHANGES] = expected[_VALID_FOR] = found[_CHANGES]
    expected[_WRITTEN_BY] = found[_WRITTEN_BY]
    if found == expected or int.from_bytes(found[_WRITTEN_BY]) != _THIS_SQLITE:
        return []
    pairs = enumerate(zip(found, expected, strict=False))
    at = next((n for n, (one, other) in pairs if one != other), min(len(found), len(expected)))
    message = f"the ledger's file was changed at byte {at}, though its rows were not"
    return [Problem("ledger-damaged", message, Place(shown), "restore the ledger from a backup")]


def _image(rows: Iterable[LedgerRow]) -> bytes:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {VERSION}")
        for statement in SCHEMA.values():
            connection.execute(statement)
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?)", (row.columns() for row in rows))
        connection.execute("COMMIT")
        return connection.serialize()
