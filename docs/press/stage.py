"""A stage for the documentation: the sample project in a folder of its own, and commands run as on a terminal."""

import io
import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


class _TerminalText(io.StringIO):
    """Text that says it is a terminal, so that tables and colours are written to it."""

    def isatty(self) -> bool:
        return True


@dataclass(frozen=True)
class Performance:
    """How a command ended: what it wrote to a terminal, colours included, and what it said beside."""

    status: int
    coloured: str
    stderr: str

    @property
    def stdout(self) -> str:
        """The output without colours."""
        return plain(self.coloured)


def plain(text: str) -> str:
    """The text without colours."""
    return _ANSI.sub("", text)


def set_up(folder: Path) -> Path:
    """Copy the sample project into the folder; the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(ROOT / "recon.toml", folder / "recon.toml")
    for name in ("configs", "sample_data"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored, dirs_exist_ok=True)
    return folder


@contextmanager
def _stage(folder: Path, width: int) -> Iterator[None]:
    """The working folder and the variables that decide how a terminal looks."""
    before, variables = Path.cwd(), dict(os.environ)
    removed = ("NO_COLOR", "RECON_PROJECT", "RECON_MEMORY_MB", "RECON_THREADS", "RECON_LOG_FORMAT")
    try:
        for name in removed:
            os.environ.pop(name, None)
        os.environ |= {
            "COLUMNS": str(width),
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "XDG_CONFIG_HOME": str(folder / "nowhere"),
        }
        os.chdir(folder)
        yield
    finally:
        os.chdir(before)
        os.environ.clear()
        os.environ.update(variables)


def perform(folder: Path, arguments: list[str], width: int = 100) -> Performance:
    """Run one command line in the folder, its output going to a terminal of that width."""
    from recon.cli.app import run

    stdout, stderr, stdin = _TerminalText(), io.StringIO(), sys.stdin
    with _stage(folder, width), redirect_stdout(stdout), redirect_stderr(stderr):
        sys.stdin = io.StringIO()
        try:
            status = run(arguments)
        finally:
            sys.stdin = stdin
    return Performance(int(status), stdout.getvalue(), stderr.getvalue())
