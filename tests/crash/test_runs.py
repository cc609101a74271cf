"""`recon run` killed at random moments while somebody reads: what was published stays sound, the next run completes."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from time import monotonic, sleep

import pytest

from recon.project.workspace import Project
from recon.store.store import Store
from tests.unit.runs.reading import confirmed, disproved, living, tables_of
from tests.unit.runs.worlds import FIRST, File, everyday, new_project, night, of_chance

WHOLE = os.environ.get("RECON_CRASH") == "all"
KILLS = 200 if WHOLE else 3
AS_OF = FIRST + timedelta(9)
COMMAND = [sys.executable, "-m", "recon", "--quiet", "run", "--as-of", AS_OF.isoformat(), "--fail-on", "none"]


def started(project: Project) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "XDG_CONFIG_HOME": str(project.root / "nowhere")}
    return subprocess.Popen(COMMAND, cwd=project.root, env=environment, stdout=subprocess.DEVNULL)


def arriving() -> list[File]:
    """The files of a world: so many that about each run that is killed has one which is new."""
    return (
        of_chance(seed=31, sales=400).files(seed=1, most=KILLS // 3) if WHOLE else everyday().files(1, most=3)
    )


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


@contextmanager
def looked_at(project: Project) -> Iterator[None]:
    """Somebody asks about the project all the while, and sees nothing that is wrong."""
    reader = subprocess.Popen(
        [sys.executable, "-m", "tests.crash.reader", str(project.root)],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "XDG_CONFIG_HOME": str(project.root / "nowhere")},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield
        said, _ = reader.communicate("", timeout=120)
    finally:
        reader.kill()
    told = json.loads(said)
    assert told["faults"] == []
    assert told["asked"] > KILLS, "somebody did look"
    assert told["runs"], "and saw runs"


@pytest.mark.slow
def test_a_run_killed_at_any_moment_is_made_good_by_the_next(tmp_path: Path) -> None:
    chance = random.Random(20261031)
    files = arriving()
    timed = new_project(tmp_path / "timed")
    for file in files[:9]:
        file.write(timed.root / "inbox")
    seconds = whole_run(timed)
    project = new_project(tmp_path / "killed")
    waiting, promised, killed = list(files), dict[str, dict[str, bytes]](), 0
    with looked_at(project):
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
        for file in waiting:
            file.write(project.root / "inbox")
        assert started(project).wait() == 0
    assert killed, "every run ended before its kill"
    line = published(project)
    assert promised.items() <= line.items()
    store = Store.open(project)
    assert [problem for run in store.runs() for problem in disproved(project, run)] == []
    once = night(new_project(tmp_path / "once"), files, AS_OF).run
    assert confirmed(store.runs()) == confirmed([once])
    assert living(store.runs()[-1]) == living(once)
    left = [path for folder in ("store", "runs") for path in (project.root / folder).rglob("*")]
    assert [path for path in left if path.name.startswith(".tmp-") or path.suffix == ".scratch"] == []
