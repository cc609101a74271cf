"""Other ways to find the first leg's pairs, each as a process of its own beside a run: time, memory, precision, recall.

They see one leg of the two that a run matches, and prove, explain and publish nothing. pandas and
datacompy live in `.venv/peers` (`make peers`); without them, only what DuckDB does by itself is measured.
"""

import argparse
import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import duckdb
from rich.table import Table

from tests.bench.generate import ENTRIES_FILE, FIRST_LEG, INTERNAL, PROCESSOR, TRUTH_FILE
from tests.bench.measure import Usage, measured

READ: Final = ("entry_id", "ref_merchant", "currency", "gross", "type")


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
    for name, needs in PEERS.items():
        if needs is not None and not (folder / needs).is_dir():
            continue
        pairs = bench / "raw" / f"{name}-{size}.parquet"
        command = [sys.executable, "-m", "tests.bench.peers", name, str(data / ENTRIES_FILE), str(pairs)]
        used = measured(command, root, bench / "logs" / f"{name}-{size}.log")
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


def _duckdb_exact(entries: Path, pairs: Path) -> None:
    with duckdb.connect(":memory:", config={"threads": 2}) as connection:
        side = "(SELECT * FROM read_parquet('{0}') WHERE source = '{1}')"
        left, right = (side.format(entries, source) for source in (INTERNAL, PROCESSOR))
        connection.execute(
            f"COPY (SELECT l.entry_id AS left_id, r.entry_id AS right_id FROM {left} l JOIN {right} r "
            f"USING (ref_merchant, currency, gross, type)) TO '{pairs}' (FORMAT parquet)"
        )


def _frames(entries: Path) -> tuple[Any, Any]:
    table = import_module("pandas").read_parquet(
        entries, columns=[*READ, "source"], filters=[("source", "in", [INTERNAL, PROCESSOR])]
    )
    left, right = (table[table["source"] == source].drop(columns="source") for source in (INTERNAL, PROCESSOR))
    return left, right


def _pandas(entries: Path, pairs: Path) -> None:
    left, right = _frames(entries)
    keys = ["ref_merchant", "currency", "gross", "type"]
    for side in (left, right):
        text = side["ref_merchant"].str.upper().str.replace(r"[^A-Z0-9]", "", regex=True)
        side["ref_merchant"] = text.str.lstrip("0")
    found = left.merge(right.dropna(subset=["ref_merchant"]), on=keys, suffixes=("_l", "_r"))
    found = found.rename(columns={"entry_id_l": "left_id", "entry_id_r": "right_id"})
    found[["left_id", "right_id"]].to_parquet(pairs)


def _datacompy(entries: Path, pairs: Path) -> None:
    left, right = _frames(entries)
    keys = ["ref_merchant", "currency", "gross", "type"]
    compared = import_module("datacompy").Compare(
        left, right, join_columns=keys, df1_name="left", df2_name="right"
    )
    both = compared.intersect_rows.rename(columns={"entry_id_left": "left_id", "entry_id_right": "right_id"})
    both[["left_id", "right_id"]].to_parquet(pairs)


PEERS: Final = {"duckdb-exact": None, "pandas-normalised": "pandas", "datacompy": "datacompy"}
WAYS: Final = {"duckdb-exact": _duckdb_exact, "pandas-normalised": _pandas, "datacompy": _datacompy}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", choices=WAYS)
    parser.add_argument("entries", type=Path)
    parser.add_argument("pairs", type=Path)
    given = parser.parse_args()
    sys.path.append(str(Path.cwd() / ".venv" / "peers"))
    WAYS[given.name](given.entries, given.pairs)
