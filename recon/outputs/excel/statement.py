"""Sheets `Statement`: per account and currency two adjusted balances side by side, and their difference."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby

from recon.model.wording import plain_words
from recon.outputs.adjusted import NOT_PLACED, AdjustedStatement, StatementSide
from recon.outputs.excel.book import Book, TiedOut
from recon.outputs.excel.page import Page, Written
from recon.outputs.excel.styles import Cell

LEFT, RIGHT, WIDTH = 0, 4, 7
"""First columns of the two halves and columns in all."""


def statement_pages(book: Book) -> list[Page]:
    """Add one sheet per rule set that has statements."""
    groups = groupby(book.report.statements, key=lambda statement: (statement.ruleset, statement.title))
    titles = [title for (_, title), _ in groups]
    return [
        book.page("Statement" if len(titles) == 1 else f"Statement {at}", f"Adjusted balances: {title}")
        for at, title in enumerate(titles, start=1)
    ]


def statement_sheets(book: Book, pages: Sequence[Page]) -> None:
    """Fill the sheets: statements one below the other, numbered through the workbook."""
    numbered = enumerate(book.report.statements, start=1)
    groups = groupby(numbered, key=lambda pair: (pair[1].ruleset, pair[1].title))
    for page, ((_, title), group) in zip(pages, groups, strict=True):
        book.titled(page, f"Statement - {title}")
        _layout(page)
        row = 3
        for number, statement in group:
            row = _statement(book, page, row, number, statement) + 2


def _layout(page: Page) -> None:
    page.sheet.set_column(LEFT, LEFT, 44)
    page.sheet.set_column(LEFT + 1, LEFT + 1, 9)
    page.sheet.set_column(LEFT + 2, LEFT + 2, 20)
    page.sheet.set_column(LEFT + 3, LEFT + 3, 3)
    page.sheet.set_column(RIGHT, RIGHT, 44)
    page.sheet.set_column(RIGHT + 1, RIGHT + 1, 9)
    page.sheet.set_column(RIGHT + 2, RIGHT + 2, 20)
    page.sheet.freeze_panes(2, 0)
    page.sheet.repeat_rows(0, 2)


def _statement(book: Book, page: Page, row: int, number: int, statement: AdjustedStatement) -> int:
    """Write one statement from the row on; the row after it."""
    currency = statement.currency
    page.section(row, f"{number}   Account {statement.account} · {currency}", WIDTH)
    for column, side, word in ((LEFT, statement.left, "left"), (RIGHT, statement.right, "right")):
        page.text(row + 1, column, f"{side.source} ({word})", Cell.HEAD)
        page.texts(row + 1, column + 1, ["items", currency], Cell.HEAD_RIGHT)
    page.text(row + 1, LEFT + 3, None, Cell.HEAD)
    left = _lines(page, row + 2, LEFT, statement.left, currency)
    right = _lines(page, row + 2, RIGHT, statement.right, currency)
    end = row + 2 + max(len(left), len(right))
    totals = (
        _adjusted(page, end, left, statement.adjusted_left, currency),
        _adjusted(page, end, right, statement.adjusted_right, currency),
    )
    page.text(end, LEFT + 3, None, Cell.TEXT)
    difference = _difference(page, end + 1, totals, statement)
    book.name(f"adjusted_left_{number}", totals[0])
    book.name(f"adjusted_right_{number}", totals[1])
    book.name(f"difference_{number}", difference)
    book.tied.append(TiedOut(left[0], right[0], *totals, difference, page.name, row + 1))
    return _notes(book, page, end + 2, statement)


def _lines(page: Page, row: int, column: int, side: StatementSide, currency: str) -> Sequence[Written]:
    """The total and what is taken off or added, amounts with the sign they have in the sum."""
    lefts = column == LEFT
    lines = [
        (side.total.label, side.total.count, side.total.amount),
        *((f"  less excluded: {i.label}", i.count, i.amount.copy_negate()) for i in side.excluded),
        *((f"  less open: {plain_words(i.label)}", i.count, i.amount.copy_negate()) for i in side.open),
        *(
            (f"  variance: {plain_words(i.label)}" if lefts else f"  {i.label}", i.count, i.amount)
            for i in side.adjustments
        ),
    ]
    cells = []
    for offset, (label, count, amount) in enumerate(lines):
        page.text(row + offset, column, label)
        page.count(row + offset, column + 1, count)
        cells.append(page.amount(row + offset, column + 2, amount, currency))
    return cells


def _adjusted(page: Page, row: int, cells: Sequence[Written], amount: Decimal, currency: str) -> Written:
    column = cells[0].column - 2
    page.text(row, column, "Adjusted balance", Cell.TOTAL_LABEL)
    page.text(row, column + 1, None, Cell.TOTAL_LABEL)
    area = f"SUM({cells[0].here}:{cells[-1].here})"
    return page.formula((row, column + 2), area, amount, currency, operands=cells, kind=Cell.TOTAL)


def _difference(page: Page, row: int, totals: tuple[Written, Written], statement: AdjustedStatement) -> Written:
    left, right = totals
    page.text(row, LEFT, "Difference, left less right")
    made = page.formula(
        (row, LEFT + 2), f"{left.here}-{right.here}", statement.difference, statement.currency, operands=totals
    )
    says = "ties out" if statement.difference == 0 else "DOES NOT TIE OUT"
    if made.numeric:
        page.words(row, RIGHT, f'=IF({made.here}=0,"ties out","DOES NOT TIE OUT")', says, Cell.STATUS)
    else:
        page.text(row, RIGHT, says, Cell.STATUS)
    return made


def _notes(book: Book, page: Page, row: int, statement: AdjustedStatement) -> int:
    if statement.balances:
        last = statement.balances[-1]
        closing = book.closings[last]
        page.text(row, RIGHT, f"memo: closing balance of {last.statement}, see Balances", Cell.NOTE)
        page.formula(
            (row, RIGHT + 2),
            closing.there,
            last.closing,
            statement.currency,
            operands=[closing],
            kind=Cell.NOTE,
        )
        row += 1
    if statement.account == NOT_PLACED:
        words = (
            f"{statement.left.source} items in {statement.currency} that no single account can be told for yet"
        )
        page.text(row, LEFT, words, Cell.NOTE)
        row += 1
    return row
