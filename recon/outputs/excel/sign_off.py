"""Sheet `Sign-off`: what is signed, and room for who prepared, reviewed and approved it."""

from recon.outputs.excel.book import Book
from recon.outputs.excel.page import Page, Written
from recon.outputs.excel.styles import Cell
from recon.outputs.words import proof_words, verdict_words

_ROLES = ("Prepared by", "Reviewed by", "Approved by")
_WIDTHS = (26, 34, 38, 16, 44)


def sign_off_sheet(book: Book, page: Page, failed: Written) -> None:
    """Fill the sheet. `failed` is the cell that counts failing controls."""
    report = book.report
    book.titled(page, "Sign-off")
    for column, width in enumerate(_WIDTHS):
        page.sheet.set_column(column, column, width)
    page.band(3, verdict_words(report), report.verdict, len(_WIDTHS))
    facts = (
        ("Run", report.about.run_id),
        ("Rules", report.about.rules_hash),
        ("Proof", proof_words(report)),
    )
    for row, (label, value) in enumerate(facts, start=5):
        page.text(row, 0, label, Cell.LABEL)
        page.text(row, 1, value)
    page.text(8, 0, "Controls that fail", Cell.LABEL)
    page.formula((8, 1), failed.there, failed.amount, None, operands=[failed], kind=Cell.FACT)
    page.text(9, 0, "Breaks open", Cell.LABEL)
    page.count(9, 1, report.break_count, Cell.FACT)
    page.head(11, ("", "Name", "Signature", "Date", "Remarks"))
    for row, role in enumerate(_ROLES, start=12):
        page.sheet.set_row(row, 34)
        page.text(row, 0, role, Cell.STATUS)
        page.texts(row, 1, [None] * 4, Cell.INPUT)
    words = (
        "The preparer, the reviewer and the approver are three different people.",
        "A later file or a changed rule makes another run: this signature holds for the run and rules named above.",
    )
    for row, line in enumerate(words, start=16):
        page.text(row, 0, line, Cell.NOTE)
