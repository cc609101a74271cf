"""The bench of payouts: twenty plans over a month of fifty thousand agents, beside what bare DuckDB takes.

Twelve plans need sums per agent, three of them with five levels of overrides; eight need a line per transaction. Each
kind is one process, measured whole; so is the yardstick, which runs as many times as there are plans.
"""

import hashlib
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from tests.bench import payouts_generate
from tests.bench.measure import Usage, measured

PLANS: Final = Path(__file__).parent / "payout_plans"
KINDS: Final = {"sums": "sums per agent", "lines": "a line per transaction"}
MEMORY_MB: Final = 2_000
LOOP_AT_MOST: Final = 1_000_000
"""The plain loop is for scale, and takes a minute for a million entries."""


@dataclass(frozen=True, slots=True)
class PayoutResult:
    """One size and kind of plan: the yardstick, the plans, and what each part of the work took."""

    size: str
    kind: str
    plans: int
    raw: Usage
    run: Usage
    parts: list[dict[str, object]]


def payout_data(bench: Path, root: Path, size: int) -> Path:
    """The generated month; made once, by a process of its own, and kept until the generator changes."""
    code = Path(payouts_generate.__file__ or "").read_bytes()
    folder = bench / "data" / f"payouts-{size}-{hashlib.sha256(code).hexdigest()[:12]}"
    if not (folder / payouts_generate.PEOPLE_FILE).is_file():
        making = folder.with_suffix(".making")
        shutil.rmtree(making, ignore_errors=True)
        command = [sys.executable, "-m", "tests.bench.payouts_generate", str(size), str(making)]
        subprocess.run(command, cwd=root, check=True)
        making.rename(folder)
    return folder


def measure_payouts(bench: Path, root: Path, size: str, count: int, console: Console) -> list[PayoutResult]:
    """Both kinds of plan at one size; those that failed are missing, with the end of their log printed."""
    data = payout_data(bench, root, count)
    logs = bench / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    found = []
    for kind in KINDS:
        folder = bench / "payouts" / f"{size}-{kind}"
        shutil.rmtree(folder, ignore_errors=True)
        plans = len(list((PLANS / kind).glob("*.yaml")))
        memory = str(MEMORY_MB)
        commands = {
            "raw": [str(data), kind, str(plans), str(folder / "raw"), memory],
            "run": [str(data), str(PLANS / kind), str(folder / "rows"), memory],
        }
        usages = {}
        for what, arguments in commands.items():
            log = logs / f"payouts-{what}-{kind}-{size}.log"
            command = [sys.executable, "-m", f"tests.bench.payouts_{what}", *arguments]
            usages[what] = measured(command, root, log)
            if usages[what].status:
                tail = log.read_text(encoding="utf-8", errors="replace")[-4000:]
                console.print(f"{size} {kind}: exit status {usages[what].status}\n{tail}", markup=False)
        if not any(usage.status for usage in usages.values()):
            said = (logs / f"payouts-run-{kind}-{size}.log").read_text(encoding="utf-8").splitlines()
            parts = [json.loads(line) for line in said if line.startswith("{")]
            found.append(PayoutResult(size, kind, plans, usages["raw"], usages["run"], parts))
    if count <= LOOP_AT_MOST:
        _measure_loop(data, root, bench, size, console)
    return found


def _measure_loop(data: Path, root: Path, bench: Path, size: str, console: Console) -> None:
    arguments = [str(data), str(bench / "payouts" / "loop.parquet")]
    log = bench / "logs" / f"payouts-loop-{size}.log"
    usage = measured([sys.executable, "-m", "tests.bench.payouts_loop", *arguments], root, log)
    console.print(
        f"{size}: a plain Python loop for one running plan: {usage.cpu:.1f} CPU s, {usage.peak_mb:.0f} MB"
    )


def payouts_table(results: list[PayoutResult]) -> Table:
    """One row per size and kind."""
    table = Table(
        title="payouts, whole processes, beside as many raw aggregations, or windows, of the same file"
    )
    for title in ("entries", "plans"):
        table.add_column(title)
    for title in ("rows", "wall s", "CPU s", "peak MB", "raw CPU s", "raw MB", "CPU ratio"):
        table.add_column(title, justify="right")
    for one in results:
        rows = sum(int(str(part["rows"])) for part in one.parts)
        figures = (one.run.wall, one.run.cpu, one.run.peak_mb, one.raw.cpu, one.raw.peak_mb)
        table.add_row(
            one.size,
            f"{one.plans} of {KINDS[one.kind]}",
            f"{rows:,}",
            *(f"{figure:.1f}" for figure in figures),
            f"{one.run.cpu / one.raw.cpu:.2f}",
        )
    return table


def parts_table(result: PayoutResult) -> Table:
    """What each part of the work took, and what one raw query did on the average."""
    each = result.raw.cpu / result.plans
    table = Table(title=f"{result.size}: {KINDS[result.kind]}, raw {each:.2f} CPU s each")
    table.add_column("part")
    for title in ("CPU s", "ratio", "rows"):
        table.add_column(title, justify="right")
    for part in result.parts:
        cpu = float(str(part["cpu"]))
        table.add_row(str(part["what"]), f"{cpu:.2f}", f"{cpu / each:.2f}", f"{part['rows']:,}")
    return table
