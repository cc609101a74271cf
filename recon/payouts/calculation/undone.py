"""Sales that refunds undo: what each transaction adds to a count of sales.

A refund or chargeback names the sale it undoes (`ref_original`). Once all of a sale's amount is taken off, it is no
sale any more; what is won back makes it one again. Parts taken off leave it one. What undoes a sale is none itself.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from recon.payouts.calculation.facts import Transaction

ORIGINAL: Final = "ref_original"
NAMES: Final = ("ref_merchant", "ref_processor", "ref_end_to_end")
"""By what a refund may name its sale, beside its id."""
REFUNDS: Final = ("refund", "chargeback")
UNDOING: Final = (*REFUNDS, "chargeback_reversal")
LOOKED_AT: Final = ("type", ORIGINAL, *NAMES)
"""The words of transactions that this asks for, beside the figure `amount`."""
NONE, ONE = Decimal(0), Decimal(1)


def with_sales(transactions: Sequence[Transaction]) -> list[Transaction]:
    """The transactions, each with what it adds to a count of sales; their order is kept and has no say."""
    named = {name: one for one in transactions if _is_sale(one) for name in _names(one)}
    left = {one.id: one.figure("amount") for one in named.values()}
    adds = {one.id: ONE for one in named.values()}
    for one in sorted(transactions, key=lambda one: (str(one.day), one.id)):
        sale = named.get(one.words.get(ORIGINAL, ""))
        if _is_sale(one) or sale is None:
            continue
        before, after = left[sale.id], left[sale.id] + one.figure("amount")
        left[sale.id] = after
        adds[one.id] = Decimal((after > 0) - (before > 0))
    return [replace(one, sells=adds.get(one.id, NONE)) for one in transactions]


def _is_sale(one: Transaction) -> bool:
    return one.words.get("type") not in UNDOING and one.figure("amount") >= 0


def _names(one: Transaction) -> Iterator[str]:
    yield one.id
    yield from (one.words[name] for name in NAMES if name in one.words)
