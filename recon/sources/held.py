"""What the store holds already: files by content and path, statements, and which entries are current.

An entry is in the store once. When a corrected file supersedes an earlier one, the entries of the earlier file
that the corrected one lacks are withdrawn: listed in `withdrawn.parquet` of the ingest, never deleted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Held:
    """Earlier ingests and their `files` and `statements` rows, oldest first."""

    ingests: Sequence[Published]
    files: Sequence[dict[str, Any]]
    statements: Sequence[dict[str, Any]]

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

    def current(self, source: str) -> list[dict[str, Any]]:
        """The files of a source that were read and are not superseded."""
        gone = {row["supersedes"] for row in self.files if row["supersedes"] is not None}
        return [
            row
            for row in self.files
            if row["source"] == source and row["duplicate_of"] is None and row["file_id"] not in gone
        ]

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


def withdrawn(ingests: Sequence[Published]) -> pa.Table:
    """All withdrawn entries of some ingests, in the schema `WITHDRAWN`."""
    tables = [read_table(one.verified(WITHDRAWN_FILE)) for one in ingests if WITHDRAWN_FILE in one.names()]
    return pa.concat_tables([WITHDRAWN.empty_table(), *tables])
