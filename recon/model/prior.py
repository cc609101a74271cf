"""The table of prior-period items, which only runs made after a closing have."""

from typing import Final

import pyarrow as pa

from recon.model.tables import MONEY

PRIOR: Final = pa.schema(
    [
        pa.field("period", pa.string(), nullable=False),
        pa.field("ruleset", pa.string(), nullable=False),
        pa.field("side", pa.string(), nullable=False),
        pa.field("entry_id", pa.string(), nullable=False),
        pa.field("place", pa.string(), nullable=False),  # matched | excluded | open
        pa.field("source", pa.string(), nullable=False),
        pa.field("account", pa.string(), nullable=False),
        pa.field("currency", pa.string(), nullable=False),
        pa.field("amount", MONEY, nullable=False),
        pa.field("business_date", pa.date32(), nullable=False),
        pa.field("file_id", pa.string(), nullable=False),
        pa.field("line_no", pa.int64(), nullable=False),
    ]
)
"""Prior-period items: entries that are new to a run and dated in a period that was closed before, with the amount as
compared. Only runs made after a closing have this file."""
