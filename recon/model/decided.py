"""The table of what people decided and a run honoured, which only runs have that honour such a decision."""

from typing import Final

import pyarrow as pa

from recon.model.tables import SUM

DECIDED: Final = pa.schema(
    [
        pa.field("number", pa.int64(), nullable=False),
        pa.field(
            "class", pa.string(), nullable=False
        ),  # written_off | adjusted | excluded | returned | revived
        pa.field("ruleset", pa.string(), nullable=False),
        pa.field("side", pa.string(), nullable=False),
        pa.field("entry_id", pa.string(), nullable=False),
        pa.field("match_id", pa.string()),
        pa.field("currency", pa.string(), nullable=False),
        pa.field("amount", SUM, nullable=False),
        pa.field("reason", pa.string(), nullable=False),
    ]
)
"""One row for each entry or variance that a decision took out of a run or brought back into it. `number` is the row of
the ledger by which it took effect. With a `match_id` it is about the variance of that match, else about the entry:
`written_off`, `adjusted` and `excluded` entries are left out, `returned` ones are in scope again after a match was
taken back or a decision undone, or when a file holds a withdrawn entry again (`number` is then of that ingest), and
count as new; a `revived` variance stands again. `amount` is as compared, or the variance."""
