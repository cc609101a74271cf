"""Files that the user names: private to their owner, and there as a whole or not at all."""

import os
import sys
from pathlib import Path

from recon.errors import Place, Problem, UsageError

_HINT = "name a file in a folder that exists and that you may write to"


def write_file(path: Path, content: bytes, *, replace: bool = True) -> None:
    """Write a file under a name of its own, then put it in place; a device or pipe is written to as it stands.

    Raises:
        UsageError: it cannot be written, or it is there and `replace` is false.
    """
    if not replace and path.exists():
        problem = Problem("file-exists", "there is such a file already", Place(str(path)), "name another file")
        raise UsageError(problem)
    try:
        if path.exists() and not path.is_file():
            _pour(path, content)
        else:
            _put(path.resolve(), content)
    except OSError as error:
        message = f"cannot be written: {error.strerror}"
        raise UsageError(Problem("unwritable-file", message, Place(str(path)), _HINT)) from error


def write_text(text: str, path: Path | None, *, replace: bool = True) -> None:
    """Write a text to a file, or to stdout without one.

    Raises:
        UsageError: as `write_file`.
    """
    if path is None:
        sys.stdout.write(text)
    else:
        write_file(path, text.encode("utf-8"), replace=replace)


def _pour(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY), "wb") as file:
        file.write(content)


def _put(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
