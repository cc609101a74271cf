"""The yardstick: the exact join of orders and settlement lines in bare DuckDB, and what is left over, written.

It knows neither passes nor tolerances nor payouts, so it is the least that any matcher has to do.
"""

import argparse
from pathlib import Path

import duckdb

from tests.bench.generate import INTERNAL, PROCESSOR


def raw_join(entries: Path, folder: Path, memory_mb: int = 900, threads: int = 2) -> dict[str, int]:
    """Join on reference, currency and gross, write pairs and both leftovers; the number of rows of each."""
    folder.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(
        ":memory:",
        config={"memory_limit": f"{memory_mb}MB", "threads": threads, "temp_directory": str(folder / "spill")},
    )
    same = "l.ref_merchant = r.ref_merchant AND l.currency = r.currency AND l.gross = r.gross"
    for side, source in (("l", INTERNAL), ("r", PROCESSOR)):
        connection.execute(
            f"CREATE VIEW side_{side} AS SELECT * FROM read_parquet('{entries}') WHERE source = '{source}'"
        )
    queries = {
        "pairs": f"SELECT l.entry_id AS left_id, r.entry_id AS right_id, l.gross, l.currency "
        f"FROM side_l l JOIN side_r r ON {same}",
        "left_over": f"SELECT l.* FROM side_l l ANTI JOIN side_r r ON {same}",
        "right_over": f"SELECT r.* FROM side_r r ANTI JOIN side_l l ON {same}",
    }
    return {
        name: connection.execute(f"COPY ({query}) TO '{folder / name}.parquet' (FORMAT parquet)").fetchall()[0][
            0
        ]
        for name, query in queries.items()
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("entries", type=Path)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    print(raw_join(arguments.entries, arguments.folder))  # noqa: T201  (its output goes to a log)
