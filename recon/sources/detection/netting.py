"""Columns of net amounts that are proven: in every row another amount less its fee."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from recon.sources.detection.marks import Numbers
from recon.sources.detection.running import Amounts
from recon.sources.detection.tables import Column
from recon.sources.detection.words import normal

_NET: Final = re.compile(r"\b(net|netto|neto|liquido)\b")
_LEAST: Final = 50


def nets_of(columns: Sequence[Column], numbers: Numbers) -> frozenset[int]:
    """The positions of columns that are called net and are so: what an account gets is the net, not the amount.

    A fee may be written with a minus or without one, but in one way throughout.
    """
    named = [one for one in columns if _NET.search(normal(one.name))]
    fees = [one for one in columns if one.roles.get("fee", 0) >= _LEAST and one not in named]
    amounts = [one for one in columns if one.roles.get("amount", 0) >= _LEAST and one not in (*named, *fees)]
    return frozenset(
        net.position
        for net in named
        for fee in fees
        for amount in amounts
        if _ties(*(numbers.values(one.cells) for one in (net, amount, fee)))
    )


def _ties(nets: Amounts, amounts: Amounts, fees: Amounts) -> bool:
    """Whether the fee is the difference in every row, with the same meaning of its sign."""
    if not any(fees):
        return False
    rows = list(zip(nets, amounts, fees, strict=True))
    return any(
        all(
            net is not None and amount is not None and net == amount + sign * (fee or Decimal(0))
            for net, amount, fee in rows
        )
        for sign in (1, -1)
    )
