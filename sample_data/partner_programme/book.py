"""A quarter of sales, the refunds and chargebacks that undo some of them a month later, and what the shop knows."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from sample_data.dice import Dice
from sample_data.partner_programme.world import AFFILIATES, FIRST_DAYS, LAST_DAYS, REFERRERS


@dataclass(frozen=True, slots=True)
class Sale:
    """One row of the tracker; money is in cents. `undoes` is the order that a refund or chargeback is of."""

    order: str
    partner: str
    programme: str
    currency: str
    amount: int
    day: date
    kind: str = "SALE"
    undoes: str = ""
    population: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """Programme and currency: what a plan pays on."""
        return self.programme, self.currency


def book(dice: Dice) -> list[Sale]:
    """All rows of the tracker by day and order."""
    sales: list[Sale] = []
    for month, (first, last) in enumerate(zip(FIRST_DAYS, LAST_DAYS, strict=True)):
        for partner, (currency, usual) in AFFILIATES.items():
            for _ in range(max(1, usual + dice.between(-3, 3))):
                amount = dice.between(1_999, 24_999, 50)
                sales.append(
                    _sale(dice, (month, len(sales)), (partner, "affiliate", currency), amount, (first, last))
                )
        for partner, usual in REFERRERS.items():
            for _ in range(usual):
                amount = dice.between(40_000, 180_000, 25)
                sales.append(
                    _sale(dice, (month, len(sales)), (partner, "referral", "USD"), amount, (first, last))
                )
    return sorted(_undone(_marked(sales, dice), dice), key=lambda sale: (sale.day, sale.order))


def _sale(
    dice: Dice, number: tuple[int, int], whose: tuple[str, str, str], amount: int, days: tuple[date, date]
) -> Sale:
    first, last = days
    day = first + timedelta(days=dice.below((last - first).days + 1))
    return Sale(f"TW{number[0] + 10}{number[1]:04}", *whose, amount, day)


def _marked(sales: list[Sale], dice: Dice) -> list[Sale]:
    """Some sales are never collected, some of October's and November's are collected a month late."""
    result = list(sales)
    for at in dice.take(range(len(sales)), 14):
        result[at] = replace(result[at], population="never_collected")
    early = [at for at, sale in enumerate(result) if sale.day <= LAST_DAYS[1] and not sale.population]
    for at in dice.take(early, 16):
        result[at] = replace(result[at], population="late")
    return result


def _undone(sales: list[Sale], dice: Dice) -> list[Sale]:
    """Refunds (some of a part) and chargebacks in the month after the sale."""
    early = [sale for sale in sales if sale.day <= LAST_DAYS[1] and not sale.population]
    back = []
    for number, sale in enumerate(dice.take(early, 18)):
        month = 0 if sale.day <= LAST_DAYS[0] else 1
        day = FIRST_DAYS[month + 1] + timedelta(days=dice.below(28))
        amount = -(sale.amount // 2) if number % 4 == 1 else -sale.amount
        kind = "CHARGEBACK" if number % 5 == 0 else "REFUND"
        back.append(
            replace(sale, order=f"{sale.order}-B", amount=amount, day=day, kind=kind, undoes=sale.order)
        )
    return [*sales, *back]
