"""What became of every record of the three books, known from how the story was told."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sample_data.miniapp_settlement.bank import payouts
from sample_data.miniapp_settlement.book import Books, Line, Movement, Order

ORDERS_LEG = "internal_vs_processor"
BANK_LEG = "processor_vs_bank"


@dataclass(frozen=True, slots=True)
class OrderMatch:
    """A row of the order book and the settlement lines that settle it; gross against gross."""

    order: Order
    lines: tuple[Line, ...]

    @property
    def variance(self) -> int:
        """Gross in the order book less gross at the processor."""
        return self.order.gross - sum(line.gross for line in self.lines)

    @property
    def fee_variance(self) -> int:
        """What the fee, before tax, is beyond the contract; positive when the processor took too much."""
        return self.order.fee - sum(line.fee for line in self.lines)

    @property
    def how(self) -> str:
        """Whether the order number came through as it is."""
        return "exact" if all(line.reference == self.order.number for line in self.lines) else "normalised"


@dataclass(frozen=True, slots=True)
class PayoutMatch:
    """A payout's settlement lines and the bank credit that paid them; net against the credited amount."""

    payout_id: str
    lines: tuple[Line, ...]
    movement: Movement

    @property
    def net(self) -> int:
        """What the lines add up to."""
        return sum(line.net for line in self.lines)

    @property
    def variance(self) -> int:
        """Net of the lines less what the bank received."""
        return self.net - self.movement.amount

    @property
    def how(self) -> str:
        """Where the bank shows the payout reference."""
        if not self.movement.reference:
            return "text"
        return "reference" if self.movement.reference == self.payout_id else "reference without hyphen"


@dataclass(frozen=True, slots=True)
class Break:
    """Something that a person has to look at; the amount is as compared, or left minus right of a variance.

    `side` is empty for a variance, which lies between two sides, and for a statement.
    """

    ruleset: str
    side: str
    kind: str
    source: str
    reference: str
    what: str
    currency: str
    amount: int
    day: date
    population: str


@dataclass(frozen=True, slots=True)
class Truth:
    """Everything that should come out of a run over October."""

    books: Books
    orders: list[OrderMatch]
    payouts: list[PayoutMatch]
    in_transit: dict[str, list[Line]]
    unpaid: list[Order]

    def matched_orders(self) -> set[int]:
        """The identities (`id`) of the rows of the order book that found their lines."""
        return {id(match.order) for match in self.orders}


def truth(books: Books, *, with_late_file: bool = False) -> Truth:
    """The truth of the month, before or after the late export of orders has been picked up."""
    by_number = {order.number: order for order in books.orders if order.late}
    rows = [order for order in books.orders if with_late_file or not order.late]
    lines_of: dict[int, list[Line]] = defaultdict(list)
    for line in books.lines:
        late = by_number.get(line.number) if with_late_file and line.kind == "Payment" else None
        for order in line.orders or ((late,) if late else ()):
            lines_of[id(order)].append(line)
    paid = {move.payout_id: move for move in books.movements if move.payout_id and move.printed}
    by_payout = payouts(books.lines)
    return Truth(
        books=Books(rows, books.lines, books.movements),
        orders=[OrderMatch(order, tuple(lines_of[id(order)])) for order in rows if id(order) in lines_of],
        payouts=[PayoutMatch(name, tuple(by_payout[name]), move) for name, move in sorted(paid.items())],
        in_transit={name: lines for name, lines in by_payout.items() if name not in paid},
        unpaid=[order for order in rows if order.status != "PAID"],
    )


def sources_of(currency: str) -> str:
    """The bank source of a currency."""
    return f"bank_{currency.lower()}"


def total(records: Iterable[Order | Line], *, net: bool = False) -> int:
    """The sum of gross, or of net; the records must be of one currency."""
    return sum(record.net if net else record.gross for record in records)
