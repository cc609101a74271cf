"""The process that is measured: every plan of a folder over one month, its explanation rows written to Parquet.

Writes one line of JSON per part of the work: what it was, CPU seconds, rows.
"""

import argparse
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from recon.engines.duck import DuckEngine
from recon.model.periods import Period
from recon.payouts.books.activity import Books
from recon.payouts.library import plans_in
from recon.payouts.period_rows import period_rows
from recon.payouts.periods.known_facts import known_in, read_facts
from recon.payouts.periods.period import Known
from recon.payouts.plan.measures import Of
from recon.payouts.sets.book import period_book
from tests.bench.payouts_generate import ENTRIES_FILE, MATCHED_FILE, PEOPLE_FILE

MONTH = Period.parse("2026-10")


@contextmanager
def told(what: str, rows: list[int]) -> Iterator[None]:
    """Print the CPU seconds of a block."""
    started = time.process_time()
    yield
    print(json.dumps({"what": what, "cpu": time.process_time() - started, "rows": sum(rows)}))  # noqa: T201  (its output goes to a log)


def calculate(data: Path, plans: Path, folder: Path, memory_mb: int) -> None:
    """Compute and write the rows of every plan."""
    folder.mkdir(parents=True, exist_ok=True)
    filed = [one.plan for one in plans_in(plans)]
    known = Known()
    if any(plan.overrides for plan in filed):
        with told("facts of agents", []):
            known = known_in(read_facts(data / PEOPLE_FILE, PEOPLE_FILE), MONTH)
    spill = folder / "spill"
    spill.mkdir(exist_ok=True)
    with DuckEngine.open(memory_mb, 2, spill, [data], [folder]) as engine:
        engine.scan("entries", [data / ENTRIES_FILE])
        engine.scan("matched", [data / MATCHED_FILE])
        books = Books("entries", {Of.MATCHED: "matched"})
        with told("entries of the month", []):
            book = period_book(engine, filed, books, MONTH, known.facts)
        for plan in filed:
            rows: list[int] = []
            with told(plan.plan, rows):
                found = period_rows(engine, plan, books, MONTH, known, book)
                rows.append(found.write(folder / f"{plan.plan}.parquet"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("data", "plans", "folder"):
        parser.add_argument(name, type=Path)
    parser.add_argument("memory_mb", type=int)
    arguments = parser.parse_args()
    calculate(arguments.data, arguments.plans, arguments.folder, arguments.memory_mb)
