"""A run killed, or failed by its disk, at every point where it changes something."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ENOSPC, EIO = "28", "5"
KILLED = ("before", "after")
ALL = (*KILLED, ENOSPC, EIO)
SHORT = ALL if os.environ.get("RECON_CRASH") == "all" else ("before", ENOSPC)


@pytest.mark.slow
@pytest.mark.parametrize(("work", "ways"), [("scenario", ALL), ("deciding", SHORT)])
def test_what_is_done_is_there_once_or_not_at_all_wherever_it_stops(
    work: str, ways: tuple[str, ...], tmp_path: Path
) -> None:
    """A publication, and what people decide: a write-off, a closing, an opening again."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.crash.driver", work, str(tmp_path), *ways],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    faulty = [r for r in reports if r["before"] or r["after"] or r["next"]]
    assert faulty == []
    for how in ways:
        statuses = [r["status"] for r in reports if r["how"] == how]
        assert len(statuses) > 40, "points of failure"
        if how in KILLED:
            assert set(statuses) <= {-9, 0}, "killed, or stopped at a call that has no effect"
            assert statuses.count(-9) > 40
        else:
            assert set(statuses) <= {0, 4}, "a clear error, or one that did not matter"
            assert statuses.count(4) > 40
