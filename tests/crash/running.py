"""What the crash tests interrupt: a real `recon run` over two small files, in a project that was run before.

It takes in, matches, publishes and writes the workbook. The clock stands still, and DuckDB works in one thread, so
that every run makes the same calls in the same order; all else is as it is for everybody.
"""

import hashlib
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import duckdb

from recon.cli.app import run
from recon.project.workspace import open_project
from recon.store.ledger import Ledger
from recon.store.store import Store
from tests.unit.runs.worlds import CONFIGS, FIRST, SETTINGS, Sale, new_project, world_of

AS_OF = (FIRST + timedelta(9)).isoformat()
BEFORE = (FIRST + timedelta(2)).isoformat()
OF = ("sources/lines.yaml", "sources/bank.yaml", "rules/lines_vs_bank.yaml")
"""One rule set over two sources."""
STEPS = (("ingest",), ("match", "--as-of", AS_OF, "--fail-on", "none"))
"""What may have been done before: a run that finds it done goes on from there."""
KEPT = "before.json"


@contextmanager
def the_same_each_time() -> Iterator[None]:
    """One thread, one moment."""
    connect = duckdb.connect

    def alone(
        database: str, config: dict[str, str | bool | int | float | list[str]]
    ) -> duckdb.DuckDBPyConnection:
        return connect(database, config=config | {"threads": 1, "async_threads": 0})

    moment = patch.object(Ledger, "_now", lambda _: "2026-10-14T12:00:00.000000Z")
    with moment, patch.object(duckdb, "connect", alone):
        yield


def recon(root: Path, *words: str) -> int:
    with the_same_each_time():
        return int(run(("--project", str(root), *words)))


def prepare(root: Path) -> None:
    """A project with one published run, and files that arrived since."""
    project = new_project(root, SETTINGS, {name: CONFIGS[name] for name in OF})
    inbox = project.root / "inbox"
    for sales, seed in (([Sale(1, 10_000)], 1), ([Sale(2, 20_000, day=3, payout=1)], 2)):
        for file in world_of(sales).files(seed):
            if not file.name.startswith("orders"):
                file.write(inbox)
        if seed == 1 and recon(root, "--quiet", "run", "--as-of", BEFORE, "--fail-on", "none"):
            raise SystemExit("no run to begin with")
    (root / KEPT).write_text(json.dumps(tree(root)))


def advance(root: Path, steps: int) -> int:
    """Do so many steps of the run by themselves; 1 if there are not so many."""
    return 1 if steps > len(STEPS) else max(recon(root, "--quiet", *words) for words in STEPS[:steps])


def work(root: Path) -> int:
    """The run."""
    return recon(root, "--quiet", "run", "--as-of", AS_OF, "--fail-on", "none")


def faults_before_recovery(root: Path, promised: list[str]) -> list[str]:
    """What must not be found after the run was stopped, and before the next one starts."""
    faults = [str(problem) for problem in Store.open(open_project(root)).verify_all()]
    there = tree(root)
    faults += [
        f"changed or gone: {name}"
        for name, digest in json.loads((root / KEPT).read_text()).items()
        if there.get(name) != digest
    ]
    runs = [one.identity for one in Store.open(open_project(root)).runs()]
    for line in promised:
        if line.startswith('{"status"'):
            told = json.loads(line)
            if told["run"] not in runs or told["workbook"] not in there:
                faults.append(f"{told['run']} was promised and is gone")
    return faults


def faults_after_next(root: Path, undisturbed: dict[str, str]) -> list[str]:
    """What must not be left once the next run has ended: all is as if nothing had happened, byte by byte."""
    faults = [str(problem) for problem in Store.open(open_project(root)).verify_all()]
    found = manifests(root)
    faults += [f"differs: {name}" for name in sorted(undisturbed) if found.get(name) != undisturbed[name]]
    return faults + [f"left behind: {name}" for name in sorted(found.keys() - undisturbed.keys())]


def manifests(root: Path) -> dict[str, str]:
    """Every file with its SHA-256, and the rows of the ledger without those of what was given up."""
    kinds = [row.kind for row in Store.open(open_project(root)).ledger.rows()]
    ended = [kind for kind in kinds if kind.endswith(".published")]
    return tree(root) | {"rows": " ".join(ended)}


def tree(root: Path) -> dict[str, str]:
    """What lies in the project's store, runs and reports but for the ledger and the lock, with its SHA-256."""
    found = {}
    for path in sorted(path for folder in ("store", "runs", "reports") for path in (root / folder).rglob("*")):
        if not path.name.startswith(("ledger.db", "lock")) or path.name.endswith(".new"):
            content = path.read_bytes() if path.is_file() else b""
            found[path.relative_to(root).as_posix()] = hashlib.sha256(content).hexdigest()
    return found


def disproved(root: Path) -> list[str]:
    """What `recon runs verify` says is wrong."""
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        ended = recon(root, "--quiet", "runs", "verify")
    return [f"verify ended with {ended}: {said.getvalue()[-1000:]}"] if ended else []
