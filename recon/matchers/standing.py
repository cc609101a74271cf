"""What of the books stands no more: matches that were taken back, and entries that a corrected file has no longer.

A run keeps what it matched, and never changes. A match that is taken back is named by a later run, which has its
entries again; whoever only looks at what runs matched would count it for ever.
"""

from collections.abc import Sequence
from pathlib import Path

from recon.engines.duck import DuckEngine
from recon.engines.names import identifier, parquet_files
from recon.matchers.wholes import add_wholes
from recon.sources.intake.held import withdrawn
from recon.store.published import Published

TAKEN_BACK, WITHDRAWN, MATCHED = "taken_back", "withdrawn", "matched"
_RETURNED, _DECIDED = "returned_entries", "decided.parquet"


def decided_in(runs: Sequence[Published]) -> list[Published]:
    """The runs that honoured decisions about entries, which may bring them back."""
    return [one for one in runs if _DECIDED in one.names()]


def decisions_of(run: Published) -> Path:
    """The file of the decisions that such a run honoured, verified."""
    return run.verified(_DECIDED)


def leave_out_withdrawn(engine: DuckEngine, entries: str, ingests: Sequence[Published]) -> None:
    """Make entries those that no corrected file of the ingests, oldest first, took back."""
    gone = withdrawn(ingests).select(["entry_id", "file_id"])
    if gone.num_rows:
        engine.register(WITHDRAWN, gone)
        files = parquet_files([one.verified(f"{entries}.parquet") for one in ingests])
        engine.view(entries, f"SELECT e.* FROM {files} AS e ANTI JOIN {WITHDRAWN} USING (entry_id, file_id)")


def lay_taken_back(engine: DuckEngine, runs: Sequence[Published]) -> None:
    """Make the table `taken_back` (`ruleset`, `match_id`) of matches that were taken back and not made again since.

    `runs` are given latest first. Where nothing was taken back there is no such table.
    """
    numbers = {one.identity: number for number, one in enumerate(reversed(runs))}
    returned = " UNION ALL ".join(
        f"SELECT ruleset, side, entry_id, {numbers[one.identity]} AS since FROM {parquet_files([decisions_of(one)])} "
        "WHERE class = 'returned'"
        for one in decided_in(runs)
    )
    if not returned or not engine.materialise(_RETURNED, returned):
        return
    engine.materialise(
        TAKEN_BACK,
        f"WITH made AS ({made_by(runs)}) "
        "SELECT DISTINCT m.ruleset, m.match_id FROM made AS m "
        f"JOIN {identifier(_RETURNED)} AS r USING (ruleset, side, entry_id) WHERE r.since > m.run",
    )


def made_by(runs: Sequence[Published]) -> str:
    """A query for the members of confirmed and manual matches, each as the latest run that made it has it.

    Its columns are `ruleset`, `match_id`, `side`, `entry_id`, `state`, `pass` and the number of the `run`; the runs are
    given latest first.
    """
    members = of_runs(runs, "members", "ruleset, match_id, side, entry_id")
    matches = of_runs(runs, "matches", 'ruleset, match_id, state, "pass"')
    return (
        f'SELECT m.*, c.state, c."pass" FROM ({members}) AS m JOIN ({matches}) AS c USING (ruleset, match_id, run) '
        "WHERE c.state IN ('confirmed', 'manual') "
        "QUALIFY run = max(run) OVER (PARTITION BY ruleset, match_id)"
    )


def lay_matched(engine: DuckEngine) -> None:
    """Make the table `matched` (`entry_id`) from the tables `members` and `matches` of runs, and `parts` of them.

    Matched are the members of confirmed and manual matches that nobody took back. An entry that was split is matched
    once all its parts are.
    """
    standing = ""
    if engine.has(TAKEN_BACK):
        standing = (
            f" AND NOT EXISTS (FROM {TAKEN_BACK} AS t WHERE (t.ruleset, t.match_id) = (m.ruleset, m.match_id))"
        )
    engine.materialise(
        MATCHED,
        "SELECT DISTINCT m.entry_id FROM members AS m JOIN matches AS c USING (match_id) "
        f"WHERE c.state IN ('confirmed', 'manual'){standing}",
    )
    add_wholes(engine, MATCHED)


def of_runs(runs: Sequence[Published], table: str, columns: str) -> str:
    """Columns of a table of the runs that have it, given latest first, with the number of each `run`."""
    name = f"{table}.parquet"
    return " UNION ALL ".join(
        f"SELECT {columns}, {number} AS run FROM {parquet_files([one.verified(name)])}"
        for number, one in enumerate(reversed(runs))
        if name in one.names()
    )
