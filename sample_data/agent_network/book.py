"""The transactions of two months, and what became of each at the switch."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sample_data.agent_network.world import AGENTS, LAST_DAYS, MONTHS, terminals
from sample_data.dice import Dice

PRODUCTS = (("withdrawal", 55), ("transfer", 25), ("bill", 20))
BILLERS = (("power", 45), ("tv", 30), ("water", 25))
STAR_AGENT = "AG-01"
"""The agent whose terminals are busy enough to reach the cap."""


@dataclass(frozen=True, slots=True)
class Sale:
    """One transaction; money is in kobo. `population` says what is special about it."""

    reference: str
    terminal: str
    product: str
    biller: str
    value: int
    fee: int
    at: datetime
    kind: str = "SALE"
    population: str = ""

    @property
    def day(self) -> date:
        """The day in Lagos."""
        return self.at.date()

    @property
    def switch_fee(self) -> int:
        """The fee that the switch charged."""
        return self.fee + 1000 if self.population == "fee_too_high" else self.fee


def book(dice: Dice) -> list[Sale]:
    """All transactions of both months in the order of their time, special populations marked."""
    found: list[Sale] = []
    busy = {one.value for one in terminals() if one.who == STAR_AGENT}
    names = sorted({one.value for one in terminals()})
    second = 0
    for month, (first, last) in enumerate(zip(MONTHS, LAST_DAYS, strict=True)):
        day = first
        while day <= last:
            for terminal in names:
                for _ in range(dice.between(4, 6) if terminal in busy else dice.between(0, 2)):
                    second = (second + 37) % 36000
                    at = datetime(day.year, day.month, day.day, 8) + timedelta(seconds=second)  # noqa: DTZ001  (Lagos)
                    found.append(_sale(dice, f"HX{month}{len(found):05}", terminal, at))
            day += timedelta(days=1)
    return sorted(_marked(found, dice), key=lambda sale: (sale.at, sale.reference))


def _sale(dice: Dice, reference: str, terminal: str, at: datetime) -> Sale:
    product = dice.weighted(PRODUCTS)
    if product == "withdrawal":
        value = dice.between(100_000, 4_000_000, 50_000)
        return Sale(reference, terminal, product, "", value, min(value // 200, 10_000), at)
    if product == "transfer":
        return Sale(reference, terminal, product, "", dice.between(50_000, 9_000_000, 10_000), 2_000, at)
    return Sale(
        reference,
        terminal,
        product,
        dice.weighted(BILLERS),
        dice.between(100_000, 1_500_000, 10_000),
        10_000,
        at,
    )


def _marked(sales: list[Sale], dice: Dice) -> list[Sale]:
    """The sales with what went wrong: late at the switch, a fee too high, reversed at once or a month later."""
    result = list(sales)
    october = [at for at, sale in enumerate(sales) if sale.day <= LAST_DAYS[0]]
    november = [at for at, sale in enumerate(sales) if sale.day > LAST_DAYS[0]]
    chosen = dice.take(october, 20) + dice.take(november, 8)
    for number, at in enumerate(chosen):
        population = "late" if number < 12 else "fee_too_high" if number < 20 else "never_settled"
        result[at] = replace(result[at], population=population)
    withdrawals = [at for at in october if sales[at].product == "withdrawal" and not result[at].population]
    for number, at in enumerate(dice.take(withdrawals, 8)):
        sale = sales[at]
        later = timedelta(minutes=3) if number < 4 else timedelta(days=(date(2026, 11, 6) - sale.day).days)
        result.append(
            replace(sale, reference=f"{sale.reference}R", value=-sale.value, fee=-sale.fee, at=sale.at + later,
                    kind="REVERSAL")
        )  # fmt: skip
    return result


def agents() -> list[str]:
    """Every agent."""
    return list(AGENTS)
