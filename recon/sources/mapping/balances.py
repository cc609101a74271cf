"""Running balances: whether each row's balance is the one before plus its amount, oldest or newest row first."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

import polars as pl

SUM: Final = pl.Decimal(38, 8)


@dataclass
class RunningBalance:
    """The balances of one statement as its rows go by.

    Oldest first, balance minus the sum up to and with the row is the opening balance on every row; newest
    first, balance plus the sum of the rows before is the closing balance. Rows without a balance only count.
    """

    total: Decimal = Decimal(0)
    rows: int = 0
    opening: Decimal | None = None
    closing: Decimal | None = None
    oldest_first: bool = True
    newest_first: bool = True

    def add(self, amounts: pl.Series, balances: pl.Series) -> None:
        """Rows of the statement in file order."""
        frame = pl.DataFrame({"amount": amounts.cast(SUM), "balance": balances.cast(SUM)})
        frame = frame.with_columns(upto=pl.col("amount").cum_sum() + pl.lit(self.total).cast(SUM))
        known = frame.filter(pl.col("balance").is_not_null()).select(
            opening=(pl.col("balance") - pl.col("upto")).cast(SUM),
            closing=(pl.col("balance") + pl.col("upto") - pl.col("amount")).cast(SUM),
        )
        if known.height:
            self.opening = known["opening"][0] if self.opening is None else self.opening
            self.closing = known["closing"][0] if self.closing is None else self.closing
            self.oldest_first &= bool((known["opening"] == self.opening).all())
            self.newest_first &= bool((known["closing"] == self.closing).all())
        self.rows += frame.height
        self.total += Decimal(frame["amount"].sum() or 0)

    def result(self) -> tuple[Decimal | None, Decimal | None, bool | None]:
        """Opening balance, closing balance, and whether every step tied; None without any balance."""
        if self.opening is None or self.closing is None:
            return None, None, None
        if self.newest_first and not self.oldest_first:
            return self.closing - self.total, self.closing, True
        return self.opening, self.opening + self.total, self.oldest_first


@dataclass
class StatementBalance:
    """The running balance of a statement, some rows of which may not be booked yet.

    In some files such rows move the balance, in others not: either will do, as long as all rows agree. Where they
    move it, opening and closing balance are not those of the booked entries and are not told.
    """

    booked: RunningBalance = field(default_factory=RunningBalance)
    every: RunningBalance = field(default_factory=RunningBalance)

    def add(self, amounts: pl.Series, booked: pl.Series, balances: pl.Series) -> None:
        """Rows of the statement in file order; `booked` says which of them are."""
        none = pl.Series([Decimal(0)] * len(amounts), dtype=amounts.dtype)
        self.booked.add(amounts.zip_with(booked, none), balances)
        self.every.add(amounts, balances)

    def result(self) -> tuple[Decimal | None, Decimal | None, bool | None]:
        """As that of a running balance."""
        found = self.booked.result()
        if found[2] is False and self.every.result()[2]:
            return None, None, True
        return found
