"""Writes a month of an agent network at any size: entries of the canonical schema, and which of them reconciled.

Fifty thousand agents stand under four levels of people. Few agents do most of the business; refunds, several
products, contracted rates and customers are among the entries.
"""

import argparse
from pathlib import Path
from typing import Final

import duckdb

from recon.engines.duck import DuckEngine, sql_type
from recon.engines.names import identifier
from recon.model.tables import ENTRIES

SEED: Final = 11
AGENTS: Final = 50_000
SOURCE: Final = "agent_network"
ENTRIES_FILE: Final = "entries.parquet"
MATCHED_FILE: Final = "matched.parquet"
PEOPLE_FILE: Final = "people.csv"
SPANS: Final = (("agent", 1), ("aggregator", 25), ("coordinator", 500), ("regional", 5_000), ("zonal", 25_000))
"""Each level of the hierarchy, and how many agents stand under one person of it."""


def generate(size: int, folder: Path, memory_mb: int = 4000) -> None:
    """Write entries, the ids of those that matched, and who holds each level above each agent."""
    folder.mkdir(parents=True, exist_ok=True)
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{memory_mb}MB",
        "temp_directory": str(folder / "spill"),
        "threads": 2,
    }
    connection = duckdb.connect(":memory:", config=config)
    try:
        connection.execute("SET enable_progress_bar = false")
        engine = DuckEngine(connection)
        connection.execute(f"CREATE MACRO draw(i, salt, n) AS CAST(hash(i, salt, {SEED}) % n AS BIGINT)")
        engine.materialise("drawn", f"SELECT {_draws()} FROM range({size}) AS t(i)")
        ordered = f"SELECT * FROM ({_entries()}) ORDER BY business_date, entry_id"
        engine.copy(ordered, folder / ENTRIES_FILE, ENTRIES)
        connection.execute(
            f"COPY (SELECT entry_id FROM read_parquet('{folder / ENTRIES_FILE}') WHERE line_no % 33 <> 0) "
            f"TO '{folder / MATCHED_FILE}' (FORMAT parquet)"
        )
    finally:
        connection.close()
    _people(folder / PEOPLE_FILE)


def _draws() -> str:
    """Skewed agents (the square of an even draw), log-like amounts in kobo, three products, refunds."""
    columns = {
        "i": "i",
        "agent": f"CAST({AGENTS} * pow(draw(i, 'agent', 1000003) / 1000003, 2) AS BIGINT)",
        "kobo": "100 * (50 + draw(i, 'amount', 5000) * (1 + draw(i, 'size', 10)))",
        "product": "['withdrawal', 'deposit', 'transfer'][1 + draw(i, 'product', 3)]",
        "refund": "draw(i, 'refund', 50) = 0",
        "day": "DATE '2026-10-01' + CAST(draw(i, 'day', 31) AS INTEGER)",
        "customer": "draw(i, 'customer', 400000)",
        "contracted": "['0.35', '0.4', '0.5'][1 + draw(i, 'rate', 3)]",
    }
    return ", ".join(f"{expression} AS {name}" for name, expression in columns.items())


def _entries() -> str:
    """The drawn entries in the columns of ENTRIES; a fee of half a percent, at most 100."""
    signed = "CAST(CASE WHEN refund THEN -kobo ELSE kobo END AS DECIMAL(18,0)) * 0.01"
    charge = (
        "CAST(least(kobo * 5 // 1000, 10000) * CASE WHEN refund THEN -1 ELSE 1 END AS DECIMAL(18,0)) * 0.01"
    )
    given = {
        "entry_id": "md5(CAST(i AS VARCHAR))[1:24]",
        "source": f"'{SOURCE}'",
        "file_id": "md5('agents')[1:16]",
        "line_no": "i + 2",
        "account": "'WALLET'",
        "entity": "printf('agent-%05d', agent)",
        "booking_date": "day",
        "business_date": "day",
        "amount": f"CAST({signed} AS DECIMAL(24,8))",
        "gross": f"CAST({signed} AS DECIMAL(24,8))",
        "fee": f"CAST(-({charge}) AS DECIMAL(24,8))",
        "currency": "'NGN'",
        "is_reversal": "refund",
        "type": "CASE WHEN refund THEN 'refund' ELSE 'payment' END",
        "type_raw": "product",
        "status": "'booked'",
        "attributes": "MAP {'product': product, 'customer': 'c' || customer, 'contracted': contracted}",
    }
    columns = ", ".join(
        f"{given.get(column.name, f'CAST(NULL AS {sql_type(column.type)})')} AS {identifier(column.name)}"
        for column in ENTRIES
    )
    return f"SELECT {columns} FROM drawn"


def _people(path: Path) -> None:
    """The facts of every agent, as `--facts` reads them: who holds each level; every hundredth aggregator is vacant."""
    with path.open("w", encoding="utf-8") as file:
        file.write("payee,what,name,value\n")
        for agent in range(AGENTS + 1):
            for level, span in SPANS:
                if level == "aggregator" and agent // span % 100 == 0:
                    continue
                who = f"agent-{agent:05}" if span == 1 else f"{level}-{agent // span}"
                file.write(f"agent-{agent:05},person,{level},{who}\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("size", type=int)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    generate(arguments.size, arguments.folder)
