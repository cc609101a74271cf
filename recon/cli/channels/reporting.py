"""`recon channels report`: everything the channel desk has to say of a period, in one workbook."""

from pathlib import Path
from typing import Annotated

import typer

from recon.cli.channels.asked import desk_of
from recon.cli.payout_books import PaidOnOption
from recon.cli.terminal.console import terminal
from recon.cli.terminal.files import write_file
from recon.cli.terminal.help import FILES, READS, epilog
from recon.cli.terminal.listing import FormatOption, headed, print_listing
from recon.cli.terminal.options import PeriodOption

app = typer.Typer()


@app.command("report", epilog=epilog("recon channels report --period 2026-10", statuses=FILES | READS))
def report(
    context: typer.Context,
    period: PeriodOption,
    run: PaidOnOption = "latest",
    folder: Annotated[
        Path | None,
        typer.Option("--folder", metavar="DIR", help="Where to; `channels` among the reports without it."),
    ] = None,
    form: FormatOption = None,
) -> None:
    """Write the workbook of a period: bills, what is wrong, settlements, campaigns with their effect, claims, margin.

    The same run, plans and payouts give the same bytes.
    """
    from recon.outputs.channels.assemble import channel_report
    from recon.outputs.channels.excel import channel_workbook
    from recon.store.disk import make_private_folder

    told = terminal(context)
    project, store = told.project(), told.store()
    with desk_of(context, period, run) as desk:
        found = channel_report(project.settings.project.name, store, store.run(run), desk)
    if not found.rows:
        told.say(f"nothing is known of {found.period}: every sheet of the workbook is empty")
    target = folder or project.reports_dir / "channels"
    make_private_folder(target)
    path = target / f"channels_{found.period}.xlsx"
    write_file(path, channel_workbook(found))
    rows = [(str(found.period), found.run, project.relative(path))]
    print_listing(headed(("period", "run", "file")), rows, form)
