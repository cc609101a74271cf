"""`make bench-readers`: our readers beside the libraries that read the same formats, each in a process of its own.

Generated files of 100,000 transactions whose truth is known. Prints, for each format and reader, CPU seconds and
transactions per second of reading, peak memory of the process, and whether count and sums are right. It is a
measurement and no test: nothing fails because a machine is slow.

`BENCH=1m make bench-readers` reads ten times as many with our own readers, whose memory must stay where it is.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from tests.bench.measure import measured
from tests.bench.readers import generate
from tests.crosscheck.peers import LIBRARIES, environment

ROOT: Final = Path(__file__).resolve().parents[3]
FOLDER: Final = ROOT / ".bench" / "readers"
SIZES: Final = {"10k": 10_000, "100k": 100_000, "1m": 1_000_000}
BESIDE_OTHERS: Final = 100_000
"""Libraries hold a whole file at once: beyond this size only our readers are measured."""


@dataclass(frozen=True, slots=True)
class Result:
    """What one reader made of one file: seconds of CPU and memory of its process, and in what it is wrong."""

    form: str
    reader: str
    count: int
    cpu: float
    before_arrow: float | None
    peak_mb: float
    wrong: str


def file_of(form: str, size: int) -> Path:
    """The generated file; made once and kept until the generator changes.

    A process of its own makes it: a child's peak memory begins with what its parent held.
    """
    code = hashlib.sha256(Path(generate.__file__).read_bytes()).hexdigest()[:12]
    folder = FOLDER / f"{form}-{size}-{code}"
    if not (folder / "truth.json").is_file():
        command = [sys.executable, "-m", generate.__spec__.name, form, str(size), str(folder)]
        subprocess.run(command, cwd=ROOT, check=True)
    return folder / generate.NAMES_OF_FILES[form]


def wrong(answer: dict[str, Any], truth: dict[str, Any]) -> str:
    """In what an answer is not the truth; empty when it is right."""
    if "error" in answer:
        return str(answer["error"])
    sums = [Decimal(one) for one in answer["sums"].get("EUR", ("0", "0"))]
    pairs = (("count", answer["count"], truth["count"]), ("credits", sums[0], Decimal(truth["credits"])))
    said = [name for name, got, want in (*pairs, ("debits", sums[1], Decimal(truth["debits"]))) if got != want]
    return ", ".join(said)


def measure(form: str, name: str, size: int) -> Result:
    """Read a generated file with our reader or a library's."""
    path = file_of(form, size)
    module = ["tests.bench.readers.ours"] if name == "recon" else ["tests.crosscheck.peers", name]
    log = FOLDER / f"{form}-{name}.log"
    os.environ["PYTHONPATH"] = environment()["PYTHONPATH"] if name != "recon" else str(ROOT)
    used = measured([sys.executable, "-W", "ignore", "-m", *module, form, str(path)], ROOT, log)
    lines = log.read_text(encoding="utf-8").splitlines()
    answer: dict[str, Any] = (
        json.loads(lines[-1])
        if used.status == 0 and lines
        else {"error": f"ended with {used.status}, see {log}"}
    )
    truth = json.loads((path.parent / "truth.json").read_text(encoding="utf-8"))
    return Result(
        form,
        name,
        answer.get("count", 0),
        answer.get("cpu", used.cpu),
        answer.get("before_arrow"),
        used.peak_mb,
        wrong(answer, truth),
    )


def table_of(results: list[Result], size: str) -> Table:
    """One row for each reader and format."""
    table = Table(title=f"{size} transactions a file; CPU seconds of reading alone, each in its own process")
    for title in ("format", "reader"):
        table.add_column(title)
    for title in ("CPU s", "before Arrow", "transactions/s", "peak MB"):
        table.add_column(title, justify="right")
    table.add_column("right")
    for one in results:
        before = "" if one.before_arrow is None else f"{one.before_arrow:.2f}"
        speed = f"{one.count / one.cpu:,.0f}" if one.cpu and one.count else ""
        figures = (f"{one.cpu:.2f}", before, speed, f"{one.peak_mb:.0f}")
        table.add_row(one.form, one.reader, *figures, f"no: {one.wrong}"[:60] if one.wrong else "yes")
    return table


def main(arguments: list[str] | None = None) -> int:
    """Measure every format and reader asked for and print the table; 1 when one of ours is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", default=(os.environ.get("BENCH") or "100k").lower(), choices=SIZES)
    parser.add_argument("--formats", default=",".join(generate.WRITERS))
    chosen = parser.parse_args(arguments)
    size = SIZES[chosen.size]
    results = []
    for form in chosen.formats.split(","):
        others = [
            name for name, library in LIBRARIES.items() if form in library.forms and size <= BESIDE_OTHERS
        ]
        results += [measure(form, name, size) for name in ("recon", *others)]
    console = Console(width=None if sys.stdout.isatty() else 140)
    console.print(table_of(results, chosen.size))
    return int(any(one.wrong for one in results if one.reader == "recon"))


if __name__ == "__main__":
    sys.exit(main())
