"""Other ways to do a run's job, each as a process of its own beside it: time, memory, precision and recall.

The job is that of the yardstick: pairs of orders and lines of the processor, sums of payouts against credits of the
bank, and what is left over of each, written. recon and every library do it whole, and the first leg of it alone. What
recon does beside (proof, breaks, evidence, a ledger) is in its figures. All but DuckDB live in `.venv/peers` (`make
peers`) and are left out where they are not there; `peer_ways` says how each is asked.
"""

import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
from rich.table import Table

from tests.bench.generate import ENTRIES_FILE, FIRST_LEG, SECOND_LEG, TRUTH_FILE
from tests.bench.measure import Usage, measured
from tests.bench.peer_books import pairs_file
from tests.bench.peer_ways import FIRST, WAYS, WHOLE
from tests.bench.project import fresh_project

_UNITS: Final = {"k": 1_000, "m": 1_000_000}
LEGS: Final[Mapping[str, tuple[str, ...]]] = {WHOLE: (FIRST_LEG, SECOND_LEG), FIRST: (FIRST_LEG,)}
"""The legs of each job."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """How many pairs were found, how many of them are right, and how many there are to find."""

    found: int
    right: int
    wanted: int


@dataclass(frozen=True, slots=True)
class PeerResult:
    """What one way of doing a job took at a size; no pairs where it tells none."""

    size: str
    job: str
    name: str
    used: Usage
    pairs: Pairs | None


def measure_peers(
    bench: Path, root: Path, size: str, data: Path, ours: Usage, match: Sequence[str]
) -> list[PeerResult]:
    """All peers that are there, at both jobs; `ours` is the whole run, `match` the words of a run without rule sets."""
    found = []
    for job, legs in LEGS.items():
        used, project = ours, bench / "projects" / size
        if job == FIRST:
            project = fresh_project(bench, f"{size}-first-leg", data).root
            command = [sys.executable, "-m", "recon", match[0], *legs, *match[1:]]
            used = measured(command, project, bench / "logs" / f"first-leg-{size}.log")
        if not used.status:
            own = bench / "raw" / f"pairs-{size}"
            _own_pairs(project, legs, own)
            found.append(PeerResult(size, job, "recon, proven", used, scored(own, legs, data)))
        for number, name in enumerate(_there(root, size)):
            used, pairs = _peer(bench, root, data, (name, job), f"peer-{number}-{size}")
            if not used.status:
                found.append(PeerResult(size, job, name, used, pairs))
    return found


def _there(root: Path, size: str) -> list[str]:
    """The libraries that are there and are asked for so many orders."""
    folder, orders = root / ".venv" / "peers", int(size[:-1]) * _UNITS[size[-1]]
    return [
        name
        for name, way in WAYS.items()
        if orders <= way.most and (way.needs is None or (folder / way.needs).exists())
    ]


def _peer(
    bench: Path, root: Path, data: Path, asked: tuple[str, str], title: str
) -> tuple[Usage, Pairs | None]:
    """What a library (`asked`, with its job) took, and its pairs."""
    name, job = asked
    folder = bench / "raw" / title
    shutil.rmtree(folder, ignore_errors=True)
    command = [sys.executable, "-m", "tests.bench.peer_ways", name, str(data / ENTRIES_FILE), str(folder), job]
    used = measured(command, root, bench / "logs" / f"{title}.log")
    is_told = not used.status and pairs_file(folder, FIRST_LEG).exists()
    return used, scored(folder, LEGS[job], data) if is_told else None


def _own_pairs(project: Path, legs: Sequence[str], folder: Path) -> None:
    """Write the pairs of the confirmed matches of a run, as the libraries do."""
    run = max((project / "runs").glob("*/members.parquet")).parent
    members, matches = (f"read_parquet('{run / name}.parquet')" for name in ("members", "matches"))
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(":memory:", config={"memory_limit": "4GB", "threads": 2}) as connection:
        for leg in legs:
            connection.execute(
                f"COPY (SELECT l.entry_id AS left_id, r.entry_id AS right_id FROM {members} l JOIN {members} r "
                f"ON r.match_id = l.match_id AND r.ruleset = l.ruleset AND r.side = 'right' SEMI JOIN (FROM {matches} "
                f"WHERE state = 'confirmed' AND ruleset = '{leg}') m ON m.match_id = l.match_id "
                f"WHERE l.side = 'left' AND l.ruleset = '{leg}') TO '{pairs_file(folder, leg)}' (FORMAT parquet)"
            )


def scored(folder: Path, legs: Sequence[str], data: Path) -> Pairs:
    """Pairs of all legs found, those that are about one thing, and how many pairs there are to find."""
    each = [_scored(pairs_file(folder, leg), leg, data) for leg in legs]
    return Pairs(*(sum(figures) for figures in zip(*each, strict=True)))


def _scored(pairs: Path, leg: str, data: Path) -> tuple[int, int, int]:
    with duckdb.connect(":memory:", config={"memory_limit": "2GB", "threads": 2}) as connection:
        connection.execute(
            f"CREATE VIEW truth AS SELECT * FROM read_parquet('{data / TRUTH_FILE}') WHERE ruleset = '{leg}'"
        )
        row = connection.execute(
            f"""
            SELECT count(*), count(*) FILTER (l.thing = r.thing), (
                SELECT coalesce(sum(greatest(n, m)), 0) FROM (
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
    """One row per size, job and peer."""
    table = Table(
        title="recon and other libraries at the same job; pairs of single entries",
        caption="fastrecon compares by key and tells how many keys differ, never which entries belong together",
    )
    for title in ("orders", "job", "with"):
        table.add_column(title)
    for title in ("CPU s", "peak MB", "pairs", "precision", "recall"):
        table.add_column(title, justify="right")
    for one in results:
        figures = [f"{one.used.cpu:.1f}", f"{one.used.peak_mb:.0f}", "", "", ""]
        if (pairs := one.pairs) is not None:
            precision, recall = pairs.right / max(pairs.found, 1), pairs.right / max(pairs.wanted, 1)
            figures[2:] = [f"{pairs.found:,}", f"{precision:.6f}", f"{recall:.5f}"]
        table.add_row(one.size, one.job, one.name, *figures)
    return table
