"""`recon channels report`: everything the channel desk has to say of a period, in one workbook."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.channels.asked import desk_of
from recon.cli.console import terminal
from recon.cli.files import write_file
from recon.cli.help import FILES, READS, epilog
from recon.cli.listing import FormatOption, headed, print_listing
from recon.cli.options import PeriodOption
from recon.cli.payout_books import PaidOnOption

if TYPE_CHECKING:
    from recon.outputs.channels.report import ChannelReport

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
    from recon.outputs.channels.excel import channel_workbook
    from recon.store.disk import make_private_folder

    project = terminal(context).project()
    found = _report(context, period, run)
    target = folder or project.reports_dir / "channels"
    make_private_folder(target)
    path = target / f"channels_{found.period}.xlsx"
    write_file(path, channel_workbook(found))
    rows = [(str(found.period), found.run, project.relative(path))]
    print_listing(headed(("period", "run", "file")), rows, form)


def _report(context: typer.Context, period: str, run: str) -> "ChannelReport":
    from recon.outputs.channels.report import ChannelReport
    from recon.payouts.channels.bills import bills, differences
    from recon.payouts.channels.campaigns import campaigns, effects
    from recon.payouts.channels.margin import margins
    from recon.payouts.channels.owed import owed
    from recon.payouts.desk.shelf import Shelf
    from recon.payouts.plan.plan import Purpose

    told = terminal(context)
    project, store = told.project(), told.store()
    published, shelf = store.run(run), Shelf(store)
    with desk_of(context, period, run) as desk:
        groups = list(desk.settings.by)
        merchant = "merchant" if "merchant" in groups else None
        others = [name for name in groups if name != merchant]
        return ChannelReport(
            project=project.settings.project.name,
            run=published.identity,
            period=desk.period,
            bills=bills(desk.engine, desk.settings, published, desk.period),
            differences=differences(desk.engine, desk.settings, desk.period),
            settlements=owed(shelf, desk.period, Purpose.SETTLE),
            claims=owed(shelf, desk.period, Purpose.CLAIM),
            campaigns=campaigns(desk),
            effects=effects(desk, merchant),
            groups=others,
            margins=margins(desk, others),
            merchants=margins(desk, [merchant]) if merchant else [],
        )
