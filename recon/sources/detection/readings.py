"""One way to take the amounts of a table."""

from dataclasses import dataclass
from typing import Final, Literal

from recon.sources.detection.running import NO_STEPS, Amounts, Steps
from recon.sources.detection.signs import Direction
from recon.sources.detection.tables import Column

UNLIKELY: Final = "the other sign is likelier"
AGAINST_NAMES: Final = "the names of the columns say it otherwise"
UNSAID: Final = "the names of the columns do not say which is money in"
LEAST_TIES: Final = {AGAINST_NAMES: 2, UNSAID: 1}
"""Readings that are taken only if every step of a balance ties, and so many at least: one may tie by chance."""
BOTH_WAYS: Final = "the balance goes up by some of the amounts and down by others, and nothing says which"
"""Doubt of a reading that is wrong for some rows, whatever its sign."""
MINUS_OUT: Final = "the column of money out has minus signs"


@dataclass(frozen=True)
class Reading:
    """One way to take the amounts of a table: by one signed column, by a column and a direction, or by two columns.

    `amounts` has one signed amount for each row, plus is money in. `confirmed` says that words for the direction fit
    its signs. `proof` says what proves the sign, `doubt` what is not proven. `balance` is the column whose running
    balance was compared, `steps` how it came out. `fee` is a column of fees that move the balance beside the amount,
    `fee_plus` what a plus means there; `amounts` are less these fees then.
    """

    amounts: Amounts
    column: Column | None = None
    plus: Literal["in", "out"] = "in"
    direction: Direction | None = None
    credit: Column | None = None
    debit: Column | None = None
    minus: Literal["refuse", "same", "opposite"] = "refuse"
    balance: Column | None = None
    steps: Steps = NO_STEPS
    confirmed: bool = False
    fee: Column | None = None
    fee_plus: Literal["in", "out"] = "out"
    proof: str = ""
    doubt: str | None = None

    @property
    def complete(self) -> bool:
        """Whether every row has an amount."""
        return all(amount is not None for amount in self.amounts)

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns that it reads."""
        found = (self.column, self.credit, self.debit)
        return tuple(one for one in found if one is not None)
