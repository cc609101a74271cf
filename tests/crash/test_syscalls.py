"""The same work failed from outside, system call by system call, SQLite's own calls included.

`strace` injects the fault, so the test runs only where it is installed. By default a sample of the calls is
tried; `RECON_CRASH=all` tries every one.
"""

import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from types import ModuleType

import pytest

from tests.crash import deciding, scenario

STRACE = shutil.which("strace")
CALLS = (
    "write", "pwrite64", "fsync", "fdatasync", "rename", "renameat2", "mkdir", "mkdirat", "unlink", "unlinkat",
    "ftruncate", "link", "linkat", "rmdir", "openat", "chmod", "fchmod", "fchmodat",
)  # fmt: skip
REPOSITORY = Path(__file__).parents[2]
Call = tuple[str, int]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(STRACE is None, reason="strace is not installed"),
]


def traced(work: ModuleType, root: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """The work in a process whose system calls are watched."""
    return subprocess.run(
        [str(STRACE), "-f", "-qq", "-y", *options, sys.executable, "-m", work.__name__, str(root)],
        capture_output=True,
        text=True,
        check=False,
        cwd=REPOSITORY,
        env={
            **os.environ,
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONHASHSEED": "0",
            "ARROW_DEFAULT_MEMORY_POOL": "system",
        },
    )


def changing_calls(work: ModuleType, root: Path, log: Path) -> list[Call]:
    """Each call that changes something below the folder: its name, and which of its kind it is."""
    done = traced(work, root, "-o", str(log), "-e", f"trace={','.join(CALLS)}")
    assert done.returncode == 0, done.stderr
    counts: dict[str, int] = defaultdict(int)
    found: list[Call] = []
    for line in log.read_text(errors="replace").splitlines():
        if not (call := re.match(r"\d+\s+(\w+)\(", line)):
            continue
        counts[call[1]] += 1
        if str(root) in line and (call[1] != "openat" or "O_CREAT" in line):
            found.append((call[1], counts[call[1]]))
    return found


def sampled(calls: list[Call], wanted: int) -> list[Call]:
    if os.environ.get("RECON_CRASH") == "all":
        return calls
    step = max(1, len(calls) // wanted)
    return calls[step // 2 :: step]


@pytest.mark.parametrize(
    ("work", "fault", "wanted"),
    [
        (scenario, "signal=SIGKILL", 6), (scenario, "error=ENOSPC", 3), (scenario, "error=EIO", 3),
        (deciding, "signal=SIGKILL", 3), (deciding, "error=ENOSPC", 2), (deciding, "error=EIO", 2),
    ],
)  # fmt: skip
def test_every_system_call_may_fail(tmp_path: Path, work: ModuleType, fault: str, wanted: int) -> None:
    base, whole = tmp_path / "base", tmp_path / "whole"
    work.prepare(base)
    shutil.copytree(base, whole)
    calls = changing_calls(work, whole, tmp_path / "log")
    undisturbed = work.manifests(whole)
    assert len(calls) > 40
    faults = []
    for name, number in sampled(calls, wanted):
        root = tmp_path / f"{name}-{number}"
        shutil.copytree(base, root)
        done = traced(
            work, root, "-o", "/dev/null", "-e", f"trace={name}", "-e", f"inject={name}:{fault}:when={number}"
        )
        found = work.faults_before_recovery(root, done.stdout.split())
        if done.returncode not in {0, 4, -9}:
            found.append(f"ended with {done.returncode}: {done.stderr[-400:]}")
        work.work(root)
        found += work.faults_after_next(root, undisturbed)
        faults += [f"{name} {number}: {fault}: {one}" for one in found]
        shutil.rmtree(root)
    assert faults == []
