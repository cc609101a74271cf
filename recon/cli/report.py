"""`recon report`: a published run as a workbook, on the terminal, as a page, as text or as JSON."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.terminal.console import terminal
from recon.cli.terminal.files import write_text
from recon.cli.terminal.help import READS, epilog
from recon.cli.terminal.options import RunArgument

if TYPE_CHECKING:
    from recon.outputs.report import RunReport
    from recon.project.workspace import Project
    from recon.store.published import Published

app = typer.Typer()

WORKBOOK = "reconciliation.xlsx"
_SUFFIXES = {".xlsx": "excel", ".json": "json", ".html": "html", ".txt": "text"}


class ReportFormat(StrEnum):
    """How a report is written."""

    EXCEL = "excel"
    HTML = "html"
    TEXT = "text"
    JSON = "json"


@app.command(
    epilog=epilog(
        "recon report",
        "recon report latest --format json",
        "recon report latest --output october.html",
        "recon report 2026-10-31 --output pack.xlsx",
        statuses=READS,
    )
)
def report(
    context: typer.Context,
    run: RunArgument = "latest",
    form: Annotated[
        ReportFormat | None,
        typer.Option(
            "--format", help="One rendering only; without it the workbook is written and the run shown."
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to this file.")
    ] = None,
) -> None:
    """Show a run, and write its workbook to `reports/<run>/reconciliation.xlsx`.

    The report rests on the run's own files alone, each verified by its hash; nothing is computed anew. Beside each
    break the workbook shows who works on it and what was said; `recon breaks import` takes what is filled in there.
    """
    from recon.outputs.assemble import assemble
    from recon.store.store import Store

    project = terminal(context).project()
    found = Store.open(project).run(run)
    made = assemble(found.folder)
    chosen = form or (ReportFormat(_SUFFIXES.get(output.suffix.lower(), "text")) if output else None)
    if chosen is None:
        _show(made, found, _workbook(made, found, project, None))
    elif chosen is ReportFormat.EXCEL:
        sys.stdout.write(f"{_workbook(made, found, project, output)}\n")
    else:
        write_text(_rendered(made, found, project, chosen), output)


def workbook_path(project: "Project", run: str) -> Path:
    """Where the workbook of a run lies."""
    return project.reports_dir / run / WORKBOOK


def _workbook(made: "RunReport", found: "Published", project: "Project", output: Path | None) -> str:
    """Write the workbook; its place as shown."""
    from recon.breaks.casework.shown import touched
    from recon.outputs.excel.workbook import write_workbook
    from recon.store.store import Store

    path = output.absolute() if output else workbook_path(project, found.identity)
    write_workbook(made, found.folder, path, work=touched(project, Store.open(project), found))
    return project.relative(path)


def _show(made: "RunReport", found: "Published", workbook: str) -> None:
    """In colour on a terminal, else as text."""
    if not sys.stdout.isatty():
        from recon.outputs.text import as_text

        sys.stdout.write(as_text(made, folder=found.shown, workbook=workbook))
        return
    from rich.console import Console

    from recon.outputs.terminal import render_run

    render_run(made, Console(highlight=False, markup=False), folder=found.shown, workbook=workbook)


def _rendered(made: "RunReport", found: "Published", project: "Project", form: ReportFormat) -> str:
    from recon.outputs.json import as_json
    from recon.outputs.text import as_text

    if form is ReportFormat.HTML:
        from recon.breaks.casework.shown import touched
        from recon.store.store import Store

        work = touched(project, Store.open(project), found)
        return page_of(made, found.folder, {name: one.owner for name, one in work.items() if one.owner})
    return as_json(made) if form is ReportFormat.JSON else as_text(made, folder=found.shown)


def page_of(made: "RunReport", folder: Path, owners: dict[str, str] | None = None) -> str:
    """The report of a run as one page, with the trend over the runs before it, and who works on which break."""
    from recon.outputs.html.page import report_page
    from recon.outputs.performance import performance

    return report_page(made, performance(made, folder, owners)).decode("utf-8")
