"""Money followed onwards: what entries were matched with in the next book, and so on, by all runs."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from recon.engines.duck import DuckEngine
from recon.model.tables import SETTLED
from recon.store.published import Published

_MOST_BOOKS: Final = 6
_ONWARDS: Final = """
    SELECT DISTINCT o.entry_id, k.match_id, k.left_count FROM ever_members m
    JOIN ever_matches k ON k.ruleset = m.ruleset AND k.match_id = m.match_id AND k.state IN (SELECT unnest($2))
    JOIN ever_members o ON o.ruleset = m.ruleset AND o.match_id = m.match_id AND o.side = 'right'
    WHERE m.side = 'left' AND m.entry_id IN (SELECT unnest($1)) AND m.match_id NOT IN (SELECT unnest($3))
    ORDER BY ALL
"""


@dataclass(frozen=True, slots=True)
class Hop:
    """Where the money has come to: entries, and the matches that led there, each with how many it was made for."""

    entries: Sequence[str]
    matches: Mapping[str, int]


def scan_matches(engine: DuckEngine, runs: Sequence[Published]) -> None:
    """Views `ever_matches` and `ever_members` over the matches of all runs, hashes checked.

    Raises:
        ControlFailed: a file is not what was published.
    """
    for name in ("matches", "members"):
        engine.scan(f"ever_{name}", [one.verified(f"{name}.parquet") for one in runs])


def hops(engine: DuckEngine, ids: Sequence[str], gone: Collection[str]) -> Iterator[Hop]:
    """The entries themselves, then hop by hop what they were matched with; nothing twice.

    Args:
        engine: one with the views of `scan_matches`.
        ids: the entries, and the parts that people made of them.
        gone: the ids of matches that people took back.
    """
    seen: set[str] = set()
    hop = Hop(list(dict.fromkeys(ids)), {})
    for _ in range(_MOST_BOOKS):
        if not hop.entries:
            return
        yield hop
        seen |= set(hop.entries)
        rows = [
            row
            for row in engine.rows(_ONWARDS, [list(hop.entries), list(SETTLED), sorted(gone)])
            if row[0] not in seen
        ]
        hop = Hop(list(dict.fromkeys(row[0] for row in rows)), {row[1]: row[2] for row in rows})
