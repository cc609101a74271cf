"""`recon run` killed at random moments: whatever was published stays sound, and the next run completes."""

import os
import random
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from time import monotonic, sleep

import pytest

from recon.project.workspace import Project
from recon.store.store import Store
from tests.unit.runs.reading import confirmed, disproved, living, tables_of
from tests.unit.runs.worlds import FIRST, everyday, new_project, night

KILLS = 200 if os.environ.get("RECON_CRASH") == "all" else 6
AS_OF = FIRST + timedelta(9)
COMMAND = [sys.executable, "-m", "recon", "--quiet", "run", "--as-of", AS_OF.isoformat(), "--fail-on", "none"]


def started(project: Project) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "XDG_CONFIG_HOME": str(project.root / "nowhere")}
    return subprocess.Popen(COMMAND, cwd=project.root, env=environment, stdout=subprocess.DEVNULL)


def whole_run(project: Project) -> float:
    """Seconds that an undisturbed run takes."""
    began = monotonic()
    assert started(project).wait() == 0
    return monotonic() - began


def published(project: Project) -> dict[str, dict[str, bytes]]:
    """The bytes of every published run; nothing may be wrong with the store."""
    store = Store.open(project)
    assert [str(problem) for problem in store.verify_all()] == []
    return {run.identity: tables_of(run) for run in store.runs()}


@pytest.mark.slow
def test_a_run_killed_at_any_moment_is_made_good_by_the_next(tmp_path: Path) -> None:
    chance = random.Random(20261031)
    files = everyday().files(seed=1, most=3)
    timed = new_project(tmp_path / "timed")
    for file in files:
        file.write(timed.root / "inbox")
    seconds = whole_run(timed)
    project = new_project(tmp_path / "killed")
    waiting, promised, killed = list(files), dict[str, dict[str, bytes]](), 0
    for _ in range(KILLS):
        if waiting:
            waiting.pop(0).write(project.root / "inbox")
        process = started(project)
        sleep(seconds * chance.uniform(0.05, 0.7))
        process.kill()
        killed += process.wait() < 0
        there = published(project)
        assert promised.items() <= there.items(), "what was published stays as it is"
        promised = there
    assert killed, "every run ended before its kill"
    for file in waiting:
        file.write(project.root / "inbox")
    assert started(project).wait() == 0
    line = published(project)
    assert promised.items() <= line.items()
    store = Store.open(project)
    assert [problem for run in store.runs() for problem in disproved(project, run)] == []
    once = night(new_project(tmp_path / "once"), files, AS_OF).run
    assert confirmed(store.runs()) == confirmed([once])
    assert living(store.runs()[-1]) == living(once)
    left = [path for folder in ("store", "runs") for path in (project.root / folder).rglob("*")]
    assert [path for path in left if path.name.startswith(".tmp-") or path.suffix == ".scratch"] == []
