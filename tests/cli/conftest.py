"""What every test of the command line needs: a project in a temporary folder and a way to run a command."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from recon.cli.app import run

_VARIABLES = ("RECON_PROJECT", "RECON_MEMORY_MB", "RECON_THREADS", "RECON_LOG_FORMAT")


@dataclass(frozen=True)
class Outcome:
    """How a command ended."""

    status: int
    stdout: str
    stderr: str


@pytest.fixture(autouse=True)
def _nothing_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the machine reaches a test, and text is as wide as on an ordinary terminal."""
    for variable in _VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("NO_COLOR", "1")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an empty project named `acme`, which is also the working folder."""
    folder = tmp_path / "acme"
    (folder / "configs").mkdir(parents=True)
    (folder / "recon.toml").write_text('[project]\nname = "acme"\n', encoding="utf-8")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def recon(capfd: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Run a command line inside this process."""

    def call(*arguments: str) -> Outcome:
        capfd.readouterr()
        status = run(arguments)
        captured = capfd.readouterr()
        return Outcome(int(status), captured.out, captured.err)

    return call


@pytest.fixture
def recon_process(tmp_path: Path) -> Callable[..., Outcome]:
    """Run a command line in a process of its own, as cron does."""

    def call(*arguments: str, cwd: Path | None = None, **variables: str) -> Outcome:
        done = subprocess.run(
            [sys.executable, "-m", "recon", *arguments],
            cwd=cwd or tmp_path,
            env={**os.environ, **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    return call
