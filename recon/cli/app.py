"""The command line: its global options, the register of commands, and one place that decides exit statuses."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException
from typer.main import get_command

from recon import __version__
from recon.cli.terminal.argv import FLAGS, VALUED, global_first
from recon.cli.terminal.console import Terminal
from recon.cli.terminal.failures import crash, os_error, report, silence_stdout, usage
from recon.cli.terminal.help import CONFIGURE, LOOK, PANELS, WORK
from recon.cli.terminal.narrow import tell_replaced
from recon.errors import ExitStatus, Problem, ReconError
from recon.project.choices import LogFormat


@dataclass(frozen=True, slots=True)
class Registered:
    """A module's Typer app on the command line: a group when it has a name, else commands at the top."""

    module: str
    panel: str
    name: str | None = None
    attribute: str = "app"
    commands: tuple[str, ...] = ()
    """Its commands at the top, when they are not called like the module."""

    @property
    def words(self) -> tuple[str, ...]:
        """The words that a command line of this module may begin with."""
        return (self.name,) if self.name else self.commands or (self.module.rpartition(".")[2],)


COMMANDS: tuple[Registered, ...] = (
    Registered("recon.cli.run", WORK),
    Registered("recon.cli.ingest", WORK),
    Registered("recon.cli.match", WORK),
    Registered("recon.cli.sources", CONFIGURE, "sources"),
    Registered("recon.cli.rules", CONFIGURE, "rules"),
    Registered("recon.cli.close", WORK, commands=("close", "reopen")),
    Registered("recon.cli.report", WORK),
    Registered("recon.cli.payouts", WORK, "payouts"),
    Registered("recon.cli.partners", WORK, "partners"),
    Registered("recon.cli.releases", WORK, "releases"),
    Registered("recon.cli.channels", WORK, "channels"),
    Registered("recon.cli.journals", WORK, "journals"),
    Registered("recon.cli.plans", CONFIGURE, "plans"),
    Registered("recon.cli.init", CONFIGURE),
    Registered("recon.cli.doctor", CONFIGURE),
    Registered("recon.cli.schedule", CONFIGURE),
    Registered("recon.cli.store", CONFIGURE, "store"),
    Registered("recon.cli.config", CONFIGURE, "config"),
    Registered("recon.cli.people", CONFIGURE, "people"),
    Registered("recon.cli.ui", WORK),
    Registered("recon.cli.breaks", WORK, "breaks"),
    Registered("recon.cli.cases", WORK, "cases"),
    Registered("recon.cli.where", LOOK),
    Registered("recon.cli.matches", LOOK, "matches"),
    Registered("recon.cli.runs", LOOK, "runs"),
    Registered("recon.cli.periods", LOOK, "periods"),
    Registered("recon.cli.sql", LOOK),
)
"""All commands, in the order of each panel of `recon --help`. Their modules import what is heavy inside functions."""


def build(entries: Sequence[Registered] | None = None) -> typer.Typer:
    """The command line with all its commands, or with those of some entries alone."""
    top = typer.Typer(
        name="recon",
        rich_markup_mode="markdown",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["--help", "-h"]},
        epilog="Exit status: 0 clean · 1 breaks found · 2 usage or configuration · 3 input refused · 4 control failed"
        " · 5 busy · 70 crash · 130 interrupted",
    )
    top.callback()(_global_options)
    for entry in sorted(COMMANDS if entries is None else entries, key=lambda entry: PANELS.index(entry.panel)):
        commands: typer.Typer = getattr(import_module(entry.module), entry.attribute)
        if entry.name is None:
            for command in commands.registered_commands:
                command.rich_help_panel = entry.panel
            top.add_typer(commands)
        else:
            top.add_typer(commands, name=entry.name, rich_help_panel=entry.panel, no_args_is_help=True)
    return top


@cache
def program(*entries: Registered) -> TyperGroup:
    """The command line as it is run, with all entries unless some are named.

    Made once, because making every command takes longer than most of them.
    """
    command = get_command(build(entries or None))
    if not isinstance(command, TyperGroup):
        raise TypeError("a command line without commands")
    return command


def _program_for(argv: Sequence[str]) -> TyperGroup:
    """As much of the command line as these words need: one entry, or everything when no entry knows the first word.

    To import and inspect all commands takes a tenth of a second; only the help and a mistyped word ask for it.
    """
    words = iter(argv)
    for word in words:
        if word in VALUED:
            next(words, None)
        elif word not in FLAGS and word.partition("=")[0] not in VALUED:
            return program(*(entry for entry in COMMANDS if word in entry.words))
    return program()


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"recon {__version__}")  # noqa: T201  (data)
        raise typer.Exit


def _global_options(
    context: typer.Context,
    project: Annotated[
        Path | None,
        typer.Option(
            "--project",
            metavar="DIR",
            help="The project's folder; else `RECON_PROJECT`, else the nearest `recon.toml` upward.",
        ),
    ] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Say nothing on stderr but what went wrong.")
    ] = False,
    log_format: Annotated[
        LogFormat | None,
        typer.Option(
            "--log-format", help="How steps are told on stderr; `auto` is text on a terminal, else JSON lines."
        ),
    ] = None,
    verbose: Annotated[int, typer.Option("--verbose", "-v", count=True, help="Say more on stderr.")] = 0,
    _version: Annotated[
        bool,
        typer.Option("--version", help="Print the version and exit.", callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    """Reconcile payment records between books, find breaks, and pay commissions on what reconciled.

    Results go to stdout, everything else to stderr.
    """
    context.obj = Terminal(project, quiet, verbose, log_format)


def run(argv: Sequence[str]) -> int:
    """Run one command line and return its exit status; see `ExitStatus` for what each means."""
    told = _told_before_parsing(argv)
    try:
        command = _program_for(argv)
        result = command(global_first(argv, command), prog_name="recon", standalone_mode=False)
        sys.stdout.flush()
        tell_replaced(told)
    except ReconError as error:
        report(error, told)
        return error.exit_status
    except TyperException as error:
        return usage(error, told)
    except (KeyboardInterrupt, typer.Abort):
        told.fail(Problem("interrupted", "stopped from the keyboard; nothing unfinished was published"))
        return ExitStatus.INTERRUPTED
    except (
        BrokenPipeError,
        SystemExit,
    ):  # when stdout is closed Typer exits 1 by itself, which would mean breaks
        silence_stdout()
        return ExitStatus.INTERRUPTED
    except OSError as error:
        return os_error(error, told)
    except Exception as error:  # whatever else happens is a defect, and must not exit 1
        return crash(error, told)
    return result if isinstance(result, int) else ExitStatus.CLEAN


def _told_before_parsing(argv: Sequence[str]) -> Terminal:
    """The global options that matter to whoever reports a failure, even one of parsing."""
    values = {"--log-format": os.environ.get("RECON_LOG_FORMAT", "")}
    for position, word in enumerate(argv):
        for option in ("--project", "--log-format"):
            if word == option and position + 1 < len(argv):
                values[option] = argv[position + 1]
            elif word.startswith(f"{option}="):
                values[option] = word.partition("=")[2]
    folder = Path(values["--project"]) if "--project" in values else None
    return Terminal(folder, log_format="json" if values["--log-format"] == "json" else None)
