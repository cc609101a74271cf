"""The files of a run: the schema of each, the columns that name a row, and the order in which its rows stand."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from recon.engines.names import identifier
from recon.model import tables
from recon.model.decided import DECIDED
from recon.model.parts import PARTS
from recon.model.prior import PRIOR


@dataclass(frozen=True, slots=True)
class RunFile:
    """One file. No two rows share a `key`; a file without one may hold equal rows.

    `order` holds the columns that rows are sorted by, absent values first. The first of them that are `in_turn` (rule
    set, chain, pass, state) come as the configuration has them; rows are sorted within each by the columns after.
    """

    schema: pa.Schema
    key: tuple[str, ...]
    order: tuple[str, ...]
    in_turn: int = 0

    def absent(self, column: str) -> bool:
        """Whether a column may be without a value."""
        return bool(self.schema.field(column).nullable)

    def order_by(self) -> str:
        """The terms of an ORDER BY that sorts the rows of one rule set, chain or whole file."""
        return ", ".join(
            identifier(column) + (" NULLS FIRST" if self.absent(column) else "") for column in self.order
        )


def _keyed(schema: pa.Schema, *key: str) -> RunFile:
    return RunFile(schema, key, key)


RUN_FILES: Final[Mapping[str, RunFile]] = {
    "matches": RunFile(tables.MATCHES, ("match_id",), ("ruleset", "pass", "state", "match_id"), in_turn=3),
    "members": RunFile(
        tables.MEMBERS, ("match_id", "side", "entry_id"), ("ruleset", "side", "match_id", "entry_id"), in_turn=3
    ),
    "excluded": _keyed(tables.EXCLUDED, "ruleset", "side", "entry_id"),
    "open": _keyed(tables.OPEN, "ruleset", "side", "entry_id"),
    "breaks": _keyed(tables.BREAKS, "break_id"),
    "proof": _keyed(tables.PROOF, "ruleset", "side", "account", "currency"),
    "bridge": _keyed(tables.BRIDGE, "ruleset", "currency", "class", "side"),
    "journeys": RunFile(tables.JOURNEYS, ("chain", "entry_id"), ("chain", "entry_id"), in_turn=1),
    "statements": _keyed(tables.STATEMENTS, "source", "file_id", "statement_no", "currency"),
    "files": _keyed(tables.FILES, "source", "file_id", "path"),
    "refused": RunFile(tables.REFUSED, (), ("source", "file_id", "line_no", "field")),
}
"""Every file of a run's folder beside the manifest, each a Parquet file of its name."""

LATE_FILES: Final[Mapping[str, RunFile]] = {
    "prior": _keyed(PRIOR, "ruleset", "side", "entry_id"),
    "decided": _keyed(DECIDED, "number", "ruleset", "side", "entry_id"),
    "parts": _keyed(PARTS, "ruleset", "side", "entry_id", "act"),
}
"""Files that only some runs have: those made after a closing, those that honour a decision about a break, those that
look at entries that were split."""
