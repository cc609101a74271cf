"""What a key costs in `recon ui` over half a million breaks: CPU until the screen has settled.

The thread of the screen is told apart: only while it works does the next key wait.

`python -m tests.bench.screen [BREAKS]` prints a line for each key; `make bench` has it among its parts.
"""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time, thread_time

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table

from recon.model.tables import BREAKS
from recon.project.workspace import open_project
from recon.store.publish import publishing
from recon.store.store import Store
from tests.tui.stage import Desk, Stage

MANY = 500_000
KEYS = ("down", "pagedown", "pageup", "end", "home", "j", "k", "space", "down", "space", "escape")
FILTER = "kind:fee amount:>900"
SETTINGS = '[project]\nname = "bench"\n\n[four_eyes]\ntrust_by = true\n'
KINDS = ("in_transit", "missing_in_bank", "fee_overcharge", "amount_mismatch", "unexpected_credit")


@dataclass(frozen=True, slots=True)
class Pressed:
    """A key, or what was done, and the seconds of CPU until the screen stood still: of all threads, of the screen's."""

    key: str
    seconds: float
    waited: float


class Watch:
    """Two clocks of CPU, started together."""

    def __init__(self) -> None:
        self._all, self._screen = process_time(), thread_time()

    def of(self, key: str) -> Pressed:
        """What passed since."""
        return Pressed(key, process_time() - self._all, thread_time() - self._screen)


def breaks(count: int) -> pa.Table:
    """So many breaks, each unlike the others, in the columns of a run."""
    number = pa.array(range(count), pa.int64())
    text = pc.cast(number, pa.string())
    picked = pa.DictionaryArray.from_arrays(pc.cast(pc.bit_wise_and(number, 3), pa.int32()), pa.array(KINDS))

    def same(value: object, kind: pa.DataType) -> pa.Array:
        return pa.repeat(pa.scalar(value, kind), count)

    columns = {
        "break_id": pc.utf8_lpad(text, 20, "0"),
        "ruleset": same("books_vs_bank", pa.string()),
        "side": same("left", pa.string()),
        "kind": pc.cast(picked, pa.string()),
        "state": same("persisting", pa.string()),
        "entry_id": pc.utf8_lpad(text, 24, "e"),
        "match_id": same(None, pa.string()),
        "source": same("books", pa.string()),
        "account": same("4711", pa.string()),
        "currency": same("EUR", pa.string()),
        "amount": pc.cast(pc.bit_wise_and(number, 4095), BREAKS.field("amount").type),
        "business_date": same(date(2026, 10, 1), pa.date32()),
        "first_seen": same(date(2026, 10, 2), pa.date32()),
        "due_date": same(date(2026, 10, 5), pa.date32()),
        "age_days": pc.bit_wise_and(number, 63),
        "age_business_days": pc.bit_wise_and(number, 31),
        "reference": pc.binary_join_element_wise("ORD", text, "-"),
        "counterparty": pc.binary_join_element_wise("Customer", text, " "),
        "reason": same("not found in the bank statement up to 2026-10-31", pa.string()),
        "next_step": same("ask the bank", pa.string()),
        "file_id": same("f", pa.string()),
        "line_no": number,
    }
    return pa.table([columns[name] for name in BREAKS.names], schema=BREAKS)


@contextmanager
def stage_of(count: int) -> Iterator[Stage]:
    """A project whose latest run has so many breaks."""
    with TemporaryDirectory(prefix="recon-screen-") as folder:
        root = Path(folder)
        (root / "recon.toml").write_text(SETTINGS, encoding="utf-8")
        (root / "configs" / "sources").mkdir(parents=True)
        project = open_project(root)
        store = Store.open(project)
        with publishing(store, "run", "many", store.runs_folder, {"previous_run": None}) as publication:
            pq.write_table(breaks(count), publication.folder / "breaks.parquet")
            publication.content |= {"rulesets": [], "as_of": "2026-10-31", "config": {}, "counts": {}}
        yield Stage(project)


async def pressed(stage: Stage) -> list[Pressed]:
    """Each key once, in order; opening first, a filter and going back to all last."""
    watch, found = Watch(), list[Pressed]()
    async with stage.at_the_keys("ada") as desk:
        found.append(watch.of("open"))
        for key in KEYS:
            found.append(await _timed(desk, key, key))
        await desk.press("slash")
        found.append(await _timed(desk, f"filter {FILTER}", FILTER))
        found.append(await _timed(desk, "filter taken away", "escape"))
    return found


async def _timed(desk: Desk, what: str, keys: str) -> Pressed:
    if keys == FILTER:
        for char in FILTER:
            await desk.press({":": "colon", " ": "space", ">": "greater_than_sign"}.get(char, char))
        keys = "enter"
    watch = Watch()
    await desk.press(keys)
    return watch.of(what)


def measure_keys(count: int = MANY) -> list[Pressed]:
    """What each key costs over so many breaks."""
    with stage_of(count) as stage:
        return asyncio.run(pressed(stage))


def keys_table(found: list[Pressed]) -> Table:
    """A row for each key, in the order in which they were pressed."""
    table = Table(title="recon ui over half a million breaks: CPU until the screen has settled")
    table.add_column("key")
    table.add_column("CPU ms", justify="right")
    table.add_column("of the screen's thread", justify="right")
    for one in found:
        table.add_row(one.key, f"{one.seconds * 1000:.0f}", f"{one.waited * 1000:.0f}")
    return table


if __name__ == "__main__":
    Console().print(keys_table(measure_keys(*map(int, sys.argv[1:]))))
