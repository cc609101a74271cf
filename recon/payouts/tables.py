"""The table of explanation rows: what a calculation writes, one row per row of every statement."""

from typing import Final

import pyarrow as pa

from recon.model.tables import SUM

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
