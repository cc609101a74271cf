"""Entries that a corrected file took back and a later file holds again, as a run finds them.

The run that met such an entry as withdrawn left it out. When a file holds it again, it comes back into scope and counts
as new. An entry that a run of the line matched before its file was corrected needs nothing: its match stands.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

import pyarrow as pa

from recon.engines.duck import DuckEngine
from recon.matchers.pool import WITHDRAWN_REASON
from recon.model.sides import Side
from recon.model.tables import EXCLUDED, MATCHES, MEMBERS
from recon.runs.parts import Splits
from recon.runs.scope import Returned
from recon.sources.intake.held import RETURNED_FILE, withdrawn
from recon.store.parquet import read_table
from recon.store.published import Published

_LINE: Final = {"excluded": EXCLUDED, "matches": MATCHES, "members": MEMBERS}


@dataclass(frozen=True)
class PutBack:
    """One entry that is held again: the row of the ledger that says so, the entry, and why it comes back."""

    number: int
    entry: Returned
    why: str


def put_back(
    new: Sequence[Published], ingests: Sequence[Published], line: Sequence[Published], splits: Splits
) -> list[PutBack]:
    """The entries that come back: held again by new ingests, and left out as withdrawn by the last run that met them.

    Args:
        new: the ingests that are new to the run, oldest first.
        ingests: all that it knows.
        line: the runs that it continues, oldest first.
        splits: what was split; the parts of an entry come back with it.

    Raises:
        ControlFailed: something published is gone or was changed.
    """
    again = dict(_held_again(new))
    for gone in withdrawn(ingests)["entry_id"].to_pylist() if again else ():
        again.pop(gone, None)
    if not again or not line:
        return []
    again |= {
        part.entry_id: again[one.whole] for one in splits.made if one.whole in again for part in one.parts
    }
    return [PutBack(again[entry[2]][0], entry, again[entry[2]][1]) for entry in _left_out(line, again)]


def _held_again(new: Iterable[Published]) -> Iterator[tuple[str, tuple[int, str]]]:
    """Each entry that new ingests returned, with the row of the ledger and the words of it."""
    for one in new:
        if RETURNED_FILE not in one.names():
            continue
        files = read_table(one.verified("files.parquet"), ["file_id", "path"]).to_pylist()
        paths = {row["file_id"]: row["path"] for row in files}
        for row in read_table(one.verified(RETURNED_FILE)).to_pylist():
            yield row["entry_id"], (one.seq, f"{paths[row['returned_by']]} holds the entry again")


def _left_out(line: Sequence[Published], again: Mapping[str, object]) -> list[Returned]:
    """Of some entries those that the last run of the line that met them left out as withdrawn."""
    paths = [one.verified(f"{name}.parquet") for one in line for name in _LINE]
    with DuckEngine.open(inputs=paths) as engine:
        engine.register("again", pa.table({"entry_id": pa.array(sorted(again), pa.string())}))
        for name, schema in _LINE.items():
            engine.create(f"line_{name}", schema.append(pa.field("run", pa.int64())))
        for number, one in enumerate(line):
            for name in _LINE:
                engine.scan(f"one_{name}", [one.verified(f"{name}.parquet")])
            engine.append(
                "line_excluded", f"SELECT *, {number} AS run FROM one_excluded SEMI JOIN again USING (entry_id)"
            )
            engine.append(
                "line_members", f"SELECT *, {number} AS run FROM one_members SEMI JOIN again USING (entry_id)"
            )
            engine.append(
                "line_matches",
                f"SELECT *, {number} AS run FROM one_matches WHERE state IN ('confirmed', 'manual') AND match_id IN "
                f"(SELECT match_id FROM line_members WHERE run = {number})",
            )
        rows = engine.rows(
            """
            SELECT ruleset, side, entry_id FROM (
                SELECT ruleset, side, entry_id, run, reason FROM line_excluded
                UNION ALL
                SELECT b.ruleset, b.side, b.entry_id, b.run, '' FROM line_members b
                SEMI JOIN line_matches USING (run, ruleset, match_id))
            GROUP BY ALL HAVING max_by(reason, run) = ? ORDER BY ALL
            """,
            [WITHDRAWN_REASON],
        )
    return [(str(ruleset), cast("Side", side), str(entry_id)) for ruleset, side, entry_id in rows]
