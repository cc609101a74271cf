"""Sheet `Balances`: every bank statement that states its balances, and whether it adds up."""

from datetime import date

from recon.outputs.adjusted import BalanceLine
from recon.outputs.excel.book import Book
from recon.outputs.excel.page import Page
from recon.outputs.excel.styles import Cell

_HEADS = (
    "Source", "Account", "Currency", "Statement", "From", "To", "Opening", "Credits", "Debits",
    "Computed closing", "Stated closing", "Difference", "Result",
)  # fmt: skip
_WIDTHS = (20, 22, 9, 24, 12, 12, 18, 18, 18, 18, 18, 15, 11)
_FIRST = 4


def balances_page(book: Book) -> Page | None:
    """Add the sheet when a statement states its balances."""
    if not any(statement.balances for statement in book.report.statements):
        return None
    return book.page("Balances", "Bank statements: opening, movements, closing")


def balances_sheet(book: Book, page: Page) -> None:
    """Opening + credits - debits = closing, per statement; an account that two rule sets use stands once."""
    held = {
        (line.source, statement.account, statement.currency, line)
        for statement in book.report.statements
        for line in statement.balances
    }
    ordered = sorted(held, key=lambda one: (*one[:3], one[3].period_from or date.min, one[3].statement))
    book.titled(page, "Bank statement balances")
    for column, width in enumerate(_WIDTHS):
        page.sheet.set_column(column, column, width)
    page.head(_FIRST - 1, _HEADS, right=range(6, 12), centre=(4, 5, 12))
    page.sheet.freeze_panes(_FIRST, 0)
    page.sheet.repeat_rows(_FIRST - 1)
    row = _FIRST
    for _, account, currency, line in ordered:
        _line(book, page, row, (account, currency, line))
        row += 1
    page.text(row + 1, 0, "A statement that does not add up is a break of kind statement gap.", Cell.NOTE)


def _line(book: Book, page: Page, row: int, balance: tuple[str, str, BalanceLine]) -> None:
    account, currency, line = balance
    page.texts(row, 0, [line.source, account, currency, line.statement])
    page.day(row, 4, line.period_from)
    page.day(row, 5, line.period_to)
    opening = page.amount(row, 6, line.opening, currency)
    credited = page.amount(row, 7, line.credits, currency)
    debited = page.amount(row, 8, line.debits.copy_negate(), currency)
    moved = page.formula(
        (row, 9),
        f"SUM({opening.here}:{debited.here})",
        line.computed,
        currency,
        operands=[opening, credited, debited],
    )
    closing = page.amount(row, 10, line.closing, currency)
    difference = page.formula(
        (row, 11), f"{moved.here}-{closing.here}", line.difference, currency, operands=[moved, closing]
    )
    page.result(row, 12, difference, "gap")
    book.closings[line] = closing
