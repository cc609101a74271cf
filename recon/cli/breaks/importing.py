"""`recon breaks import`: what people filled in beside breaks in the workbook, taken back."""

from pathlib import Path
from typing import Annotated

import typer

from recon.cli.terminal.console import terminal
from recon.cli.terminal.help import FILES, WRITES, epilog
from recon.cli.terminal.listing import FormatOption, OutputOption, print_listing
from recon.cli.terminal.options import ByOption
from recon.errors import ExitStatus
from recon.model.wording import counted

app = typer.Typer()


@app.command(
    "import",
    epilog=epilog(
        "recon breaks import reconciliation.xlsx",
        "recon breaks import reconciliation.xlsx --apply",
        statuses=FILES | WRITES,
    ),
)
def import_workbook(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="FILE", help="The workbook, filled in and saved as .xlsx.")],
    apply: Annotated[
        bool, typer.Option("--apply", help="Take the changes; without it they are only shown.")
    ] = False,
    by: ByOption = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> int:
    """Show, and with `--apply` take, what was filled in as Status, Owner, Comment and Resolution.

    A row whose break was worked on since the workbook was written is refused, and told; the other rows are taken. A
    write-off is proposed, and waits for a second person. Taking the same workbook twice changes nothing. With rows
    refused, `--apply` ends with status 3; what was typed over other columns is told and not taken.
    """
    from recon.breaks.casefile import Casefile
    from recon.breaks.casework.sheet import compare, read_workbook, take
    from recon.breaks.routing import load_routing

    told = terminal(context)
    project, store = told.project(), told.store()
    run = store.run("latest")
    rows = read_workbook(path, path.as_posix())
    found = compare(store.ledger, load_routing(project), Casefile(run).breaks, rows, path.as_posix())
    print_listing(
        ("sheet", "line", "break", "column", "before", "after"),
        [
            (one.filled.sheet, one.filled.line, one.filled.break_id, one.column, one.before, one.after)
            for one in found.changes
        ],
        form,
        output,
    )
    for problem in (*found.passed_over, *found.refused):
        told.warn(problem)
    if apply and found.changes:
        take(store.ledger, told.person(by), found, run.identity)
    did = "taken" if apply else "to be taken with `--apply`"
    refused = f", {counted(len(found.refused), 'row')} refused" if found.refused else ""
    told.say(f"{counted(found.rows, 'row')} read, {counted(len(found.changes), 'change')} {did}{refused}")
    return ExitStatus.REFUSED if apply and found.refused else ExitStatus.CLEAN
