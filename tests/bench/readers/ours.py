"""Reads one file with our reader and prints, as JSON, what it found and what it cost.

`cpu` is that of reading into columns, `before_arrow` without making the columns; imports are in neither.
"""

import json
import sys
import time
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from recon.sources import reader as readers
from recon.sources.file import SourceFile
from recon.sources.registry import reader


class Laying:
    """Makes columns of rows as readers do, and counts what it costs."""

    def __init__(self) -> None:
        self.cpu = 0.0
        self._table_of = readers.table_of

    def __call__(self, rows: list[readers.Row]) -> pa.Table:
        """The rows as columns."""
        started = time.process_time()
        table = self._table_of(rows)
        self.cpu += time.process_time() - started
        return table


def main(form: str, path: Path) -> None:
    """Read the file and print."""
    laying = Laying()
    readers.table_of = laying  # type: ignore[assignment]  # the collector calls it by this name
    count, cpu, refused = 0, 0.0, 0
    both = [Decimal(0), Decimal(0)]
    bank = reader(form)
    options = bank.options.model_validate({"currency": "EUR"})
    with SourceFile(path) as file:
        batches = bank.read(file, options)
        while True:
            started = time.process_time()
            batch = next(batches, None)
            cpu += time.process_time() - started
            if batch is None:
                break
            amounts = batch.entries["amount"]
            count, refused = count + len(amounts), refused + len(batch.refused)
            for side, kept in enumerate((pc.greater_equal, pc.less)):
                both[side] += abs(pc.sum(amounts.filter(kept(amounts, Decimal(0)))).as_py() or Decimal(0))
    shown = [f"{one.normalize():f}" for one in both]
    told = {
        "count": count,
        "sums": {"EUR": shown},
        "refused": refused,
        "cpu": cpu,
        "before_arrow": cpu - laying.cpu,
    }
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
