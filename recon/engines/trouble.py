"""What DuckDB says when the machine has no more to give, as a problem with a next step; the rest are defects."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from recon.errors import ControlFailed, Place, Problem

_FULL = ("No space left on device", "Disk quota exceeded", "max_temp_directory_size")
_FORBIDDEN = ("Permission denied", "Operation not permitted", "Read-only file system")
_FAILING = ("Input/output error",)
_INTERRUPTED = "Query interrupted"
_FILE = re.compile(r'[Ff]ile \\*"([^"\\]+)')


@contextmanager
def machine_errors(memory_mb: int) -> Iterator[None]:
    """Turn a full or failing disk, and memory that is not enough, into problems, and a query cut short into Ctrl-C.

    Raises:
        ControlFailed: the disk is full, fails or may not be written to, or `memory_mb` do not suffice.
        KeyboardInterrupt: somebody stopped the program while DuckDB was at work, which says so in words of its own.
    """
    try:
        yield
    except (duckdb.InterruptException, RuntimeError) as error:
        if isinstance(error, duckdb.InterruptException) or _INTERRUPTED in str(error):
            raise KeyboardInterrupt from error
        raise
    except (duckdb.IOException, duckdb.OutOfMemoryException, OSError) as error:
        problem = _problem(error, memory_mb)
        if problem is None:
            raise
        raise ControlFailed(problem) from error


def _problem(error: Exception, memory_mb: int) -> Problem | None:
    text = str(error)
    file = _file(error, text)
    if any(words in text for words in _FULL):
        hint = "free some space and start again; what was published before is untouched"
        return Problem("disk-full", "cannot compute: no space is left on the disk", file, hint)
    if why := next((words for words in _FORBIDDEN if words in text), None):
        hint = "check the owner and the mode of the folder, and that the disk is not mounted read-only"
        return Problem("not-writable", f"cannot compute: {why}", file, hint)
    if any(words in text for words in _FAILING):
        hint = "check the disk; what was published before is untouched, and the next start tidies up"
        return Problem("disk", "cannot compute: the disk cannot be read or written", file, hint)
    if isinstance(error, duckdb.OutOfMemoryException):
        hint = "allow more: `memory_mb` under `[run]` in recon.toml, or fewer `threads`"
        place = Place("recon.toml", field="run.memory_mb")
        return Problem("out-of-memory", f"cannot compute with {memory_mb} MB of memory", place, hint)
    return None


def _file(error: Exception, text: str) -> Place | None:
    """The file that an error is about, where it says so."""
    if isinstance(error, OSError) and error.filename is not None:
        return Place(str(error.filename))
    named = _FILE.search(text)
    return Place(named[1]) if named else None
