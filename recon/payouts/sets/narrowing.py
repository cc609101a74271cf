"""The type of a book's amounts: the narrowest that holds them and any sum of them, because wide decimals are slow."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from recon.engines.dialects import DUCKDB
from recon.engines.duck import DuckEngine
from recon.engines.names import identifier
from recon.engines.types import MONEY, DataType, decimal
from recon.model.money import exponent
from recon.payouts.plan.plan import Plan

NARROW_DIGITS = 12
"""Digits before the point of the narrow type of money: with a rate of four digits they fit into a machine word."""
WORD_DIGITS = 10
WORD = decimal(WORD_DIGITS + 8, 8)
"""Money whose digits fit into a machine word."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The type of a book's amounts, and whether all of them are small enough to be narrowed by way of a machine word.

    To take digits off a decimal of 24 costs a long division each, thirty times what it does for one of 18.
    """

    type: DataType = MONEY
    small: bool = False

    def of(self, column: str) -> str:
        """A column of money in the type, as an expression."""
        value = f"CAST({column} AS {DUCKDB.type(WORD)})" if self.small else column
        return f"CAST({value} AS {DUCKDB.type(self.type)})"


def narrowed(engine: DuckEngine, table: str, amounts: Sequence[str], plans: Sequence[Plan]) -> Narrowed:
    """The narrow type if it holds all amounts of a table and any sum of them, or else that of money."""
    sums = " + ".join(f"coalesce(sum(abs({one})), 0)" for one in amounts)
    most = ", ".join(f"coalesce(max(abs({one})), 0)" for one in amounts)
    ((total, *largest),) = engine.rows(f"SELECT {sums}, {most} FROM {identifier(table)}")
    digits = max(2, *(exponent(plan.currency) or 0 for plan in plans))
    narrow = Narrowed(decimal(NARROW_DIGITS + digits, digits), max(largest) < 10**WORD_DIGITS)
    exact = " AND ".join(f"coalesce(bool_and({one} = {narrow.of(one)}), TRUE)" for one in amounts)
    if total >= 10**NARROW_DIGITS or not engine.rows(f"SELECT {exact} FROM {identifier(table)}")[0][0]:
        return Narrowed()
    return narrow


def holds(money: DataType, amount: Decimal) -> bool:
    """Whether an amount that others are compared with is exact in a type."""
    return money == MONEY or (abs(amount) < 10**NARROW_DIGITS and amount == round(amount, money.scale))
