"""Small books for tests: entries with only what a test says, the rest as a reader would leave it."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

from recon.engines.duck import DuckEngine
from recon.model.tables import BREAKS, ENTRIES, JOURNEYS, MATCHES, MEMBERS
from recon.payouts.books.activity import Books
from recon.payouts.books.run_books import held_books
from tests.unit.engines.bare import bare_engine

USUAL: dict[str, Any] = {
    "source": "orders", "file_id": "f1", "account": "main", "currency": "USD", "is_reversal": False,
    "type": "payment", "status": "booked", "business_date": date(2026, 1, 15), "attributes": [],
}  # fmt: skip

MEMBER = {
    "match_id": "m",
    "ruleset": "r",
    "side": "left",
    "account": "a",
    "amount": Decimal(0),
    "currency": "USD",
}
MATCH = {
    "match_id": "m", "ruleset": "r", "pass": "p", "state": "confirmed", "kind": "1:1", "currency": "USD",
    "left_count": 1, "right_count": 1, "left_amount": Decimal(0), "right_amount": Decimal(0),
    "variance": Decimal(0), "twins": False, "alternatives": 0, "rank": 1, "evidence": "{}",
}  # fmt: skip
BREAK: dict[str, Any] = {
    "break_id": "b1", "ruleset": "r", "kind": "amount_mismatch", "state": "new", "source": "orders", "account": "a",
    "currency": "USD", "amount": Decimal(1), "first_seen": date(2026, 1, 20), "age_days": 1, "age_business_days": 1,
    "reason": "", "next_step": "",
}  # fmt: skip


def entries(rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Entries; ids are e000, e001, ... unless given."""
    filled = []
    for number, row in enumerate(rows):
        usual = {"entry_id": f"e{number:03}", "line_no": number + 1, "amount": Decimal(0), **USUAL}
        filled.append({**dict.fromkeys(ENTRIES.names), **usual, **row})
    return pa.Table.from_pylist(filled, schema=ENTRIES)


@contextmanager
def books(
    rows: Iterable[Mapping[str, Any]],
    matched: Iterable[str] | None = None,
    breaks: Iterable[Mapping[str, Any]] = (),
) -> Iterator[tuple[DuckEngine, Books]]:
    """An engine with the entries, of which those named (all by default) are in one confirmed match."""
    table = entries(rows)
    ids = list(matched) if matched is not None else table["entry_id"].to_pylist()
    with bare_engine() as engine:
        engine.register("entries", table)
        engine.register(
            "members", pa.Table.from_pylist([{**MEMBER, "entry_id": one} for one in ids], schema=MEMBERS)
        )
        engine.register("matches", pa.Table.from_pylist([MATCH], schema=MATCHES))
        engine.register("breaks", pa.Table.from_pylist([{**BREAK, **one} for one in breaks], schema=BREAKS))
        engine.register("journeys", JOURNEYS.empty_table())
        yield engine, held_books(engine)
