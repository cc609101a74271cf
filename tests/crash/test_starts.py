"""Four starts at the same moment: one run is made, and whoever comes too soon ends with 5 and the holder's name."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from recon.store.store import Store
from tests.unit.runs.worlds import ONE_RULE_SET, Sale, new_project, world_of

ROUNDS = 25 if os.environ.get("RECON_CRASH") == "all" else 1
COMMAND = [sys.executable, "-m", "recon", "run", "--nightly", "--as-of", "2026-10-09", "--fail-on", "none"]


@pytest.mark.slow
@pytest.mark.parametrize("number", range(ROUNDS))
def test_of_four_starts_one_makes_the_run(number: int, tmp_path: Path) -> None:
    project = new_project(tmp_path / f"world-{number}", configs=ONE_RULE_SET)
    for file in world_of([Sale(1, 10_000), Sale(2, 20_000, day=1)]).files():
        file.write(project.root / "inbox")
    environment = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path / "nowhere")}
    started = [
        subprocess.Popen(
            COMMAND,
            cwd=project.root,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    ended = [(*one.communicate(timeout=300), one.returncode) for one in started]
    lines = [json.loads(stdout) for stdout, _, _ in ended]
    assert {status for _, _, status in ended} <= {0, 5}, ended
    for (_, stderr, status), line in zip(ended, lines, strict=True):
        if status == 5:
            assert line["status"] == "busy"
            assert "the project is being written to: `" in stderr
            assert "(process " in stderr, "the holder has a name"
    store = Store.open(project)
    assert len(store.runs()) == 1
    assert len(store.ingests()) == 1
    assert sum(line.get("new") is True for line in lines) == 1
    assert store.verify_all() == []
    shutil.rmtree(project.root)
