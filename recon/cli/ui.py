"""`recon ui`: the terminal application, which needs the extra `tui`."""

import sys
from importlib.util import find_spec

import typer

from recon.cli.terminal.console import terminal
from recon.cli.terminal.help import epilog
from recon.cli.terminal.listing import UnmaskedOption
from recon.cli.terminal.options import ByOption, RunOption
from recon.errors import Problem, UsageError

app = typer.Typer()


@app.command("ui", epilog=epilog("recon ui", "recon ui --run 2026-10-31"))
def ui(
    context: typer.Context, run: RunOption = "latest", by: ByOption = None, unmasked: UnmaskedOption = False
) -> None:
    """Work on breaks by keys: candidates side by side, why not, match, assign, write off, approve.

    Everything that it does, a command does as well. A nightly run may go on meanwhile.
    """
    if find_spec("textual") is None:
        hint = "install the extra: pip install 'recon[tui]'"
        raise UsageError(Problem("no-tui", "the terminal application needs textual", hint=hint))
    for name in ("stdin", "stdout"):
        if getattr(sys, name).isatty():
            continue
        message = f"the terminal application needs a terminal, and {name} is none"
        hint = "start it in a terminal; `recon breaks list` and the commands beside it do without"
        raise UsageError(Problem("no-terminal", message, hint=hint))
    from recon.outputs.told import Teller
    from recon.tui.app import ReconApp

    told = terminal(context)
    store = told.store()
    ReconApp(told.project(), store, told.person(by), store.run(run), Teller(unmasked)).run()
