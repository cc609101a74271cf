"""Entries that people split, seen from outside a run: what a part was cut from, and whether all of it matched.

Within a rule set and side, the parts of an entry are entries. Whoever asks about entries as they were read asks here.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from recon.engines.duck import DuckEngine
from recon.store.published import Published

PARTS: Final = "parts"
_FILE: Final = f"{PARTS}.parquet"


def parts_files(runs: Iterable[Published]) -> list[Path]:
    """The files of parts (`recon.model.parts`), of the runs that looked at any.

    Raises:
        ControlFailed: a file is not what was published.
    """
    return [one.verified(_FILE) for one in runs if _FILE in one.names()]


def whole_of(run: Published, entry_id: str) -> str:
    """The id of the entry that a part was cut from; of anything else its own."""
    paths = parts_files([run])
    if not paths:
        return entry_id
    with DuckEngine.open(inputs=paths) as engine:
        engine.scan(PARTS, paths)
        rows = engine.rows(f"SELECT whole FROM {PARTS} WHERE entry_id = ? LIMIT 1", [entry_id])
    return str(rows[0][0]) if rows else entry_id


def with_parts(runs: Iterable[Published], ids: Sequence[str]) -> list[str]:
    """Entries, and the parts of them that runs looked at."""
    paths = parts_files(runs)
    if not paths or not ids:
        return list(ids)
    with DuckEngine.open(inputs=paths) as engine:
        engine.scan(PARTS, paths)
        found = f"SELECT DISTINCT entry_id FROM {PARTS} WHERE whole IN (SELECT unnest(?)) ORDER BY entry_id"
        return [*ids, *(str(row[0]) for row in engine.rows(found, [list(ids)]))]


def scan_parts(engine: DuckEngine, runs: Iterable[Published]) -> list[Path]:
    """Make the view `parts` over the parts of some runs, if there are any; the files."""
    if paths := parts_files(runs):
        engine.scan(PARTS, paths)
    return paths


def add_wholes(engine: DuckEngine, matched: str) -> None:
    """Add to a table of matched entries (`entry_id`) those of which all parts are in it, where there are parts."""
    if engine.has(PARTS):
        engine.append(matched, _WHOLLY.format(matched=matched))


_WHOLLY: Final = f"""
    SELECT DISTINCT whole AS entry_id FROM (
        SELECT ruleset, side, whole FROM (
            SELECT DISTINCT ruleset, side, whole, entry_id FROM {PARTS} WHERE act <> 'joined') p
        ANTI JOIN (SELECT * FROM {PARTS} WHERE act = 'joined') j USING (ruleset, side, entry_id)
        ANTI JOIN (SELECT ruleset, side, item AS entry_id FROM {PARTS} WHERE act = 'split') i
            USING (ruleset, side, entry_id)
        LEFT JOIN (SELECT DISTINCT entry_id AS found FROM {{matched}}) m ON m.found = p.entry_id
        GROUP BY ruleset, side, whole HAVING count(*) = count(m.found))
"""
