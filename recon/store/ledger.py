"""The ledger: one append-only SQLite table in which every row carries the hash of the row before it.

What is small and precious lives here: files, runs, decisions, approvals, periods, cases. A row's hash is the
SHA-256 of `previous|seq|at|kind|body`, so that no row can be changed, removed, inserted or reordered without
the chain saying where. Readers never block a writer, and reading never creates the file.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from recon.errors import ControlFailed, Place, Problem
from recon.store.canonical import canonical
from recon.store.chain import GENESIS, LedgerRow, beside, checked, linked
from recon.store.database import create, reading, settle, structure_problems, writing
from recon.store.disk import disk_errors
from recon.store.image import Image, image_problems

_LAST = "SELECT seq, hash FROM ledger ORDER BY seq DESC LIMIT 1"
_COLUMNS = "seq, at, kind, body, previous, hash"
_FROM = f"SELECT {_COLUMNS} FROM ledger WHERE seq > ? ORDER BY seq"
ENTRIES = "entries"
"""The folder beside the ledger that holds what was read from files."""
NOTES = ".noted"
"""How the kinds end of rows that change no result. There may be very many, so they are read only when asked for."""
_FEW = (
    f"SELECT {_COLUMNS}, (SELECT hash FROM ledger b WHERE b.seq = l.seq - 1) FROM ledger l "
    f"WHERE seq > ? AND (kind LIKE '%{NOTES}') = ? ORDER BY seq"
)
_AT = "SELECT hash FROM ledger WHERE seq = ?"

Clock = Callable[[], datetime]
"""Gives the current time; aware, of any zone."""


def utc_now() -> datetime:
    """The time of the machine's clock, in UTC."""
    return datetime.now(UTC)


class HeadMoved(Exception):
    """Rows were added since what was to be written had been worked out. Nothing was written."""


class Ledger:
    """The ledger of one project. It holds no connection open, so it may be kept, shared and forked freely."""

    def __init__(self, path: Path, clock: Clock = utc_now) -> None:
        self.path = path
        self._clock = clock
        self._known: list[LedgerRow] = []
        self._few: list[LedgerRow] = []

    @classmethod
    def open(cls, path: Path, clock: Clock = utc_now) -> "Ledger":
        """The ledger at a path, which need not exist yet: the first `append` creates it."""
        return cls(path, clock)

    @property
    def shown(self) -> str:
        """The ledger's name in messages."""
        return f"{self.path.parent.name}/{self.path.name}"

    def append(self, kind: str, body: Mapping[str, object]) -> LedgerRow:
        """Add one row and return it; it is on the disk when this returns.

        Args:
            kind: dotted name of what happened, such as `run.published`.
            body: what happened, as values JSON has a form for; amounts as text.

        Raises:
            ControlFailed: the disk is full or failing, or the chain is broken.
            Busy: another process kept the ledger locked for longer than 30 seconds.
        """
        return self.extend([(kind, body)])[0]

    def extend(
        self, rows: Iterable[tuple[str, Mapping[str, object]]], after: str | None = None
    ) -> list[LedgerRow]:
        """Add several rows in one step: all of them are on the disk, or none is. Raises as `append` does.

        Args:
            rows: kind and body of each.
            after: the head that the rows were worked out from; None when they stand by themselves.

        Raises:
            HeadMoved: the ledger's head is another by now.
        """
        texts = [(kind, canonical(body)) for kind, body in rows]
        added: list[LedgerRow] = []
        with disk_errors("write to the ledger", self.path):
            if not self._is_there():
                create(self.path)
            with writing(self.path) as connection:
                last, previous = connection.execute(_LAST).fetchone() or (0, GENESIS)
                if after is not None and previous != after:
                    raise HeadMoved
                for seq, (kind, text) in enumerate(texts, last + 1):
                    row = linked(previous, seq, self._now(), kind, text)
                    connection.execute("INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?)", row.columns())
                    added.append(row)
                    previous = row.hash
        return added

    def rows(self, *kinds: str) -> list[LedgerRow]:
        """The rows of these kinds, or all rows, oldest first. An absent ledger has none.

        Every row is checked against its hash, and against the row before it, when it is first read.

        Raises:
            ControlFailed: the ledger is damaged or a row was changed; all such rows are named.
        """
        if kinds and not self._known and not any(kind.endswith(NOTES) for kind in kinds):
            self._few += self._read_some(self._few[-1].seq if self._few else 0, notes=False)
            return [row for row in self._few if row.kind in kinds]
        self._read_on()
        return [row for row in self._known if not kinds or row.kind in kinds]

    def notes(self, after: int) -> list[LedgerRow]:
        """The rows after one, by its number, that change no result, oldest first. Raises as `rows` does."""
        if self._known:
            self._read_on()
            return [row for row in self._known if row.seq > after and row.kind.endswith(NOTES)]
        return self._read_some(after, notes=True)

    def hash_at(self, seq: int) -> str | None:
        """The hash that the row of a number states; None where there is no such row."""
        if not self._is_there():
            return None
        with disk_errors("read the ledger", self.path), reading(self.path) as connection:
            found = connection.execute(_AT, (seq,)).fetchone()
        return None if found is None else str(found[0])

    def head(self) -> str:
        """The hash of the last row, which stands for the whole ledger; zeros when there is none.

        Raises:
            ControlFailed: the ledger cannot be read.
        """
        if not self._is_there():
            return GENESIS
        with disk_errors("read the ledger", self.path), reading(self.path) as connection:
            found = connection.execute(_LAST).fetchone()
        return GENESIS if found is None else str(found[1])

    def verify(self) -> list[Problem]:
        """Everything that is wrong with the ledger, from its first byte, each problem naming its row."""
        return self.examine()[1]

    def examine(self) -> tuple[list[LedgerRow], list[Problem]]:
        """The rows that are sound, and everything that is wrong; read afresh."""
        if not self._is_there():
            return [], []
        try:
            with disk_errors("read the ledger", self.path):
                settle(self.path)
                image = Image.taken(self.path)
                with reading(self.path) as connection:
                    problems = structure_problems(connection, self.shown)
                    rows, broken = _sorted_out(checked(connection.execute(_FROM, (0,)), self.shown))
                    problems = problems + broken or image_problems(image, rows, self.shown)
        except ControlFailed as error:
            return [], list(error.problems)
        return rows, problems

    def _read_on(self) -> None:
        """Read the rows that were added since the last look. Rows never change, so what is known stays so."""
        if not self._is_there():
            self._known = []
            self._refuse_lost()
            return
        last = self._known[-1] if self._known else None
        with disk_errors("read the ledger", self.path), reading(self.path) as connection:
            columns = connection.execute(_FROM, (last.seq if last else 0,))
            rows, broken = _sorted_out(checked(columns, self.shown, last))
        if broken:
            raise ControlFailed(*broken)
        self._known += rows
        if not self._known:
            self._refuse_lost()

    def _read_some(self, after: int, *, notes: bool) -> list[LedgerRow]:
        """The rows after one that are notes, or that are none, each checked beside the row before it."""
        if not self._is_there():
            self._refuse_lost()
            return []
        with disk_errors("read the ledger", self.path), reading(self.path) as connection:
            links = (beside(values, self.shown) for values in connection.execute(_FEW, (after, notes)))
            rows, broken = _sorted_out(links)
        if broken:
            raise ControlFailed(*broken)
        if not rows and not after:
            self._refuse_lost()
        return rows

    def _refuse_lost(self) -> None:
        """Refuse a ledger without rows beside what only a ledger with rows can have led to.

        A row goes before every folder, and the folder is looked for first: a writer that begins just now is no trouble.

        Raises:
            ControlFailed: files were taken in, and no row says so.
        """
        vouched_for = self.path.parent / ENTRIES
        with disk_errors("look for the ledger", vouched_for):
            holds = vouched_for.is_dir() and any(vouched_for.iterdir())
        if holds and self.head() == GENESIS:
            message = (
                f"the ledger is lost: no rows, though {vouched_for.parent.name}/{ENTRIES} holds what was read"
            )
            hint = "restore it from a backup, then run `recon runs verify`"
            raise ControlFailed(Problem("ledger-lost", message, Place(self.shown), hint))

    def _is_there(self) -> bool:
        """Whether there is a file; raises ControlFailed where the folder does not let anyone see."""
        with disk_errors("look for the ledger", self.path):
            return self.path.exists()

    def _now(self) -> str:
        return f"{self._clock().astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


def _sorted_out(links: Iterable[LedgerRow | Problem]) -> tuple[list[LedgerRow], list[Problem]]:
    rows: list[LedgerRow] = []
    broken: list[Problem] = []
    for link in links:
        if isinstance(link, Problem):
            broken.append(link)
        else:
            rows.append(link)
    return rows, broken
