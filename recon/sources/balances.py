"""Running balances: whether each row's balance is the one before plus its amount, oldest or newest row first."""

from dataclasses import dataclass
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
