"""How a run tells what it is doing, without knowing who listens."""

from typing import Protocol


class Progress(Protocol):
    """Whoever shows the steps of a run: a bar on a terminal, a log line otherwise."""

    def step(self, name: str, /) -> None:
        """A step begins."""


class Quiet:
    """Shows nothing."""

    def step(self, name: str, /) -> None:
        """Let the step pass unseen."""
