"""The order book and the settlement reports as the desks receive them: CSV, and one week as a workbook."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from sample_data.miniapp_settlement.book import Line, Order
from sample_data.miniapp_settlement.world import amount_text
from sample_data.workbook import Amount, Cell, workbook

WEEK_ENDS = (7, 14, 21, 28, 31)
"""Files close on these days of October."""
AS_WORKBOOK = 21
"""The processor sends this week as .xlsx."""
LATE_FILE = "late/orders_2026-10-late.csv"

_ORDER_COLUMNS = (
    "order_no", "kind", "mini_app", "seller_kind", "merchant_id", "channel", "product", "currency", "gross",
    "expected_fee", "expected_tax", "expected_net", "created_at", "paid_at", "status",
)  # fmt: skip
_LINE_COLUMNS = (
    "Transaction Reference", "Merchant Order No", "Type", "Payment Method", "Currency", "Gross Amount", "Fee",
    "VAT", "Net Amount", "Transaction Date", "Business Date", "Payout Reference", "Payout Date",
    "Original Transaction",
)  # fmt: skip


def order_files(orders: Iterable[Order]) -> dict[str, bytes]:
    """The weekly exports of the order book by path, and the one that came late; fees are written unsigned."""
    weeks: dict[str, list[Order]] = defaultdict(list)
    for order in orders:
        week = _week(order.created.date())
        weeks[LATE_FILE if order.late else f"data/internal/orders_2026-10-{week:02d}.csv"].append(order)
    return {path: _csv([_ORDER_COLUMNS, *map(_order_row, rows)], "\n") for path, rows in weeks.items()}


def settlement_files(lines: Iterable[Line]) -> dict[str, bytes]:
    """The processor's weekly reports by path: preamble, header, lines, control totals by currency."""
    weeks: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        weeks[_week(line.business_date)].append(line)
    files = {}
    for week, members in weeks.items():
        path = f"data/processor/settlement_2026-10-{week:02d}"
        if week == AS_WORKBOOK:
            files[f"{path}.xlsx"] = workbook("Settlement", _report(week, members, as_cells=True))
        else:
            text = _csv(_report(week, members, as_cells=False), "\r\n")
            files[f"{path}.csv"] = b"\xef\xbb\xbf" + text
    return files


def _week(day: date) -> int:
    return next(end for end in WEEK_ENDS if day.day <= end)


def _order_row(order: Order) -> Sequence[str]:
    return (
        order.number,
        order.kind,
        order.app.name,
        order.app.kind,
        order.merchant,
        order.channel,
        order.product,
        order.currency,
        amount_text(order.gross),
        amount_text(-order.fee),
        amount_text(-order.tax),
        amount_text(order.net),
        f"{order.created:%Y-%m-%d %H:%M:%S}",
        f"{order.paid:%Y-%m-%d %H:%M:%S}" if order.paid else "",
        order.status,
    )


def _report(week: int, lines: Sequence[Line], *, as_cells: bool) -> list[Sequence[Cell]]:
    first = max([end + 1 for end in WEEK_ENDS if end < week], default=1)
    rows: list[Sequence[Cell]] = [
        ("Kestrel Payments Ltd",),
        ("Settlement detail report",),
        ("Merchant account: TAMARIND-NG",),
        (f"Business dates: {first:02d}/10/2026 - {week:02d}/10/2026, times in Lagos",),
        (),
        _LINE_COLUMNS,
    ]
    rows.extend(_line_row(line, as_cells) for line in lines)
    for currency in ("NGN", "USD"):
        members = [line for line in lines if line.currency == currency]
        totals = [
            sum(line.gross for line in members),
            sum(line.fee for line in members),
            sum(line.tax for line in members),
            sum(line.net for line in members),
        ]
        amounts = [_money(total, as_cells) for total in totals]
        rows.append((f"Total {currency}", str(len(members)), "", "", currency, *amounts))
    rows.append(("End of report",))
    return rows


def _line_row(line: Line, as_cells: bool) -> Sequence[Cell]:
    return (
        line.processor_id,
        line.reference,
        line.kind,
        line.method,
        line.currency,
        *(_money(minor, as_cells) for minor in (line.gross, line.fee, line.tax, line.net)),
        f"{line.time:%d/%m/%Y %H:%M:%S}",
        line.business_date if as_cells else f"{line.business_date:%d/%m/%Y}",
        line.payout_id,
        line.payout_date if as_cells else f"{line.payout_date:%d/%m/%Y}",
        line.original or (None if as_cells else ""),
    )


def _money(minor: int, as_cell: bool) -> Cell:
    return Amount(amount_text(minor)) if as_cell else amount_text(minor)


def _csv(rows: Iterable[Sequence[Cell]], line_end: str) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator=line_end)
    writer.writerows(rows)
    return buffer.getvalue().encode("utf-8")
