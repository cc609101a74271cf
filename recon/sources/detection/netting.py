"""Columns of fees: net amounts are another amount less its fees in every row; balances may move by amount and fee."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final, Literal

from recon.sources.detection.marks import Numbers
from recon.sources.detection.readings import Reading
from recon.sources.detection.running import Amounts
from recon.sources.detection.tables import Column
from recon.sources.detection.words import normal

_NET: Final = re.compile(
    r"\b(net|netamount|nettobetrag|netto|neto|liquido|payout|auszahlung|utbetalning|utbetaling|uitbetaling|versement)\b"
)
_TAX: Final = re.compile(r"\b(tax|taxes|vat|gst|iva|tva|btw|moms|mva|mwst|ust|steuer|sales tax)\b")
"""Taxes of a sale, which alone make no net of what is paid out."""
_LEAST: Final = 50
_ZERO: Final = Decimal(0)


def is_net(column: Column) -> bool:
    """Whether the name of a column speaks of a net amount or of a payout."""
    return bool(_NET.search(normal(column.name)))


def nets_of(columns: Sequence[Column], numbers: Numbers) -> frozenset[int]:
    """The positions of columns that are called net or payout and are so: what an account gets is not the amount.

    Fees may be written with a minus or without one, but in one way throughout.
    """
    named = [one for one in columns if is_net(one)]
    fees = [one for one in columns if one.roles.get("fee", 0) >= _LEAST and one not in named]
    charges = [one for one in fees if not _TAX.search(normal(one.name))]
    amounts = [one for one in columns if one.roles.get("amount", 0) >= _LEAST and one not in (*named, *fees)]
    return frozenset(
        net.position
        for net in named
        for amount in amounts
        for some in [fees, charges, *([one] for one in charges)]
        if _ties(
            numbers.values(net.cells),
            numbers.values(amount.cells),
            [numbers.values(one.cells) for one in some],
        )
    )


def with_fees(reading: Reading, columns: Sequence[Column], numbers: Numbers) -> Iterator[Reading]:
    """The reading less a column of fees that stand outside the amount, in both meanings of their sign.

    Nothing but a balance speaks for it: the amount may have the fee in it.
    """
    taken = {one.position for one in reading.columns}
    for column in columns:
        if column.roles.get("fee", 0) < _LEAST or column.position in taken or is_net(column):
            continue
        fees = [fee or _ZERO for fee in numbers.values(column.cells)]
        if not any(fees):
            continue
        ways: tuple[tuple[Literal["in", "out"], int], ...] = (("out", -1), ("in", 1))
        for plus, sign in ways:
            amounts = [
                None if amount is None else amount + sign * fee
                for amount, fee in zip(reading.amounts, fees, strict=True)
            ]
            yield replace(reading, amounts=amounts, fee=column, fee_plus=plus)


def _ties(nets: Amounts, amounts: Amounts, fees: Sequence[Amounts]) -> bool:
    """Whether the fees together are the difference in every row, with the same meaning of their sign."""
    sums = [sum((fee or _ZERO for fee in row), _ZERO) for row in zip(*fees, strict=True)]
    if not any(sums):
        return False
    rows = list(zip(nets, amounts, sums, strict=True))
    return any(
        all(net is not None and amount is not None and net == amount + sign * fee for net, amount, fee in rows)
        for sign in (1, -1)
    )
