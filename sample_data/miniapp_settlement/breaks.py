"""The breaks of the story, each from the part that its record plays."""

from collections.abc import Iterator

from sample_data.miniapp_settlement.bank import payouts
from sample_data.miniapp_settlement.book import Line, Order
from sample_data.miniapp_settlement.truth import BANK_LEG, ORDERS_LEG, Break, Truth, sources_of
from sample_data.miniapp_settlement.world import LAST

_INTERNAL, _PROCESSOR = "internal_orders", "processor_settlement"
_FROM_BUSINESS_DATE_IN_TRANSIT = LAST.replace(day=29)
"""Settlement lines from this business date on are not overdue at the bank on 31 October."""
_LINE_KINDS = {
    "missing_in_books": "missing_in_internal",
    "late_file": "missing_in_internal",
    "duplicate:second": "duplicate",
    "failed_but_settled": "status_mismatch",
    "wrong_currency": "wrong_currency",
    "refund_not_booked:refund": "refund_unmatched",
    "chargeback_unlinked": "chargeback_unlinked",
}


def breaks(truth: Truth) -> list[Break]:
    """All breaks of the run, by rule set, kind and reference."""
    found = [
        *_order_variances(truth),
        *_open_orders(truth),
        *_open_lines_of_orders_leg(truth),
        *_payout_variances(truth),
        *_open_lines_of_bank_leg(truth),
        *_open_movements(truth),
        *_statement_gaps(truth),
    ]
    return sorted(found, key=lambda b: (b.ruleset, b.kind, b.day, b.reference, b.side, b.amount))


def _order_variances(truth: Truth) -> Iterator[Break]:
    for match in truth.orders:
        order = match.order
        if match.variance:
            yield _of_order(order, "", "rounding", match.variance, "kobo")
        if match.fee_variance:
            kind = "fee_overcharge" if match.fee_variance > 0 else "fee_undercharge"
            yield _of_order(order, "", kind, match.fee_variance, order.population)


def _open_orders(truth: Truth) -> Iterator[Break]:
    matched = truth.matched_orders()
    for order in truth.books.orders:
        if order.status != "PAID" or id(order) in matched:
            continue
        if order.kind == "REFUND":
            yield _of_order(order, "left", "refund_unmatched", order.gross, "refund_not_sent")
        elif order.population in {"missing_at_processor", "wrong_currency"}:
            kind = {"missing_at_processor": "missing_in_processor"}.get(order.population, order.population)
            yield _of_order(order, "left", kind, order.gross, order.population)
        else:
            yield _of_order(order, "left", "in_transit", order.gross, "after_cut_off")


def _of_order(order: Order, side: str, kind: str, amount: int, population: str) -> Break:
    return Break(
        ORDERS_LEG, side, kind, _INTERNAL, order.number, order.kind.lower(), order.currency, amount,
        order.business_date, population,
    )  # fmt: skip


def _open_lines_of_orders_leg(truth: Truth) -> Iterator[Break]:
    settled = {id(line) for match in truth.orders for line in match.lines}
    for line in truth.books.lines:
        if id(line) not in settled:
            yield _of_line(line, ORDERS_LEG, "right", _LINE_KINDS[line.population], line.population)


def _of_line(line: Line, ruleset: str, side: str, kind: str, population: str) -> Break:
    amount = line.net if ruleset == BANK_LEG else line.gross
    return Break(
        ruleset, side, kind, _PROCESSOR, line.reference, line.kind.lower(), line.currency, amount,
        line.business_date, population,
    )  # fmt: skip


def _payout_variances(truth: Truth) -> Iterator[Break]:
    for match in truth.payouts:
        if match.variance:
            kind = "rounding" if match.movement.population == "payout_kobo" else "amount_mismatch"
            move = match.movement
            yield Break(
                BANK_LEG, "", kind, _PROCESSOR, match.payout_id, "payout", move.currency, match.variance,
                move.booked, move.population,
            )  # fmt: skip


def _open_lines_of_bank_leg(truth: Truth) -> Iterator[Break]:
    for lines in truth.in_transit.values():
        for line in lines:
            due = line.business_date < _FROM_BUSINESS_DATE_IN_TRANSIT
            kind, population = (
                ("missing_in_bank", "statement_gap") if due else ("in_transit", "month_end_payout")
            )
            yield _of_line(line, BANK_LEG, "left", kind, population)


def _open_movements(truth: Truth) -> Iterator[Break]:
    kinds = {"unexpected_credit": "unexpected_credit", "bank_charge": "missing_in_processor"}
    for move in truth.books.movements:
        if move.population in kinds:
            yield Break(
                BANK_LEG, "right", kinds[move.population], sources_of(move.currency), move.bank_reference,
                "credit" if move.amount > 0 else "charge", move.currency, move.amount, move.booked,
                move.population,
            )  # fmt: skip


def _statement_gaps(truth: Truth) -> Iterator[Break]:
    for move in truth.books.movements:
        if not move.printed:
            yield Break(
                "", "", "statement_gap", sources_of(move.currency), move.payout_id, "statement", move.currency,
                move.amount, move.booked, "statement_gap",
            )  # fmt: skip


def payout_status(truth: Truth) -> dict[str, str]:
    """For each payout, how far its money came: settled, in_transit or missing_in_bank."""
    status = {match.payout_id: "settled" for match in truth.payouts}
    for identity, lines in payouts(truth.books.lines).items():
        if identity not in status:
            late = min(line.business_date for line in lines) >= _FROM_BUSINESS_DATE_IN_TRANSIT
            status[identity] = "in_transit" if late else "missing_in_bank"
    return status
