"""Does what a crash scenario does, each time in a process forked from this one, which has everything imported.

`python -m tests.crash.zygote SCENARIO DESCRIPTOR` answers requests of `asking` on a socket. It is started under
`strace`, which fails the call with the number `LAST` of each kind that a process makes. A request says which call
of a work shall fail, and the forked process first makes as many calls without effect as are missing: so one `strace`
and one start of the interpreter serve every call of a work.
"""

import json
import os
import signal
import socket
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from recon.errors import ReconError

LAST = defaultdict(lambda: 1_000, openat=10_000)
"""The number of the call that fails, by its kind, in each process; to import everything opens thousands of files."""
NOBODY = 999_999
"""A descriptor that no process has."""
NOWHERE = Path("/nowhere/at/all")
SECONDS = 180
"""After so long a process hangs."""
WITHOUT_EFFECT: dict[str, Callable[[], object]] = {
    "chmod": lambda: NOWHERE.chmod(0),
    "fchmod": lambda: os.fchmod(NOBODY, 0),
    "fchown": lambda: os.fchown(NOBODY, -1, -1),
    "fdatasync": lambda: os.fdatasync(NOBODY),
    "fsync": lambda: os.fsync(NOBODY),
    "ftruncate": lambda: os.ftruncate(NOBODY, 0),
    "link": lambda: os.link("", ""),
    "mkdir": NOWHERE.mkdir,
    "openat": lambda: os.open("", os.O_RDONLY),
    "pwrite64": lambda: os.pwrite(NOBODY, b"", 0),
    "rename": lambda: NOWHERE.rename(NOWHERE),
    "rmdir": NOWHERE.rmdir,
    "unlink": NOWHERE.unlink,
    "unlinkat": lambda: os.unlink("", dir_fd=NOBODY),
    "utimensat": lambda: os.utime("", (0, 0)),
    "write": lambda: os.write(NOBODY, b""),
}
"""How each kind of call is made so that it fails by itself."""


class Names:
    """Names of temporary files that are the same each time."""

    def __init__(self) -> None:
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        self.number += 1
        return f"{self.number:08}"


def missing(kind: str, number: int) -> None:
    """Make the calls of a kind that are missing, so that the one with this number becomes the last."""
    for _ in range(LAST[kind] - number):
        with suppress(OSError):
            WITHOUT_EFFECT[kind]()


def answer(scenario: ModuleType, request: dict[str, Any]) -> int:
    """Do one thing; gives the exit status. What it returns is printed."""
    signal.alarm(SECONDS)
    said = os.open(request["said"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(said, 1)
    os.dup2(said, 2)
    vars(tempfile)["_name_sequence"] = Names()
    kind, number = request["failing"]
    if kind:
        missing(kind, number)
    try:
        found = getattr(scenario, request["act"])(Path(request["root"]), *request["arguments"])
    except ReconError as error:
        sys.stderr.write(f"{error}\n")
        return int(error.exit_status)
    if isinstance(found, int):
        return found
    if found is not None:
        sys.stdout.write(json.dumps(found))
    return 0


def forked(task: Callable[[], int], most: float | None = None) -> tuple[int, int, float]:
    """Do it in a forked process; gives its number, its exit status (negative: the signal) and its processor seconds.

    With `most` it is killed with signal 9 when it has used so many.
    """
    child = os.fork()
    if child == 0:
        status = 70
        try:
            status = task()
            sys.stdout.flush()
        except BaseException as error:
            sys.stderr.write(f"{type(error).__name__}: {error}\n")
            sys.stderr.flush()
        os._exit(status)
    while most is not None and not os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT):
        # The clock of another process, as clock_getcpuclockid(3) makes it: a busy machine does not hasten the end.
        if time.clock_gettime((~child << 3) | 2) >= most:
            os.kill(child, signal.SIGKILL)
            break
        time.sleep(0.001)
    _, status, used = os.wait4(child, 0)
    return child, os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime


def import_all(scenario: ModuleType) -> None:
    """Import what a process imports that prepares the scenario; preparing starts threads, which no fork survives."""
    with tempfile.TemporaryDirectory() as folder:
        names = Path(folder) / "names"

        def task() -> int:
            scenario.prepare(Path(folder) / "base")
            names.write_text("\n".join(name for name in sys.modules if not name.startswith("__")))
            return 0

        if forked(task)[1]:
            raise SystemExit("the scenario cannot be prepared")
        for name in names.read_text().split():
            with suppress(ImportError):
                import_module(name)


def serve(scenario: ModuleType, channel: socket.socket) -> None:
    """Answer until nobody asks any more."""
    import_all(scenario)
    while request := channel.recv(65_536):
        asked = json.loads(request)
        ended = forked(partial(answer, scenario, asked), asked["most"])
        channel.send(json.dumps(ended).encode())


if __name__ == "__main__":
    serve(import_module(f"tests.crash.{sys.argv[1]}"), socket.socket(fileno=int(sys.argv[2])))
