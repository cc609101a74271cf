"""The tables and queries behind the board: breaks with the work on them, and rows as they are shown."""

from dataclasses import fields
from typing import Final

import pyarrow as pa

from recon.breaks.casefile import Break
from recon.engines.names import identifier

WORK: Final = pa.schema(
    [
        *((name, pa.string()) for name in ("break_id", "owner", "status", "comment", "tags", "waits")),
        ("due", pa.date32()),
    ]
)
ROUTES: Final = pa.schema(
    [
        ("rule", pa.int32()),
        ("day", pa.date32()),
        ("owner", pa.string()),
        ("priority", pa.string()),
        ("due", pa.date32()),
    ]
)
DIGITS: Final = pa.schema([("currency", pa.string()), ("digits", pa.int32())])
SHORT: Final = 8
AMOUNT_WIDTH: Final = 15
BREAK: Final = ", ".join(identifier(one.name) for one in fields(Break))
DAY: Final = "coalesce(b.business_date, b.first_seen)"
WORKED: Final = f"""
    SELECT b.rowid AS place, b.* REPLACE (coalesce(w.due, r.due, b.due_date) AS due_date),
           coalesce(nullif(w.owner, ''), r.owner) AS owner, coalesce(w.status, 'open') AS status,
           coalesce(r.priority, 'normal') AS priority, w.comment, w.tags, w.waits
    FROM breaks AS b LEFT JOIN work AS w ON w.break_id = b.break_id
    LEFT JOIN routes AS r ON r.rule = b.rule AND r.day = {DAY}
"""
"""Breaks with the work on them: every column that a filter knows."""
UNWORKED: Final = (
    "SELECT rowid AS place, *, 'open' AS status, 'normal' AS priority, "
    + ", ".join(f"CAST(NULL AS VARCHAR) AS {name}" for name in ("owner", "comment", "tags", "waits"))
    + " FROM breaks"
)
"""The same before anybody did anything."""
WIDTHS: Final = {
    **{
        name: f"max(length({column}))"
        for name, column in {"ccy": "currency"}.items()
        | {name: name for name in ("kind", "status", "owner", "reference", "counterparty", "reason")}.items()
    },
    "age": "length(CAST(max(age_days) AS VARCHAR))",
    **{
        name: f"if(count({column}) > 0, 10, 0)"
        for name, column in (("date", "business_date"), ("due", "due_date"))
    },
}
"""How wide the columns are, as SQL over the rows that are shown; days are written in ten characters."""
FRACTION: Final = "rtrim(split_part(CAST(abs(amount) AS VARCHAR), '.', 2), '0')"
AMOUNT: Final = f"""
    lpad(
        CASE WHEN amount < 0 THEN '-' ELSE '' END || format('{{:,}}', CAST(trunc(abs(amount)) AS BIGINT))
        || CASE WHEN greatest(length({FRACTION}), digits) = 0 THEN ''
           ELSE '.' || rpad({FRACTION}, CAST(greatest(length({FRACTION}), digits) AS INTEGER), '0') END,
        {AMOUNT_WIDTH}, ' '
    )
"""
"""An amount with commas between thousands, at least at its currency's digits, under one another."""
SHOWN: Final = f"""
    break_id, substr(break_id, 1, {SHORT}) AS "break", kind, status, {AMOUNT} AS amount,
    currency AS ccy,
    business_date AS "date", age_days AS age, due_date AS due, owner, reference, counterparty, reason,
    priority
"""
ORDER: Final = "age_days DESC, abs(b.amount) DESC, break_id"
