"""Sheet `About`: which run this is, how to read the workbook, which files and rules it rests on."""

from recon.model.wording import counted, number
from recon.outputs.excel.book import Book
from recon.outputs.excel.page import Page
from recon.outputs.excel.styles import Cell
from recon.outputs.report import FileLine
from recon.outputs.words import verdict_words

_WIDTHS = (22, 66, 76, 12, 11, 11, 11, 11, 11)
_FILES = ("Source", "File", "SHA-256", "Bytes", "Lines", "Entries", "Known", "Refused", "Other")

_READING = (
    ("Sign", "Plus is money to us, minus is money from us; a fee that was charged is negative."),
    (
        "Statement",
        "Totals in scope, less excluded, less open items, corrected by variances: both sides must meet.",
    ),
    ("Variance", "Left minus right of a match that was confirmed within its tolerance."),
    ("Currencies", "No figure adds two currencies."),
    ("Live and fixed", "Totals, differences and checks are formulas; details are fixed values of the run."),
)


def about_sheet(book: Book, page: Page) -> None:
    """Fill the sheet; last of all, because it tells what the others hold."""
    report = book.report
    book.titled(page, f"Reconciliation {report.about.project} {report.about.period}")
    for column, width in enumerate(_WIDTHS):
        page.sheet.set_column(column, column, width)
    page.band(3, verdict_words(report), report.verdict, len(_WIDTHS))
    row = _facts(book, page, 5)
    row = _sheets(book, page, row + 1)
    row = _reading(book, page, row + 1)
    row = _files(book, page, row + 1)
    _config(book, page, row + 1)
    page.sheet.freeze_panes(2, 0)
    page.sheet.repeat_rows(0, 2)


def _facts(book: Book, page: Page, row: int) -> int:
    about = book.report.about
    page.section(row, "Run", len(_WIDTHS))
    facts = (
        ("Run", about.run_id),
        ("Run key", about.run_key),
        ("Period", about.period),
        ("As of", about.as_of.isoformat()),
        ("Run before", about.previous_run or "none"),
        ("Rules", f"{about.rules_hash} (digest of {counted(len(about.config), 'configuration file')})"),
        ("Made by", ", ".join((f"recon {about.version}", *(f"{name} {v}" for name, v in about.versions)))),
    )
    for label, value in facts:
        row += 1
        page.text(row, 0, label, Cell.LABEL)
        page.text(row, 1, value)
    return row + 1


def _sheets(book: Book, page: Page, row: int) -> int:
    page.section(row, "Sheets", len(_WIDTHS))
    for name, (_, shows) in book.pages.items():
        if name != page.name:
            row += 1
            page.link(row, 0, name, name)
            page.text(row, 1, shows)
    return row + 1


def _reading(book: Book, page: Page, row: int) -> int:
    page.section(row, "How to read it", len(_WIDTHS))
    for label, words in (*_READING, *_particulars(book)):
        row += 1
        page.text(row, 0, label, Cell.LABEL)
        page.text(row, 1, words)
    for words, kind in (
        ("Blue: a figure from the sources or the run", Cell.SOURCE),
        ("Black: a formula", Cell.FORMULA),
        ("Grey: a note", Cell.NOTE),
        ("Cream: yours to fill in", Cell.INPUT),
    ):
        row += 1
        page.text(row, 0, "Colours" if kind is Cell.SOURCE else None, Cell.LABEL)
        page.text(row, 1, words, kind)
    return row + 1


def _particulars(book: Book) -> list[tuple[str, str]]:
    """What is special about this workbook."""
    said = []
    if len(book.break_sheets) > 1:
        parts = ", ".join(f"{name}: {number(count)}" for name, count in book.break_sheets)
        said.append(("Breaks", f"More breaks than one sheet holds; they are split ({parts})."))
    texts = len(book.long_amounts) + book.long_in_breaks
    if texts:
        words = f"{counted(texts, 'amount')} of more than 15 digits stand as text; Excel would round them."
        said.append(("Long amounts", words))
    return said


def _files(book: Book, page: Page, row: int) -> int:
    page.section(row, "Input files", len(_WIDTHS))
    page.head(row + 1, _FILES, right=range(3, 9))
    row += 2
    for file in book.report.files:
        _file(page, row, file)
        row += 1
    return row


def _file(page: Page, row: int, file: FileLine) -> None:
    page.texts(row, 0, [file.source, file.path])
    page.text(row, 2, file.sha256, Cell.CODE)
    counts = (file.size, file.lines, file.entries, file.known, file.refused, file.recognised)
    for column, count in enumerate(counts, start=3):
        page.count(row, column, count)
    if file.duplicate_of or file.supersedes:
        words = f"same content as {file.duplicate_of}" if file.duplicate_of else f"supersedes {file.supersedes}"
        page.text(row, 9, words, Cell.NOTE)


def _config(book: Book, page: Page, row: int) -> None:
    page.section(row, "Configuration", len(_WIDTHS))
    page.head(row + 1, ("", "File", "SHA-256"), width=len(_WIDTHS))
    for offset, line in enumerate(book.report.about.config, start=2):
        page.text(row + offset, 1, line.path)
        page.text(row + offset, 2, line.sha256, Cell.CODE)
