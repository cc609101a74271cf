"""`recon ui` on the command line; what it does on a terminal is tested in `tests/tui`."""

from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Outcome

Run = Callable[..., Outcome]


def test_without_a_terminal_it_refuses_to_start(recon_process: Run, project: Path) -> None:
    outcome = recon_process("ui", cwd=project)
    assert (outcome.status, outcome.stdout) == (2, "")
    assert "the terminal application needs a terminal, and stdin is none" in outcome.stderr
