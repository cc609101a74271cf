"""The workbook under construction: its sheets in order, what they share, and what must be said about it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path

from xlsxwriter import Workbook

from recon.outputs.adjusted import BalanceLine
from recon.outputs.excel.page import Page, Written, for_print
from recon.outputs.excel.stream import StreamedSheet
from recon.outputs.excel.styles import Cell, Styles
from recon.outputs.report import RunReport

OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_format_properties": {"font_name": "Calibri", "font_size": 10},
}
"""Of every workbook: text stays text."""


@contextmanager
def written_workbook(title: str, author: str, day: date) -> Iterator[tuple[Workbook, Styles, BytesIO]]:
    """A workbook that is held in memory until it is closed, and its bytes from then on; its dates are the day's."""
    held = BytesIO()
    workbook = Workbook(held, OPTIONS | {"in_memory": True})
    workbook.set_properties({"title": title, "author": author, "created": datetime.combine(day, time())})
    yield workbook, Styles(workbook), held
    workbook.close()


@dataclass(frozen=True, slots=True)
class TiedOut:
    """Cells of one statement that the summary and the checks refer to."""

    left_total: Written
    right_total: Written
    left: Written
    right: Written
    difference: Written
    sheet: str
    row: int


@dataclass
class Book:
    """The open workbook and what its sheets tell each other."""

    report: RunReport
    workbook: Workbook
    styles: Styles
    pages: dict[str, tuple[Page, str]] = field(default_factory=dict)
    """Every sheet by name, with what it shows."""
    long_amounts: list[Written] = field(default_factory=list)
    long_in_breaks: int = 0
    break_sheets: list[tuple[str, int]] = field(default_factory=list)
    """Sheets of breaks and the rows in each."""
    tied: list[TiedOut] = field(default_factory=list)
    closings: dict[BalanceLine, Written] = field(default_factory=dict)
    """The closing balance of each bank statement."""

    @classmethod
    def create(cls, report: RunReport, path: Path) -> "Book":
        """An empty workbook that will be written to the path, with parts of it beside it until it is closed.

        Its dates are the run's as-of date.
        """
        workbook = Workbook(str(path), OPTIONS | {"tmpdir": str(path.parent)})
        about = report.about
        workbook.set_properties(
            {
                "title": f"Reconciliation {about.project} {about.period}",
                "subject": f"run {about.run_id}, rules {about.rules_hash}",
                "author": f"recon {about.version}",
                "created": datetime.combine(about.as_of, time()),
            }
        )
        return cls(report, workbook, Styles(workbook))

    def page(self, name: str, shows: str, *, streamed: bool = False) -> Page:
        """Add a sheet: A4 landscape, one page wide, with the run and the rules in its footer."""
        sheet = self.workbook.add_worksheet(name, StreamedSheet if streamed else None)
        page = Page(name, sheet, self.styles, self.long_amounts)
        for_print(sheet)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        about = self.report.about
        run = about.run_id.replace("&", "&&")
        sheet.set_footer(f"&L&8run {run} · rules {about.rules_hash}&R&8page &P of &N")
        self.pages[name] = (page, shows)
        return page

    def titled(self, page: Page, title: str) -> None:
        """Title and the line that says which run this is, in the first two rows."""
        about = self.report.about
        page.sheet.set_row(0, 26)
        page.text(0, 0, title, Cell.TITLE)
        line = f"{about.project} · period {about.period} · as of {about.as_of.isoformat()} · run {about.run_id}"
        page.text(1, 0, line, Cell.SUBTITLE)

    def name(self, name: str, cell: Written) -> None:
        """A defined name for a cell."""
        self.workbook.define_name(name, f"={cell.there}")
