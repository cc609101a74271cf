"""Adjusted statements as values: two balances, what leads to each of them, and their difference."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from recon.outputs.exact import less, total

NOT_PLACED = "not yet placed"
"""Account of left items that no right account can be told for: open, excluded or netted among themselves."""


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a statement: how many entries (or matches) and their amount, sign as in the source."""

    label: str
    count: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class StatementSide:
    """One side of a statement: what was in scope, what is taken off it, what is added."""

    source: str
    total: Item
    excluded: tuple[Item, ...]
    open: tuple[Item, ...]
    adjustments: tuple[Item, ...]
    """Added with their sign. Left: variances of matches as right minus left, by class. Right: members of groups
    that lie in another account than the group."""

    @property
    def adjusted(self) -> Decimal:
        """The total less excluded and open items, plus the adjustments."""
        off = total(item.amount for item in (*self.excluded, *self.open))
        return less(total((self.total.amount, *(item.amount for item in self.adjustments))), off)


@dataclass(frozen=True, slots=True)
class BalanceLine:
    """One bank statement: opening, movements, what they make, and what the bank says it closes with."""

    source: str
    statement: str
    period_from: date | None
    period_to: date | None
    opening: Decimal
    credits: Decimal
    debits: Decimal
    closing: Decimal

    @property
    def computed(self) -> Decimal:
        """Opening plus movements."""
        return less(total((self.opening, self.credits)), self.debits)

    @property
    def difference(self) -> Decimal:
        """Opening plus movements less the stated closing balance: zero when the statement adds up."""
        return less(self.computed, self.closing)


@dataclass(frozen=True, slots=True)
class AdjustedStatement:
    """Two adjusted balances of a rule set, a right account and a currency, which must be equal.

    Adjusted left is the left total less excluded, less open items, corrected by variances; adjusted right is
    the right total less excluded, less open items. A matched group belongs to the account of its right
    members, left open items to the only right account of the currency, else to `NOT_PLACED`.
    """

    ruleset: str
    title: str
    account: str
    currency: str
    left: StatementSide
    right: StatementSide
    oldest_days: int
    balances: tuple[BalanceLine, ...]

    @property
    def adjusted_left(self) -> Decimal:
        """The left balance after every adjustment."""
        return self.left.adjusted

    @property
    def adjusted_right(self) -> Decimal:
        """The right balance after every adjustment."""
        return self.right.adjusted

    @property
    def difference(self) -> Decimal:
        """What remains unexplained; the books tie out when it is zero."""
        return less(self.adjusted_left, self.adjusted_right)

    @property
    def open_count(self) -> int:
        """Open items of both sides."""
        return sum(item.count for item in (*self.left.open, *self.right.open))
