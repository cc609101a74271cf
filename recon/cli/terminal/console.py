"""stdout is data, stderr is talk: what a command says, how it shows progress, and how it prints problems.

On a terminal there are colours and bars. Elsewhere each step is one log line, JSON unless text was asked for. With
`--quiet` only what went wrong is said. Account numbers are masked wherever people look over a shoulder.
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sized
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import typer

from recon.errors import Problem
from recon.model.accounts import ACCOUNT_KEYS, masked
from recon.project.choices import LogFormat

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

    from recon.project.workspace import Project
    from recon.store.people import Person
    from recon.store.store import Store

PIPE_WIDTH = 100
"""Columns of tables where there is no terminal to ask."""


@dataclass(frozen=True)
class Terminal:
    """Where a command reads its global options from and speaks to the person or the machine that started it."""

    folder: Path | None = None
    """The folder given with `--project`."""
    quiet: bool = False
    verbosity: int = 0
    log_format: LogFormat | None = None
    """The format given with `--log-format`."""

    def project(self) -> "Project":
        """The project at hand.

        Raises:
            ConfigError: if there is none, or its settings are wrong.
        """
        from recon.project.workspace import open_project

        return open_project(self.folder)

    def store(self) -> "Store":
        """The store of the project at hand; nothing is created by opening it. Raises as `project` does."""
        from recon.store.store import Store

        return Store.open(self.project())

    def person(self, by: str | None = None) -> "Person":
        """Who acts: the user of this machine, or the one that `--by` names. Raises as `people.acting` does."""
        from recon.store.people import acting

        return acting(self.project().settings, by)

    @cached_property
    def _format(self) -> Literal["text", "json"]:
        """How steps are told where there is no bar."""
        wanted = self.log_format or self._configured_format()
        if wanted == "auto":
            return "text" if sys.stderr.isatty() else "json"
        return wanted

    def _configured_format(self) -> LogFormat:
        from recon.errors import ConfigError

        try:
            return self.project().settings.log.format
        except ConfigError:  # told by the command itself if it needs a project
            return "auto"

    @cached_property
    def err(self) -> "Console":
        """The console of stderr."""
        from rich.console import Console

        return Console(stderr=True, highlight=False, soft_wrap=True)

    @cached_property
    def out(self) -> "Console":
        """The console of stdout, for tables; data in other formats goes through `listing`."""
        from rich.console import Console

        return Console(highlight=False, width=None if sys.stdout.isatty() else PIPE_WIDTH)

    def say(self, message: str) -> None:
        """Say something on stderr that is neither data nor a problem, such as the next command to type."""
        if self.quiet:
            return
        if self.log_format == "json":
            self._log("info", message)
        else:
            print(message, file=sys.stderr)  # noqa: T201  (talk)

    def say_where_empty(self, found: Sized, message: str) -> None:
        """Say why a listing is empty, where it is: heads alone look as if something had gone wrong."""
        if not found:
            self.say(message)

    def warn(self, problem: Problem) -> None:
        """Print a problem that does not end the command."""
        self._print_problem(problem, "warning")

    def fail(self, problem: Problem) -> None:
        """Print a problem that ends the command."""
        self._print_problem(problem, "error")

    def _print_problem(self, problem: Problem, level: str) -> None:
        if self.log_format == "json":
            place = str(problem.place) if problem.place else None
            self._log(level, problem.message, code=problem.code, place=place, hint=problem.hint)
        elif sys.stderr.isatty():
            self.err.print(coloured(problem))
        else:
            print(problem, file=sys.stderr)  # noqa: T201  (talk)

    def result(self, fields: Mapping[str, object]) -> None:
        """The one line that says how a command ended, as JSON on stdout; for whoever reads the log of cron."""
        print(json.dumps(dict(fields), ensure_ascii=False, default=str))  # noqa: T201  (data)

    @contextmanager
    def progress(self, title: str, total: int | None = None) -> Iterator["Steps"]:
        """Show the steps of a long act: a bar on a terminal, one log line for each step otherwise."""
        if self.quiet:
            yield Steps(self, title)
        elif sys.stderr.isatty() and self.log_format != "json":
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

            columns = [SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()]
            with Progress(*columns, console=self.err, transient=True) as bar:
                yield Steps(self, title, bar, bar.add_task(title, total=total))
        else:
            yield Steps(self, title)

    def _log(self, level: str, event: str, **fields: object) -> None:
        """One log line on stderr."""
        if self._format == "json":
            at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            known = {name: value for name, value in _mask_accounts(fields).items() if value is not None}
            line = known | {"event": event, "level": level, "timestamp": at}
            print(json.dumps(line, sort_keys=True, default=str, ensure_ascii=False), file=sys.stderr)  # noqa: T201  (talk)
        else:
            print(f"{event} {_words(fields)}".rstrip(), file=sys.stderr)  # noqa: T201  (talk)

    def log_step(self, title: str, step: str, fields: Mapping[str, object]) -> None:
        """One log line for a step, unless quiet."""
        if not self.quiet:
            self._log("info", f"{title}: {step}", **fields)


@dataclass(frozen=True)
class Steps:
    """The steps of one long act, as they are taken."""

    terminal: Terminal
    title: str
    bar: "Progress | None" = None
    task: Any = None

    def step(self, name: str, advance: int = 1, **fields: object) -> None:
        """A step begins or is done: its name, and figures worth a log line."""
        if self.bar is None:
            self.terminal.log_step(self.title, name, fields)
            return
        self.bar.update(self.task, description=f"{self.title}: {name}", advance=advance)
        if self.terminal.verbosity:
            self.bar.console.print(f"{self.title}: {name} {_words(fields)}".rstrip())


def terminal(context: typer.Context) -> Terminal:
    """The terminal of a command, from its Typer context."""
    found = context.find_object(Terminal)
    return found if found is not None else Terminal()


def coloured(problem: Problem) -> Any:  # noqa: ANN401  (a rich Text, which is imported only for terminals)
    """The problem as on paper, with the place in bold and the hint set off; colour only repeats what is said."""
    from rich.text import Text

    text = Text(str(problem))
    if problem.place:
        text.stylize("bold", 0, len(str(problem.place)))
    text.highlight_regex(r"(?m)^ +\| +\^$", "bold red")
    text.highlight_regex(r"(?m)^  hint:", "cyan")
    return text


def _words(fields: Mapping[str, object]) -> str:
    """The figures of a step as `name=value`."""
    return " ".join(f"{name}={value}" for name, value in _mask_accounts(fields).items())


def _mask_accounts(fields: Mapping[str, object]) -> Mapping[str, object]:
    return {name: masked(str(value)) if name in ACCOUNT_KEYS else value for name, value in fields.items()}
