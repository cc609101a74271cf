"""By which rules an explanation is made: those that made the run, or those of today; and whether the two differ."""

from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.terminal.console import Terminal
from recon.errors import Problem

if TYPE_CHECKING:
    from recon.runs.configuration import Configuration
    from recon.store.published import Published

NowOption = Annotated[
    bool, typer.Option("--now", help="By the rules as they are now, not by those that made the run.")
]


def asked_rules(told: Terminal, run: "Published", ruleset: str, *, now: bool) -> "Configuration":
    """The rules to explain a run by; says so where the rules of the run are no longer those of the project."""
    from recon.runs.configuration import load_configuration
    from recon.runs.kept import as_made, changed_since, differing

    project = told.project()
    made = None if now else as_made(project, run, (ruleset,), ())
    if made is not None:
        if changed := changed_since(project, made):
            _warn(told, changed, run, "that made it", "add `--now` to explain by the rules as they are now")
        return made
    today = load_configuration(project, (ruleset,))
    if changed := differing(run, today):
        _warn(told, changed, run, "as they are now", "`recon match` makes a run by them")
    return today


def _warn(told: Terminal, changed: list[str], run: "Published", which: str, hint: str) -> None:
    message = f"{', '.join(changed)} changed since run {run.identity}; this explains by the rules {which}"
    told.warn(Problem("rules-changed", message, hint=hint))
