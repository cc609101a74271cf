"""Projects of the everyday world for tests of the command line, and the real program over them."""

import io
import json
import os
import shutil
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from recon.cli.app import run
from recon.store.store import Store
from tests.cli.conftest import Outcome

UNSHARE = shutil.which("unshare")


def within(project: Path, *arguments: str) -> Outcome:
    """Run a command line over a project inside this process, at a fraction of the cost of a start."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.chdir(project)
        patch.setenv("XDG_CONFIG_HOME", str(project / "nowhere"))
        patch.setenv("COLUMNS", "200")
        status = int(run(arguments))
    return Outcome(status, out.getvalue(), err.getvalue())


def program(project: Path, *arguments: str, before: str = "", **variables: str) -> Outcome:
    """Run the program as cron does; `before` is what a shell does first, on mounts of its own."""
    command = [sys.executable, "-m", "recon", *arguments]
    if before:
        command = [str(UNSHARE), "-m", "sh", "-ec", f'{before}; exec "$@"', "sh", *command]
    environment = {**os.environ, "XDG_CONFIG_HOME": str(project / "nowhere"), "COLUMNS": "200", **variables}
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, env=environment, check=False)
    return Outcome(done.returncode, done.stdout, done.stderr)


def may_mount() -> bool:
    """Whether a test may have mounts of its own."""
    if UNSHARE is None:
        return False
    probe = [UNSHARE, "-m", "mount", "-t", "tmpfs", "none", "/mnt"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


@dataclass(frozen=True)
class Line:
    """The one line of JSON that a run ends with."""

    fields: dict[str, Any]

    @classmethod
    def of(cls, outcome: Outcome) -> "Line":
        """The line; there must be exactly one."""
        (line,) = outcome.stdout.splitlines()
        return cls(json.loads(line))

    def __getitem__(self, name: str) -> Any:
        return self.fields[name]


def head(project: Path) -> str:
    """The hash of the ledger's last row."""
    return Store(project, project / "store", project / "runs").ledger.head()
