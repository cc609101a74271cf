"""The three books of the story as plain records: orders, settlement lines, bank movements."""

from dataclasses import dataclass, field
from datetime import date, datetime

from sample_data.miniapp_settlement.world import MiniApp


@dataclass(slots=True)
class Order:
    """A row of the super-app's own order book.

    Amounts are signed minor units: a sale has a positive `gross`, its expected `fee` and `tax` are negative. A
    refund or chargeback is a row of its own under the number of the order it takes back. `population` names
    the part that the order plays in the story, empty for the many that simply settle.
    """

    number: str
    kind: str  # SALE | REFUND | CHARGEBACK
    app: MiniApp
    merchant: str
    product: str
    channel: str
    currency: str
    gross: int
    fee: int
    tax: int
    created: datetime
    paid: datetime | None
    status: str = "PAID"  # PAID | FAILED | CANCELLED
    population: str = ""
    late: bool = False

    @property
    def net(self) -> int:
        """What should reach the bank for this row."""
        return self.gross + self.fee + self.tax

    @property
    def business_date(self) -> date:
        """The day of payment in Lagos, or of creation when it was never paid."""
        return (self.paid or self.created).date()


@dataclass(slots=True)
class Line:
    """A line of the processor's settlement file; amounts are signed minor units, fees negative.

    `reference` is the order number as the processor writes it, `number` the true one. `orders` are the rows of
    the order book that it settles, empty when there are none; lines that share them belong to one match.
    """

    processor_id: str
    number: str
    reference: str
    kind: str  # Payment | Refund | Chargeback
    method: str
    currency: str
    gross: int
    fee: int
    tax: int
    time: datetime
    business_date: date
    payout_date: date
    payout_id: str
    original: str = ""
    orders: tuple[Order, ...] = ()
    population: str = ""

    @property
    def net(self) -> int:
        """What the processor pays out for the line."""
        return self.gross + self.fee + self.tax


@dataclass(slots=True)
class Movement:
    """A movement on a bank account in signed minor units; `payout_id` is the true one, empty for anything else.

    `reference` is the customer reference that the bank prints, `text` its remittance words. A movement with
    `printed` false happened, yet its line is missing from the statement.
    """

    currency: str
    booked: date
    value: date
    amount: int
    code: str  # TRF transfer | CHG charge
    reference: str
    bank_reference: str
    text: str
    counterparty: str
    payout_id: str = ""
    population: str = ""
    printed: bool = True


@dataclass(slots=True)
class Books:
    """All three books of the month."""

    orders: list[Order] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    movements: list[Movement] = field(default_factory=list)
