"""Does the crash scenario once per point of failure and way of failing, and looks at what is left each time.

`python -m tests.crash.driver SCENARIO FOLDER HOW...` prints one JSON line per point: how, number, how the work ended,
and every fault found before and after recovery. What is to be killed runs in a forked process, so that the imports
are paid for once. Points that leave the same files behind recover alike: each such state is recovered from once.
"""

import io
import json
import os
import shutil
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from functools import partial
from importlib import import_module
from pathlib import Path
from types import ModuleType

from recon.errors import ReconError
from tests.crash.faults import Faults

NOT_REACHED = 99
State = tuple[object, ...]


class Driver:
    """Fails the work in a folder at each point in turn, until it is done before the point is reached."""

    def __init__(self, scenario: ModuleType, folder: Path) -> None:
        self.scenario = scenario
        self.folder = folder
        self.base = folder / "base"
        scenario.prepare(self.base)
        undisturbed = folder / "undisturbed"
        shutil.copytree(self.base, undisturbed)
        self.quietly(undisturbed)
        self.expected = scenario.manifests(undisturbed)
        self.known: dict[State, dict[str, object]] = {}

    def fail_everywhere(self, how: str | int) -> None:
        """Tell of every point in a line of JSON."""
        root = self.folder / "work"
        number = 0
        while True:
            number += 1
            shutil.copytree(self.base, root)
            faults = Faults(number, how)
            status, said = (
                self.in_process(root, faults)
                if isinstance(how, int)
                else in_child(partial(self.interrupted, root, faults))
            )
            if status == NOT_REACHED:
                shutil.rmtree(root)
                return
            self.tell(str(how), number, status, root, said)

    def tell(self, how: str, number: int, status: int, root: Path, said: str) -> None:
        """Tell of one point in a line of JSON, and clear its folder away."""
        report = {"how": how, "number": number, "status": status, **self._left(root, said.splitlines())}
        sys.stdout.write(json.dumps(report) + "\n")
        sys.stdout.flush()
        shutil.rmtree(root)

    def _left(self, root: Path, promised: list[str]) -> dict[str, object]:
        """What is wrong with what was left, and with what the next writer makes of it."""
        state = (*promised, *left(root))
        if state not in self.known:
            self.known[state] = {
                "before": self.scenario.faults_before_recovery(root, promised),
                "next": self.quietly(root),
                "after": self.scenario.faults_after_next(root, self.expected),
            }
        return self.known[state]

    def interrupted(self, root: Path, faults: Faults) -> None:
        """The work, with a fault waiting."""
        with faults.installed():
            self.scenario.work(root)
        if faults.count < faults.number:
            os._exit(NOT_REACHED)

    def in_process(self, root: Path, faults: Faults) -> tuple[int, str]:
        """Do the work here, with an error waiting; gives the exit status it would end with and what it printed."""
        said = io.StringIO()
        status = 0
        with redirect_stdout(said):
            try:
                with faults.installed():
                    self.scenario.work(root)
            except ReconError as error:
                status = int(error.exit_status)
        return NOT_REACHED if faults.count < faults.number else status, said.getvalue()

    def quietly(self, root: Path) -> int:
        """Do the work undisturbed; gives the exit status."""
        with redirect_stdout(io.StringIO()):
            try:
                self.scenario.work(root)
            except ReconError as error:
                sys.stderr.write(f"{error}\n")
                return int(error.exit_status)
        return 0


def left(root: Path) -> list[tuple[str, int, object]]:
    """The files of a folder: name, mode and content.

    The log of the ledger begins with random numbers and grows with every commit, so its size says what is in it;
    the note of the lock names the process. What lies in a scratch folder is never read again.
    """
    files = []
    for path in sorted(root.rglob("*")):
        content: object = None
        if path.name.startswith("lock") or path.name.endswith(("-wal", "-shm")):
            content = path.stat().st_size if path.name.endswith("-wal") else None
        elif path.is_file() and ".scratch/" not in str(path):
            content = path.read_bytes()
        files.append((str(path.relative_to(root)), path.stat().st_mode, content))
    return files


def in_child(task: Callable[[], object]) -> tuple[int, str]:
    """Run the task in a forked process; gives its exit status (negative: the signal) and what it printed."""
    reader, writer = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os.close(reader)
        os.dup2(writer, 1)
        status = 0
        try:
            task()
            sys.stdout.flush()
        except ReconError as error:
            status = int(error.exit_status)
        except BaseException as error:
            os.write(2, f"{type(error).__name__}: {error}\n".encode())
            status = 70
        os._exit(status)
    os.close(writer)
    with os.fdopen(reader) as said:
        text = said.read()
    _, waited = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(waited), text


if __name__ == "__main__":
    driver = Driver(import_module(f"tests.crash.{sys.argv[1]}"), Path(sys.argv[2]))
    for word in sys.argv[3:]:
        driver.fail_everywhere(int(word) if word.isdigit() else word)
