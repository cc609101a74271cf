"""The resellers of the story, their tiers and papers, the prices of a coin, and the days on which things happen."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

MONTHS = (date(2026, 10, 1), date(2026, 11, 1))
LAST_DAYS = (date(2026, 10, 31), date(2026, 11, 30))
PERIODS = ("2026-10", "2026-11")
DAY_WITHOUT_PRICE = date(2026, 10, 18)
LISTS = (
    (
        date(2026, 9, 1),
        date(2026, 10, 17),
        {"NGN": Fraction(1250), "KES": Fraction(105)},
        {"silver": 25, "gold": 50},
    ),
    (
        date(2026, 10, 19),
        date(2026, 12, 31),
        {"NGN": Fraction(1300), "KES": Fraction(110)},
        {"silver": 30, "gold": 60},
    ),
)
"""From, until, minor units for a coin by currency, and discounts by tier in thousandths."""


@dataclass(frozen=True, slots=True)
class Reseller:
    """A reseller: currency, account manager, how many orders a month, and the tiers by their last day."""

    name: str
    title: str
    currency: str
    manager: str
    orders: int
    tiers: tuple[tuple[str, date], ...]

    def tier(self, day: date) -> str:
        """The tier on a day."""
        return next(tier for tier, last in self.tiers if day <= last)


ALWAYS = date(2027, 12, 31)
RISES = date(2026, 10, 15)
"""The last day on which RS-06 is silver."""
RESELLERS = {
    one.name: one
    for one in (
        Reseller("RS-01", "Adesua Coins", "NGN", "AM-01", 34, (("gold", ALWAYS),)),
        Reseller("RS-02", "Bright Top-up", "NGN", "AM-01", 30, (("gold", ALWAYS),)),
        Reseller("RS-03", "Coinhouse Lekki", "NGN", "AM-01", 22, (("silver", ALWAYS),)),
        Reseller("RS-04", "Delta Digital", "NGN", "AM-01", 24, (("silver", ALWAYS),)),
        Reseller("RS-05", "Eko Games", "NGN", "AM-01", 14, (("silver", ALWAYS),)),
        Reseller("RS-06", "Fortune Plays", "NGN", "AM-02", 20, (("silver", RISES), ("gold", ALWAYS))),
        Reseller("RS-07", "Gikomba Online", "KES", "AM-02", 18, (("silver", ALWAYS),)),
        Reseller("RS-08", "Highland Stars", "KES", "AM-02", 16, (("bronze", ALWAYS),)),
        Reseller("RS-09", "Ijebu Connect", "NGN", "AM-02", 8, (("bronze", ALWAYS),)),
        Reseller("RS-10", "Juja Live", "KES", "AM-02", 8, (("bronze", ALWAYS),)),
        Reseller("RS-11", "Kano Coins", "NGN", "AM-02", 8, (("bronze", ALWAYS),)),
        Reseller("RS-12", "Lamu Top-up", "KES", "AM-02", 6, (("bronze", ALWAYS),)),
    )
}
STRANGER = "RS-77"
"""A reseller that the registry does not know."""
HEALTHY = ("RS-01", "RS-02", "RS-03", "RS-04", "RS-06", "RS-07", "RS-08")
"""Resellers against whom nothing speaks, whose orders go wrong for other reasons."""
WATCHED, WATCHED_DAY = "RS-05", date(2026, 10, 22)
"""Who orders three times just below 250,000 on a day."""
SUSPENDED = ("RS-09", date(2026, 10, 20))
RESTRICTED = ("RS-10", date(2026, 10, 25), date(2026, 11, 10))
EXPIRED = ("RS-11", date(2026, 10, 15), date(2026, 11, 5))
"""The last day of an identity card, and the first of the new one."""
WITHOUT_TERMS = "RS-12"
DECLINING = "RS-04"
"""Who orders a quarter as much in November."""


def price(currency: str, tier: str, day: date, units: int) -> int | None:
    """What units cost in minor units, halves to the even neighbour; None where no list holds."""
    for first, last, prices, discounts in LISTS:
        if first <= day <= last:
            return round(prices[currency] * units * (1000 - discounts.get(tier, 0)) / 1000)
    return None
