"""The tables of payouts: explanation rows, what leads from earned to paid, sums by payee, balances, holds, journal."""

from typing import Final

import pyarrow as pa

from recon.model.tables import SUM
from recon.payouts.steps import STEPS

PAYOUT_ROWS: Final = pa.schema(
    [
        pa.field("plan", pa.string(), nullable=False),
        pa.field("version", pa.string(), nullable=False),
        pa.field("period", pa.string(), nullable=False),
        pa.field("currency", pa.string(), nullable=False),
        pa.field("credited", pa.string(), nullable=False),
        pa.field("entry_id", pa.string()),
        pa.field("payee", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("component", pa.string(), nullable=False),
        pa.field("words", pa.string(), nullable=False),
        pa.field("units", SUM),
        pa.field("rate", pa.string(), nullable=False),
        pa.field("amount", SUM, nullable=False),
        pa.field("entries", pa.int64(), nullable=False),
    ]
)
"""Rows by plan and credited payee, in the order of the calculation. `credited` is whose activity it is, `payee` who
receives the amount: they differ for splits and overrides. `entry_id` is the entry of a component that rates each
transaction alone, `entries` counts the entries that a row rests on. An amount paid is the sum of its rows."""

PAYMENT_ROWS: Final = pa.schema(
    [
        pa.field("payee", pa.string(), nullable=False),
        pa.field("of_period", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("words", pa.string(), nullable=False),
        pa.field("reference", pa.string(), nullable=False),
        pa.field("amount", SUM, nullable=False),
    ]
)
"""From earned to paid, by payee, in the order of the calculation; in the plan's currency. `of_period` is the period
that a row is about: a true-up or a release is of an earlier one. `reference` names breaks, authors, due days."""

PAYOUTS: Final = pa.schema(
    [
        pa.field("plan", pa.string(), nullable=False),
        pa.field("version", pa.string(), nullable=False),
        pa.field("period", pa.string(), nullable=False),
        pa.field("payee", pa.string(), nullable=False),
        pa.field("currency", pa.string(), nullable=False),
        *[pa.field(step, SUM, nullable=False) for step in STEPS],
        pa.field("net", SUM, nullable=False),
        pa.field("paid", SUM, nullable=False),
        pa.field("paid_in", pa.string(), nullable=False),
        pa.field("fx_rate", SUM),
    ]
)
"""One row per payee. The steps are signed and add up to `net`, in `currency`; `paid` is in `paid_in`."""

BALANCES: Final = pa.schema(
    [
        pa.field("period", pa.string(), nullable=False),
        pa.field("stage", pa.string(), nullable=False),
        pa.field("payee", pa.string(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("amount", SUM, nullable=False),
    ]
)
"""What goes on to the next period, as it stands after `period`. `stage` is `earning` (limits, totals that build up)
or `paying` (carried, reserves, waiting, taxes). The empty payee holds what is the plan's own: used budget."""

HELD: Final = pa.schema(
    [
        pa.field("of_period", pa.string(), nullable=False),
        pa.field("credited", pa.string(), nullable=False),
        pa.field("component", pa.string(), nullable=False),
        pa.field("entry_id", pa.string(), nullable=False),
        pa.field("break_id", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
    ]
)
"""The entries that hold money, and the break or risk flag that makes them."""

OTHER_CURRENCIES: Final = pa.schema(
    [
        pa.field("component", pa.string(), nullable=False),
        pa.field("source", pa.string(), nullable=False),
        pa.field("payee", pa.string(), nullable=False),
        pa.field("currency", pa.string(), nullable=False),
        pa.field("entries", pa.int64(), nullable=False),
        pa.field("amount", SUM, nullable=False),
    ]
)
"""What a component would count of a payee, were it in the plan's currency: nothing is paid for it."""

JOURNAL: Final = pa.schema(
    [
        pa.field("side", pa.string(), nullable=False),
        pa.field("account", pa.string(), nullable=False),
        pa.field("currency", pa.string(), nullable=False),
        pa.field("amount", SUM, nullable=False),
    ]
)
"""The journal of a payout; amounts are positive."""

PAYMENTS: Final = pa.schema(
    [
        pa.field("payment_id", pa.string(), nullable=False),
        pa.field("payee", pa.string(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("bank_account", pa.string(), nullable=False),
        pa.field("bank", pa.string(), nullable=False),
        pa.field("country", pa.string(), nullable=False),
        pa.field("currency", pa.string(), nullable=False),
        pa.field("amount", SUM, nullable=False),
        pa.field("day", pa.date32(), nullable=False),
        pa.field("payouts", pa.string(), nullable=False),
        pa.field("again_of", pa.string(), nullable=False),
    ]
)
"""The payments of a batch, one per payee and currency. `bank` is a BIC, routing or clearing number; the bank shall pay
on `day`; `payouts` names those it pays, separated by blanks; `again_of` is the failed payment that it makes once more,
or empty."""
