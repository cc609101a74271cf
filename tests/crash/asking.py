"""Asks a `zygote` to do things in forked processes, and reads what `strace` saw of each."""

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from tests.crash.zygote import LAST, WITHOUT_EFFECT

KILL, FULL, BROKEN = "signal=SIGKILL", "error=ENOSPC", "error=EIO"
ALSO = (
    "copy_file_range", "creat", "fallocate", "fchmodat", "fchownat", "linkat", "mkdirat", "openat2", "pwritev",
    "pwritev2", "renameat", "renameat2", "sendfile", "symlink", "symlinkat", "truncate", "writev",
)  # fmt: skip
"""Calls that would change something too. None is made today; one that is made must be taught to `zygote`."""
WATCHED = (*WITHOUT_EFFECT, *ALSO)
ENVIRONMENT = {
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "POLARS_MAX_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
}
"""What keeps the calls of one run those of the next."""


@dataclass(frozen=True)
class Ended:
    """How a process ended."""

    status: int
    """The exit status; negative: the signal."""
    said: str
    seconds: float
    """Of the processors."""
    seen: list[str]
    """What `strace` saw of it."""
    elsewhere: list[str]
    """What `strace` saw of its other threads."""


class Zygote:
    """A process that forks others; with faults, `strace` watches all of them and injects the faults."""

    def __init__(self, scenario: str, folder: Path, faults: Mapping[str, str]) -> None:
        """`faults` gives the fault of each kind of call."""
        self.folder = folder
        self.log = folder / "strace.log" if faults else None
        self.channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.process = subprocess.Popen(
            [
                *(strace(faults, folder / "strace.log") if faults else ()),
                *(sys.executable, "-m", "tests.crash.zygote", scenario, str(theirs.fileno())),
            ],
            pass_fds=[theirs.fileno()],
            stdout=subprocess.DEVNULL,
            cwd=Path(__file__).parents[2],
            env=os.environ | ENVIRONMENT | {"XDG_CONFIG_HOME": str(folder / "nowhere")},
        )
        theirs.close()

    def ask(
        self,
        act: str,
        root: Path,
        *arguments: object,
        failing: tuple[str, int] = ("", 0),
        most: float | None = None,
    ) -> Ended:
        """Let a forked process do it, failing at this call, or killed when it has used so many processor seconds."""
        said = self.folder / "said"
        request = {"act": act, "root": str(root), "arguments": arguments, "said": str(said), "most": most}
        self.channel.send(json.dumps(request | {"failing": failing}).encode())
        if not (answer := self.channel.recv(65_536)):
            raise SystemExit("the process that forks others is gone")
        child, status, seconds = json.loads(answer)
        seen = self._seen(child, self.log) if self.log else ([], [])
        return Ended(status, said.read_text(errors="replace"), seconds, *seen)

    def done(self, act: str, root: Path, *arguments: object) -> str:
        """Let it be done, which must not fail; gives what it printed."""
        ended = self.ask(act, root, *arguments)
        if ended.status:
            raise SystemExit(f"{act} ended with {ended.status}: {ended.said}")
        return ended.said

    def close(self) -> None:
        """End it."""
        self.channel.close()
        self.process.wait(30)

    def _seen(self, child: int, log: Path) -> tuple[list[str], list[str]]:
        """The lines of a process, once its end is among them, and those of its other threads."""
        deadline, text = monotonic() + 30, ""
        while f"\n{child} +++ " not in text:
            if monotonic() > deadline:
                raise SystemExit(f"strace says nothing of process {child}")
            text = re.sub(r"(?m)^(\d+) +", r"\1 ", "\n" + log.read_text(errors="replace"))
            sleep(0.002)
        os.truncate(log, 0)
        lines = text.splitlines()
        mine = [line for line in lines if line.startswith(f"{child} ")]
        return mine, [line for line in lines if not line.startswith(f"{child} ")]


def strace(faults: Mapping[str, str], log: Path) -> list[str]:
    """The words that start it: which calls it writes down, and which it fails."""
    # Stopping at the calls that matter alone is quicker, but then strace sends no signals.
    quicker = [] if KILL in faults.values() else ["--seccomp-bpf"]
    output = ["-y", "-s", "0", "-A", "-o", str(log)]
    injected = [f"--inject={kind}:{fault}:when={LAST[kind]}" for kind, fault in faults.items()]
    return ["strace", "-f", *quicker, *output, f"--trace={','.join(WATCHED)}", *injected]
