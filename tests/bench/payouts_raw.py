"""The yardsticks: what bare DuckDB takes for the least that a plan has to do, once for each plan.

`sums` adds up the entries of each agent and writes a row per agent; `lines` numbers them with a running total and
writes a row per entry. They know nothing of matches, bands, rates or explanations.
"""

import argparse
from pathlib import Path

import duckdb

from tests.bench.payouts_generate import ENTRIES_FILE

SUMS = "SELECT entity, sum(amount) AS total, count(*) AS entries FROM {0} GROUP BY entity ORDER BY entity"
LINES = (
    "SELECT entity, entry_id, amount, sum(amount) OVER (PARTITION BY entity ORDER BY business_date, entry_id "
    "ROWS UNBOUNDED PRECEDING) AS total FROM {0} ORDER BY entity, business_date, entry_id"
)


def raw(data: Path, kind: str, times: int, folder: Path, memory_mb: int, threads: int = 2) -> None:
    """Run the yardstick of a kind so many times."""
    folder.mkdir(parents=True, exist_ok=True)
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{memory_mb}MB",
        "threads": threads,
        "temp_directory": str(folder / "spill"),
    }
    query = {"sums": SUMS, "lines": LINES}[kind].format(f"read_parquet('{data / ENTRIES_FILE}')")
    for number in range(times):
        connection = duckdb.connect(":memory:", config=config)
        connection.execute("SET enable_progress_bar = false")
        connection.execute(f"COPY ({query}) TO '{folder / f'{kind}-{number}.parquet'}' (FORMAT parquet)")
        connection.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("kind", choices=["sums", "lines"])
    parser.add_argument("times", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("memory_mb", type=int)
    given = parser.parse_args()
    raw(given.data, given.kind, given.times, given.folder, given.memory_mb)
