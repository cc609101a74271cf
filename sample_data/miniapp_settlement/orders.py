"""The order book: a month of sales, the refunds and chargebacks that follow, and orders that never got paid."""

from datetime import datetime, time, timedelta

from sample_data.dice import Dice
from sample_data.miniapp_settlement.book import Order
from sample_data.miniapp_settlement.populations import cast
from sample_data.miniapp_settlement.world import (
    CHANNELS,
    DISPUTE_FEE,
    FIRST,
    LAST,
    MINI_APPS,
    MiniApp,
    contracted_fee,
    vat,
)

_HOURS = tuple(
    (hour, weight) for hour, weight in enumerate([2, 1, 1, 1, 1, 2, 4, 7, 9, 9, 9, 10, 12, 12, 10, 9, 9, 10])
)
_EVENING = ((18, 12), (19, 13), (20, 12), (21, 9), (22, 6), (23, 4))
_WEEKDAY = (74, 70, 72, 78, 96, 100, 78)
"""Sales on Monday to Sunday, before the noise of the day."""
_LAST_EVENING = 4
"""Sales after the processor's cut-off on the last day of the month."""


def order_book(dice: Dice) -> list[Order]:
    """All rows of the month in the order of their creation, with their parts given out."""
    sales = [order for day in range((LAST - FIRST).days + 1) for order in _sales_of(day, dice)]
    cast(sales, dice)
    for order in sales:
        if order.population == "failed_but_settled":
            order.status, order.paid = "FAILED", None
        if order.population == "late_file":
            order.late = True
    return sorted(
        [*sales, *_twins(sales), *_taken_back(sales, dice)], key=lambda o: (o.created, o.number, o.kind)
    )


def _sales_of(day: int, dice: Dice) -> list[Order]:
    date = FIRST + timedelta(days=day)
    count = _WEEKDAY[date.weekday()] + dice.between(-6, 6)
    moments = [_moment(dice) for _ in range(count)]
    if date == LAST:
        moments += [time(23, dice.between(2, 50), dice.below(60)) for _ in range(_LAST_EVENING)]
    orders = [_sale(datetime.combine(date, moment), dice) for moment in sorted(moments)]
    for position, order in enumerate(orders, start=1):
        order.number = f"TM{date:%y%m%d}{position:04d}"
    return orders


def _moment(dice: Dice) -> time:
    hour = dice.weighted(_HOURS + _EVENING)
    return time(hour, dice.below(58), dice.below(60))


def _sale(created: datetime, dice: Dice) -> Order:
    app = dice.weighted([(app, app.share) for app in MINI_APPS])
    gross = _price(app, dice)
    fee = contracted_fee(gross, app.currency)
    fate = dice.below(1000)
    status = "FAILED" if fate < 15 else "CANCELLED" if fate < 26 else "PAID"
    return Order(
        number="",
        kind="SALE",
        app=app,
        merchant=dice.pick(app.merchants),
        product=dice.pick(app.products),
        channel=dice.weighted(CHANNELS[app.currency]),
        currency=app.currency,
        gross=gross,
        fee=-fee,
        tax=-vat(fee),
        created=created,
        paid=created + timedelta(seconds=dice.between(4, 110)) if status == "PAID" else None,
        status=status,
    )


def _price(app: MiniApp, dice: Dice) -> int:
    if app.prices:
        return dice.pick(app.prices)
    # the lower of two draws: small baskets are commoner than large ones
    return min(dice.between(app.low, app.high, app.step), dice.between(app.low, app.high, app.step))


def _twins(sales: list[Order]) -> list[Order]:
    """A second row for each twin order: the customer pressed twice and wanted both.

    The first twin is equal in every field; the second was paid a minute later.
    """
    rows = []
    for position, order in enumerate(order for order in sales if order.population == "twins"):
        if order.paid is None:
            raise ValueError(f"{order.number}: a twin order must be paid")
        rows.append(_copy(order, paid=order.paid + timedelta(seconds=60 * position)))
    return rows


def _taken_back(sales: list[Order], dice: Dice) -> list[Order]:
    """The rows that take money back; what only the processor knows has no row here."""
    rows = []
    for order in sales:
        if order.population in {"refunded", "refund_not_sent"}:
            when = _later(order, dice.between(1, 5), dice)
            rows.append(_copy(order, kind="REFUND", created=when, paid=when, gross=-order.gross, fee=0, tax=0))
        if order.population == "charged_back":
            when = _later(order, dice.between(8, 14), dice)
            fee = DISPUTE_FEE[order.currency]
            back = _copy(
                order, kind="CHARGEBACK", created=when, paid=when, gross=-order.gross, fee=-fee, tax=-vat(fee)
            )
            rows.append(back)
    return rows


def _later(order: Order, days: int, dice: Dice) -> datetime:
    day = order.business_date + timedelta(days=days)
    return datetime.combine(day, time(dice.between(9, 16), dice.below(60), dice.below(60)))


def _copy(order: Order, **changes: object) -> Order:
    fields = {name: getattr(order, name) for name in Order.__slots__}
    return Order(**{**fields, **changes})
