"""`recon partners report`: how partners, managers or regions did, as a workbook with charts and as a page."""

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.partners.measuring import ByOption, measured
from recon.cli.terminal.console import terminal
from recon.cli.terminal.files import write_file
from recon.cli.terminal.help import FILES, READS, epilog
from recon.cli.terminal.listing import FormatOption, headed, print_listing
from recon.cli.terminal.options import PeriodOption

if TYPE_CHECKING:
    from recon.outputs.partners.report import PartnerReport

app = typer.Typer()


class As(StrEnum):
    """What a report is written as."""

    EXCEL = "xlsx"
    PAGE = "html"


class Each(StrEnum):
    """The stretches of a report."""

    WEEK = "week"
    MONTH = "month"


@app.command(
    "report",
    epilog=epilog(
        "recon partners report --period 2026-11 --by owner",
        "recon partners report --period 2026-01-01..2026-12-31 --by region --each month --as html",
        statuses=FILES | READS,
    ),
)
def report(
    context: typer.Context,
    period: PeriodOption,
    by: ByOption = "partner",
    each: Annotated[Each, typer.Option("--each", help="Week by week, or month by month.")] = Each.WEEK,
    written: Annotated[
        list[As] | None,
        typer.Option("--as", help="A workbook, a page to print, or (repeated) both; both without."),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option("--folder", metavar="DIR", help="Where to; `partners` among the reports without it."),
    ] = None,
    form: FormatOption = None,
) -> None:
    """Write a performance report: the whole period, week by week or month by month, declines, queries, issues, alerts.

    The same entries, registry, cases and alerts give the same bytes, once the period is over.
    """
    from recon.model.periods import Period
    from recon.outputs.partners.assemble import partner_report
    from recon.store.disk import make_private_folder

    told = terminal(context)
    project, wanted = told.project(), Period.parse(period)
    with measured(context) as books:
        found = partner_report(project, told.store(), *books, wanted, by, each.value)
    target = folder or project.reports_dir / "partners"
    make_private_folder(target)
    rows = []
    for suffix, content in _files(found, written or list(As)):
        path = target / f"{found.period}_by_{by}_{each}.{suffix}"
        write_file(path, content)
        rows.append((found.period, by, each.value, project.relative(path)))
    print_listing(headed(("period", "by", "each", "file")), rows, form)


def _files(found: "PartnerReport", forms: list[As]) -> Iterator[tuple[str, bytes]]:
    from recon.outputs.partners.excel import partner_workbook
    from recon.outputs.partners.html import partner_page

    if As.EXCEL in forms:
        yield As.EXCEL.value, partner_workbook(found)
    if As.PAGE in forms:
        yield As.PAGE.value, partner_page(found)
