"""Somebody who looks at a project over and over while its writers are killed: `python -m tests.crash.reader FOLDER`.

It asks what people ask (which runs there are, one of them, its breaks, a question in SQL), and opens every Parquet
file of the newest run, until its input is closed. Then it prints one JSON line: how often it asked and opened, and
everything that it should not have seen. A run that was shown once must be shown for good, and no question about a run
may fail.
"""

import io
import json
import select
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from time import sleep

import pyarrow as pa
import pyarrow.parquet as pq

from recon.cli.app import run
from recon.errors import ExitStatus
from recon.project.workspace import open_project
from recon.store.store import Store

BETWEEN = 0.3
"""Seconds between two rounds."""
LIST = ("runs", "list", "--format", "json")
QUESTIONS = (
    ("runs", "show", "latest", "--format", "json"),
    ("breaks", "list", "--format", "json"),
    ("sql", "SELECT count(*) FROM breaks b ANTI JOIN open o USING (entry_id) WHERE state <> 'resolved'"),
)


class Reader:
    """Asks, and keeps what was wrong."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.asked = 0
        self.opened = 0
        self.faults: list[str] = []
        self.runs: list[str] = []

    def ask(self, words: tuple[str, ...]) -> str:
        """The answer to a question; one that is refused is a fault."""
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            ended = int(run(("--project", self.folder, "--quiet", *words)))
        self.asked += 1
        if ended not in {ExitStatus.CLEAN, ExitStatus.BREAKS}:
            self.faults.append(f"{' '.join(words)}: ended with {ended}: {err.getvalue()[-400:]}")
        return out.getvalue()

    def look(self) -> None:
        """One round: the runs, and questions about the newest where there is any."""
        found = [str(row["run"]) for row in json.loads(self.ask(LIST) or "[]")]
        if gone := [one for one in self.runs if one not in found]:
            self.faults.append(f"runs were there and are gone: {gone}")
        self.runs = found
        for words in QUESTIONS if found else ():
            self.open_newest()
            self.ask(words)

    def open_newest(self) -> None:
        """Read every table of the run that was published last."""
        newest = Store.open(open_project(Path(self.folder))).latest_run()
        for path in sorted(newest.folder.glob("*.parquet")) if newest else ():
            try:
                pq.read_table(path).validate(full=True)
            except (pa.ArrowException, OSError) as error:
                self.faults.append(f"{path}: {error}")
            self.opened += 1


def main(folder: str) -> None:
    """Look until nobody wants to know any more, and once after that."""
    reader = Reader(folder)
    while not select.select([sys.stdin], [], [], 0)[0]:
        reader.look()
        sleep(BETWEEN)
    reader.look()
    sys.stdout.write(
        json.dumps(
            {"asked": reader.asked, "opened": reader.opened, "runs": len(reader.runs), "faults": reader.faults}
        )
        + "\n"
    )


if __name__ == "__main__":
    main(sys.argv[1])
