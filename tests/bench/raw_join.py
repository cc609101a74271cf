"""The yardstick: the exact joins of the three books in bare DuckDB, and what is left over of each, written.

Orders with settlement lines by reference, currency and gross; settlement lines, summed by payout, with bank credits by
payout reference, currency and amount. It knows neither passes nor tolerances, so it is the least that any matcher of
these books has to do.
"""

import argparse
from pathlib import Path

import duckdb

from tests.bench.generate import BANK, INTERNAL, PROCESSOR


def raw_join(entries: Path, folder: Path, memory_mb: int, threads: int = 2) -> dict[str, int]:
    """Join, write pairs and leftovers of both legs; the number of rows of each."""
    folder.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(
        ":memory:",
        config={"memory_limit": f"{memory_mb}MB", "threads": threads, "temp_directory": str(folder / "spill")},
    )
    for side, source in (("l", INTERNAL), ("r", PROCESSOR), ("b", BANK)):
        connection.execute(
            f"CREATE VIEW side_{side} AS SELECT * FROM read_parquet('{entries}') WHERE source = '{source}'"
        )
    connection.execute(
        "CREATE VIEW payouts AS SELECT p.payout_id, p.currency, b.entry_id FROM "
        "(SELECT payout_id, currency, sum(net) AS net FROM side_r GROUP BY payout_id, currency) p "
        "JOIN side_b b ON b.ref_payout = p.payout_id AND b.currency = p.currency AND b.amount = p.net"
    )
    same = "l.ref_merchant = r.ref_merchant AND l.currency = r.currency AND l.gross = r.gross"
    paid = "r.payout_id = p.payout_id AND r.currency = p.currency"
    queries = {
        "pairs": f"SELECT l.entry_id AS left_id, r.entry_id AS right_id, l.gross, l.currency "
        f"FROM side_l l JOIN side_r r ON {same}",
        "left_over": f"SELECT l.* FROM side_l l ANTI JOIN side_r r ON {same}",
        "right_over": f"SELECT r.* FROM side_r r ANTI JOIN side_l l ON {same}",
        "paid": "SELECT r.entry_id AS left_id, p.entry_id AS right_id, r.net, r.currency "
        f"FROM side_r r JOIN payouts p ON {paid}",
        "not_paid": f"SELECT r.* FROM side_r r ANTI JOIN payouts p ON {paid}",
        "bank_over": "SELECT b.* FROM side_b b ANTI JOIN payouts p ON p.entry_id = b.entry_id",
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
    parser.add_argument("memory_mb", type=int)
    arguments = parser.parse_args()
    print(raw_join(arguments.entries, arguments.folder, arguments.memory_mb))  # noqa: T201  (its output goes to a log)
