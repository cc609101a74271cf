"""Rows among the transactions that are balances or totals: by their labels, unless what they hold says otherwise."""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from recon.sources.detection.grids import Row
from recon.sources.detection.marks import Numbers
from recon.sources.detection.readings import Reading
from recon.sources.detection.running import Amounts
from recon.sources.detection.stated import begins_like_a_total, is_summary
from recon.sources.detection.tables import Table

_ZERO: Final = Decimal(0)


def summaries(table: Table, numbers: Numbers, reading: Callable[[], Reading | None]) -> tuple[Row, ...]:
    """The rows that are no movements; `reading` gives that of the whole table.

    A row that moves the running balance is one whatever it is called, and so is one whose label only begins like that
    of a total (turnover tax) and whose amount is no sum of the others.
    """
    found = [at for at, row in enumerate(table.rows) if is_summary(row)]
    money = reading() if found else None
    if money is not None:
        balances = numbers.values(money.balance.cells) if money.balance else []
        sums = _sums([one for at, one in enumerate(money.amounts) if one and at not in found])
        found = [
            at
            for at in found
            if not _moves(at, money.amounts, balances)
            and (abs(money.amounts[at] or _ZERO) in sums or not begins_like_a_total(table.rows[at]))
        ]
    return tuple(table.rows[at] for at in found)


def _sums(amounts: list[Decimal]) -> set[Decimal]:
    """What a total of some movements may be: of money in, of money out, of both; and nothing."""
    plus = sum((one for one in amounts if one > 0), _ZERO)
    minus = sum((one for one in amounts if one < 0), _ZERO)
    return {_ZERO, plus, -minus, abs(plus + minus), plus - minus}


def _moves(at: int, amounts: Amounts, balances: Amounts) -> bool:
    """Whether the amount of a row is the step to its balance from the row before it or behind it."""
    amount = amounts[at]
    if not amount or not balances or balances[at] is None:
        return False
    near = [balances[one] for one in (at - 1, at + 1) if 0 <= one < len(balances)]
    return any(one is not None and one + amount == balances[at] for one in near)
