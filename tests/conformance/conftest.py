"""Real files that live outside the project: where they are, and a list of those that are not read right.

The folder is that of the environment variable RECON_ACCEPTANCE, by default `../shared/acceptance` beside the
repository; tests on it are skipped only where it does not exist.
"""

import os
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]


def acceptance_folder() -> Path:
    """The folder of real files; it need not exist."""
    return (ROOT / os.environ.get("RECON_ACCEPTANCE", "../shared/acceptance")).resolve()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print which statement files are not right, and why, one a line."""
    counts = {"passed": 0, "failed": 0}
    reasons: list[str] = []
    better: list[str] = []
    for outcome in counts:
        for report in terminalreporter.stats.get(outcome, []):
            said = dict(getattr(report, "user_properties", []))
            if getattr(report, "when", "") == "call" and "statement_file" in said:
                counts[outcome] += 1
                if outcome == "failed":
                    reasons.append(f"{said['statement_file']}: {said.get('not_right', 'crashed')}")
                elif said.get("better"):
                    better.append(f"{said['statement_file']}: {said['better']}")
    if total := sum(counts.values()):
        terminalreporter.section("statement files")
        terminalreporter.write_line(f"{counts['passed']} of {total} right; not right: {len(reasons) or 'none'}")
        for reason in reasons:
            terminalreporter.write_line(reason)
        if better:
            terminalreporter.write_line("right, and other than the table says, with the reason:")
        for reason in better:
            terminalreporter.write_line(reason)
