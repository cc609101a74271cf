"""What the store holds already: files by content and path, statements, and which entries are current.

An entry is in the store once. When a corrected file supersedes an earlier one, the entries of the earlier file
that the corrected one lacks are withdrawn: listed in `withdrawn.parquet` of the ingest, never deleted. When a later
file holds such an entry again, it counts again: it is listed in `returned.parquet` of that ingest.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pyarrow as pa

from recon.store.parquet import read_table
from recon.store.published import Published
from recon.store.store import Store

WITHDRAWN: Final = pa.schema(
    [
        pa.field("entry_id", pa.string(), nullable=False),
        pa.field("source", pa.string(), nullable=False),
        pa.field("file_id", pa.string(), nullable=False),
        pa.field("superseded_by", pa.string(), nullable=False),
    ]
)
"""One row per entry of a superseded file that the corrected file lacks. Matching leaves out entries whose
`entry_id` and `file_id` are listed here."""
WITHDRAWN_FILE: Final = "withdrawn.parquet"
RETURNED: Final = pa.schema(
    [
        pa.field("entry_id", pa.string(), nullable=False),
        pa.field("source", pa.string(), nullable=False),
        pa.field("file_id", pa.string(), nullable=False),
        pa.field("returned_by", pa.string(), nullable=False),
    ]
)
"""One row per withdrawn entry that a file of this ingest holds again; `file_id` is of the file that brought it."""
RETURNED_FILE: Final = "returned.parquet"


@dataclass(frozen=True, slots=True)
class Span:
    """A range of business days. Without days it is empty, or, when not bounded, all days."""

    first: date | None
    last: date | None
    bounded: bool = True

    @classmethod
    def of(cls, days: tuple[date, date] | None, *, bounded: bool) -> "Span":
        """The span of a file's days."""
        first, last = days or (None, None)
        return cls(first, last, bounded)

    @classmethod
    def parse(cls, text: str) -> "Span":
        """The span that `text` gave."""
        first, _, last = text.partition("..")
        if first:
            return cls(date.fromisoformat(first), date.fromisoformat(last))
        return cls(None, None, text == "")

    @property
    def text(self) -> str:
        """The span in a manifest: `2026-10-01..2026-10-31`, nothing, or `..` for all days."""
        if not self.bounded:
            return ".."
        return f"{self.first}..{self.last}" if self.first and self.last else ""

    def widened(self, other: "Span") -> "Span":
        """The span of both."""
        firsts = [day for day in (self.first, other.first) if day is not None]
        lasts = [day for day in (self.last, other.last) if day is not None]
        return Span(min(firsts, default=None), max(lasts, default=None), self.bounded and other.bounded)

    def meets(self, other: "Span") -> bool:
        """Whether the two may have a day in common."""
        if not (self.bounded and other.bounded):
            return True
        if self.first is None or self.last is None or other.first is None or other.last is None:
            return False
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True)
class Held:
    """Earlier ingests and their `files` and `statements` rows, oldest first."""

    ingests: Sequence[Published]
    files: Sequence[dict[str, Any]]
    statements: Sequence[dict[str, Any]]

    def overlapping(self, wanted: Mapping[str, Span]) -> list[Published]:
        """The ingests with entries of some sources on days that these span; others cannot hold the same."""
        return [
            one
            for one in self.ingests
            if any(
                source in wanted and wanted[source].meets(Span.parse(text))
                for source, text in one.manifest["days"].items()
            )
        ]

    def first_path(self, source: str, sha256: str) -> str | None:
        """The path under which this content was first read for the source; None if it never was."""
        return next(
            (
                row["path"]
                for row in self.files
                if row["source"] == source and row["sha256"] == sha256 and row["duplicate_of"] is None
            ),
            None,
        )

    def knows_path(self, source: str, sha256: str, path: str) -> bool:
        """Whether this content under this path is recorded."""
        return any((row["source"], row["sha256"], row["path"]) == (source, sha256, path) for row in self.files)

    def readings(self, source: str, sha256: str) -> int:
        """How often this content was read for the source."""
        return sum((row["source"], row["sha256"]) == (source, sha256) for row in self._read())

    def put_back(self, source: str, sha256: str, path: str) -> bool:
        """Whether this content, known already, stands at a path again in place of what was read there since.

        It was read at the path before, or a file of the path superseded it.
        """
        here = [row for row in self._read() if (row["source"], row["path"]) == (source, path)]
        if not here or here[-1]["sha256"] == sha256:
            return False
        superseded = {row["supersedes"] for row in here}
        return any(
            row["path"] == path or row["file_id"] in superseded
            for row in self._read()
            if (row["source"], row["sha256"]) == (source, sha256)
        )

    def line_of(self, source: str, file_id: str) -> set[str]:
        """A file, those that it superseded, those that they superseded, and earlier readings of the same content.

        What an earlier one brought and a later one holds too was not withdrawn, and still is of the earlier one.
        """
        rows = {row["file_id"]: row for row in self._read() if row["source"] == source}
        found, waiting = set[str](), [file_id]
        while waiting:
            row = rows.get(waiting.pop())
            if row is not None and row["file_id"] not in found:
                found.add(row["file_id"])
                waiting += [one["file_id"] for one in rows.values() if one["sha256"] == row["sha256"]]
                waiting += [row["supersedes"]] if row["supersedes"] else []
        return found

    def _read(self) -> Iterator[dict[str, Any]]:
        """The files that were read; copies were not."""
        return (row for row in self.files if row["duplicate_of"] is None)

    def current(self, source: str) -> list[dict[str, Any]]:
        """The files of a source that were read and are not superseded."""
        gone = {row["supersedes"] for row in self.files if row["supersedes"] is not None}
        return [row for row in self._read() if row["source"] == source and row["file_id"] not in gone]

    def statements_of(self, source: str, file_id: str) -> list[dict[str, Any]]:
        """The statements of one file."""
        return [row for row in self.statements if (row["source"], row["file_id"]) == (source, file_id)]


def held(store: Store) -> Held:
    """What the store holds.

    Raises:
        ControlFailed: a published file is gone or was changed.
    """
    ingests = store.ingests()
    files = [row for one in ingests for row in read_table(one.verified("files.parquet")).to_pylist()]
    statements = [row for one in ingests for row in read_table(one.verified("statements.parquet")).to_pylist()]
    return Held(ingests, files, statements)


def changing(ingests: Sequence[Published]) -> bool:
    """Whether one of some ingests withdrew entries that were there before, or returned them."""
    return any(
        name in one.names() and one.rows(name) for one in ingests for name in (WITHDRAWN_FILE, RETURNED_FILE)
    )


def withdrawn(ingests: Sequence[Published]) -> pa.Table:
    """The entries withdrawn by some ingests, oldest first, and not returned since; in the schema `WITHDRAWN`."""
    found = WITHDRAWN.empty_table()
    for one in ingests:
        names = one.names()
        if RETURNED_FILE in names:
            found = found.join(
                read_table(one.verified(RETURNED_FILE)), ["entry_id", "file_id"], join_type="left anti"
            )
        if WITHDRAWN_FILE in names:
            found = pa.concat_tables([found.cast(WITHDRAWN), read_table(one.verified(WITHDRAWN_FILE))])
    return found.cast(WITHDRAWN)
