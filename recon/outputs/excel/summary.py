"""Sheet `Summary`: the verdict, one row per account and currency, match rates, breaks by kind, chains."""

from recon.model.wording import plain_words
from recon.outputs.adjusted import AdjustedStatement
from recon.outputs.exact import less
from recon.outputs.excel.book import Book, TiedOut
from recon.outputs.excel.page import Page
from recon.outputs.excel.styles import Cell
from recon.outputs.report import BreakKindLine
from recon.outputs.words import STATEMENTS, verdict_words

_HEADS = (
    "Rule set", "Account", "Currency", "Left", "Right", "Difference", "Explained", "Unexplained", "Open items",
    "Oldest, days", "Status",
)  # fmt: skip
_RATES = (
    "Rule set", "Entries of", "Currency", "Entries", "Matched", "By count", "Absolute amount", "Matched amount",
    "By amount",
)  # fmt: skip
_BREAKS = (
    "Rule set", "Break", "Currency", "Held in", "Count", "Amount", "Oldest, days", "New", "Persisting",
    "Reopened", "Overdue",
)  # fmt: skip
_PRIOR = ("Rule set", "Side", "Currency", "Period", "Entries", "Amount", "Open", "Open amount")
_WIDTHS = (28, 26, 9, 20, 20, 20, 19, 19, 12, 13, 15)


def summary_sheet(book: Book, page: Page) -> None:
    """Fill the sheet; totals are links into the statements and stay live. Nothing is added over currencies."""
    book.titled(page, "Summary")
    for column, width in enumerate(_WIDTHS):
        page.sheet.set_column(column, column, width)
    page.band(3, verdict_words(book.report), book.report.verdict, len(_WIDTHS))
    page.section(5, "Books by account and currency", len(_WIDTHS))
    page.head(6, _HEADS, right=range(3, 10), centre=(10,))
    row = 7
    for statement, tied in zip(book.report.statements, book.tied, strict=True):
        _statement(page, row, statement, tied)
        row += 1
    row = _rates(book, page, row + 1)
    row = _breaks(book, page, row + 1)
    row = _chains(book, page, row + 1)
    _prior(book, page, row + 1)
    page.sheet.freeze_panes(2, 1)
    page.sheet.repeat_rows(0, 2)


def _statement(page: Page, row: int, statement: AdjustedStatement, tied: TiedOut) -> None:
    currency = statement.currency
    page.link(row, 0, tied.sheet, statement.ruleset, f"A{tied.row}")
    page.texts(row, 1, [statement.account, currency])
    left = page.formula(
        (row, 3), tied.left_total.there, tied.left_total.amount, currency, operands=[tied.left_total]
    )
    right = page.formula(
        (row, 4), tied.right_total.there, tied.right_total.amount, currency, operands=[tied.right_total]
    )
    gap = less(left.amount, right.amount)
    difference = page.formula((row, 5), f"{left.here}-{right.here}", gap, currency, operands=[left, right])
    explained = page.formula(
        (row, 6),
        f"({left.here}-{tied.left.there})-({right.here}-{tied.right.there})",
        less(gap, statement.difference),
        currency,
        operands=[left, right, tied.left, tied.right],
    )
    unexplained = page.formula(
        (row, 7), f"{difference.here}-{explained.here}", statement.difference, currency,
        operands=[difference, explained], kind=Cell.STRONG,
    )  # fmt: skip
    count = page.count(row, 8, statement.open_count)
    page.days(row, 9, statement.oldest_days)
    status = "UNEXPLAINED" if statement.difference else "open items" if statement.open_count else "reconciled"
    if unexplained.numeric:
        formula = f'=IF({unexplained.here}<>0,"UNEXPLAINED",IF({count.here}>0,"open items","reconciled"))'
        page.words(row, 10, formula, status)
    else:
        page.text(row, 10, status, Cell.RESULT)


def _rates(book: Book, page: Page, row: int) -> int:
    page.section(row, "Match rates, excluded entries left out", len(_WIDTHS))
    page.head(row + 1, _RATES, right=range(3, 9), width=len(_WIDTHS))
    row += 2
    for ruleset in book.report.rulesets:
        for rate in ruleset.rates:
            source = ruleset.left if rate.side == "left" else ruleset.right
            page.texts(row, 0, [ruleset.name, source, rate.currency])
            count, matched = page.count(row, 3, rate.count), page.count(row, 4, rate.matched_count)
            page.share(row, 5, matched, count)
            amount = page.amount(row, 6, rate.amount, rate.currency)
            part = page.amount(row, 7, rate.matched_amount, rate.currency)
            page.share(row, 8, part, amount)
            row += 1
    return row


def _breaks(book: Book, page: Page, row: int) -> int:
    page.section(row, "Breaks by kind", len(_WIDTHS))
    if not book.report.breaks:
        page.text(row + 1, 0, "Nothing is open.", Cell.NOTE)
        return row + 2
    page.head(row + 1, _BREAKS, right=range(4, 11))
    row += 2
    for line in book.report.breaks:
        _break(page, row, line)
        row += 1
    return row


def _break(page: Page, row: int, line: BreakKindLine) -> None:
    page.texts(row, 0, [line.ruleset or STATEMENTS, plain_words(line.kind), line.currency, line.source])
    page.count(row, 4, line.count)
    page.amount(row, 5, line.amount, line.currency)
    page.days(row, 6, line.oldest_days)
    for column, count in enumerate((line.new, line.persisting, line.reopened, line.overdue), start=7):
        page.count(row, column, count)


def _chains(book: Book, page: Page, row: int) -> int:
    if not book.report.chains:
        return row - 1
    page.section(row, "End to end", len(_WIDTHS))
    page.head(row + 1, ("Chain", "Status", "Currency", "Entries", "Amount"), right=(3, 4), width=len(_WIDTHS))
    for offset, line in enumerate(book.report.chains, start=2):
        page.texts(row + offset, 0, [line.chain, plain_words(line.status), line.currency])
        page.count(row + offset, 3, line.count)
        page.amount(row + offset, 4, line.amount, line.currency)
    return row + len(book.report.chains) + 2


def _prior(book: Book, page: Page, row: int) -> None:
    """What came too late for closed periods; nothing where there is none."""
    if not book.report.prior:
        return
    page.section(row, "Prior-period items: dated in closed periods, which stay as they are", len(_WIDTHS))
    page.head(row + 1, _PRIOR, right=range(4, 8), width=len(_WIDTHS))
    for offset, line in enumerate(book.report.prior, start=2):
        page.texts(row + offset, 0, [line.ruleset, line.side, line.currency, line.period])
        page.count(row + offset, 4, line.count)
        page.amount(row + offset, 5, line.amount, line.currency)
        page.count(row + offset, 6, line.open_count)
        page.amount(row + offset, 7, line.open_amount, line.currency)
