"""How a command that ends badly says so, and with which exit status: problems, usage, disk, defects."""

import errno
import os
import sys
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from typer.exceptions import TyperException

from recon.cli.terminal.console import Terminal
from recon.errors import ExitStatus, Problem, ReconError

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}
MOST_PROBLEMS = 100
"""Problems of one failure that are printed; whoever has more will correct these first."""


def report(error: ReconError, told: Terminal) -> None:
    """Print the problems; of very many the first ones, which is said."""
    for problem in error.problems[:MOST_PROBLEMS]:
        told.fail(problem)
    if (more := len(error.problems) - MOST_PROBLEMS) > 0:
        told.fail(Problem("more-problems", f"and {more:,} more problems like these"))


def usage(error: TyperException, told: Terminal) -> int:
    """A command line that cannot be understood. Without a command the help has been printed already."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "recon"
    message = error.format_message().replace(": Value error, ", ": ")
    hint = f"`{command} --help` shows what it takes"
    option = str(getattr(error, "option_name", ""))
    if option[:1] == "-" and option[1:2].isdigit():
        message = f"a number with a minus is taken for an option: {message}"
        hint = f"leave the minus out, or end the options with `--` before the number; {hint}"
    if message:
        told.fail(Problem("usage", f"{command}: {message}", hint=hint))
    return ExitStatus.USAGE


def silence_stdout() -> None:
    """Whoever read stdout has gone; keep the interpreter from complaining when it flushes at exit."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def os_error(error: OSError, told: Terminal) -> int:
    """Report what the system refused: a file that its owner can open, or a disk that takes no more of stdout.

    An error about stdout names no file. Any other is a defect.
    """
    if isinstance(error, PermissionError) and error.filename is not None:
        return _refused(error, told, "go on", str(error.filename))
    if error.filename is None and error.errno in _NO_ROOM:
        silence_stdout()
        return _refused(error, told, "write the output", "stdout")
    return crash(error, told)


def _refused(error: OSError, told: Terminal, doing: str, place: str) -> int:
    from recon.store.disk import disk_errors

    try:
        with disk_errors(doing, Path(place)):
            raise error
    except ReconError as refused:
        report(refused, told)
        return refused.exit_status


def crash(error: Exception, told: Terminal) -> int:
    """Report a defect in one line; the traceback, which may show amounts and accounts, goes to a private file."""
    name = type(error).__name__
    trace = "".join(traceback.format_exception(error))
    written = _write_trace(trace, told)
    if written:
        hint = "send that file to whoever looks after recon; nothing unfinished was published"
        told.fail(
            Problem("crash", f"a defect in the program ({name}); the traceback is in {written}", hint=hint)
        )
    else:
        sys.stderr.write(trace)
        told.fail(Problem("crash", f"a defect in the program ({name}); the traceback is above"))
    return ExitStatus.CRASH


def _write_trace(trace: str, told: Terminal) -> str | None:
    """The file the traceback was written to, under the project's store if there is one."""
    try:
        project = told.project()
        if not project.store_dir.is_dir():
            return None
        folder = project.store_dir / "crashes"
        folder.mkdir(mode=0o700, exist_ok=True)
        path = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{os.getpid()}.txt"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(trace)
    except (ReconError, OSError):
        return None
    return project.relative(path)
