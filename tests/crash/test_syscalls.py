"""The same work failed from outside, system call by system call, SQLite's own calls included.

`strace` injects the fault, so the test runs only where it is installed. By default a sample of the calls is
tried; `RECON_CRASH=all` tries every one.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

WHOLE = os.environ.get("RECON_CRASH") == "all"
KILL = "signal=SIGKILL"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed"),
]


@pytest.mark.parametrize(
    ("work", "fault", "most"),
    [
        ("scenario", KILL, 6), ("scenario", "error=ENOSPC", 3), ("scenario", "error=EIO", 3),
        ("deciding", KILL, 3), ("deciding", "error=ENOSPC", 2), ("deciding", "error=EIO", 2),
    ],
)  # fmt: skip
def test_every_system_call_may_fail(tmp_path: Path, work: str, fault: str, most: int) -> None:
    """A publication, and what people decide; there once or not at all, and the next work completes."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.crash.tracing", work, str(tmp_path), fault, "0" if WHOLE else str(most)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONHASHSEED": "0", "ARROW_DEFAULT_MEMORY_POOL": "system"},
    )
    assert done.returncode == 0, done.stderr
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one for one in reports if one["before"] or one["after"] or one["next"]] == []
    assert len(reports) > (200 if WHOLE else most - 1), "calls"
    wanted = {-9} if fault == KILL else {0, 4}
    assert {one["status"] for one in reports} <= wanted, "killed; a clear error, or one that did not matter"
