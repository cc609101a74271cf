"""Every order of two months with the proofs and the bank lines that belong to it, and what is wrong with some."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sample_data.dice import Dice
from sample_data.reseller_topup.world import (
    DAY_WITHOUT_PRICE,
    DECLINING,
    HEALTHY,
    LAST_DAYS,
    MONTHS,
    RESELLERS,
    STRANGER,
    WATCHED,
    WATCHED_DAY,
    price,
)

DAY = timedelta(days=1)
CHANGES_ON = datetime(2026, 10, 31, 20, 5)  # noqa: DTZ001  (Lagos)
"""When orders are cancelled that were approved in the afternoon."""
SETTLED_ON = datetime(2026, 11, 3, 10, 0)  # noqa: DTZ001  (Lagos)
"""When the resellers of proofs that were used twice withdraw one of them."""
TAKEN_BACK_LATE = date(2026, 11, 5)


@dataclass(frozen=True, slots=True)
class Order:
    """An order; money is in minor units. `asked` is what the order says, `sent` what was transferred.

    `delay` is the days from the transfer to the bank's line, None where nothing arrives. `reference` and `image` are
    what the proof says; `paid_in` is the currency of the transfer.
    """

    number: str
    reseller: str
    currency: str
    units: int
    asked: int
    at: datetime
    reference: str
    image: str
    sent: int | None
    paid_in: str
    delay: int | None = 0
    uploaded_by: str = ""
    population: str = ""

    @property
    def day(self) -> date:
        """The day of the order in Lagos."""
        return self.at.date()

    @property
    def month(self) -> int:
        """0 for October, 1 for November."""
        return 0 if self.day <= LAST_DAYS[0] else 1

    @property
    def credited_on(self) -> date | None:
        """The day of the bank's line."""
        return None if self.delay is None else self.day + self.delay * DAY


WRONG = (
    ("reused", 3), ("partial", 2), ("a_little_short", 1), ("too_much", 2), ("wrong_tier", 2), ("fake", 2),
    ("no_proof", 2), ("late", 2), ("reversed", 1), ("reversed_later", 1), ("cancelled", 1),
    ("changed", 1), ("wrong_currency", 1), ("proof_of_another", 1),
)  # fmt: skip
"""What goes wrong with how many orders of October."""


def book(dice: Dice) -> list[Order]:
    """All orders in the order of their time."""
    found = sorted(_usual(dice), key=lambda one: (one.at, one.reseller))
    numbered = [_numbered(one, number) for number, one in enumerate(found, start=1001)]
    marked = _marked(numbered, dice)
    marked += [*_twins(marked), *_strangers(marked)]
    return sorted(marked, key=lambda one: (one.at, one.number))


def _usual(dice: Dice) -> Iterator[Order]:
    """The orders of every reseller, spread over the days of each month."""
    for reseller in RESELLERS.values():
        for month, (first, last) in enumerate(zip(MONTHS, LAST_DAYS, strict=True)):
            count = reseller.orders // 4 if month and reseller.name == DECLINING else reseller.orders
            for turn in range(count):
                day = first + ((last - first).days * turn // max(count - 1, 1)) * DAY
                at = datetime(day.year, day.month, day.day, 9) + timedelta(minutes=dice.below(600))  # noqa: DTZ001  (Lagos)
                yield _order(reseller.name, at, dice.between(5, 120) * 100, dice.below(2))
    for minute in (4, 47, 131):
        at = datetime(WATCHED_DAY.year, WATCHED_DAY.month, WATCHED_DAY.day, 11) + timedelta(minutes=minute)  # noqa: DTZ001  (Lagos)
        yield _order(WATCHED, at, 19_700, 0)


def _order(reseller: str, at: datetime, units: int, delay: int, tier: str | None = None) -> Order:
    one = RESELLERS[reseller]
    day = at.date() if at.date() != DAY_WITHOUT_PRICE else at.date() + DAY
    due = price(one.currency, tier or one.tier(at.date()), day, units) or 0
    return Order("", reseller, one.currency, units, due, at, "", "", due, one.currency, delay, reseller)


def _numbered(one: Order, number: int) -> Order:
    image = f"{(number * 2_654_435_761) % 2**40:010x}"
    return replace(one, number=f"R-{number}", reference=f"FT26{one.at:%j}{number}", image=image)


def _marked(orders: list[Order], dice: Dice) -> list[Order]:
    """The orders with what goes wrong; all of it in October but for one stolen proof."""
    result = list(orders)
    open_to = [
        at
        for at, one in enumerate(orders)
        if one.reseller in HEALTHY and one.day <= date(2026, 10, 27) and one.day != DAY_WITHOUT_PRICE
    ]
    wanted = [population for population, count in WRONG for _ in range(count)]
    chosen = dice.take(open_to, 3 * len(wanted))
    for population in wanted:
        fits = next(at for at in chosen if _fits(orders[at], population))
        chosen.remove(fits)
        result[fits] = _gone_wrong(replace(orders[fits], population=population))
    accepted = max((one for one in result if one.population == "late"), key=lambda one: one.asked)
    result[result.index(accepted)] = replace(accepted, population="late_accepted")
    victim = next(one for one in result if one.reseller == "RS-01" and not one.population)
    thief = next(
        at for at, one in enumerate(result) if one.reseller == "RS-08" and one.day > date(2026, 11, 12)
    )
    result[thief] = replace(result[thief], population="stolen", image=victim.image, delay=None)
    result[result.index(victim)] = replace(victim, population="robbed")
    return result


def _fits(one: Order, population: str) -> bool:
    if population == "wrong_currency":
        return one.currency == "KES"
    if population == "wrong_tier":
        return RESELLERS[one.reseller].tier(one.day) == "silver"
    return True


def _gone_wrong(one: Order) -> Order:
    match one.population:
        case "partial":
            return replace(one, sent=one.asked * 6 // 10)
        case "a_little_short":
            return replace(one, sent=one.asked - 2_500)
        case "too_much":
            return replace(one, asked=one.asked + 50_000, sent=one.asked + 50_000)
        case "wrong_tier":
            cheap = _order(one.reseller, one.at, one.units, 0, "gold").asked
            return replace(one, asked=cheap, sent=cheap)
        case "fake":
            return replace(one, delay=None)
        case "no_proof":
            return replace(one, sent=None, delay=None)
        case "late":
            return replace(one, delay=8 if one.day <= date(2026, 10, 20) else 4)
        case "wrong_currency":
            return replace(one, paid_in="NGN", sent=one.asked * 12)
        case "proof_of_another":
            return replace(one, uploaded_by="RS-03" if one.reseller != "RS-03" else "RS-02")
    return one


def _twins(orders: list[Order]) -> Iterator[Order]:
    """A second order on the same transfer, an hour later."""
    for one in orders:
        if one.population == "reused":
            later = one.at + timedelta(hours=1)
            yield replace(one, number=f"{one.number}-2", at=later, delay=None, population="reusing")


def _strangers(orders: list[Order]) -> Iterator[Order]:
    """Somebody whom the registry does not know pays for an order."""
    at = datetime(2026, 10, 21, 15, 30)  # noqa: DTZ001  (Lagos)
    number = 1000 + len(orders) + 1
    due = price("NGN", "bronze", at.date(), 1_000) or 0
    named = f"FT26{at:%j}{number}", f"{(number * 2_654_435_761) % 2**40:010x}"
    yield Order(f"R-{number}", STRANGER, "NGN", 1_000, due, at, *named, due, "NGN", 0, STRANGER, "stranger")
