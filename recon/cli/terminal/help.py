"""What every help text has in common: the panels of the command list, examples, and the exit statuses."""

from collections.abc import Iterable

from recon.errors import ExitStatus

WORK = "Work"
LOOK = "Look"
CONFIGURE = "Configure"
PANELS = (WORK, LOOK, CONFIGURE)
"""Panels of the command list, from top to bottom."""

_MEANING = {
    ExitStatus.CLEAN: "clean",
    ExitStatus.BREAKS: "breaks found",
    ExitStatus.USAGE: "usage or configuration",
    ExitStatus.REFUSED: "input refused",
    ExitStatus.CONTROL: "control failed",
    ExitStatus.BUSY: "busy",
    ExitStatus.CRASH: "crash",
    ExitStatus.INTERRUPTED: "interrupted",
}

READS = frozenset({ExitStatus.CLEAN, ExitStatus.USAGE, ExitStatus.CONTROL})
"""What a command exits with that reads what was published: something may not be what it was."""
FILES = frozenset({ExitStatus.CLEAN, ExitStatus.USAGE, ExitStatus.REFUSED})
"""What a command exits with that reads files from outside: one may be refused."""
WRITES = READS | {ExitStatus.BUSY}
"""What a command exits with that publishes or decides: somebody else may be at it."""


def epilog(*examples: str, statuses: Iterable[ExitStatus] = (ExitStatus.CLEAN, ExitStatus.USAGE)) -> str:
    """The foot of a command's help: commands to try as they are, and what the command may exit with."""
    lines = "\n".join(f"- `{example}`" for example in examples)
    meanings = " · ".join(f"{status.value} {_MEANING[status]}" for status in sorted(statuses))
    return f"Examples:\n\n{lines}\n\nExit status: {meanings}"
