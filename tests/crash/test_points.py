"""A run killed, or failed by its disk, at every point where it changes something."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ENOSPC, EIO = "28", "5"
KILLED = ("before", "after")


@pytest.mark.slow
def test_a_publication_is_there_once_or_not_at_all_wherever_it_stops(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.crash.driver", str(tmp_path), *KILLED, ENOSPC, EIO],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    faulty = [r for r in reports if r["before"] or r["after"] or r["next"]]
    assert faulty == []
    for how in (*KILLED, ENOSPC, EIO):
        statuses = [r["status"] for r in reports if r["how"] == how]
        assert len(statuses) > 40, "points of failure"
        if how in KILLED:
            assert set(statuses) <= {-9, 0}, "killed, or stopped at a call that has no effect"
            assert statuses.count(-9) > 40
        else:
            assert set(statuses) <= {0, 4}, "a clear error, or one that did not matter"
            assert statuses.count(4) > 40
