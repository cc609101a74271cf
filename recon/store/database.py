"""The ledger's SQLite file: its table, its triggers, how it is created, opened to read and opened to write.

WAL lets readers and the writer work at the same time; `synchronous=FULL` brings each commit to the disk.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from recon.errors import Place, Problem
from recon.store.disk import PRIVATE_FILE, is_full, make_private_folder, sync_file, sync_folder

BUSY_SECONDS = 30
APPLICATION_ID = 0x7265636E
"""`recn`: what `file` and SQLite tools show as the owner of the format."""
VERSION = 1
_IMMUTABLE = "ro&immutable=1"


class _Immutable(sqlite3.Connection):
    """A connection to a file that nobody can write to now: it asks for no locks and makes no files."""


SCHEMA = {
    "ledger": """CREATE TABLE ledger (
    seq INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT""",
    "ledger_no_update": """CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: a row is never changed'); END""",
    "ledger_no_delete": """CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: a row is never removed'); END""",
    "ledger_in_order": """CREATE TRIGGER ledger_in_order BEFORE INSERT ON ledger
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM ledger)
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: a row follows the last one'); END""",
}
"""Name and text of everything in the file."""


def create(path: Path) -> None:
    """Create the ledger, unless another process does so first; it appears complete or not at all."""
    make_private_folder(path.parent)
    draft = path.with_name(f"{path.name}.new-{os.getpid()}")
    draft.unlink(missing_ok=True)
    os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, PRIVATE_FILE))
    try:
        with closing(sqlite3.connect(draft, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {VERSION}")
            for statement in SCHEMA.values():
                connection.execute(statement)
        sync_file(draft)
        try:
            os.link(draft, path)
        except FileExistsError:
            return
        sync_folder(path.parent)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection inside a write transaction, on the disk once the block ends without an exception."""
    with _readable_errors(), closing(_connect(path, "rw")) as connection:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that changes nothing, whose statements all see one moment. Text comes as it is stored."""
    with _readable_errors(), closing(_reader(path)) as connection:
        _refuse_torn(connection, path)
        connection.text_factory = lambda stored: stored.decode("utf-8", "surrogateescape")
        yield connection


def _reader(path: Path) -> sqlite3.Connection:
    try:
        return _begun(path, _reader_mode(path))
    except sqlite3.OperationalError as error:
        # A full disk has no room for the files that SQLite wants beside a WAL database either. Where nobody has
        # left a log, the file itself holds everything.
        if not error.sqlite_errorname.startswith("SQLITE_IOERR_SHM") or has_log(path) or not is_full(path):
            raise
        return _begun(path, _IMMUTABLE)


def _begun(path: Path, mode: str) -> sqlite3.Connection:
    """A connection that has read something, so that what it needs is there."""
    connection = _connect(path, mode)
    try:
        connection.execute("PRAGMA query_only = ON")
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _refuse_torn(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a file that ends within a page: SQLite reads what is missing as zeros, and passes over its rows."""
    ((page,),) = connection.execute("PRAGMA page_size").fetchall()
    if not has_log(path) and path.stat().st_size % page:
        raise sqlite3.DatabaseError("its last page is cut off")


def settle(path: Path) -> None:
    """Let SQLite bring into the file what a killed process left beside it, if nobody else has it open."""
    with reading(path) as connection:
        connection.execute("SELECT count(*) FROM ledger")


@contextmanager
def _readable_errors() -> Iterator[None]:
    """SQLite's message about a damaged schema quotes the damage, which need not be text."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise sqlite3.DatabaseError("its schema is damaged") from error


def _reader_mode(path: Path) -> str:
    # SQLite keeps two small files beside a WAL database while it is open. Only a connection that may write
    # removes them again, so a reader asks for that where it can, and forbids itself to write by `query_only`.
    if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        return "rw"
    if path.with_name(f"{path.name}-wal").exists():
        return "ro"
    return _IMMUTABLE  # on a read-only disk those two files cannot be made at all


def has_log(path: Path) -> bool:
    """Whether rows may be in the log that are not in the file yet; who closes the file last takes the log away."""
    try:
        return path.with_name(f"{path.name}-wal").stat().st_size > 0
    except FileNotFoundError:
        return False


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    if mode == _IMMUTABLE:
        return sqlite3.connect(uri, uri=True, isolation_level=None, factory=_Immutable)
    return sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None)


def structure_problems(connection: sqlite3.Connection, shown: str) -> list[Problem]:
    """What is wrong with the file itself: pages, tables, triggers, settings."""
    found = [str(text) for (text,) in connection.execute("PRAGMA integrity_check(20)") if text != "ok"]
    stored = dict(connection.execute("SELECT name, sql FROM sqlite_schema").fetchall())
    found += [f"`{name}` is missing or changed" for name, sql in SCHEMA.items() if stored.get(name) != sql]
    found += [f"`{name}` does not belong here" for name in stored if name not in SCHEMA]
    # SQLite answers for a connection that has no journal instead of for the file.
    journal = "delete" if isinstance(connection, _Immutable) else "wal"
    expected = {"application_id": APPLICATION_ID, "user_version": VERSION, "journal_mode": journal}
    for setting, value in expected.items():
        ((actual,),) = connection.execute(f"PRAGMA {setting}").fetchall()
        if actual != value:
            found.append(f"{setting} is {actual}, not {value}")
    hint = "restore the ledger from a backup"
    return [
        Problem("ledger-damaged", f"the ledger's file is damaged: {text}", Place(shown), hint) for text in found
    ]
