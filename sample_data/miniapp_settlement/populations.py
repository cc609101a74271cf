"""The parts that orders play in the story: how many of which kind, chosen by seed among the ordinary ones."""

from dataclasses import dataclass
from datetime import date

from sample_data.dice import Dice
from sample_data.miniapp_settlement.book import Order

OCT = [date(2026, 10, 1), *(date(2026, 10, day) for day in range(1, 32))]
"""Days of October by their number."""


@dataclass(frozen=True, slots=True)
class Population:
    """So many sales of a currency get this part; the bounds say which are eligible (minor units, days)."""

    name: str
    currency: str
    count: int
    low: int = 0
    high: int = 10**12
    first: int = 2
    last: int = 26
    app: str | None = None
    channel: str | None = None

    def admits(self, order: Order) -> bool:
        """Whether the sale may play the part."""
        return (
            order.kind == "SALE"
            and order.status == "PAID"
            and not order.population
            and order.currency == self.currency
            and self.low <= order.gross <= self.high
            and OCT[self.first] <= order.business_date <= OCT[self.last]
            and order.created.hour < 22
            and self.app in {None, order.app.name}
            and self.channel in {None, order.channel}
        )


PLANTED: tuple[Population, ...] = (
    Population("late_file", "NGN", 6, first=12, last=13, app="GridToken"),
    Population("fee_above_cap", "NGN", 4, low=14_000_000),
    Population("fee_wrong_rate", "USD", 1, low=1500),
    Population("fee_flat_waived", "NGN", 3, low=300_000, high=9_000_000),
    Population("kobo", "NGN", 4, low=400_000, app="Oja Fresh"),
    Population("missing_at_processor", "NGN", 4, low=200_000, high=4_000_000),
    Population("missing_at_processor", "USD", 1),
    Population("missing_in_books", "NGN", 3, low=100_000, high=3_000_000),
    Population("missing_in_books", "USD", 1),
    Population("duplicate", "NGN", 3, low=100_000, high=2_000_000, channel="card"),
    Population("twins", "NGN", 2, low=100_000, high=500_000, app="DataBay"),
    Population("split", "NGN", 3, low=1_000_000, high=6_000_000, channel="card"),
    Population("failed_but_settled", "NGN", 3, low=100_000, high=3_000_000, channel="bank transfer"),
    Population("wrong_currency", "USD", 2, low=900, high=3000, app="Nebula Games"),
    Population("refunded", "NGN", 14, low=50_000, high=5_000_000, last=20),
    Population("refunded", "USD", 4, last=20),
    Population("refund_not_sent", "NGN", 2, low=50_000, high=2_000_000, last=20),
    Population("refund_not_sent", "USD", 1, last=20),
    Population("refund_not_booked", "NGN", 2, low=50_000, high=2_000_000, last=20),
    Population("charged_back", "NGN", 3, low=500_000, last=10, channel="card"),
    Population("charged_back", "USD", 2, last=10, channel="card"),
)


def cast(orders: list[Order], dice: Dice) -> None:
    """Give the parts out, in the order of the table, each to different orders.

    Raises:
        ValueError: the month has too few orders for a part.
    """
    for population in PLANTED:
        eligible = [order for order in orders if population.admits(order)]
        if len(eligible) < population.count:
            raise ValueError(f"{population.name}: {len(eligible)} orders for {population.count} parts")
        for order in dice.take(eligible, population.count):
            order.population = population.name
