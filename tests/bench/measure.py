"""Runs a command by itself and measures the whole process: wall, CPU, peak memory, exit status."""

import os
import subprocess
import sys
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

    Children of the command that it waited for are part of the CPU time. The command is started by a small process of
    its own: one that is started straight from here would count the memory of this one as its peak.
    """
    starter = [sys.executable, "-I", "-S", __file__, str(folder), str(log), *command]
    told = subprocess.run(starter, check=True, stdout=subprocess.PIPE, text=True).stdout.split()
    wall, cpu, peak_mb = map(float, told[:3])
    return Usage(wall, cpu, peak_mb, int(told[3]))


def _start(folder: str, log: str, command: Sequence[str]) -> None:
    with open(log, "wb") as output:  # noqa: PTH123  (pathlib would be half of what this process loads)
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    figures = (wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, process.returncode)
    print(*figures)  # noqa: T201  (read by the process that asked)


if __name__ == "__main__":
    _start(sys.argv[1], sys.argv[2], sys.argv[3:])
