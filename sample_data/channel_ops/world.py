"""Who sells through Lantern Pay, over which channels, at which rates: the world of the story. Money is in cents."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

HALVES = ((date(2026, 10, 1), date(2026, 10, 15)), (date(2026, 10, 16), date(2026, 10, 31)))
PERIODS = tuple(f"{first}..{last}" for first, last in HALVES)
HOLIDAYS = frozenset(date(2026, 10, day) for day in range(1, 8))
"""National Day: banks in China are closed."""
COLUMBUS_DAY = frozenset({date(2026, 10, 12)})
"""Banks in the United States are closed."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Merchant:
    """A merchant: what it sells, at which tariff, over which channels."""

    code: str
    name: str
    pricing: str
    product: str
    channels: tuple[str, ...]
    most: int
    """The largest amount of one sale."""


WALLETS = ("wechat", "alipay", "unionpay")
MERCHANTS = (
    Merchant("M-01", "Bamboo Tea House", "standard", "food", WALLETS, 12_000),
    Merchant("M-02", "Crane Books", "standard", "retail", WALLETS, 20_000),
    Merchant("M-03", "Jade Noodles", "key account", "food", WALLETS, 9_000),
    Merchant("M-04", "Lotus Pharmacy", "key account", "retail", WALLETS, 45_000),
    Merchant("M-05", "Orchid Travel", "travel", "travel", (*WALLETS, "card"), 260_000),
    Merchant("M-06", "Panda Toys", "standard", "retail", WALLETS, 30_000),
    Merchant("M-07", "Pine Hotel", "travel", "travel", ("card",), 90_000),
    Merchant("M-08", "Quiet Lane Stamps", "standard", "retail", ("wechat",), 900),
)
BY_CODE = {one.code: one for one in MERCHANTS}
CURRENCY = {"wechat": "CNY", "alipay": "CNY", "unionpay": "CNY", "card": "USD"}

TARIFF = {
    "standard": {"wallet": Fraction(60, 10_000), "debit": Fraction(50, 10_000), "credit": Fraction(60, 10_000)},
    "key account": {
        "wallet": Fraction(45, 10_000),
        "debit": Fraction(40, 10_000),
        "credit": Fraction(55, 10_000),
    },
    "travel": {"wallet": Fraction(80, 10_000), "debit": Fraction(50, 10_000), "credit": Fraction(80, 10_000)},
}
"""What merchants are charged in CNY, by their own tariff."""
DEBIT_CAP, CARD_RATE, CARD_FLAT, CHARGEBACK_FEE = 2_000, Fraction(320, 10_000), 35, 2_500

WECHAT, WECHAT_CHEAPER = Fraction(38, 10_000), Fraction(36, 10_000)
CHEAPER_FROM = date(2026, 10, 16)
"""From this day the contract says 0.36%; WeChat Pay goes on charging 0.38%."""
ALIPAY, DEBIT, CREDIT, CHANNEL_CAP = Fraction(35, 10_000), Fraction(30, 10_000), Fraction(45, 10_000), 1_200
ACQUIRER, ACQUIRER_FLAT, DISPUTE = Fraction(240, 10_000), 30, 1_500

MONEY_OFF, CASHBACK = "GOLDEN-WEEK", "AUTUMN-BACK"
MONEY_OFF_DAYS, CASHBACK_DAYS = (
    (date(2026, 10, 1), date(2026, 10, 15)),
    (date(2026, 10, 10), date(2026, 10, 31)),
)
MONEY_OFF_MERCHANTS, CASHBACK_MERCHANTS = ("M-01", "M-03"), ("M-02", "M-04")
MONEY_OFF_BUDGET = 4_000
"""Discounts of the money-off campaign that the brand shares in."""
BRAND, BRAND_SHARE, MERCHANT_SHARE = "Dragon Cola", Fraction(50, 100), Fraction(20, 100)
ALIPAY_SHARE, MERCHANT_BACK_SHARE = Fraction(60, 100), Fraction(15, 100)

MINIMUM, RESERVE_CNY, RESERVE_USD, RESERVE_DAYS = 3_000, Fraction(2, 100), Fraction(10, 100), 14
WATCHED = "M-06"
"""Whose payments just below 1,000 a monitor sees."""


def working(day: date, closed: frozenset[date]) -> bool:
    """Whether banks are open."""
    return day.weekday() < 5 and day not in closed


def after(day: date, count: int, closed: frozenset[date]) -> date:
    """The day on which so many bank days have passed after a day."""
    while count:
        day += DAY
        count -= working(day, closed)
    return day


def due(currency: str, day: date) -> date:
    """When a merchant is owed what was sold on a day: T+1 in CNY, T+2 in USD."""
    return after(day, 1, HOLIDAYS) if currency == "CNY" else after(day, 2, COLUMBUS_DAY)


def billed(channel: str, day: date) -> date:
    """The day of the bill that a sale is on: UnionPay's are made on Thursdays and at the end of the month."""
    while channel == "unionpay" and day.weekday() != 3 and day != HALVES[1][1]:
        day += DAY
    return day


def half(day: date) -> int:
    """0 for the first half of October, 1 for the second."""
    return int(day > HALVES[0][1])


def cents(amount: Fraction) -> int:
    """Whole cents, halves away from zero."""
    size = int(abs(amount) + Fraction(1, 2))
    return size if amount >= 0 else -size
