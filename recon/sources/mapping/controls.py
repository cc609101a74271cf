"""Controls of a tabular file: what its entries add up to, against what the file says of itself.

Every control that fails is told with both figures, and fails its statement; no entry is dropped for it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

import polars as pl

from recon.model.money import exponent, is_currency, plain
from recon.sources.mapping.line_rules import UNEQUAL

Key = tuple[str, str]
"""Account and currency: what a statement of a table is about."""
Figure = Decimal | int

_SUM: Final = pl.Decimal(38, 8)
_SUMS: Final = ("credits", "debits", "sum", "fees", "charged", "fee_credits", "fee_debits", "gross", "net")
_CLOSES: Final = ("payout", "transfer")
"""Types of entries with which a batch is complete."""
MOST_SAID: Final = 5
"""Failing lines and batches of a statement that are told one by one."""


@dataclass
class Totals:
    """What the entries of one account and currency add up to; debits are absolute, only booked entries are summed."""

    count: int = 0
    sums: dict[str, Decimal] = field(default_factory=lambda: dict.fromkeys(_SUMS, Decimal(0)))

    def figure(self, name: str) -> Figure:
        """One of the figures by its name in a pattern."""
        return self.count if name == "count" else self.sums[name]

    def add(self, other: "Totals") -> None:
        """Other entries as well."""
        self.count += other.count
        self.sums = {name: self.sums[name] + other.sums[name] for name in _SUMS}


@dataclass
class _Batch:
    total: Decimal = Decimal(0)
    closed: bool = False


class Controls:
    """Adds up the entries of a file as they go by."""

    def __init__(self, *, batches: bool) -> None:
        self.totals: dict[Key, Totals] = defaultdict(Totals)
        self._with_batches = batches
        self._batches: dict[tuple[str, str, str], _Batch] = defaultdict(_Batch)
        self._lines: dict[Key, list[str]] = defaultdict(list)

    def add(self, values: pl.DataFrame, line_no: pl.Series) -> None:
        """Rows of the file: the fields of their entries and the lines they began on."""
        names = [name for name in ("gross", "fee", "net") if name in values.columns]
        rows = values.select("account", "currency", "status", pl.col("amount", *names).cast(_SUM))
        rows = rows.with_columns(
            pl.lit(None, dtype=_SUM).alias(name) for name in {"gross", "fee", "net"} - {*names}
        )
        booked = rows.with_columns(
            pl.when(pl.col("status") == "booked").then(pl.col("amount", "gross", "fee", "net"))
        )
        amount, fee = pl.col("amount"), pl.col("fee")
        sums = booked.group_by("account", "currency", maintain_order=True).agg(
            pl.len().alias("count"),
            amount.filter(amount > 0).sum().alias("credits"),
            (-amount.filter(amount < 0).sum()).alias("debits"),
            amount.sum().alias("sum"),
            fee.sum().alias("fees"),
            (-fee.sum()).alias("charged"),
            fee.filter(fee > 0).sum().alias("fee_credits"),
            (-fee.filter(fee < 0).sum()).alias("fee_debits"),
            pl.col("gross").sum(),
            pl.col("net").sum(),
        )
        for row in sums.iter_rows(named=True):
            more = Totals(row["count"], {name: row[name] or Decimal(0) for name in _SUMS})
            self.totals[row["account"], row["currency"]].add(more)
        self._add_batches(values)
        self._add_lines(values, line_no)

    def _add_batches(self, values: pl.DataFrame) -> None:
        if not self._with_batches or "payout_id" not in values.columns:
            return
        booked = values.filter((pl.col("status") == "booked") & pl.col("payout_id").is_not_null())
        sums = booked.group_by("account", "currency", "payout_id", maintain_order=True).agg(
            pl.col("amount").cast(_SUM).sum(), pl.col("type").is_in(_CLOSES).any().alias("closed")
        )
        for account, currency, batch, total, closed in sums.rows():
            found = self._batches[account, currency, batch]
            found.total += total
            found.closed |= closed

    def _add_lines(self, values: pl.DataFrame, line_no: pl.Series) -> None:
        if UNEQUAL not in values.columns:
            return
        said = values.select("account", "currency", UNEQUAL).with_columns(line_no.alias("\x01line"))
        for account, currency, text, line in said.filter(pl.col(UNEQUAL).is_not_null()).rows():
            self._lines[account, currency].append(f"line {line}: {text}")

    def of_currency(self, currency: str) -> Totals:
        """What the entries of all accounts in a currency add up to."""
        made = Totals()
        for (_, code), totals in self.totals.items():
            if code == currency:
                made.add(totals)
        return made

    def verdict(self, key: Key) -> tuple[bool | None, list[str]]:
        """Whether the lines and batches of a statement tie, and what does not; None where there is nothing to say."""
        wrong = list(self._lines.get(key, ()))
        closed = False
        for (account, currency, name), batch in sorted(self._batches.items()):
            if (account, currency) == key and batch.closed:
                closed = True
                if batch.total:
                    wrong.append(
                        f"the lines of {name} and its payout are {plain(batch.total)} {currency} apart"
                    )
        more = len(wrong) - MOST_SAID
        shown = [*wrong[:MOST_SAID], f"and {more} more"] if more > 0 else wrong
        return (not wrong if wrong or closed else None), shown


def compared(stated: Mapping[str, object], found: Totals, currency: str) -> list[str]:
    """What of the stated figures is not so, with both figures; other things stated are left alone.

    Where lines are finer than the currency's own digits, a figure that is theirs rounded ties as well.
    """
    wrong = []
    names: Sequence[str] = [name for name in ("count", *_SUMS) if name in stated]
    if {"fee_credits", "fee_debits"} <= set(names):
        names = [name for name in names if name not in {"fee_credits", "fee_debits"}]
        said, ours = (
            sorted(abs(figure) for figure in pair)
            for pair in (
                [_number(stated[name]) for name in ("fee_credits", "fee_debits")],
                [found.sums[name] for name in ("fee_credits", "fee_debits")],
            )
        )
        if not all(_ties(*pair, currency) for pair in zip(said, ours, strict=True)):
            wrong.append(f"fee totals are stated as {_pair(said)} and make {_pair(ours)}")
    for name in names:
        told, ours_ = _number(stated[name]), _number(found.figure(name))
        unsigned = name in {"credits", "debits", "fee_credits", "fee_debits"}
        if not _ties(abs(told) if unsigned else told, ours_, currency):
            wrong.append(f"{_WORDS.get(name, name)} stated as {plain(told)}, found {plain(ours_)}")
    return wrong


_WORDS: Final = {
    "count": "number of entries",
    "charged": "fees charged",
    "fee_credits": "fee credits",
    "fee_debits": "fee debits",
}


def _ties(stated: Decimal, found: Decimal, currency: str) -> bool:
    if stated == found:
        return True
    unit = Decimal(1).scaleb(-(exponent(currency) or 0)) if is_currency(currency) else Decimal(1)
    return not stated % unit and found % unit != 0 and abs(stated - found) <= unit / 2


def _number(figure: object) -> Decimal:
    if isinstance(figure, (int, Decimal)):
        return Decimal(figure)
    raise TypeError(f"{figure!r} is no figure")


def _pair(figures: Sequence[Decimal]) -> str:
    return " and ".join(plain(figure) for figure in figures)
