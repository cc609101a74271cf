"""The partners of the programme, its months, and the rates of exchange of its treasury."""

from datetime import date
from fractions import Fraction

PERIODS = ("2026-10", "2026-11", "2026-12")
FIRST_DAYS = (date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1))
LAST_DAYS = (date(2026, 10, 31), date(2026, 11, 30), date(2026, 12, 31))

AFFILIATES = {
    "blog-nordlys": ("EUR", 9), "blog-zandbank": ("EUR", 22), "deals-kiosk": ("EUR", 15), "mail-primavera": ("EUR", 3),
    "tube-harbour": ("USD", 26), "cash-penny": ("USD", 12), "blog-prairie": ("USD", 7), "list-maple": ("USD", 2),
}  # fmt: skip
"""Affiliates with the currency of their sales and how many a month they bring, more or less."""
REFERRERS = {"agency-kestrel": 5, "agency-lumen": 3, "studio-fjord": 2}
"""Referral partners with the sales a month they bring, in dollars."""
FX = (Fraction("0.76"), Fraction("0.74"), Fraction("0.79"))
"""Pounds for a dollar at the end of each month."""


def month_of(day: date) -> int:
    """The position of the month a day lies in."""
    return next(at for at, last in enumerate(LAST_DAYS) if day <= last)
