"""Does the crash scenario once per point of failure, each time in a process of its own.

`python -m tests.crash.driver FOLDER HOW` prints one JSON line per point: number, call, how the process ended,
and every fault found before and after recovery. It forks, so that the imports are paid for once.
"""

import json
import os
import shutil
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from recon.errors import ReconError
from tests.crash.faults import Faults
from tests.crash.scenario import faults_after_next, faults_before_recovery, manifests, prepare, work

NOT_REACHED = 99


def main(folder: Path, how: str | int) -> None:
    """Fail at each point in turn until the work is done before the point is reached."""
    base = folder / "base"
    prepare(base)
    undisturbed = folder / "undisturbed"
    shutil.copytree(base, undisturbed)
    in_child(partial(resumed, undisturbed))
    expected = manifests(undisturbed)
    number = 0
    while True:
        number += 1
        root = folder / str(number)
        shutil.copytree(base, root)
        status, said = in_child(partial(interrupted, root, Faults(number, how)))
        if status == NOT_REACHED:
            return
        promised = [line for line in said.splitlines() if not line.startswith("at ")]
        report = {
            "number": number,
            "status": status,
            "promised": promised,
            "before": faults_before_recovery(root, promised),
            "next": in_child(partial(resumed, root))[0],
            "after": faults_after_next(root, expected),
        }
        sys.stdout.write(json.dumps(report) + "\n")
        sys.stdout.flush()
        shutil.rmtree(root)


def interrupted(root: Path, faults: Faults, out: int) -> None:
    """The work, with a fault waiting."""
    os.dup2(out, 1)
    faults.install()
    work(root)
    if faults.count < faults.number:
        os._exit(NOT_REACHED)


def resumed(root: Path, _out: int) -> None:
    """The work, undisturbed."""
    work(root)


def in_child(task: Callable[[int], object]) -> tuple[int, str]:
    """Run the task in a forked process; gives its exit status (negative: the signal) and what it printed."""
    reader, writer = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os.close(reader)
        os.dup2(writer, 1)
        status = 0
        try:
            task(writer)
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
    main(Path(sys.argv[1]), int(sys.argv[2]) if sys.argv[2].isdigit() else sys.argv[2])
