"""`make bench`: whole runs of `recon match` with known truth, each beside a raw DuckDB join of the same files.

Prints, for each size, wall and CPU seconds and peak memory of both processes with their ratios, what a run of groups
without a key takes beside them, then precision per pass and recall per kind. It is a measurement and no test: nothing
fails because a machine is slow.

Then a night after the history of each size, books that tempt a matcher into trying every pair, and other libraries
at the same job, whole and its first leg alone.

Then twenty commission plans over a month of as many entries, beside raw aggregations and windows of the same file; and
figures, trends, ladders and monitors of partners over ten weeks, beside the raw aggregations that they rest on.

Then what each key costs in `recon ui` over half a million breaks.

`BENCH=10m make bench` measures ten million orders; `--sizes 10k,100k` chooses others.
`python -m tests.bench.several` measures several entries against several without a key.
"""

import argparse
import compileall
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table

from recon.project.workspace import Project
from recon.store.store import Store
from tests.bench import keyless
from tests.bench.generate import ENTRIES_FILE, FIRST_LEG, SECOND_LEG, TRUTH_FILE
from tests.bench.measure import Usage, measured
from tests.bench.nights import NightResult, measure_night, nights_table
from tests.bench.partners import PartnerResult, measure_partners, partners_table, rightness_table
from tests.bench.payouts import KINDS, PayoutResult, measure_payouts, parts_table, payouts_table
from tests.bench.peers import PeerResult, measure_peers, peers_table
from tests.bench.project import data_folder, fresh_project
from tests.bench.score import Score, score
from tests.bench.screen import keys_table, measure_keys
from tests.bench.skew import measure_skew, skew_table

ROOT: Final = Path(__file__).resolve().parents[2]
BENCH_FOLDER: Final = ROOT / ".bench"
SIZES: Final = {"10k": 10_000, "100k": 100_000, "1m": 1_000_000, "10m": 10_000_000}
DEFAULT_SIZES: Final = "10k,100k,1m"
PARTS: Final = ("match", "nights", "skew", "payouts", "partners", "screen")
OCTOBER: Final = ("--period", "2026-10", "--fail-on", "none")
MATCH: Final = ("match", *OCTOBER)
JOINED: Final = ("match", FIRST_LEG, SECOND_LEG, *OCTOBER)
"""The rule sets over the three books that the yardstick joins."""
SEARCHED: Final = ("match", keyless.RULESET, *OCTOBER)
"""The rule set whose groups no key holds together. No join finds them, so that it is measured by itself."""


@dataclass(frozen=True, slots=True)
class Result:
    """One size: the raw join, the whole run of the same books, that of groups without a key, how right both were."""

    size: str
    raw: Usage
    run: Usage
    search: Usage
    score: Score


def measure(size: str, console: Console) -> Result | None:
    """Measure one size; None, with the end of its log printed, when the run failed."""
    data = _data(size)
    logs = BENCH_FOLDER / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    raw_folder = BENCH_FOLDER / "raw" / size
    shutil.rmtree(raw_folder, ignore_errors=True)
    projects = [fresh_project(BENCH_FOLDER, name, data) for name in (size, f"{size}-keyless")]
    memory = projects[0].settings.run.memory_for(pq.read_metadata(data / ENTRIES_FILE).num_rows)
    raw_command = ["tests.bench.raw_join", str(data / ENTRIES_FILE), str(raw_folder), str(memory)]
    used = []
    for name, folder, command in (
        (f"raw-{size}", ROOT, raw_command),
        (f"match-{size}", projects[0].root, ["recon", *JOINED]),
        (f"keyless-{size}", projects[1].root, ["recon", *SEARCHED]),
    ):
        log = logs / f"{name}.log"
        used.append(measured([sys.executable, "-m", *command], folder, log))
        if status := used[-1].status:
            tail = log.read_text(encoding="utf-8", errors="replace")[-4000:]
            console.print(f"{size}: exit status {status}, log {log}\n{tail}", markup=False)
            return None
    raw, run, search = used
    return Result(size, raw, run, search, _score(projects, data / TRUTH_FILE))


def _data(size: str) -> Path:
    return data_folder(BENCH_FOLDER, SIZES[size])


def _score(projects: list[Project], truth: Path) -> Score:
    runs = [Store.open(project).runs()[-1].folder for project in projects]
    return score([run / "matches.parquet" for run in runs], [run / "members.parquet" for run in runs], truth)


def speed_table(results: list[Result]) -> Table:
    """One row per size: the whole process beside the raw join."""
    table = Table(
        title="recon match, whole process, beside a raw DuckDB join and write of the same three books"
    )
    for title in (
        "orders",
        "wall s",
        "CPU s",
        "peak MB",
        "raw CPU s",
        "raw MB",
        "CPU ratio",
        "groups without a key CPU s",
        "precision",
        "recall",
        "suggestions with the truth",
    ):
        table.add_column(title, justify="right")
    for item in results:
        table.add_row(
            item.size,
            f"{item.run.wall:.1f}",
            f"{item.run.cpu:.1f}",
            f"{item.run.peak_mb:.0f}",
            f"{item.raw.cpu:.1f}",
            f"{item.raw.peak_mb:.0f}",
            f"{item.run.cpu / item.raw.cpu:.2f}",
            f"{item.search.cpu:.1f}",
            f"{item.score.precision():.6f}",
            f"{item.score.recall():.5f}",
            f"{item.score.answered:,} of {item.score.asked:,}",
        )
    return table


def pass_table(result: Result) -> Table:
    """Precision by pass."""
    table = Table(title=f"{result.size}: pairs by pass")
    for title in ("rule set", "pass", "state"):
        table.add_column(title)
    for title in ("matches", "pairs", "wrong", "precision"):
        table.add_column(title, justify="right")
    for item in result.score.passes:
        wrong = item.pairs - item.right
        figures = (f"{item.matches:,}", f"{item.pairs:,}", f"{wrong:,}", f"{item.precision:.6f}")
        table.add_row(item.ruleset, item.name, item.state, *figures)
    return table


def kind_table(result: Result) -> Table:
    """Recall by kind."""
    table = Table(title=f"{result.size}: entries with a counterpart, by what happened to them")
    for title in ("rule set", "kind"):
        table.add_column(title)
    for title in ("entries", "confirmed", "suggested", "recall"):
        table.add_column(title, justify="right")
    for item in result.score.kinds:
        figures = (f"{item.entries:,}", f"{item.confirmed:,}", f"{item.suggested:,}", f"{item.recall:.5f}")
        table.add_row(item.ruleset, item.kind, *figures)
    return table


def _print_matching(
    console: Console, results: list[Result], peers: list[PeerResult], nights: list[NightResult]
) -> None:
    if results:
        console.print(speed_table(results), peers_table(peers))
    if nights:
        console.print(nights_table(nights))


def main(arguments: list[str] | None = None) -> int:
    """Measure all sizes asked for and print the tables; 1 when a run failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default=os.environ.get("BENCH") or DEFAULT_SIZES, help="10k,100k,1m,10m")
    parser.add_argument("--only", choices=PARTS, help="measure this alone")
    given = parser.parse_args(arguments)
    wanted = {given.only} if given.only else set(PARTS)
    sizes = [size.strip().lower() for size in given.sizes.split(",")]
    if unknown := [size for size in sizes if size not in SIZES]:
        parser.error(f"no size {', '.join(unknown)}; choose from {', '.join(SIZES)}")
    # as installing does: to compile what was changed since takes a second, of which no other tool's run has any
    compileall.compile_dir(ROOT / "recon", quiet=1)
    console = Console(width=None if sys.stdout.isatty() else 140)
    results: list[Result] = []
    nights: list[NightResult] = []
    peers: list[PeerResult] = []
    payouts: list[PayoutResult] = []
    partners: list[PartnerResult] = []
    for size in sizes:
        if "match" in wanted and (result := measure(size, console)):
            results.append(result)
            console.print(pass_table(result), kind_table(result))
            peers += measure_peers(BENCH_FOLDER, ROOT, size, _data(size), result.run, MATCH)
        if "nights" in wanted and (night := measure_night(BENCH_FOLDER, ROOT, size, _data(size), MATCH)):
            nights.append(night)
        if "payouts" in wanted:
            payouts += measure_payouts(BENCH_FOLDER, ROOT, size, SIZES[size], console)
        if "partners" in wanted:
            partners += measure_partners(BENCH_FOLDER, ROOT, size, SIZES[size], console)
    for one in payouts:
        console.print(parts_table(one))
    for each in partners:
        console.print(rightness_table(each))
    if partners:
        console.print(partners_table(partners))
    _print_matching(console, results, peers, nights)
    if "skew" in wanted:
        console.print(skew_table(measure_skew(BENCH_FOLDER, ROOT, MATCH)))
    if payouts:
        console.print(payouts_table(payouts))
    if "screen" in wanted:
        console.print(keys_table(measure_keys()))
    complete = len(results) == len(sizes) * ("match" in wanted)
    return 0 if complete and len(payouts) == len(sizes) * len(KINDS) * ("payouts" in wanted) else 1


if __name__ == "__main__":
    sys.exit(main())
