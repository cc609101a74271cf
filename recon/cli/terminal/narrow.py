"""Output in an encoding that has not every character: what it cannot show is a question mark, and that is told."""

import codecs
import sys
from io import TextIOWrapper

from recon.cli.terminal.console import Terminal
from recon.errors import Problem

_HANDLER = "recon-replace"
_narrow: set[str] = set()
"""The encodings that could not show something."""


def replace_what_cannot_be_shown() -> None:
    """Make stdout show question marks instead of failing; names of files may have bytes that no encoding shows."""
    codecs.register_error(_HANDLER, _question_marks)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors=_HANDLER)


def tell_replaced(told: Terminal) -> None:
    """Say that stdout does not show everything, if so: what is read as data would be wrong."""
    if not _narrow:
        return
    message = f"stdout is in {_narrow.pop()}, which cannot show some characters; each is shown as `?`"
    told.warn(
        Problem("encoding", message, hint="set PYTHONIOENCODING=utf-8, or write to a file with `--output`")
    )


def _question_marks(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    _narrow.add(error.encoding)
    return "?" * (error.end - error.start), error.end
