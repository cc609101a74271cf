"""A run killed, or failed by its disk, at every point where it changes something."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ENOSPC, EIO = "28", "5"


@pytest.mark.slow
@pytest.mark.parametrize("how", ["before", "after", ENOSPC, EIO])
def test_a_publication_is_there_once_or_not_at_all_wherever_it_stops(tmp_path: Path, how: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.crash.driver", str(tmp_path), how],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(reports) > 40, "points of failure"
    faulty = [r for r in reports if r["before"] or r["after"] or r["next"]]
    assert faulty == []
    statuses = {r["status"] for r in reports}
    if how in {"before", "after"}:
        assert statuses <= {-9, 0}, "killed, or stopped at a call that has no effect"
        assert sum(r["status"] == -9 for r in reports) > 40
    else:
        assert statuses <= {0, 4}, "a clear error, or one that did not matter"
        assert sum(r["status"] == 4 for r in reports) > 40
