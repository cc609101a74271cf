"""Who sells what in the story, at which prices, what the processor may charge, and which days the banks work.

Money is in minor units (kobo, cents) as whole numbers throughout the story.
"""

from dataclasses import dataclass
from datetime import date, timedelta

FIRST = date(2026, 10, 1)
LAST = date(2026, 10, 31)
BANK_HOLIDAYS = frozenset({date(2026, 10, 1)})
"""Nigeria's National Day."""
CUT_OFF_HOUR = 23
"""The processor's day ends at 23:00 in Lagos: a later payment carries the next business date."""


@dataclass(frozen=True, slots=True)
class MiniApp:
    """A seller inside the super-app; `kind` is mini-app or VAS (value-added service) provider.

    `prices` lists fixed prices; without them a price lies between `low` and `high` in steps of `step`.
    """

    name: str
    kind: str
    currency: str
    share: int
    products: tuple[str, ...]
    merchants: tuple[str, ...]
    prices: tuple[int, ...] = ()
    low: int = 0
    high: int = 0
    step: int = 1


MINI_APPS: tuple[MiniApp, ...] = (
    MiniApp(
        "AirtimeNow",
        "VAS",
        "NGN",
        20,
        ("airtime",),
        ("VAS-2001",),
        (10000, 20000, 50000, 100000, 200000, 500000),
    ),
    MiniApp(
        "DataBay", "VAS", "NGN", 13, ("data bundle",), ("VAS-2002",), (35000, 100000, 150000, 250000, 500000)
    ),
    MiniApp(
        "GridToken", "VAS", "NGN", 11, ("electricity",), ("VAS-2003", "VAS-2004"), (), 200000, 6000000, 50000
    ),
    MiniApp(
        "StreamTV",
        "VAS",
        "NGN",
        6,
        ("tv subscription",),
        ("VAS-2005",),
        (295000, 485000, 720000, 1250000, 3700000),
    ),
    MiniApp(
        "Buka Box", "mini-app", "NGN", 12, ("meal",), ("M-1001", "M-1002", "M-1003"), (), 280000, 1450000, 5000
    ),
    MiniApp("Oja Fresh", "mini-app", "NGN", 8, ("groceries",), ("M-1010", "M-1011"), (), 350000, 9500000, 1),
    MiniApp("Danfo Go", "mini-app", "NGN", 7, ("ride",), ("M-1020",), (), 90000, 840000, 1000),
    MiniApp("Wellpoint", "mini-app", "NGN", 3, ("pharmacy",), ("M-1030", "M-1031"), (), 120000, 4800000, 1),
    MiniApp("Adire House", "mini-app", "NGN", 3, ("fashion",), ("M-1040",), (), 950000, 28500000, 50000),
    MiniApp(
        "Nebula Games", "mini-app", "USD", 9, ("game coins",), ("M-3001",), (99, 499, 999, 1999, 4999, 9999)
    ),
    MiniApp("PageTurner", "mini-app", "USD", 4, ("e-book",), ("M-3002", "M-3003"), (), 299, 2499, 50),
    MiniApp("LinguaBuddy", "mini-app", "USD", 3, ("language lesson",), ("M-3004",), (750, 1400, 2900)),
    MiniApp("Skyline eSIM", "VAS", "USD", 2, ("travel data",), ("VAS-2010",), (450, 900, 1600, 3600)),
)

CHANNELS: dict[str, tuple[tuple[str, int], ...]] = {
    "NGN": (("card", 46), ("bank transfer", 30), ("ussd", 14), ("wallet", 10)),
    "USD": (("card", 90), ("wallet", 10)),
}

DISPUTE_FEE: dict[str, int] = {"NGN": 100000, "USD": 1500}
"""What the processor charges for a chargeback, before VAT."""


def half_even(numerator: int, denominator: int) -> int:
    """The quotient rounded to a whole number, halves to the even neighbour."""
    whole, rest = divmod(numerator, denominator)
    if 2 * rest > denominator or (2 * rest == denominator and whole % 2):
        whole += 1
    return whole


def contracted_fee(gross: int, currency: str) -> int:
    """The processor's fee under the contract, as a positive amount.

    NGN: 1.5 %, plus 100.00 from 2,500.00 up, at most 2,000.00. USD: 3.9 %.
    """
    if currency == "USD":
        return half_even(gross * 39, 1000)
    return min(half_even(gross * 15, 1000) + (10000 if gross >= 250000 else 0), 200000)


def vat(fee: int) -> int:
    """Nigerian VAT on a fee, 7.5 %, as a positive amount."""
    return half_even(fee * 75, 1000)


def is_bank_day(day: date) -> bool:
    """Whether banks in Nigeria work on the day."""
    return day.weekday() < 5 and day not in BANK_HOLIDAYS


def next_bank_day(day: date) -> date:
    """The first bank day after the day."""
    day += timedelta(days=1)
    while not is_bank_day(day):
        day += timedelta(days=1)
    return day


def bank_days() -> list[date]:
    """The bank days of the month, in order."""
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    return [day for day in days if is_bank_day(day)]


def amount_text(minor: int) -> str:
    """Minor units as plain decimal text with two digits: -107.50."""
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // 100}.{abs(minor) % 100:02d}"
