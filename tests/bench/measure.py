"""Runs a command by itself and measures the whole process: wall, CPU, peak memory, exit status."""

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process took. `wall` and `cpu` (user and system) in seconds, `peak_mb` resident memory in MB."""

    wall: float
    cpu: float
    peak_mb: float
    status: int


def measured(command: Sequence[str], folder: Path, log: Path) -> Usage:
    """Run a command in a folder with its output in a file, and wait for it.

    Children of the command that it waited for are part of the CPU time.
    """
    with log.open("wb") as output:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    return Usage(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, process.returncode)
