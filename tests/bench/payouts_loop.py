"""For scale: one running plan as a plain loop over rows, with exact decimals, as a script would do it."""

import argparse
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tests.bench.payouts_generate import ENTRIES_FILE

BANDS = (
    (Decimal(500_000), Decimal("0.001")),
    (Decimal(5_000_000), Decimal("0.0015")),
    (None, Decimal("0.002")),
)


def loop(data: Path, output: Path) -> None:
    """Three bands over the running total of each agent, a row per entry and band."""
    table = pq.read_table(data / ENTRIES_FILE, columns=["entity", "business_date", "entry_id", "amount"])
    rows = sorted(table.to_pylist(), key=lambda row: (row["entity"], row["business_date"], row["entry_id"]))
    totals: dict[str, Decimal] = {}
    written = []
    for row in rows:
        before = totals.get(row["entity"], Decimal(0))
        after = totals[row["entity"]] = before + row["amount"]
        low = Decimal(0)
        for high, rate in BANDS:
            bottom, top = min(before, after), max(before, after)
            units = (top if high is None else min(top, high)) - (bottom if low == 0 else max(bottom, low))
            if units > 0:
                sign = 1 if after >= before else -1
                written.append(
                    {"entry_id": row["entry_id"], "units": sign * units, "amount": sign * units * rate}
                )
            low = high or low
    pq.write_table(pa.Table.from_pylist(written), output)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("output", type=Path)
    arguments = parser.parse_args()
    loop(arguments.data, arguments.output)
