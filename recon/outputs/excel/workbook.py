"""Writes the workbook of a run: all sheets, atomically, the same bytes for the same run."""

from collections.abc import Mapping
from pathlib import Path

from xlsxwriter.exceptions import FileCreateError

from recon.breaks.casework.shown import Shown
from recon.outputs.excel.about import about_sheet
from recon.outputs.excel.ageing import ageing_sheet
from recon.outputs.excel.balances import balances_page, balances_sheet
from recon.outputs.excel.book import Book
from recon.outputs.excel.breaks import break_sheets
from recon.outputs.excel.checks import checks_sheet
from recon.outputs.excel.limits import MOST_BREAKS
from recon.outputs.excel.matches import matches_sheet
from recon.outputs.excel.performance import performance_sheet
from recon.outputs.excel.sign_off import sign_off_sheet
from recon.outputs.excel.statement import statement_pages, statement_sheets
from recon.outputs.excel.summary import summary_sheet
from recon.outputs.performance import performance
from recon.outputs.report import RunReport
from recon.outputs.run_folder import RunFolder
from recon.store.disk import PRIVATE_FILE, disk_errors, make_private_folder, sync_file, sync_folder
from recon.store.scratch import scratch_folder


def write_workbook(
    report: RunReport,
    folder: Path,
    path: Path,
    *,
    most_rows: int = MOST_BREAKS,
    work: Mapping[str, Shown] | None = None,
) -> Path:
    """Write the workbook of the run in `folder` to `path`, private and all or nothing.

    What a writer of the same workbook left when it was killed is removed.
    Breaks beyond `most_rows` continue on further sheets. Equal runs, with the same work on their breaks (`work`, by
    the id of the break), give equal bytes.

    Raises:
        ControlFailed: the breaks are not what the manifest says, or the disk does not take the workbook.
    """
    with disk_errors("write the workbook", path):
        make_private_folder(path.parent)
        with scratch_folder(path.parent, f".{path.name}.", beside_others=True) as scratch:
            draft = scratch / path.name
            _fill(report, RunFolder(folder), draft, most_rows, work)
            draft.chmod(PRIVATE_FILE)
            sync_file(draft)
            draft.replace(path)
        sync_folder(path.parent)
    return path


def _fill(
    report: RunReport, run: RunFolder, path: Path, most_rows: int, work: Mapping[str, Shown] | None
) -> None:
    """Add the sheets in reading order, then fill them in order of what they need from each other."""
    book = Book.create(report, path)
    about = book.page("About", "This page")
    summary = book.page("Summary", "Verdict, books by account and currency, breaks by kind")
    statements = statement_pages(book)
    balances = balances_page(book)
    ageing = book.page("Ageing", "Breaks by kind and age, with a chart")
    performing = book.page("Performance", "Automatic and by hand, causes, owners, trend, with charts")
    break_sheets(book, run, most_rows, work)
    matches = book.page("Matches", "Passes, match rates, amounts by pass")
    checks = book.page("Checks", "What must hold: expected, actual, result")
    sign_off = book.page("Sign-off", "Prepared, reviewed, approved")
    if balances is not None:
        balances_sheet(book, balances)
    statement_sheets(book, statements)
    summary_sheet(book, summary)
    ageing_sheet(book, ageing)
    owners = {name: one.owner for name, one in (work or {}).items() if one.owner}
    performance_sheet(book, performing, performance(report, run.path, owners))
    matches_sheet(book, matches)
    failed = checks_sheet(book, checks)
    sign_off_sheet(book, sign_off, failed)
    about_sheet(book, about)
    try:
        book.workbook.close()
    except FileCreateError as error:  # it wraps what the operating system said about the disk
        raise error.args[0] from error
