"""What can go wrong, said so that a person can put it right.

Every failure that is not a programming error is a `ReconError`: one or more `Problem`s, each with a code, a
place, what is wrong, why, and what to do next. `__main__` turns the exception into an exit status; nothing
else decides one.
"""

from dataclasses import dataclass, replace
from enum import IntEnum


class ExitStatus(IntEnum):
    """Exit statuses of the program. They are the contract with cron and are never reused for crashes."""

    CLEAN = 0
    """Nothing open, every control passed."""
    BREAKS = 1
    """The run is sound and there are breaks."""
    USAGE = 2
    """The command line or the configuration is wrong."""
    REFUSED = 3
    """An input was refused: missing, unreadable, or with more bad rows than allowed."""
    CONTROL = 4
    """A control failed: totals do not tie, a file does not verify."""
    BUSY = 5
    """Another process holds the writer's lock."""
    CRASH = 70
    """A defect in the program."""
    INTERRUPTED = 130
    """Stopped from the keyboard."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a problem is: a file, and as much of line, column and field as is known. Lines count from 1."""

    file: str
    line: int | None = None
    column: int | None = None
    field: str | None = None

    def __str__(self) -> str:
        """The place as `file:line:column`, so that editors jump to it; a field follows as `file:line:field`."""
        parts = [self.file]
        if self.line is not None:
            parts.append(str(self.line))
            if self.column is not None:
                parts.append(str(self.column))
        if self.field is not None:
            parts.append(self.field)
        return ":".join(parts)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    `code` is a stable kebab-case word of the error catalogue, `message` says what and why, `hint` says what to
    do next, `excerpt` holds the lines around the place with a caret, ready to print.
    """

    code: str
    message: str
    place: Place | None = None
    hint: str | None = None
    excerpt: str | None = None

    def __str__(self) -> str:
        """The problem as printed on stderr: place and message, excerpt, hint."""
        head = f"{self.place}: {self.message}" if self.place else self.message
        lines = [head]
        if self.excerpt:
            lines.append(self.excerpt)
        if self.hint:
            lines.append(f"  hint: {self.hint}")
        return "\n".join(lines)

    def at(self, place: Place) -> "Problem":
        """The same problem at another place."""
        return replace(self, place=place)


class ReconError(Exception):
    """One or more problems that end the command; subclasses fix the exit status."""

    exit_status: ExitStatus = ExitStatus.USAGE

    def __init__(self, *problems: Problem) -> None:
        if not problems:
            raise ValueError("a ReconError needs at least one problem")
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class UsageError(ReconError):
    """The command line asks for something that cannot be done."""


class ConfigError(ReconError):
    """A configuration file is wrong; all its problems are reported together."""


class InputRefused(ReconError):
    """An input file cannot be taken."""

    exit_status = ExitStatus.REFUSED


class ControlFailed(ReconError):
    """A control failed: something that must tie does not, or a file is not what its manifest says."""

    exit_status = ExitStatus.CONTROL


class Busy(ReconError):
    """Another process is writing."""

    exit_status = ExitStatus.BUSY
