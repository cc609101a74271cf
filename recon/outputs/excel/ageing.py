"""Sheet `Ageing`: how old the breaks are, by kind, with a stacked chart of counts and amounts per currency."""

from collections import Counter
from decimal import Decimal

from recon.breaks.ageing import BUCKETS
from recon.model.wording import plain_words
from recon.outputs.exact import total
from recon.outputs.excel.book import Book
from recon.outputs.excel.page import Page, Written
from recon.outputs.excel.styles import RULE, Cell
from recon.outputs.palette import AGES, GREY, INK
from recon.outputs.report import AgeingLine

_LABELS = tuple(bucket.label for bucket in BUCKETS)
_WIDTH = len(BUCKETS) + 2
_CHART_ROWS = 17


def ageing_sheet(book: Book, page: Page) -> None:
    """Fill the sheet: the chart, counts over all currencies, then one table of amounts per currency."""
    book.titled(page, "Ageing of breaks")
    page.sheet.set_column(0, 0, 30)
    page.sheet.set_column(1, _WIDTH - 1, 17)
    page.sheet.freeze_panes(2, 1)
    page.sheet.repeat_rows(0, 2)
    lines = book.report.ageing
    if not lines:
        page.text(3, 0, "Nothing is open.", Cell.NOTE)
        return
    row = _counts(book, page, 3 + _CHART_ROWS, lines)
    for currency in sorted({line.currency for line in lines}):
        mine = [line for line in lines if line.currency == currency]
        row = _amounts(page, row + 1, currency, mine)
    page.text(
        row + 1,
        0,
        "Ages are calendar days up to the as-of date; amounts carry the sign they have in their own source.",
        Cell.NOTE,
    )


def _counts(book: Book, page: Page, row: int, lines: tuple[AgeingLine, ...]) -> int:
    by_kind: dict[str, Counter[int]] = {}
    for line in lines:
        by_kind.setdefault(line.kind, Counter()).update(dict(enumerate(line.counts)))
    page.section(row, "Number of breaks by kind and age", _WIDTH)
    page.head(row + 1, ("Break", *_LABELS, "total"), right=range(1, _WIDTH))
    columns: list[list[Written]] = [[] for _ in range(_WIDTH - 1)]
    last = row + 2
    for kind, counts in sorted(by_kind.items()):
        page.text(last, 0, plain_words(kind))
        cells = [page.count(last, at + 1, counts[at]) for at in range(len(BUCKETS))]
        cells.append(_sum(page, (last, _WIDTH - 1), cells, None, Cell.FORMULA))
        for column, cell in zip(columns, cells, strict=True):
            column.append(cell)
        last += 1
    _total_row(page, last, columns, None)
    _chart(book, page, row + 1, (row + 2, last - 1))
    return last + 1


def _amounts(page: Page, row: int, currency: str, lines: list[AgeingLine]) -> int:
    page.section(row, f"Amounts in {currency}", _WIDTH)
    page.head(row + 1, ("Break", *_LABELS, "total"), right=range(1, _WIDTH))
    columns: list[list[Written]] = [[] for _ in range(_WIDTH - 1)]
    row += 2
    for line in lines:
        page.text(row, 0, plain_words(line.kind))
        cells = [page.amount(row, at, amount, currency) for at, amount in enumerate(line.amounts, start=1)]
        cells.append(_sum(page, (row, _WIDTH - 1), cells, currency, Cell.FORMULA))
        for column, cell in zip(columns, cells, strict=True):
            column.append(cell)
        row += 1
    _total_row(page, row, columns, currency)
    return row + 1


def _total_row(page: Page, row: int, columns: list[list[Written]], currency: str | None) -> None:
    page.text(row, 0, f"Total {currency}" if currency else "Total", Cell.TOTAL_LABEL)
    for at, cells in enumerate(columns, start=1):
        _sum(page, (row, at), cells, currency, Cell.TOTAL)


def _sum(page: Page, at: tuple[int, int], cells: list[Written], currency: str | None, kind: Cell) -> Written:
    area = f"SUM({cells[0].here}:{cells[-1].here})"
    amount: Decimal = total(cell.amount for cell in cells)
    return page.formula(at, area, amount, currency, operands=cells, kind=kind)


def _chart(book: Book, page: Page, heads: int, rows: tuple[int, int]) -> None:
    """Columns of kinds stacked by age; counts, because amounts of two currencies have no common height."""
    chart = book.workbook.add_chart({"type": "column", "subtype": "stacked"})
    first, last = rows
    for at, (colour, _) in enumerate(zip(AGES, BUCKETS, strict=True), start=1):
        chart.add_series(
            {
                "name": [page.name, heads, at],
                "categories": [page.name, first, 0, last, 0],
                "values": [page.name, first, at, last, at],
                "fill": {"color": colour},
                "border": {"none": True},
                "gap": 60,
                "overlap": 100,
            }
        )
    font = {"name": "Calibri", "size": 9, "color": GREY}
    chart.set_title({"name": "Breaks by kind and age", "name_font": {"size": 11, "color": INK, "bold": True}})
    chart.set_legend({"position": "bottom", "font": font})
    chart.set_x_axis({"num_font": font, "line": {"color": RULE}, "major_tick_mark": "none"})
    chart.set_y_axis(
        {"num_font": font, "num_format": "#,##0", "line": {"none": True},
         "major_gridlines": {"visible": True, "line": {"color": "#E3E8EE"}}}
    )  # fmt: skip
    chart.set_chartarea({"border": {"color": RULE}})
    chart.set_size({"width": 1083, "height": 320})
    page.sheet.insert_chart(3, 0, chart, {"object_position": 2, "description": "Breaks by kind and age"})
