"""`recon partners report`: how partners, managers or regions did, as a workbook with charts and as a page."""

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.console import terminal
from recon.cli.files import write_file
from recon.cli.help import FILES, READS, epilog
from recon.cli.listing import FormatOption, headed, print_listing
from recon.cli.options import PeriodOption
from recon.cli.partners.measuring import ByOption, measured

if TYPE_CHECKING:
    from recon.breaks.cases.report import Timed
    from recon.model.periods import Period
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
    from recon.store.disk import make_private_folder

    project = terminal(context).project()
    found = _report(context, period, by, each)
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


def _report(context: typer.Context, period: str, by: str, each: Each) -> "PartnerReport":
    from recon.model.periods import Period
    from recon.outputs.partners.report import PartnerReport, issues_of, lines_of, queries_of
    from recon.partners.measures import stretches as spans
    from recon.partners.measures.books import is_money, lay_days
    from recon.partners.measures.declines import trends
    from recon.partners.measures.groups import PRODUCT
    from recon.partners.measures.kpis import figure_names, kpis
    from recon.partners.settings import read_settings
    from recon.partners.watch.cases import cases

    told = terminal(context)
    project, wanted = told.project(), Period.parse(period)
    dormant = read_settings(project).dormant_days
    with measured(context) as (engine, measures, registry):
        lay_days(engine, measures)
        judged = trends(engine, measures.decline, registry, wanted.last, dormant)
        whole = kpis(engine, measures, registry, by, spans.stretches(wanted, "period"), dormant)
        parts = kpis(engine, measures, registry, by, spans.stretches(wanted, each.value), dormant)
    names = figure_names(measures, by)
    alerts = [
        one for one in cases(told.store()) if one.alert.last >= wanted.first and one.alert.first <= wanted.last
    ]
    return PartnerReport(
        project=project.settings.project.name,
        period=str(wanted),
        last=wanted.last,
        by=by,
        each=each.value,
        names=names,
        money=frozenset(name for name in names if is_money(measures, name) or name == "target"),
        whole=lines_of(whole),
        stretches=lines_of(parts),
        declines=[one for one in judged if one.verdict not in {"steady", "too young"}] if by != PRODUCT else [],
        issues=issues_of(registry, wanted.first, wanted.last),
        alerts=alerts,
        queries=queries_of(
            registry, _timed(context, wanted), project.settings.cases.zone, wanted.first, wanted.last
        ),
    )


def _timed(context: typer.Context, wanted: "Period") -> "list[Timed]":
    """All cases with their clocks, as they stood when the period was over."""
    from datetime import datetime, time, timedelta
    from zoneinfo import ZoneInfo

    from recon.breaks.cases.case import cases
    from recon.breaks.cases.report import timed

    told = terminal(context)
    store, settings = told.store(), told.project().settings.cases
    over = datetime.combine(wanted.last + timedelta(days=1), time(), ZoneInfo(settings.zone))
    return [timed(one, settings, min(over, store.clock())) for one in cases(store.ledger)]
