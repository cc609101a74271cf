"""The channel desk's report as a workbook: a sheet for each question, live totals by currency, the same bytes again."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_rowcol_to_cell

from recon.model.wording import plain_words
from recon.outputs.channels.report import ChannelReport
from recon.outputs.exact import total
from recon.outputs.excel.book import written_workbook
from recon.outputs.excel.page import Page, Written, titled
from recon.outputs.excel.styles import Cell, Styles
from recon.payouts.channels.bills import Bill, Difference
from recon.payouts.channels.campaigns import Campaign, Effect
from recon.payouts.channels.margin import Margin
from recon.payouts.channels.owed import Owed

Value = str | int | Decimal | date | None
HEAD = 3
"""The row of the column heads."""


def channel_workbook(report: ChannelReport) -> bytes:
    """The workbook's bytes; equal reports give equal bytes. Text is never a formula."""
    title = f"Channels {report.period}"
    with written_workbook(title, report.project, report.period.last) as (workbook, styles, held):
        for name, heads, rows in _sheets(report):
            _sheet(_page(workbook, styles, report, name), heads, list(rows))
    return held.getvalue()


def _sheets(report: ChannelReport) -> Iterable[tuple[str, Sequence[str], Iterable[Sequence[Value]]]]:
    """Name, column heads, and rows of each sheet; `Currency` is the column by which amounts are added up."""
    groups = tuple(name.capitalize() for name in report.groups)
    yield "Bills", BILLS, map(_bill, report.bills)
    yield "Differences", DIFFERENCES, map(_difference, report.differences)
    yield "Settlements", OWED, map(_owed, report.settlements)
    yield "Campaigns", CAMPAIGNS, map(_campaign, report.campaigns)
    yield "Effect", EFFECTS, map(_effect, report.effects)
    yield "Claims", OWED, map(_owed, report.claims)
    yield "Margin", (*groups, *MARGIN), map(_margin, report.margins)
    if report.merchants:
        yield "Margin by merchant", ("Merchant", *MARGIN), map(_margin, report.merchants)


BILLS = ("Channel", "Lines", "Matched", "Gross", "Fees", "Net", "Remitted", "Outstanding", "Currency")
DIFFERENCES = ("Rule set", "Source", "Kind", "Count", "Amount", "Currency")
CAMPAIGNS = (
    "Campaign", "Plan", "From", "Until", "Entries", "Discounts", "Used", "Budget", "Over", "Given", "Claimed", "Ours",
    "Currency",
)  # fmt: skip
EFFECTS = (
    "Campaign",
    "Payments",
    "Days",
    "Count",
    "Volume",
    "Discounts",
    "Average",
    "Volume by day",
    "Currency",
)
MARGIN = ("Entries", "Volume", "Charged", "Given", "Claimed", "Cost", "Margin", "Currency")
OWED = ("Payee", "Name", "Plan", "What", "Day", "Amount", "Currency", "Period", "Words")
NOT_ADDED = frozenset(
    {"Average", "Volume by day", "Used", "Budget", "Over", "Days", "Count", "Lines", "Matched", "Entries"}
)
"""Amounts whose sum says nothing."""


def _bill(one: Bill) -> tuple[Value, ...]:
    amounts = (one.gross, one.fees, one.net, one.remitted, one.outstanding)
    return (one.channel, one.lines, one.matched, *amounts, one.currency)


def _difference(one: Difference) -> tuple[Value, ...]:
    return one.ruleset, one.source, plain_words(one.kind), one.count, one.amount, one.currency


def _campaign(one: Campaign) -> tuple[Value, ...]:
    amounts = (one.discounts, one.used, one.budget, one.over, one.given, one.claimed, one.ours)
    return (one.campaign, one.plan, one.first, one.last, one.entries, *amounts, one.currency)


def _effect(one: Effect) -> tuple[Value, ...]:
    amounts = (one.volume, one.discounts, one.average, one.by_day)
    return (one.campaign, one.payments, one.days, one.count, *amounts, one.currency)


def _owed(one: Owed) -> tuple[Value, ...]:
    return one.payee, one.name, one.plan, one.what, one.day, one.amount, one.currency, one.period, one.words


def _margin(one: Margin) -> tuple[Value, ...]:
    by = tuple(name or "(no single entry)" for name in one.by)
    amounts = (one.volume, one.charged, one.given, one.claimed, one.cost, one.margin)
    return (*by, one.entries, *amounts, one.currency)


def _page(workbook: Workbook, styles: Styles, report: ChannelReport, name: str) -> Page:
    title, run = f"Channels: {name.lower()}", f"{report.project} · {report.period} · run {report.run}"
    page = titled(workbook, styles, name, title, run)
    page.sheet.set_column(0, 1, 18)
    page.sheet.set_column(2, 30, 14)
    return page


def _sheet(page: Page, heads: Sequence[str], rows: Sequence[Sequence[Value]]) -> None:
    """The rows under their heads, and a total of every amount for each currency."""
    currency = heads.index("Currency")
    right = [at for at in range(len(heads)) if any(isinstance(row[at], (int, Decimal)) for row in rows)]
    page.head(HEAD, heads, right=right)
    page.sheet.freeze_panes(HEAD + 1, 1)
    written: dict[tuple[str, int], list[Written]] = {}
    for at, row in enumerate(rows, start=HEAD + 1):
        code = str(row[currency])
        for column, value in enumerate(row):
            cell = _value(page, at, column, value, code)
            if cell is not None and isinstance(value, Decimal) and heads[column] not in NOT_ADDED:
                written.setdefault((code, column), []).append(cell)
    if rows:
        _totals(page, HEAD + 1 + len(rows), currency, written)


def _value(page: Page, row: int, column: int, value: Value, currency: str) -> Written | None:
    if isinstance(value, Decimal):
        return page.amount(row, column, value, currency)
    if isinstance(value, int):
        return page.count(row, column, value)
    if isinstance(value, date):
        page.day(row, column, value)
    else:
        page.text(row, column, value)
    return None


def _totals(page: Page, row: int, currency: int, written: dict[tuple[str, int], list[Written]]) -> None:
    """A total of each column of amounts for each currency, in a row of its own."""
    codes = f"{xl_rowcol_to_cell(HEAD + 1, currency)}:{xl_rowcol_to_cell(row - 1, currency)}"
    for at, code in enumerate(sorted({code for code, _ in written}), start=row):
        page.text(at, 0, f"Total {code}", Cell.TOTAL_LABEL)
        page.text(at, currency, code, Cell.TOTAL_LABEL)
        for (own, column), cells in written.items():
            if own == code:
                area = f"{xl_rowcol_to_cell(HEAD + 1, column)}:{xl_rowcol_to_cell(row - 1, column)}"
                amount = total(cell.amount for cell in cells)
                formula = f'SUMIF({codes},"{code}",{area})'
                page.formula((at, column), formula, amount, code, operands=cells, kind=Cell.TOTAL)
