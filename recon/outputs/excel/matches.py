"""Sheet `Matches`: what each pass did, in counts and in amounts per currency. Detail lies in Parquet."""

from recon.outputs.excel.book import Book
from recon.outputs.excel.page import Page
from recon.outputs.excel.styles import Cell
from recon.outputs.report import MatchLine, RuleSetSummary

_WIDTHS = (28, 32, 12, 12, 11, 11, 12, 13, 18, 18, 16, 84)
_LETTERS, _LINE = 92, 12
"""Letters of a line in the last column, and how high a line is."""
_PASSES = (
    "Rule set", "Pass", "Kind", "Confirm", "Suggested", "Confirmed", "Left entries", "Right entries", "Twins",
    "Share of left", "Share of right", "How it matches",
)  # fmt: skip
_AMOUNTS = (
    "Rule set", "Pass", "State", "Kind", "Currency", "Matches", "Left entries", "Right entries", "Left amount",
    "Right amount", "Variance",
)  # fmt: skip


def matches_sheet(book: Book, page: Page) -> None:
    """Fill the sheet: passes in order, then amounts per pass, state and currency."""
    book.titled(page, "Matches by pass")
    for column, width in enumerate(_WIDTHS):
        page.sheet.set_column(column, column, width)
    page.sheet.freeze_panes(2, 1)
    page.sheet.repeat_rows(0, 2)
    width = len(_WIDTHS)
    page.section(3, "Passes, most precise first", width)
    page.head(4, _PASSES, right=range(4, 11), width=width)
    row = 5
    for ruleset in book.report.rulesets:
        row = _passes(page, row, ruleset)
    page.section(row + 1, "Amounts by pass and currency", width)
    page.head(row + 2, _AMOUNTS, right=range(5, 11), width=width)
    row += 3
    for made in book.report.matches:
        _amounts(page, row, made)
        row += 1
    words = "Single matches and their members lie in matches.parquet and members.parquet of the run's folder."
    page.text(row + 1, 0, words, Cell.NOTE)


def _passes(page: Page, row: int, ruleset: RuleSetSummary) -> int:
    for made in ruleset.passes:
        page.texts(row, 0, [ruleset.name, made.name, made.kind, made.confirm])
        counts = (made.suggested, made.matches, made.left_entries, made.right_entries, made.twins)
        for column, count in enumerate(counts, start=4):
            page.count(row, column, count)
        page.ratio(row, 9, made.left_entries, ruleset.left_count)
        page.ratio(row, 10, made.right_entries, ruleset.right_count)
        page.text(row, 11, made.words, Cell.WRAP)
        page.sheet.set_row(row, _LINE * -(-len(made.words) // _LETTERS) + 2)
        row += 1
    return row


def _amounts(page: Page, row: int, line: MatchLine) -> None:
    page.texts(row, 0, [line.ruleset, line.pass_name, line.state, line.kind, line.currency])
    for column, count in enumerate((line.matches, line.left_count, line.right_count), start=5):
        page.count(row, column, count)
    left = page.amount(row, 8, line.left_amount, line.currency)
    right = page.amount(row, 9, line.right_amount, line.currency)
    page.formula((row, 10), f"{left.here}-{right.here}", line.variance, line.currency, operands=[left, right])
