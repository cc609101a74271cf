"""Entries of the history that may be twins of open items, read by their places in the files.

Twins are looked for in all that was ever taken in. Nearly none of it is a twin, and to read what all entries say takes
twice as long as to read their references. So where the history is long, references are read first, and then the rows
that are somebody else's.
"""

from pathlib import Path
from typing import Final

from recon.engines.duck import DuckEngine
from recon.engines.names import parquet_files
from recon.matchers.asked import EARLIER, PLACED

LONG: Final = 500_000
"""Entries of a history that is read in two steps; of a shorter one, all is read as soon."""
ONE_IN: Final = 8_000
"""Rows are read by their places while there is one for so many entries at the most; beyond, all are read as soon."""
_KEY = "first_reference, type, status"
_FOUND, _OWN = "breaks_alike", "breaks_alike_own"


def alike_rows(engine: DuckEngine, named: str, first_reference: str) -> str | None:
    """A query of the earlier entries that agree with others of `named` in what it is asked by; None to read them all.

    `named` holds open items by `first_reference`, type, status and `entry_id`; `first_reference` is that of an entry
    `e`. An open item is itself an entry of the history, or is new. So where no more entries of the history agree
    than there are such items, they are these items, and nothing else is like them.
    """
    if not engine.has(PLACED) or engine.count(EARLIER) < LONG:
        return None
    agree = f"f.first_reference = {first_reference} AND f.type = e.type AND f.status = e.status"
    engine.materialise(
        _FOUND,
        f"SELECT {first_reference} AS first_reference, e.type, e.status, e.filename, e.file_row_number AS place "
        f"FROM {PLACED} e SEMI JOIN {named} f ON {agree}",
    )
    engine.materialise(
        _OWN,
        f"SELECT {_KEY}, count(DISTINCT entry_id) AS own FROM {named} "
        f"ANTI JOIN new_entries_all USING (entry_id) GROUP BY {_KEY}",
    )
    rows = engine.rows(
        f"""
        SELECT filename, list(place ORDER BY place) FROM {_FOUND} JOIN (
            SELECT {_KEY} FROM (SELECT {_KEY}, count(*) AS found FROM {_FOUND} GROUP BY {_KEY})
            LEFT JOIN {_OWN} USING ({_KEY}) WHERE found > coalesce(own, 0)
        ) USING ({_KEY}) GROUP BY filename ORDER BY filename
        """
    )
    engine.drop(_FOUND, _OWN)
    if sum(len(places) for _, places in rows) * ONE_IN > engine.count(EARLIER):
        return None
    return " UNION ALL ".join(
        [f"FROM {EARLIER} WHERE false", *(_of_file(Path(name), places) for name, places in rows)]
    )


def _of_file(path: Path, places: list[int]) -> str:
    named = ", ".join(map(str, places))
    return (
        f"SELECT * EXCLUDE (file_row_number) FROM {parquet_files([path], numbered=True)} "
        f"WHERE file_row_number IN ({named})"
    )
