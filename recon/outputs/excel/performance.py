"""Sheet `Performance`: matched by passes and by hand, breaks by cause and by owner, and the trend, with two charts."""

from collections import defaultdict
from collections.abc import Sequence

from recon.model.wording import plain_words
from recon.outputs.excel.book import Book
from recon.outputs.excel.page import Page
from recon.outputs.excel.styles import RULE, Cell
from recon.outputs.palette import AGES, GREY, INK
from recon.outputs.performance import MOST_POINTS, Performance, TrendRate

_WIDTH = 4 + MOST_POINTS
_CHART_ROWS = 16
_WAYS = ("Rule set", "Matched", "Currency", "Matches", "Entries", "Amount, left")
_CAUSES = ("Cause", "", "Currency", "Breaks", "Overdue", "Amount")
_OWNERS = ("Owner", "", "Currency", "Breaks", "Overdue", "Oldest, days", "Amount")


def performance_sheet(book: Book, page: Page, found: Performance) -> None:
    """Fill the sheet. Nothing is added over currencies; the charts count breaks."""
    book.titled(page, "Performance")
    page.sheet.set_column(0, 0, 30)
    page.sheet.set_column(1, 2, 13)
    page.sheet.set_column(3, _WIDTH - 1, 15)
    page.sheet.freeze_panes(2, 1)
    page.sheet.repeat_rows(0, 2)
    row = _ways(page, 3, found)
    row = _causes(book, page, row + 1, found)
    row = _owners(page, row + 1, found)
    _trend(book, page, row + 1, found)


def _ways(page: Page, row: int, found: Performance) -> int:
    page.section(row, "Matched by passes and by hand", _WIDTH)
    page.head(row + 1, _WAYS, right=range(3, 6), width=_WIDTH)
    row += 2
    for line in found.ways:
        page.texts(row, 0, [line.ruleset, line.way, line.currency])
        page.count(row, 3, line.matches)
        page.count(row, 4, line.entries)
        page.amount(row, 5, line.amount, line.currency)
        row += 1
    return row


def _causes(book: Book, page: Page, row: int, found: Performance) -> int:
    page.section(row, "Breaks by cause", _WIDTH)
    if not found.causes:
        page.text(row + 1, 0, "Nothing is open.", Cell.NOTE)
        return row + 2
    counts: dict[str, int] = defaultdict(int)
    for line in found.causes:
        counts[line.kind] += line.count
    page.head(row + 1, _CAUSES, right=range(3, 6), width=_WIDTH)
    row += 2
    for line in found.causes:
        page.texts(row, 0, [plain_words(line.kind), None, line.currency])
        page.count(row, 3, line.count)
        page.count(row, 4, line.overdue)
        page.amount(row, 5, line.amount, line.currency)
        row += 1
    first = row + 1
    page.head(first, ("All currencies", "", "", "Breaks"), right=(3,), width=_WIDTH)
    for at, (kind, count) in enumerate(sorted(counts.items(), key=lambda item: (-item[1], item[0])), first + 1):
        page.text(at, 0, plain_words(kind))
        page.count(at, 3, count)
    last = first + len(counts)
    _chart(book, page, "Breaks by cause", "bar", [("Breaks", first, 3)], (first + 1, last), last + 1)
    return last + 1 + _CHART_ROWS


def _owners(page: Page, row: int, found: Performance) -> int:
    if not found.owners:
        return row - 1
    page.section(row, "Breaks by owner", _WIDTH)
    page.head(row + 1, _OWNERS, right=range(3, 7), width=_WIDTH)
    row += 2
    for line in found.owners:
        page.texts(row, 0, [line.owner or "nobody", None, line.currency])
        page.count(row, 3, line.count)
        page.count(row, 4, line.overdue)
        page.days(row, 5, line.oldest_days)
        page.amount(row, 6, line.amount, line.currency)
        row += 1
    return row


def _trend(book: Book, page: Page, row: int, found: Performance) -> None:
    page.section(row, "Trend: breaks, and match rates by count and by amount", _WIDTH)
    page.head(row + 1, ("Point", "", "", "Breaks", "Overdue"), right=(3, 4), width=_WIDTH)
    for at, point in enumerate(found.trend_breaks, row + 2):
        page.text(at, 0, point.label)
        page.count(at, 3, point.breaks)
        page.count(at, 4, point.overdue)
    last = row + 1 + len(found.trend_breaks)
    series = [("Breaks", row + 1, 3), ("Overdue", row + 1, 4)]
    _chart(book, page, "Breaks over time", "column", series, (row + 2, last), last + 1)
    _rates(page, last + 1 + _CHART_ROWS, found)


def _rates(page: Page, row: int, found: Performance) -> None:
    held: dict[tuple[str, str, str], dict[str, TrendRate]] = defaultdict(dict)
    for one in found.trend:
        held[one.ruleset, one.rate.side, one.rate.currency][one.run] = one
    page.head(row, ("Rule set", "Side", "Currency", "By", *found.labels), right=range(4, _WIDTH), width=_WIDTH)
    for (ruleset, side, currency), rates in sorted(held.items()):
        for measure in ("count", "amount"):
            row += 1
            page.texts(row, 0, [ruleset, side, currency, measure])
            for at, point in enumerate(found.trend_breaks, 4):
                if point.run in rates:
                    _rate(page, row, at, rates[point.run], measure)


def _rate(page: Page, row: int, column: int, one: TrendRate, measure: str) -> None:
    rate = one.rate
    if measure == "count":
        page.ratio(row, column, rate.matched_count, rate.count)
    else:
        scale = 10**8  # an amount has eight decimals at most
        page.ratio(row, column, int(rate.matched_amount * scale), int(rate.amount * scale))


def _chart(
    book: Book,
    page: Page,
    title: str,
    kind: str,
    series: Sequence[tuple[str, int, int]],
    rows: tuple[int, int],
    at: int,
) -> None:
    """A chart of counts: each series is its name, the row of its head and its column."""
    chart = book.workbook.add_chart({"type": kind})
    first, last = rows
    for colour, (_, heads, column) in zip((AGES[3], AGES[5]), series, strict=False):
        chart.add_series(
            {
                "name": [page.name, heads, column],
                "categories": [page.name, first, 0, last, 0],
                "values": [page.name, first, column, last, column],
                "fill": {"color": colour},
                "border": {"none": True},
                "gap": 60,
            }
        )
    font = {"name": "Calibri", "size": 9, "color": GREY}
    chart.set_title({"name": title, "name_font": {"size": 11, "color": INK, "bold": True}})
    chart.set_legend({"none": True} if len(series) == 1 else {"position": "bottom", "font": font})
    names, numbers = {"num_font": font, "line": {"color": RULE}}, {"num_font": font, "num_format": "#,##0"}
    chart.set_x_axis(names | ({"reverse": True} if kind == "bar" else {}))
    chart.set_y_axis(
        numbers | {"line": {"none": True}, "major_gridlines": {"visible": True, "line": {"color": "#E3E8EE"}}}
    )
    chart.set_chartarea({"border": {"color": RULE}})
    chart.set_size({"width": 900, "height": 300})
    page.sheet.insert_chart(at, 0, chart, {"object_position": 2, "description": title})
