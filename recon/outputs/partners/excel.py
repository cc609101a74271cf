"""A performance report as a workbook: the whole, each week or month with charts; declines, queries, issues, alerts."""

from collections.abc import Iterable, Sequence

from xlsxwriter import Workbook

from recon.breaks.cases.report import hours
from recon.model.wording import plain_words
from recon.outputs.excel.book import written_workbook
from recon.outputs.excel.page import Page, titled
from recon.outputs.excel.styles import RULE, Cell, Styles
from recon.outputs.palette import AGES, GREY, INK
from recon.outputs.partners.report import GroupLine, PartnerReport
from recon.partners.measures.kpis import Figure

DECLINES = (
    "Partner", "Verdict", "Currency", "Usual week", "Spread", "Recent week", "Change %", "Peers %", "Last active",
)  # fmt: skip
QUERIES = (
    "Case", "Partner", "Asked by", "Question", "Opened", "Resolved", "Owner", "Hours", "Clock", "Cause", "Answer",
)  # fmt: skip
PERCENT = "#,##0.00_);(#,##0.00)"
CHART_ROWS = 17
"""Rows that a chart takes."""


def partner_workbook(report: PartnerReport) -> bytes:
    """The workbook's bytes; equal reports give equal bytes. Text is never a formula."""
    title = f"Partners {report.period} by {report.by}"
    with written_workbook(title, report.project, report.last) as (workbook, styles, held):
        _whole(_page(workbook, styles, report, "Overview"), workbook, report)
        _stretches(_page(workbook, styles, report, f"By {report.each}"), workbook, report)
        _declines(_page(workbook, styles, report, "Declines"), report)
        _queries(_page(workbook, styles, report, "Queries"), report)
        _issues(_page(workbook, styles, report, "Issues"), report)
        _alerts(_page(workbook, styles, report, "Alerts"), report)
    return held.getvalue()


def _page(workbook: Workbook, styles: Styles, report: PartnerReport, name: str) -> Page:
    title = f"Partners by {report.by}: {name.lower()}"
    page = titled(workbook, styles, name, title, f"{report.project} · {report.period}")
    page.sheet.set_column(0, 0, 18)
    page.sheet.set_column(1, 30, 13)
    return page


def _heads(report: PartnerReport, *before: str) -> list[str]:
    return [*before, "Currency", *(plain_words(name).capitalize() for name in report.names)]


def _whole(page: Page, workbook: Workbook, report: PartnerReport) -> None:
    row = 3
    for currency in report.currencies:
        first = row + CHART_ROWS + 1
        page.head(first - 1, ("Group", "Volume"), right=(1,))
        top = report.top(currency)
        for at, line in enumerate(top):
            page.text(first + at, 0, line.group)
            page.amount(first + at, 1, line.volume, currency)
        _chart(page, workbook, f"Volume in {currency}", row, (first, first + len(top) - 1), [1])
        row = first + len(top) + 2
    heads = _heads(report, report.by.capitalize())
    page.head(row, heads, right=range(2, len(heads)))
    for line in report.whole:
        row += 1
        page.text(row, 0, line.group)
        _figures(page, row, 1, line, report)
    page.sheet.freeze_panes(3, 1)


def _stretches(page: Page, workbook: Workbook, report: PartnerReport) -> None:
    page.sheet.freeze_panes(3, 1)
    row = 3
    for currency in report.currencies:
        names, series = report.series(currency)
        first = row + CHART_ROWS + 1
        page.head(first - 1, (report.each.capitalize(), *series), right=range(1, len(series) + 1))
        for at, name in enumerate(names):
            page.text(first + at, 0, name)
            for column, values in enumerate(series.values(), start=1):
                page.amount(first + at, column, values[at], currency)
        columns = list(range(1, len(series) + 1))
        _chart(
            page, workbook, f"Volume in {currency}", row, (first, first + len(names) - 1), columns, line=True
        )
        row = first + len(names) + 2
    heads = _heads(report, report.each.capitalize(), report.by.capitalize())
    page.head(row, heads, right=range(3, len(heads)))
    for line in report.stretches:
        row += 1
        page.texts(row, 0, [line.stretch, line.group])
        _figures(page, row, 2, line, report)


def _figures(page: Page, row: int, column: int, line: GroupLine, report: PartnerReport) -> None:
    page.text(row, column, line.currency)
    for at, name in enumerate(report.names, start=column + 1):
        _figure(page, row, at, line.figures.get(name), line.currency if name in report.money else None)


def _figure(page: Page, row: int, column: int, value: Figure, currency: str | None) -> None:
    if isinstance(value, int):
        page.count(row, column, value)
    elif value is not None and currency:
        page.amount(row, column, value, currency)
    elif value is not None:
        page.sheet.write_number(
            row, column, float(value), page.styles.of(Cell.SOURCE, num_format=PERCENT, align="right")
        )


def _chart(
    page: Page,
    workbook: Workbook,
    title: str,
    at: int,
    rows: tuple[int, int],
    columns: list[int],
    *,
    line: bool = False,
) -> None:
    """A chart of columns of the sheet, above the rows that it shows."""
    first, last = rows
    chart = workbook.add_chart({"type": "line" if line else "bar"})
    for number, column in enumerate(columns):
        colour = AGES[number % len(AGES)] if line else AGES[3]
        look = {"line": {"color": colour, "width": 2}} if line else {"fill": {"color": colour}, "gap": 50}
        chart.add_series(
            {
                "name": [page.name, first - 1, column],
                "categories": [page.name, first, 0, last, 0],
                "values": [page.name, first, column, last, column],
                **look,
            }
        )
    font = {"name": "Calibri", "size": 9, "color": GREY}
    chart.set_title({"name": title, "name_font": {"size": 11, "color": INK, "bold": True}})
    chart.set_legend({"position": "bottom", "font": font} if line else {"none": True})
    grid = {"visible": True, "line": {"color": "#E3E8EE"}}
    chart.set_x_axis(
        {"num_font": font, "num_format": "#,##0", "line": {"color": RULE}, "major_gridlines": grid}
    )
    chart.set_y_axis({"num_font": font, "num_format": "#,##0", "reverse": not line, "major_gridlines": grid})
    chart.set_chartarea({"border": {"color": RULE}})
    chart.set_size({"width": 960, "height": 320})
    page.sheet.insert_chart(at, 0, chart, {"object_position": 2, "description": title})


def _listed(page: Page, heads: Sequence[str], *, right: Iterable[int] = ()) -> None:
    """The header of a list, which stays in sight while its rows move."""
    page.head(3, heads, right=right)
    page.sheet.freeze_panes(4, 1)


def _declines(page: Page, report: PartnerReport) -> None:
    _listed(page, DECLINES, right=range(3, 8))
    for row, one in enumerate(report.declines, start=4):
        page.texts(row, 0, [one.partner, one.verdict, one.currency])
        for column, amount in enumerate((one.usual, one.spread, one.recent), start=3):
            page.amount(row, column, amount, one.currency)
        for column, share in enumerate((one.change, one.peers_change), start=6):
            _figure(page, row, column, share, None)
        page.day(row, 8, one.last_active)


def _queries(page: Page, report: PartnerReport) -> None:
    _listed(page, QUERIES)
    for row, one in enumerate(report.queries, start=4):
        page.texts(row, 0, [one.case, one.partner, one.asked_by, one.subject])
        page.day(row, 4, one.opened)
        page.day(row, 5, one.resolved)
        page.texts(row, 6, [one.owner, hours(one.minutes), one.clock, one.cause, one.answer])


def _issues(page: Page, report: PartnerReport) -> None:
    _listed(page, ("Issue", "Partner", "Topic", "Opened", "Resolved", "Days", "Person"), right=(5,))
    for row, one in enumerate(report.issues, start=4):
        page.texts(row, 0, [one.issue, one.partner, one.topic])
        page.day(row, 3, one.opened)
        page.day(row, 4, one.resolved)
        page.days(row, 5, ((one.resolved or report.last) - one.opened).days)
        page.text(row, 6, one.person)


def _alerts(page: Page, report: PartnerReport) -> None:
    _listed(page, ("Alert", "Severity", "Monitor", "Partner", "First", "Last", "State", "By", "Reason", "What"))
    for row, case in enumerate(report.alerts, start=4):
        one = case.alert
        page.texts(row, 0, [one.alert, one.severity, one.monitor, one.partner])
        page.day(row, 4, one.first)
        page.day(row, 5, one.last)
        page.texts(row, 6, [case.state, case.by, case.reason, one.words])
