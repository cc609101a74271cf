"""Entry point: runs the command line and turns what happened into an exit status."""

import atexit
import gc
import io
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

OBJECTS = 300_000
"""How many more objects there may be before Python looks for cycles among them, instead of its 700: what a command
imports stays to its end, and to go through it again and again takes a tenth of a short command's time."""


def main() -> None:
    """Run the program."""
    gc.set_threshold(OBJECTS)
    _open_what_is_closed()
    _let_talk_get_lost()
    # What else is installed beside the program has no say in how it reads settings, and is not searched for.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # pyarrow's own allocator keeps twenty megabytes more than that of the machine, and is no faster here.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    # A terminal that does not know its width yet says 0, and nothing at all would be shown in that.
    if not os.environ.get("COLUMNS", "1").strip("0"):
        del os.environ["COLUMNS"]
    try:
        from recon.cli.app import run
        from recon.cli.terminal.narrow import replace_what_cannot_be_shown
    except ImportError as error:
        # An uncaught exception would exit 1, which means that breaks were found.
        sys.stderr.write(f"recon is not completely installed: {error}\n  hint: install it again\n")
        sys.exit(70)
    replace_what_cannot_be_shown()
    _end(run(sys.argv[1:]))


def _open_what_is_closed() -> None:
    """Let what a service closed lead nowhere. Python has no stdout or stderr then, and fails as it speaks.

    Worse, the ledger would be the next file to have that number, and a library that complains would write into it.
    """
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            with suppress(OSError):
                os.fstat(number)
                continue
            opened = os.open(os.devnull, os.O_RDWR)  # the lowest number that is free
            setattr(sys, name, open(opened, mode, encoding="utf-8", closefd=False))  # noqa: SIM115


class _Talk(io.FileIO):
    """What stderr is written to. What cannot be is lost: a full disk of logs ends no run and changes no status."""

    def write(self, data: "ReadableBuffer", /) -> int:
        """Write the data, if that can be done."""
        try:
            return super().write(data)
        except OSError:
            return memoryview(data).nbytes


def _let_talk_get_lost() -> None:
    if isinstance(sys.stderr, io.TextIOWrapper):
        told = io.BufferedWriter(_Talk(sys.stderr.fileno(), "w", closefd=False))
        sys.stderr = io.TextIOWrapper(told, sys.stderr.encoding, "backslashreplace", line_buffering=True)


def _end(status: int) -> None:
    """End the process as it stands: taking modules and objects apart one by one takes a third of a second.

    Everything that a command opened is closed by then. What asked to be called at the end is called, and what was
    written is flushed, unless nobody reads it any more.
    """
    atexit._run_exitfuncs()  # noqa: SLF001  (it has no public name)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(status)


if __name__ == "__main__":
    main()
