"""The bench of partners: figures, trends, ladders and monitors beside the bare aggregations that they rest on.

Two hundred entries of ten weeks for each partner, so that ten million are those of fifty thousand. What was planted
among them is known, and so is which alerts are false.
"""

import hashlib
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from tests.bench import partners_generate
from tests.bench.measure import Usage, measured

MEMORY_MB: Final = 2_000


@dataclass(frozen=True, slots=True)
class PartnerResult:
    """One size: the yardstick, the whole of it, each part in CPU seconds, and how right the alerts were."""

    size: str
    raw: Usage
    run: Usage
    parts: dict[str, float]
    right: dict[str, Any]


def partner_data(bench: Path, root: Path, size: int) -> Path:
    """The generated partners; made once, by a process of its own, and kept until the generator changes."""
    code = Path(partners_generate.__file__ or "").read_bytes()
    folder = bench / "data" / f"partners-{size}-{hashlib.sha256(code).hexdigest()[:12]}"
    if not (folder / partners_generate.TRUTH_FILE).is_file():
        making = folder.with_suffix(".making")
        shutil.rmtree(making, ignore_errors=True)
        command = [sys.executable, "-m", "tests.bench.partners_generate", str(size), str(making)]
        subprocess.run(command, cwd=root, check=True)
        making.rename(folder)
    return folder


def measure_partners(bench: Path, root: Path, size: str, count: int, console: Console) -> list[PartnerResult]:
    """One size; nothing when a process failed, with the end of its log printed."""
    data = partner_data(bench, root, count)
    logs = bench / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    usages = {}
    for what in ("raw", "run"):
        log = logs / f"partners-{what}-{size}.log"
        arguments = [str(data), str(bench / "partners" / what), str(MEMORY_MB)]
        usages[what] = measured([sys.executable, "-m", f"tests.bench.partners_{what}", *arguments], root, log)
        if usages[what].status:
            tail = log.read_text(encoding="utf-8", errors="replace")[-4000:]
            console.print(f"{size} partners: exit status {usages[what].status}\n{tail}", markup=False)
            return []
    said = [json.loads(line) for line in (logs / f"partners-run-{size}.log").read_text("utf-8").splitlines()]
    parts = {str(one["what"]): float(one["cpu"]) for one in said if "what" in one}
    return [PartnerResult(size, usages["raw"], usages["run"], parts, said[-1])]


def partners_table(results: list[PartnerResult]) -> Table:
    """One row per size, with what each part took."""
    table = Table(title="partners, whole processes, beside the raw aggregations of the same file")
    table.add_column("entries")
    parts = list(results[0].parts)
    for title in ("CPU s", "peak MB", "raw CPU s", "raw MB", "CPU ratio", *parts):
        table.add_column(title, justify="right")
    for one in results:
        figures = (one.run.cpu, one.run.peak_mb, one.raw.cpu, one.raw.peak_mb)
        table.add_row(
            one.size,
            *(f"{figure:.1f}" for figure in figures),
            f"{one.run.cpu / one.raw.cpu:.2f}",
            *(f"{one.parts[part]:.1f}" for part in parts),
        )
    return table


def rightness_table(one: PartnerResult) -> Table:
    """By kind of alert: how many are false, and how many of the planted ones were found."""
    shares = f"{one.right['false']} false, {one.right['found']} of those planted found"
    table = Table(title=f"{one.size}: alerts by partner, {shares}")
    table.add_column("kind")
    for title in ("planted", "alerts", "false", "found"):
        table.add_column(title, justify="right")
    for kind, row in one.right["kinds"].items():
        table.add_row(kind, f"{row['planted']:,}", f"{row['alerts']:,}", row["false"], row["found"])
    return table
