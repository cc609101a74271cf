"""What happened in the month, in plain Python: every order, what was paid for it, which file arrives on which night.

Nothing here asks the program; `expected` is worked out from the same book by counting.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)
A_DAY = 3
"""Orders of a day."""
LATE, ARRIVED = date(2026, 10, 14), date(2026, 10, 16)
"""The order file of the one comes with the night of the other."""
REPEATED = date(2026, 10, 8)
"""The bank file of this day is delivered again a day later, under another name."""
CORRECTED = date(2026, 10, 19)
"""The order file of this day is delivered anew a day later, with an amount put right."""
MISSING = date(2026, 10, 21)
"""The bank file of this day comes only when the month is to be closed."""
FORGOTTEN = date(2026, 10, 29)
"""A payment of this day is in no file until the month is closed."""
UNPAID, SHORT, WRONG, LOST = "O-1013", "O-1025", "O-1038", "O-1060"
"""Never paid; paid 0.40 short; first delivered with a wrong amount; paid on the forgotten day."""
STRAY = ("X-77", Decimal("55.00"), date(2026, 10, 12))
"""A payment that nobody knows."""
TOO_SHORT = Decimal("0.40")


@dataclass(frozen=True, slots=True)
class Order:
    """An order: its number, day and amount, and the day and amount of what was paid; none for what never was."""

    number: str
    day: date
    amount: Decimal
    paid_on: date
    paid: Decimal | None


def nights() -> list[date]:
    """The business days of the month."""
    days = [FIRST + timedelta(number) for number in range((LAST - FIRST).days + 1)]
    return [day for day in days if day.weekday() < 5]


def following(day: date) -> date:
    """The business day after a day."""
    return day + timedelta(3 if day.weekday() == 4 else 1)


def orders() -> list[Order]:
    """Every order of the month."""
    found = []
    for at, day in enumerate(nights()):
        for nth in range(A_DAY):
            index = at * A_DAY + nth
            number = f"O-{1001 + index}"
            amount = Decimal("7.50") if number == UNPAID else Decimal(2000 + index * 3719 % 41000) / 100
            paid = None if number == UNPAID else amount - TOO_SHORT if number == SHORT else amount
            found.append(Order(number, day, amount, FORGOTTEN if number == LOST else following(day), paid))
    return found


def deliveries() -> dict[date, dict[str, str]]:
    """The files of each night, by name. What comes after the month has the day on which it comes."""
    found: dict[date, dict[str, str]] = defaultdict(dict)
    book = orders()
    for day in nights():
        mine = [one for one in book if one.day == day]
        found[ARRIVED if day == LATE else day][f"orders_{day}.csv"] = _orders(mine)
        if day == CORRECTED:
            found[day][f"orders_{day}.csv"] = _orders(mine, wrong=WRONG)
            found[following(day)][f"orders_{day}.csv"] = _orders(mine)
    for day in [*nights()[1:], following(nights()[-1])]:
        paid = [(one.number, one.paid) for one in book if one.paid_on == day and one.paid is not None]
        paid = [(number, amount) for number, amount in paid if number != LOST]
        if day == STRAY[2]:
            paid.append(STRAY[:2])
        found[date(2026, 11, 3) if day == MISSING else day][f"bank_{day}.csv"] = _bank(day, paid)
    found[following(REPEATED)][f"again_{REPEATED}.csv"] = found[REPEATED][f"bank_{REPEATED}.csv"]
    lost = next(one for one in book if one.number == LOST)
    found[date(2026, 11, 5)][f"again_{FORGOTTEN}.csv"] = _bank(FORGOTTEN, [(LOST, lost.amount)])
    return found


def expected() -> dict[str, Decimal | int]:
    """What the month comes to once everything is in, by count and by amount."""
    book = orders()
    inside = [one for one in book if one.paid is not None and one.paid_on <= LAST]
    return {
        "orders": len(book),
        "ordered": sum((one.amount for one in book), Decimal(0)),
        "matched": len(inside),
        "matched_left": sum((one.amount for one in inside), Decimal(0)),
        "matched_right": sum((one.paid or Decimal(0) for one in inside), Decimal(0)),
        "in_transit": sum(one.paid is not None and one.paid_on > LAST for one in book),
    }


def _orders(mine: list[Order], wrong: str = "") -> str:
    rows = [f"{one.number},{one.day},{one.amount + (90 if one.number == wrong else 0)}" for one in mine]
    return "\n".join(["Order,Day,Amount", *rows]) + "\n"


def _bank(day: date, paid: list[tuple[str, Decimal]]) -> str:
    rows = [f"{day:%d.%m.%Y};{number};payment;{str(amount).replace('.', ',')}" for number, amount in paid]
    return "\n".join(["Booked;Reference;Text;Amount", *rows]) + "\n"
