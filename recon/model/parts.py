"""The table of entries that people split: each part is an entry of its own, in one rule set and side, from then on."""

from typing import Final

import pyarrow as pa

from recon.model.tables import ENTRIES, MONEY

PARTS: Final = pa.schema(
    [
        pa.field("number", pa.int64(), nullable=False),
        pa.field("act", pa.string(), nullable=False),  # split | carried | joined
        pa.field("ruleset", pa.string(), nullable=False),
        pa.field("side", pa.string(), nullable=False),
        pa.field("item", pa.string()),
        pa.field("whole", pa.string(), nullable=False),
        pa.field("compared", MONEY, nullable=False),
        *ENTRIES,
    ]
)
"""One row for each part of an entry that a run looks at, in the columns of an entry: the place, days, references and
line of the entry it was cut from (`whole`), with amounts of its own that add up to those of the others.

`split`: the run cut it from `item`, which would have stood in its scope: the entry, or a part that was split again.
`carried`: it was a part before. `joined`: it was a part before, and the split was undone, so that `item` stands in its
place. `number` is the row of the ledger by which the split took effect; `compared` is the amount in the rule set's
terms. Only runs have this table that look at such an entry."""
