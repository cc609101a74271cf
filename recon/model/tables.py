"""The canonical tables: what every reader produces and every other room relies on.

Column names follow ISO 20022 where it has one. Money is `DECIMAL(24,8)`, sums `DECIMAL(38,8)`, rates
`DECIMAL(13,8)`; there is no float in any table. `amount` is signed: plus is money to us. `net = gross + fee +
tax`, so a fee that was charged is negative. Times are UTC without a zone; dates are the source's own.
"""

from typing import Final

import pyarrow as pa

MONEY: Final = pa.decimal128(24, 8)
SUM: Final = pa.decimal128(38, 8)
RATE: Final = pa.decimal128(13, 8)
UTC_TIME: Final = pa.timestamp("us")
FEE_PART: Final = pa.struct([("kind", pa.string()), ("amount", MONEY), ("currency", pa.string())])

ENTRY_TYPES: Final = (
    "payment", "refund", "chargeback", "chargeback_reversal", "fee", "payout", "payout_return", "adjustment",
    "reserve", "transfer", "conversion", "interest", "other",
)  # fmt: skip
ENTRY_STATUSES: Final = ("booked", "pending", "failed", "info")

PROVENANCE: Final = pa.schema(
    [
        pa.field("entry_id", pa.string(), nullable=False),
        pa.field("source", pa.string(), nullable=False),
        pa.field("file_id", pa.string(), nullable=False),
        pa.field("line_no", pa.int64(), nullable=False),
    ]
)
"""Where an entry came from. `file_id` and `line_no` may differ between two loads of the same content."""

CONTENT: Final = pa.schema(
    [
        # place
        pa.field("account", pa.string(), nullable=False),
        pa.field("entity", pa.string()),
        pa.field("statement_id", pa.string()),
        pa.field("payout_id", pa.string()),
        # time
        pa.field("booking_date", pa.date32()),
        pa.field("value_date", pa.date32()),
        pa.field("event_time", UTC_TIME),
        pa.field("business_date", pa.date32()),
        # money
        pa.field("amount", MONEY, nullable=False),
        pa.field("currency", pa.string(), nullable=False),
        pa.field("gross", MONEY),
        pa.field("fee", MONEY),
        pa.field("tax", MONEY),
        pa.field("net", MONEY),
        pa.field("fee_parts", pa.list_(FEE_PART)),
        pa.field("original_amount", MONEY),
        pa.field("original_currency", pa.string()),
        pa.field("fx_rate", RATE),
        pa.field("is_reversal", pa.bool_(), nullable=False),
        # meaning
        pa.field("type", pa.string(), nullable=False),
        pa.field("type_raw", pa.string()),
        pa.field("status", pa.string(), nullable=False),
        # references
        pa.field("ref_end_to_end", pa.string()),
        pa.field("ref_bank", pa.string()),
        pa.field("ref_merchant", pa.string()),
        pa.field("ref_processor", pa.string()),
        pa.field("ref_original", pa.string()),
        pa.field("ref_payout", pa.string()),
        # words
        pa.field("counterparty_name", pa.string()),
        pa.field("counterparty_account", pa.string()),
        pa.field("remittance", pa.string()),
        # extra
        pa.field("attributes", pa.map_(pa.string(), pa.string())),
    ]
)
"""What an entry says. A reader fills these columns; everything else is added by ingest."""

ENTRIES: Final = pa.schema([*PROVENANCE, *CONTENT])
"""One row per money movement, without the original text, which lies beside it in `RAW`."""

RAW: Final = pa.schema(
    [
        pa.field("entry_id", pa.string(), nullable=False),
        pa.field("raw", pa.string(), nullable=False),
    ]
)
"""The original fields of each entry as JSON text, apart so that matching never reads them."""

STATEMENTS: Final = pa.schema(
    [
        pa.field("source", pa.string(), nullable=False),
        pa.field("file_id", pa.string(), nullable=False),
        pa.field("statement_no", pa.int32(), nullable=False),
        pa.field("statement_id", pa.string()),
        pa.field("account", pa.string()),
        pa.field("currency", pa.string()),
        pa.field("period_from", pa.date32()),
        pa.field("period_to", pa.date32()),
        pa.field("opening", MONEY),
        pa.field("closing", MONEY),
        pa.field("entries", pa.int64(), nullable=False),
        pa.field("sum_credits", SUM, nullable=False),
        pa.field("sum_debits", SUM, nullable=False),
        pa.field("stated_entries", pa.int64()),
        pa.field("stated_credits", SUM),
        pa.field("stated_debits", SUM),
        pa.field("balance_ok", pa.bool_()),
        pa.field("control_ok", pa.bool_()),
        pa.field("control_note", pa.string()),
    ]
)
"""One row per statement inside a file and currency, its own and those of its entries. `statement_no` counts
statements in file order from 1. Sums are of booked entries; `sum_debits` is absolute. Balances stand in the row of
their currency, stated totals only with a statement of one currency, and the `control_ok` of the whole statement in
the row of its own. `balance_ok` is null when opening or closing is not stated, `control_ok` when no total is; a
balance that opens in one currency and closes in another is not ok. `control_note` says what a control that fails
found, each with both figures, where the reader looked deeper than the totals in this table."""

FILES: Final = pa.schema(
    [
        pa.field("file_id", pa.string(), nullable=False),
        pa.field("source", pa.string(), nullable=False),
        pa.field("path", pa.string(), nullable=False),
        pa.field("sha256", pa.string(), nullable=False),
        pa.field("size", pa.int64(), nullable=False),
        pa.field("reader", pa.string(), nullable=False),
        pa.field("encoding", pa.string()),
        pa.field("lines", pa.int64(), nullable=False),
        pa.field("entries", pa.int64(), nullable=False),
        pa.field("known", pa.int64(), nullable=False),
        pa.field("refused", pa.int64(), nullable=False),
        pa.field("recognised", pa.int64(), nullable=False),
        pa.field("duplicate_of", pa.string()),
        pa.field("supersedes", pa.string()),
        pa.field("proof_ok", pa.bool_(), nullable=False),
    ]
)
"""One row per file seen. `lines = entries + known + refused + recognised`: new entries, entries already held
from an overlapping file, refused rows, recognised lines that are no transactions. For formats without lines
the unit is the record. `file_id` is the first 16 hexadecimal digits of the sha256; `-2` follows them when the content
was put back after another version and read a second time."""

REFUSED: Final = pa.schema(
    [
        pa.field("file_id", pa.string(), nullable=False),
        pa.field("source", pa.string(), nullable=False),
        pa.field("line_no", pa.int64(), nullable=False),
        pa.field("field", pa.string()),
        pa.field("value", pa.string()),
        pa.field("code", pa.string(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
        pa.field("text", pa.string(), nullable=False),
    ]
)
"""One row per refused row: the first field that is wrong, its value, why, and the original text."""

MATCHES: Final = pa.schema(
    [
        pa.field("match_id", pa.string(), nullable=False),
        pa.field("ruleset", pa.string(), nullable=False),
        pa.field("pass", pa.string(), nullable=False),
        pa.field("state", pa.string(), nullable=False),  # confirmed | suggested | manual | revoked
        pa.field("kind", pa.string(), nullable=False),  # 1:1 | 1:N | N:1 | N:M | offset
        pa.field("currency", pa.string(), nullable=False),
        pa.field("left_count", pa.int64(), nullable=False),
        pa.field("right_count", pa.int64(), nullable=False),
        pa.field("left_amount", SUM, nullable=False),
        pa.field("right_amount", SUM, nullable=False),
        pa.field("variance", SUM, nullable=False),  # left - right
        pa.field("variance_kind", pa.string()),  # rounding | fee | fx | short | over; null when zero
        pa.field("twins", pa.bool_(), nullable=False),
        pa.field("alternatives", pa.int64(), nullable=False),
        pa.field("rank", pa.int64(), nullable=False),
        pa.field("evidence", pa.string(), nullable=False),
    ]
)
"""One row per match made in a run. Suggestions for the same entry are rows of their own: `rank` 1 is the
best, `alternatives` says how many there are beside it. `evidence` is JSON text: the values compared."""
SETTLED: Final = ("confirmed", "manual")
"""The states of matches that hold, made by a pass or by hand."""

MEMBERS: Final = pa.schema(
    [
        pa.field("match_id", pa.string(), nullable=False),
        pa.field("ruleset", pa.string(), nullable=False),
        pa.field("side", pa.string(), nullable=False),  # left | right
        pa.field("entry_id", pa.string(), nullable=False),
        pa.field("account", pa.string(), nullable=False),
        pa.field("amount", MONEY, nullable=False),
        pa.field("currency", pa.string(), nullable=False),
    ]
)
"""The entries of each match, with the amount that was compared (gross, net or amount, as the pass says)."""

EXCLUDED: Final = pa.schema(
    [
        pa.field("ruleset", pa.string(), nullable=False),
        pa.field("side", pa.string(), nullable=False),
        pa.field("entry_id", pa.string(), nullable=False),
        pa.field("account", pa.string(), nullable=False),
        pa.field("amount", MONEY, nullable=False),
        pa.field("currency", pa.string(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
    ]
)
"""Entries that a rule set leaves out, each with the rule's reason."""

OPEN_KEYS: Final = pa.schema(
    [
        pa.field("ruleset", pa.string(), nullable=False),
        pa.field("side", pa.string(), nullable=False),
        pa.field("compared", MONEY, nullable=False),
        pa.field("first_seen", pa.date32(), nullable=False),
    ]
)
OPEN: Final = pa.schema([*OPEN_KEYS, *ENTRIES])
"""Open items as carried forward: the whole entry, so that the next night reads nothing older. `compared` is
the amount in the rule set's terms; `first_seen` is the as-of date of the first run that had it open."""

BREAKS: Final = pa.schema(
    [
        pa.field("break_id", pa.string(), nullable=False),
        pa.field("ruleset", pa.string(), nullable=False),
        pa.field("side", pa.string()),  # null for a statement
        pa.field("kind", pa.string(), nullable=False),
        pa.field("state", pa.string(), nullable=False),  # new | persisting | resolved | reopened
        pa.field("entry_id", pa.string()),
        pa.field("match_id", pa.string()),
        pa.field("source", pa.string(), nullable=False),
        pa.field("account", pa.string(), nullable=False),
        pa.field("currency", pa.string(), nullable=False),
        pa.field("amount", SUM, nullable=False),
        pa.field("business_date", pa.date32()),
        pa.field("first_seen", pa.date32(), nullable=False),
        pa.field("due_date", pa.date32()),
        pa.field("age_days", pa.int64(), nullable=False),
        pa.field("age_business_days", pa.int64(), nullable=False),
        pa.field("reference", pa.string()),
        pa.field("counterparty", pa.string()),
        pa.field("reason", pa.string(), nullable=False),
        pa.field("next_step", pa.string(), nullable=False),
        pa.field("file_id", pa.string()),
        pa.field("line_no", pa.int64()),
    ]
)
"""Breaks of a run. `break_id` is a hash of rule set, side and entry, not of the kind. A break of an open item
carries the compared amount; a variance break carries left minus right and the match. `amount` is signed."""

PROOF_BUCKETS: Final = ("opening", "new", "matched", "excluded", "closing")
"""What the proof counts and adds up, in the order of its columns."""
PROOF: Final = pa.schema(
    [
        pa.field("ruleset", pa.string(), nullable=False),
        pa.field("side", pa.string(), nullable=False),
        pa.field("account", pa.string(), nullable=False),
        pa.field("currency", pa.string(), nullable=False),
        *[
            pa.field(f"{bucket}_{measure}", pa.int64() if measure == "count" else SUM, nullable=False)
            for bucket in PROOF_BUCKETS
            for measure in ("count", "amount")
        ],
        pa.field("ok", pa.bool_(), nullable=False),
    ]
)
"""Opening open items + new entries = matched + excluded + closing open items, by count and by amount as
compared."""

BRIDGE: Final = pa.schema(
    [
        pa.field("ruleset", pa.string(), nullable=False),
        pa.field("currency", pa.string(), nullable=False),
        pa.field("class", pa.string(), nullable=False),
        pa.field("side", pa.string()),
        pa.field("count", pa.int64(), nullable=False),
        pa.field("amount", SUM, nullable=False),
    ]
)
"""Left minus right of a run's scope, taken apart by class; the last class, `residual`, must be zero."""

JOURNEYS: Final = pa.schema(
    [
        pa.field("chain", pa.string(), nullable=False),
        pa.field("entry_id", pa.string(), nullable=False),
        pa.field("status", pa.string(), nullable=False),
        pa.field("leg", pa.int64(), nullable=False),  # legs passed: 0 none, 1 the first rule set, ...
        pa.field("currency", pa.string(), nullable=False),
        pa.field("amount", MONEY, nullable=False),
        pa.field("business_date", pa.date32()),
        pa.field("waiting", pa.list_(pa.string()), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
    ]
)
"""Where each entry of a chain's first side is: settled end to end, or stopped at which leg and why. `waiting`
holds what must still pass, each as `leg:entry_id`, legs counted from 0; it is empty for what has arrived. A run
lists the journeys that are new in it or were under way before it."""
