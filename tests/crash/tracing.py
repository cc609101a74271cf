"""Fails the work of a crash scenario from outside, system call by system call, SQLite's own calls included.

`python -m tests.crash.tracing SCENARIO FOLDER FAULT MOST` prints one JSON line per call that changes something below
the folder, as `driver` does per point; `MOST` calls spread evenly, or all with 0. `strace` injects the fault into a
process that was forked with everything imported, so that a call costs its work and not the start of an interpreter.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections import defaultdict
from importlib import import_module
from pathlib import Path

from tests.crash.driver import Driver, in_child

CALLS = (
    "write", "pwrite64", "fsync", "fdatasync", "rename", "renameat2", "mkdir", "mkdirat", "unlink", "unlinkat",
    "ftruncate", "link", "linkat", "rmdir", "openat", "chmod", "fchmod", "fchmodat",
)  # fmt: skip
Call = tuple[str, int]
ATTACHED = "attached"


class Tracer(Driver):
    """A driver whose faults come from the kernel's side."""

    def fail_calls(self, fault: str, most: int) -> None:
        """Tell of every call, or of some, in a line of JSON."""
        root = self.folder / "work"
        for name, number in spread(self.changing_calls(root), most):
            shutil.copytree(self.base, root)
            inject = f"inject={name}:{fault}:when={number}"
            status, said = self.traced(root, "-o", "/dev/null", "-e", f"trace={name}", "-e", inject)
            self.tell(f"{name} {fault}", number, status, root, said)

    def changing_calls(self, root: Path) -> list[Call]:
        """Each call of an undisturbed work that changes something below the folder: its name, which of its kind."""
        log = self.folder / "log"
        shutil.copytree(self.base, root)
        status, _ = self.traced(root, "-y", "-o", str(log), "-e", f"trace={','.join(CALLS)}")
        if status:
            raise SystemExit(f"the work ended with {status} while it was only watched")
        shutil.rmtree(root)
        counts: dict[tuple[str, str], int] = defaultdict(int)
        found: list[Call] = []
        main = ""
        for line in log.read_text(errors="replace").splitlines():
            if not (call := re.match(r"(\d+)\s+(\w+)\(", line)):
                continue
            main = main or call[1]
            counts[call[1], call[2]] += 1
            if str(root) in line and (call[2] != "openat" or "O_CREAT" in line):
                if call[1] != main:
                    raise SystemExit(f"a thread of its own changes something: {line}")
                found.append((call[2], counts[call[1], call[2]]))
        return found

    def traced(self, root: Path, *options: str) -> tuple[int, str]:
        """Do the work in a child that is watched from its first call on; its exit status and what it printed."""

        def work() -> None:
            os.kill(os.getpid(), signal.SIGSTOP)
            self.scenario.work(root)

        def watch(child: int) -> None:
            os.waitpid(child, os.WUNTRACED)
            strace = subprocess.Popen(
                ["strace", "-f", *options, "-p", str(child)], stderr=subprocess.PIPE, text=True
            )
            assert strace.stderr is not None
            while ATTACHED not in (line := strace.stderr.readline()):
                if not line:
                    os.kill(child, signal.SIGKILL)
                    raise SystemExit("strace could not attach to a process of its own user")
            os.kill(child, signal.SIGCONT)
            watching.append(strace)

        watching: list[subprocess.Popen[str]] = []
        status, said = in_child(work, watch)
        for one in watching:
            one.communicate()
        return status, said


def spread(calls: list[Call], most: int) -> list[Call]:
    """So many calls, spread evenly; all of them for 0."""
    if not most:
        return calls
    step = max(1, len(calls) // most)
    return calls[step // 2 :: step]


if __name__ == "__main__":
    Tracer(import_module(f"tests.crash.{sys.argv[1]}"), Path(sys.argv[2])).fail_calls(
        sys.argv[3], int(sys.argv[4])
    )
