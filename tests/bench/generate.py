"""Writes a month of three books at any size as the files of an ingest, with the truth about every entry beside it.

`entries.parquet` has the canonical schema, sorted as an ingest sorts it; `truth.parquet` says for each rule set
and entry which thing it is about: two entries belong together when they are about the same thing.
"""

import argparse
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from recon.engines.duck import DuckEngine, sql_type
from recon.engines.names import identifier
from recon.model.tables import ENTRIES, FILES, RAW, REFUSED, STATEMENTS
from tests.bench import keyless
from tests.bench.facts import tell

SEED: Final = 7
ENTRIES_FILE, TRUTH_FILE = "entries.parquet", "truth.parquet"
INTERNAL, PROCESSOR, BANK = "bench_orders", "bench_processor", "bench_bank"
FIRST_LEG, SECOND_LEG = "orders_vs_processor", "processor_vs_bank"
TRUTH: Final = pa.schema(
    [
        pa.field("ruleset", pa.string(), nullable=False),
        pa.field("side", pa.string(), nullable=False),
        pa.field("entry_id", pa.string(), nullable=False),
        pa.field("thing", pa.int64()),
        pa.field("kind", pa.string(), nullable=False),
    ]
)
"""`thing` is null for an entry that has no counterpart."""
EMPTY: Final = {"raw.parquet": RAW, "statements.parquet": STATEMENTS, "refused.parquet": REFUSED}


def generate(size: int, folder: Path, seed: int = SEED, memory_mb: int = 8000) -> dict[str, int]:
    """Write the files for about `size` internal orders into the folder; the number of entries by source."""
    folder.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(
        ":memory:",
        config={"memory_limit": f"{memory_mb}MB", "temp_directory": str(folder / "spill"), "threads": 2},
    )
    try:
        tell(connection, size, seed)
        keyless.tell_keyless(connection, size)
        engine = DuckEngine(connection)
        legs = {INTERNAL: _orders(), PROCESSOR: _lines(), BANK: _credits()}
        legs[keyless.TAKINGS] = entry(keyless.TAKINGS, keyless.takings_entry(_MONEY), "takings")
        legs[keyless.DEPOSITS] = entry(keyless.DEPOSITS, keyless.deposits_entry(_MONEY), "deposits")
        # each source is sorted by itself and in the order of their names, which is the order of the whole
        ordered = [f"SELECT * FROM ({legs[name]}) ORDER BY business_date, entry_id" for name in sorted(legs)]
        parts = " UNION ALL ".join(f"(SELECT * FROM ({query}))" for query in ordered)
        engine.copy(parts, folder / ENTRIES_FILE, ENTRIES)
        engine.copy(f"SELECT * FROM ({_truth()}) ORDER BY ruleset, side, entry_id", folder / TRUTH_FILE, TRUTH)
        for name, schema in EMPTY.items():
            engine.copy(empty(schema), folder / name, schema)
        counts = engine.rows(
            f"SELECT '{INTERNAL}', count(*) FROM orders UNION ALL SELECT '{PROCESSOR}', count(*) FROM lines "
            f"UNION ALL SELECT '{BANK}', count(*) FROM credits "
            f"UNION ALL SELECT '{keyless.TAKINGS}', count(*) FROM takings "
            f"UNION ALL SELECT '{keyless.DEPOSITS}', count(*) FROM deposits"
        )
        engine.copy(_files(counts), folder / "files.parquet", FILES)
        return {str(name): int(count) for name, count in counts}
    finally:
        connection.close()


def _id(source: str, *parts: str) -> str:
    text = " || '/' || ".join([f"'{source}'", *parts])
    return f"md5({text})[1:24]"


_ORDER_ID = _id(INTERNAL, "i", "part")
_LINE_ID = _id(PROCESSOR, "l.i", "l.part")
_CREDIT_ID = _id(BANK, "name")


_MONEY: Final = "CAST(CAST({} AS DECIMAL(18,0)) * 0.01 AS DECIMAL(24,8))"


def _money(expression: str) -> str:
    return _MONEY.format(expression)


def entry(source: str, values: dict[str, str], table: str) -> str:
    """A query in the columns of ENTRIES: the values given, null for all others."""
    given = {
        "source": f"'{source}'",
        "file_id": f"md5('{source}')[1:16]",
        "is_reversal": "false",
        "status": "'booked'",
        **values,
    }
    columns = ", ".join(
        f"{given.get(column.name, f'CAST(NULL AS {sql_type(column.type)})')} AS {identifier(column.name)}"
        for column in ENTRIES
    )
    return f"SELECT {columns} FROM {table}"


def _orders() -> str:
    return entry(
        INTERNAL,
        {
            "entry_id": _ORDER_ID,
            "line_no": "i * 8 + part",
            "account": "'ORDERS'",
            "entity": "merchant",
            "booking_date": "day",
            "business_date": "day",
            "amount": _money("gross"),
            "gross": _money("gross"),
            "currency": "currency",
            "is_reversal": "type <> 'payment'",
            "type": "type",
            "ref_merchant": "ref",
        },
        "orders",
    )


def _lines() -> str:
    return entry(
        PROCESSOR,
        {
            "entry_id": _LINE_ID,
            "line_no": "l.i * 8 + l.part",
            "account": "'PSP-1'",
            "entity": "l.merchant",
            "payout_id": "p.payout_id",
            "booking_date": "l.day",
            "business_date": "l.day",
            "amount": _money("l.gross + l.fee"),
            "currency": "l.currency",
            "gross": _money("l.gross"),
            "fee": _money("l.fee"),
            "net": _money("l.gross + l.fee"),
            "original_amount": f"CASE WHEN l.currency <> l.home THEN {_money('l.original')} END",
            "original_currency": "CASE WHEN l.currency <> l.home THEN l.home END",
            "is_reversal": "l.type <> 'payment'",
            "type": "l.type",
            "ref_merchant": "l.written",
            "ref_processor": "printf('P%011d', l.i * 8 + l.part)",
            "remittance": "l.remittance",
        },
        "lines l JOIN placed p USING (i, part)",
    )


def _credits() -> str:
    return entry(
        BANK,
        {
            "entry_id": _CREDIT_ID,
            "line_no": "row_number() OVER (ORDER BY name)",
            "account": "'0001-' || currency",
            "booking_date": "day",
            "value_date": "day",
            "business_date": "day",
            "amount": _money("amount"),
            "currency": "currency",
            "type": "'transfer'",
            "ref_bank": f"{_CREDIT_ID}[1:12]",
            "ref_payout": "written",
            "remittance": "remittance",
        },
        "credits",
    )


def _truth() -> str:
    return f"""
        SELECT '{FIRST_LEG}' AS ruleset, 'left' AS side, {_ORDER_ID} AS entry_id, thing, kind FROM orders
        UNION ALL
        SELECT '{FIRST_LEG}', 'right', {_LINE_ID}, thing, kind FROM lines l
        UNION ALL
        SELECT '{SECOND_LEG}', 'left', {_LINE_ID},
            CASE WHEN o.kind <> 'payout_not_in_bank' THEN o.thing END, o.kind
        FROM lines l JOIN placed p USING (i, part) JOIN payouts o USING (payout_id)
        UNION ALL
        SELECT '{SECOND_LEG}', 'right', {_CREDIT_ID}, thing, kind FROM credits
        UNION ALL
        {keyless.truth()}
    """


def empty(schema: pa.Schema) -> str:
    """A query in the columns of a schema without rows."""
    columns = ", ".join(f"CAST(NULL AS {sql_type(field.type)}) AS {identifier(field.name)}" for field in schema)
    return f"SELECT {columns} WHERE false"


def _files(counts: list[tuple[str, int]]) -> str:
    values = {
        "size": "0",
        "known": "0",
        "refused": "0",
        "recognised": "0",
        "proof_ok": "true",
        "reader": "'bench'",
    }
    rows = []
    for name, count in sorted(counts):
        given = {
            **values, "file_id": f"md5('{name}')[1:16]", "source": f"'{name}'", "path": f"'{name}.parquet'",
            "sha256": f"sha256('{name}')", "lines": str(count), "entries": str(count),
        }  # fmt: skip
        columns = ", ".join(f"{given.get(field.name, 'NULL')} AS {identifier(field.name)}" for field in FILES)
        rows.append(f"SELECT {columns}")
    return " UNION ALL ".join(rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("size", type=int)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    generate(arguments.size, arguments.folder)
