"""Sheet `Checks`: what must hold, what was expected, what is; tie-outs look at the statements and stay live."""

from collections.abc import Iterator
from decimal import Decimal

from recon.model.wording import counted
from recon.outputs.controls import CheckLine
from recon.outputs.excel.book import Book
from recon.outputs.excel.page import Page, Written
from recon.outputs.excel.styles import Cell

_HEADS = ("Area", "Check", "Currency", "Expected", "Actual", "Difference", "Result")
_WIDTHS = (19, 74, 10, 24, 24, 20, 11)
_FIRST = 7


def checks_sheet(book: Book, page: Page) -> Written:
    """Fill the sheet; the cell that counts the controls that fail."""
    book.titled(page, "Checks")
    for column, width in enumerate(_WIDTHS):
        page.sheet.set_column(column, column, width)
    checks = [*book.report.checks, *_of_the_workbook(book)]
    last = _FIRST + len(checks)
    page.text(3, 0, "Controls that fail", Cell.LABEL)
    failed = Decimal(sum(check.result == "FAIL" for check in checks))
    count = page.formula((3, 1), f'COUNTIF(G{_FIRST + 1}:G{last},"FAIL")', failed, None, kind=Cell.FACT)
    page.text(4, 0, "Notes to look at", Cell.LABEL)
    looks = Decimal(sum(check.result == "look" for check in checks))
    page.formula((4, 1), f'COUNTIF(G{_FIRST + 1}:G{last},"look")', looks, None, kind=Cell.FACT)
    page.head(_FIRST - 1, _HEADS, right=(3, 4, 5), centre=(6,))
    page.sheet.freeze_panes(_FIRST, 0)
    page.sheet.repeat_rows(_FIRST - 1)
    for row, check in enumerate(checks, start=_FIRST):
        _check(book, page, row, check)
    _colours(page, last)
    _refused(book, page, last + 1)
    return count


def _check(book: Book, page: Page, row: int, check: CheckLine) -> None:
    page.texts(row, 0, [check.area, check.what, check.currency])
    if check.statement is None:
        expected = page.amount(row, 3, check.expected, check.currency)
        actual = page.amount(row, 4, check.actual, check.currency)
    else:
        number, tied = check.statement + 1, book.tied[check.statement]
        expected = page.formula(
            (row, 3), f"adjusted_right_{number}", check.expected, check.currency, operands=[tied.right]
        )
        actual = page.formula(
            (row, 4), f"adjusted_left_{number}", check.actual, check.currency, operands=[tied.left]
        )
    difference = page.formula(
        (row, 5),
        f"{actual.here}-{expected.here}",
        check.difference,
        check.currency,
        operands=[actual, expected],
    )
    page.result(row, 6, difference, "FAIL" if check.control else "look")


def _of_the_workbook(book: Book) -> Iterator[CheckLine]:
    """What only the workbook can get wrong: breaks that are missing, amounts that Excel cannot hold."""
    rows = sum(count for _, count in book.break_sheets)
    sheets = counted(len(book.break_sheets), "sheet")
    what = f"Breaks of the run stand on {sheets}"
    yield CheckLine("Workbook", what, None, Decimal(book.report.break_count), Decimal(rows))
    texts = Decimal(len(book.long_amounts) + book.long_in_breaks)
    what = "Amounts of more than 15 digits, written as text (Excel would round them)"
    yield CheckLine("Workbook", what, None, Decimal(0), texts, control=False)


def _colours(page: Page, last: int) -> None:
    for word, fill, text in (
        ("FAIL", "#FBE4E1", "#A3231B"),
        ("look", "#FCF2DD", "#8A5A00"),
        ("pass", "", "#1D6B38"),
    ):
        look = {"font_color": text} | ({"bg_color": fill} if fill else {})
        page.sheet.conditional_format(
            _FIRST, 6, max(_FIRST, last - 1), 6,
            {"type": "cell", "criteria": "==", "value": f'"{word}"',
             "format": page.styles.conditional(look)},
        )  # fmt: skip


def _refused(book: Book, page: Page, row: int) -> None:
    if not book.report.refused:
        return
    page.section(row, "Refused rows", len(_WIDTHS))
    page.head(row + 1, ("Code", "File and first reason", "Field", "Rows"), right=(3,), width=len(_WIDTHS))
    for offset, line in enumerate(book.report.refused, start=2):
        page.texts(row + offset, 0, [line.code, f"{line.path}: {line.example}", line.field])
        page.count(row + offset, 3, line.count)
