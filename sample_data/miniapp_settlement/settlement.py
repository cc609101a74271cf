"""The processor's side: a settlement line for what it saw, gathered into payouts on the next bank day."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from sample_data.dice import Dice
from sample_data.miniapp_settlement.book import Line, Order
from sample_data.miniapp_settlement.populations import OCT
from sample_data.miniapp_settlement.world import (
    CUT_OFF_HOUR,
    DISPUTE_FEE,
    contracted_fee,
    half_even,
    next_bank_day,
    vat,
)

_NOISE_PER_THOUSAND = 30
_KINDS = {"SALE": "Payment", "REFUND": "Refund", "CHARGEBACK": "Chargeback"}
_BEFORE_OPENING = (("TM2609184471", 6, "NGN", 1_845_000), ("TM2609220318", 19, "USD", 4_999))
"""Trial orders of September, before the order book opened, that come back as chargebacks without an original."""


class Settlement:
    """Writes lines one by one; every processor id is used once."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        self._used: set[str] = set()
        self.lines: list[Line] = []

    def add(self, order: Order, when: datetime, **changes: object) -> Line:
        """A line for the order as it stands in the book, with whatever the processor has otherwise."""
        business_date = when.date() + timedelta(days=int(when.hour >= CUT_OFF_HOUR))
        fields: dict[str, object] = {
            "kind": _KINDS[order.kind],
            "number": order.number,
            "reference": self._written(order.number),
            "method": order.channel.upper(),
            "currency": order.currency,
            "gross": order.gross,
            "fee": order.fee,
            "tax": order.tax,
            "orders": (order,),
            "population": order.population
            if order.kind == "SALE"
            else f"{order.population}:{order.kind.lower()}",
            **changes,
        }
        payout_date = next_bank_day(business_date)
        payout_id = f"KP{str(fields['currency'])[0]}-{payout_date:%Y%m%d}"
        line = Line(
            processor_id=self._identity(when),
            time=when,
            business_date=business_date,
            payout_date=payout_date,
            payout_id=payout_id,
            **fields,  # type: ignore[arg-type]  # the names and types are those of Line
        )
        self.lines.append(line)
        return line

    def _identity(self, when: datetime) -> str:
        while True:
            identity = f"KPT{when:%y%m%d}{self._dice.below(10**8):08d}"
            if identity not in self._used:
                self._used.add(identity)
                return identity

    def _written(self, number: str) -> str:
        """The order number as it went through the processor: three in a hundred come out otherwise."""
        if not self._dice.chance(_NOISE_PER_THOUSAND):
            return number
        return self._dice.pick(
            [number.lower(), f"{number[:2]}-{number[2:8]}-{number[8:]}", number.rjust(16, "0")]
        )


def settlement_lines(orders: Iterable[Order], dice: Dice) -> list[Line]:
    """The lines of all files of the month, in the order of their time.

    Lines whose business date falls into November are left out: they are in next month's first file.
    """
    book = Settlement(dice)
    for order in orders:
        if order.kind == "SALE":
            _sale(book, order, dice)
        elif order.population != "refund_not_sent" and order.paid:
            book.add(order, order.paid + timedelta(seconds=dice.between(20, 90)))
    _only_at_processor(book, dice)
    _link_originals(book.lines)
    return sorted(
        (line for line in book.lines if line.business_date.month == 10),
        key=lambda ln: (ln.time, ln.processor_id),
    )


def _sale(book: Settlement, order: Order, dice: Dice) -> None:
    part = order.population
    if (order.paid is None and part != "failed_but_settled") or part == "missing_at_processor":
        return
    when = (order.paid or order.created + timedelta(seconds=95)) - timedelta(seconds=dice.between(1, 3))
    if part == "fee_above_cap":
        fee = half_even(order.gross * 15, 1000) + 10000  # the contract's rate, without its cap
        book.add(order, when, fee=-fee, tax=-vat(fee))
    elif part == "fee_wrong_rate":
        fee = order.gross * 49 // 1000
        book.add(order, when, fee=-fee, tax=-vat(fee))
    elif part == "fee_flat_waived":
        fee = -order.fee - 10000
        book.add(order, when, fee=-fee, tax=-vat(fee))
    elif part == "kobo":
        book.add(order, when, gross=order.gross + dice.pick([-1, 1]))
    elif part == "wrong_currency":
        fee = contracted_fee(order.gross, "NGN")
        book.add(order, when, currency="NGN", fee=-fee, tax=-vat(fee), orders=())
    elif part == "split":
        _split(book, order, when, dice)
    elif part in {"missing_in_books", "failed_but_settled", "late_file"}:
        book.add(order, when, orders=())
    else:
        book.add(order, when)
        if part == "duplicate":
            book.add(
                order, when + timedelta(seconds=dice.between(40, 200)), orders=(), population="duplicate:second"
            )
        if part == "refund_not_booked":
            later = when + timedelta(days=dice.between(1, 4))
            book.add(
                order,
                later,
                kind="Refund",
                gross=-order.gross,
                fee=0,
                tax=0,
                orders=(),
                population=f"{part}:refund",
            )


def _split(book: Settlement, order: Order, when: datetime, dice: Dice) -> None:
    """Part from the wallet, the rest by card; the order book expects the fee of both parts."""
    first = order.gross * dice.between(20, 40) // 100 // 100 * 100
    parts = ((first, "WALLET"), (order.gross - first, "CARD"))
    fees = [contracted_fee(gross, order.currency) for gross, _ in parts]
    order.fee, order.tax = -sum(fees), -sum(vat(fee) for fee in fees)
    for (gross, method), fee in zip(parts, fees, strict=True):
        book.add(order, when, gross=gross, fee=-fee, tax=-vat(fee), method=method)


def _only_at_processor(book: Settlement, dice: Dice) -> None:
    """Chargebacks of orders that the book has never seen."""
    pattern = next(line for line in book.lines if line.orders).orders[0]
    for number, day, currency, gross in _BEFORE_OPENING:
        when = datetime.combine(OCT[day], time(10, dice.below(60), dice.below(60)))
        fee = DISPUTE_FEE[currency]
        book.add(
            pattern,
            when,
            kind="Chargeback",
            number=number,
            reference=number,
            method="CARD",
            currency=currency,
            gross=-gross,
            fee=-fee,
            tax=-vat(fee),
            orders=(),
            population="chargeback_unlinked",
        )


def _link_originals(lines: list[Line]) -> None:
    sold = {line.number: line.processor_id for line in reversed(lines) if line.kind == "Payment"}
    for line in lines:
        if line.kind != "Payment":
            line.original = sold.get(line.number, "")
