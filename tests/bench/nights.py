"""A night of a book with a history: a hundredth of the orders is new, and a tenth as many items as orders are open.

The orders of some lines are kept back from a first run, which is the full run of the history. A second run
then has one in a hundred of them as new entries, and everything open from before.
"""

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
from rich.table import Table

from recon.store.store import Store
from tests.bench.generate import ENTRIES_FILE, INTERNAL
from tests.bench.measure import Usage, measured
from tests.bench.project import fresh_project, take_in

OPEN: Final = 56
"""So many in a thousand orders are kept back. With what is open for other reasons, a tenth of the orders is open."""
NEW: Final = 10
"""So many in a thousand orders are new on the night."""


@dataclass(frozen=True, slots=True)
class NightResult:
    """One size: the run of the history, the night after it, what was open before, what was new and matched."""

    size: str
    history: Usage
    night: Usage
    opened: int
    new: int
    matched: int

    @property
    def share(self) -> float:
        """What the night costs of the run of the history, in CPU."""
        return self.night.cpu / self.history.cpu


def measure_night(
    bench: Path, root: Path, size: str, data: Path, command: tuple[str, ...]
) -> NightResult | None:
    """Run the history, then the night; None when one of the runs failed, whose output is in the log."""
    first, second = (bench / "data" / f"{data.name}-{part}" for part in ("history", "night"))
    new = split(data, first, second)
    project = fresh_project(bench, f"{size}-nights", first)
    logs = bench / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    match = [sys.executable, "-m", "recon", "--project", str(project.root), *command]
    history = measured(match, root, logs / f"history-{size}.log")
    take_in(project, second)
    night = measured(match, root, logs / f"night-{size}.log")
    for folder in (first, second):
        shutil.rmtree(folder)
    if history.status or night.status:
        return None
    before, after = (run.manifest["counts"] for run in Store.open(project).runs()[-2:])
    return NightResult(size, history, night, int(before["open"]), new, int(after["matches"]))


def split(data: Path, first: Path, second: Path) -> int:
    """Write the files of the two ingests; the number of entries that are new on the night."""
    kept_back = f"source = '{INTERNAL}' AND hash(entry_id, 'kept back') % 1000 < "
    with duckdb.connect(":memory:", config={"memory_limit": "2GB", "threads": 2}) as connection:
        for folder, which in (
            (first, f"NOT ({kept_back} {OPEN})"),
            (second, f"{kept_back} {NEW}"),
        ):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            for path in data.glob("*.parquet"):
                if path.name != ENTRIES_FILE:
                    shutil.copyfile(path, folder / path.name)
            query = f"SELECT * FROM read_parquet('{data / ENTRIES_FILE}') WHERE {which}"
            written = connection.execute(
                f"COPY ({query}) TO '{folder / ENTRIES_FILE}' (FORMAT parquet)"
            ).fetchall()
    return int(written[0][0])


def nights_table(results: list[NightResult]) -> Table:
    """One row per size."""
    table = Table(
        title="a night after a long history: recon match, whole process, beside the run of the history"
    )
    for title in (
        "orders",
        "open before",
        "new",
        "matches",
        "history CPU s",
        "night CPU s",
        "share",
        "night MB",
    ):
        table.add_column(title, justify="right")
    for one in results:
        table.add_row(
            one.size,
            f"{one.opened:,}",
            f"{one.new:,}",
            f"{one.matched:,}",
            f"{one.history.cpu:.1f}",
            f"{one.night.cpu:.1f}",
            f"{100 * one.share:.1f} %",
            f"{one.night.peak_mb:.0f}",
        )
    return table
