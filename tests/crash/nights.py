"""What the random kills stop: real runs, each with a new file, and a word about a break now and then."""

import os
from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq

from recon.cli.app import run
from recon.project.workspace import open_project
from recon.store.store import Store
from tests.unit.runs.worlds import CONFIGS, FIRST, ONE_RULE_SET, File, everyday, new_project, of_chance

WHOLE = os.environ.get("RECON_CRASH") == "all"
PROJECTS = 4 if WHOLE else 1
KILLS = 50 if WHOLE else 3
"""In each project."""
CONFIGURED = CONFIGS if WHOLE else ONE_RULE_SET
"""Without the bank a run goes through the same steps, and each is shorter."""
AS_OF = FIRST + timedelta(9)
BEGUN = 9
"""Files of the first run, which is not killed."""


def arriving() -> list[File]:
    """The files of a world: so many that each run which is killed has one that is new."""
    if WHOLE:
        return of_chance(seed=31, sales=300).files(seed=1, most=KILLS)
    return [one for one in everyday().files(1, most=18) if not one.name.startswith("bank")]


def prepare(root: Path) -> None:
    """A project with one run, and a word about one of its breaks."""
    inbox = new_project(root, configs=CONFIGURED).root / "inbox"
    for file in arriving()[:BEGUN]:
        file.write(inbox)
    if night(root) or comment(root, "first"):
        raise SystemExit("there is no run to begin with")


def night(root: Path) -> int:
    """A run of all files that arrived."""
    return run(("--project", str(root), "--quiet", "run", "--as-of", AS_OF.isoformat(), "--fail-on", "none"))


def comment(root: Path, words: str) -> int:
    """Say something about a break of the latest run."""
    latest = Store.open(open_project(root)).latest_run()
    if latest is None:
        raise SystemExit("there is no run")
    breaks = pq.read_table(latest.folder / "breaks.parquet", columns=["break_id"]).column(0).to_pylist()
    return run(("--project", str(root), "--quiet", "breaks", "comment", min(breaks), words))
