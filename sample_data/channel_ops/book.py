"""The ledger of Lantern Pay: every sale, refund and chargeback of October, and what goes wrong with some of them."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction

from sample_data.channel_ops.world import (
    CASHBACK,
    CASHBACK_DAYS,
    CASHBACK_MERCHANTS,
    CURRENCY,
    DAY,
    HALVES,
    MERCHANTS,
    MONEY_OFF,
    MONEY_OFF_DAYS,
    MONEY_OFF_MERCHANTS,
    WATCHED,
    Merchant,
    cents,
    half,
)
from sample_data.dice import Dice

LATE, MISSING, DOUBLED = "late on the bill", "missing on the bill", "twice on the bill"


@dataclass(frozen=True, slots=True)
class Sale:
    """One entry of the ledger; money is in cents, negative when it goes back. `population` says what is special."""

    order: str
    kind: str
    merchant: str
    channel: str
    card: str
    product: str
    listed: int
    paid: int
    at: datetime
    customer: str
    campaign: str = ""
    discount: int = 0
    population: str = ""
    number: int = 0

    @property
    def day(self) -> date:
        """The day in Shanghai."""
        return self.at.date()

    @property
    def currency(self) -> str:
        """The currency that the channel settles in."""
        return CURRENCY[self.channel]

    @property
    def half(self) -> int:
        """The settlement period: 0 or 1."""
        return half(self.day)


def book(dice: Dice) -> list[Sale]:
    """All entries in the order of their time."""
    found: list[Sale] = []
    day = HALVES[0][0]
    while day <= HALVES[1][1]:
        for merchant in MERCHANTS:
            count = dice.between(1, 4) if merchant.most > 1_000 else int(dice.chance(450))
            found += [_sale(dice, len(found) + number, merchant, day) for number in range(count)]
        day += DAY
    found = _marked(dice, found)
    found += [*_structured(dice, len(found)), *_undone(dice, found)]
    return [
        replace(one, number=number)
        for number, one in enumerate(sorted(found, key=lambda one: (one.at, one.order)))
    ]


def _sale(dice: Dice, number: int, merchant: Merchant, day: date) -> Sale:
    channel = dice.pick(merchant.channels)
    card = dice.pick(("debit", "credit")) if channel in {"unionpay", "card"} else "wallet"
    listed = dice.between(merchant.most // 9, merchant.most)
    at = datetime(day.year, day.month, day.day, 10) + timedelta(seconds=dice.below(39_600))  # noqa: DTZ001  (Shanghai)
    customer = f"C{dice.between(1, 160):04}"
    one = Sale(
        f"LP{number:05}", "SALE", merchant.code, channel, card, merchant.product, listed, listed, at, customer
    )
    return _in_campaign(dice, one)


def _in_campaign(dice: Dice, one: Sale) -> Sale:
    """The sale with the discount or cashback of a campaign, in half of the cases that a campaign is for."""
    lucky = dice.chance(500)
    if (
        one.channel == "wechat"
        and one.merchant in MONEY_OFF_MERCHANTS
        and _within(one.day, MONEY_OFF_DAYS)
        and lucky
    ):
        off = min(one.listed // 100 * 10, 1_500)
        return replace(one, campaign=MONEY_OFF, discount=off, paid=one.listed - off)
    if (
        one.channel == "alipay"
        and one.merchant in CASHBACK_MERCHANTS
        and _within(one.day, CASHBACK_DAYS)
        and lucky
    ):
        return replace(one, campaign=CASHBACK, discount=min(cents(Fraction(one.paid, 20)), 1_000))
    return one


def _within(day: date, days: tuple[date, date]) -> bool:
    return days[0] <= day <= days[1]


def _marked(dice: Dice, sales: list[Sale]) -> list[Sale]:
    """The sales with what went wrong on the channels' bills."""
    plain = [at for at, one in enumerate(sales) if not one.campaign and one.half == 0]
    unionpay = dice.take([at for at in plain if sales[at].channel == "unionpay"], 2)
    missing = dice.take([at for at in plain if sales[at].channel == "wechat"], 1)
    doubled = dice.take([at for at in plain if sales[at].channel == "alipay"], 1)
    result = list(sales)
    for chosen, population in ((unionpay, LATE), (missing, MISSING), (doubled, DOUBLED)):
        for at in chosen:
            result[at] = replace(result[at], population=population)
    return result


def _structured(dice: Dice, number: int) -> list[Sale]:
    """Eight payments just below 1,000 within two hours of an evening."""
    start = datetime(2026, 10, 13, 20)  # noqa: DTZ001  (Shanghai)
    return [
        Sale(
            f"LP{number + step:05}", "SALE", WATCHED, "alipay", "wallet", "retail",
            (amount := dice.between(96_000, 99_900, 100)), amount, start + timedelta(minutes=13 * step), "C0999",
        )
        for step in range(8)
    ]  # fmt: skip


def _undone(dice: Dice, sales: list[Sale]) -> list[Sale]:
    """Refunds in the same half and in the next one, two of them of a part; one chargeback."""
    plain = [
        one for one in sales if not one.campaign and not one.population and one.merchant not in {"M-07", "M-08"}
    ]
    early = dice.take(
        [one for one in plain if one.half == 0 and one.day.day <= 12 and one.currency == "CNY"], 7
    )
    late = dice.take([one for one in plain if one.half == 1 and one.day.day <= 24], 2)
    found = [_refund(one, timedelta(days=2)) for one in (*early[:2], *late)]
    found += [_refund(one, timedelta(days=2), part=3) for one in early[2:4]]
    found += [_refund(one, timedelta(days=16)) for one in early[4:]]
    disputed = dice.pick([one for one in sales if one.merchant == "M-07" and one.day.day <= 12])
    back = disputed.at + timedelta(days=17)
    found.append(replace(disputed, kind="CHARGEBACK", paid=-disputed.paid, listed=-disputed.listed, at=back))
    return found


def _refund(one: Sale, later: timedelta, part: int = 1) -> Sale:
    amount = -(one.paid // part)
    return replace(one, kind="REFUND", paid=amount, listed=amount, at=one.at + later)
