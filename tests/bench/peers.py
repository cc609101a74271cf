"""Other ways to find the first leg's pairs, each as a process of its own beside a run: time, memory, precision, recall.

They see one leg of the two that a run matches, and prove, explain and publish nothing. All but DuckDB live in
`.venv/peers` (`make peers`) and are left out where they are not there; `peer_ways` says how each is asked.
"""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
from rich.table import Table

from tests.bench.generate import ENTRIES_FILE, FIRST_LEG, TRUTH_FILE
from tests.bench.measure import Usage, measured
from tests.bench.peer_ways import WAYS

_UNITS: Final = {"k": 1_000, "m": 1_000_000}


@dataclass(frozen=True, slots=True)
class PeerResult:
    """What one way of finding pairs took at a size, and how many of its pairs are right."""

    size: str
    name: str
    used: Usage
    pairs: int
    right: int
    wanted: int


def measure_peers(bench: Path, root: Path, size: str, data: Path, ours: Usage) -> list[PeerResult]:
    """All peers that are there; first the run itself, with the pairs of its confirmed matches on the first leg."""
    run = max((bench / "projects" / size / "runs").glob("*/members.parquet")).parent
    members, matches = (f"read_parquet('{run / name}.parquet')" for name in ("members", "matches"))
    own = bench / "raw" / f"pairs-{size}.parquet"
    own.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(":memory:") as connection:
        connection.execute(
            f"COPY (SELECT l.entry_id AS left_id, r.entry_id AS right_id FROM {members} l JOIN {members} r "
            f"ON r.match_id = l.match_id AND r.ruleset = l.ruleset AND r.side = 'right' SEMI JOIN (FROM {matches} "
            f"WHERE state = 'confirmed' AND ruleset = '{FIRST_LEG}') m ON m.match_id = l.match_id "
            f"WHERE l.side = 'left' AND l.ruleset = '{FIRST_LEG}') TO '{own}' (FORMAT parquet)"
        )
    found = [PeerResult(size, "recon, two rule sets, proven", ours, *scored(own, data))]
    folder = root / ".venv" / "peers"
    orders = int(size[:-1]) * _UNITS[size[-1]]
    for number, (name, way) in enumerate(WAYS.items()):
        if orders > way.most or not (way.needs is None or (folder / way.needs).exists()):
            continue
        pairs = bench / "raw" / f"peer-{number}-{size}.parquet"
        command = [sys.executable, "-m", "tests.bench.peer_ways", name, str(data / ENTRIES_FILE), str(pairs)]
        used = measured(command, root, bench / "logs" / f"peer-{number}-{size}.log")
        if not used.status:
            found.append(PeerResult(size, name, used, *scored(pairs, data)))
    return found


def scored(pairs: Path, data: Path) -> tuple[int, int, int]:
    """Pairs found, those that are about one thing, and how many pairs there are to find."""
    with duckdb.connect(":memory:", config={"memory_limit": "2GB", "threads": 2}) as connection:
        connection.execute(
            f"CREATE VIEW truth AS SELECT * FROM read_parquet('{data / TRUTH_FILE}') WHERE ruleset = '{FIRST_LEG}'"
        )
        row = connection.execute(
            f"""
            SELECT count(*), count(*) FILTER (l.thing = r.thing), (
                SELECT sum(greatest(n, m)) FROM (
                    SELECT count(*) FILTER (side = 'left') AS n, count(*) FILTER (side = 'right') AS m
                    FROM truth WHERE thing IS NOT NULL AND kind <> 'duplicate' GROUP BY thing) WHERE n > 0 AND m > 0
            ) + (SELECT count(DISTINCT thing) FROM truth WHERE kind = 'duplicate' AND side = 'left')
            FROM read_parquet('{pairs}') p
            LEFT JOIN truth l ON l.side = 'left' AND l.entry_id = p.left_id
            LEFT JOIN truth r ON r.side = 'right' AND r.entry_id = p.right_id
            """
        ).fetchone()
    return (0, 0, 0) if row is None else (int(row[0]), int(row[1]), int(row[2]))


def peers_table(results: list[PeerResult]) -> Table:
    """One row per size and peer."""
    table = Table(
        title="other libraries on the first leg alone, and the whole run of recon; pairs of single entries"
    )
    for title in ("orders", "with"):
        table.add_column(title)
    for title in ("CPU s", "peak MB", "pairs", "precision", "recall"):
        table.add_column(title, justify="right")
    for one in results:
        precision, recall = one.right / max(one.pairs, 1), one.right / max(one.wanted, 1)
        figures = (f"{one.used.cpu:.1f}", f"{one.used.peak_mb:.0f}", f"{one.pairs:,}")
        table.add_row(one.size, one.name, *figures, f"{precision:.6f}", f"{recall:.5f}")
    return table
