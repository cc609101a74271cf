"""What a payee's rows rest on: the entries of each component, down to file and line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from recon.engines.duck import DuckEngine
from recon.engines.expressions import call, literal
from recon.engines.relations import Relation, Scan, join, select, where
from recon.engines.render import render
from recon.engines.types import columns_of
from recon.model import tables
from recon.model.periods import Period
from recon.payouts.activity import ENTRY, Books, of_component, payee
from recon.payouts.plan.components import Component
from recon.payouts.plan.plan import Plan


@dataclass(frozen=True, slots=True)
class Resting:
    """One entry that a component counted for a payee, and the line of the file it came from."""

    entry_id: str
    day: date | None
    amount: Decimal
    currency: str
    file: str
    line: int


def entries_of(
    engine: DuckEngine, plan: Plan, component: Component, books: Books, period: Period, who: str
) -> list[Resting]:
    """The entries that a component counted for a payee, by day and id."""
    relation = of_component(plan, books, component, period)
    return _placed(engine, where(relation, call("eq", payee(plan, relation), literal(who))))


def entries_named(engine: DuckEngine, books: Books, ids: Sequence[str]) -> list[Resting]:
    """The entries of these ids, by day and id: refunds that a correction is of."""
    if not ids:
        return []
    entries = Scan(ENTRY, books.entries)
    return _placed(engine, where(entries, call("in", entries["entry_id"], *map(literal, ids))))


def _placed(engine: DuckEngine, own: Relation) -> list[Resting]:
    """Entries with the lines of their files."""
    rows = select(
        own,
        {
            "entry_id": own["entry_id"],
            "day": call("coalesce", own["business_date"], own["booking_date"]),
            "amount": own["amount"],
            "currency": own["currency"],
            "file_id": own["file_id"],
            "line_no": own["line_no"],
        },
    )
    files = select(
        held := Scan(columns_of(tables.FILES), "files"), {"file_id": held["file_id"], "path": held["path"]}
    )
    columns = {name: rows.of("l", name) for name in ("entry_id", "day", "amount", "currency", "line_no")}
    placed = join(
        rows,
        files,
        [(rows.of("l", "file_id"), files.of("r", "file_id"))],
        {**columns, "path": files.of("r", "path")},
    )
    sql = f'SELECT DISTINCT * FROM ({render(placed)}) ORDER BY "day", "entry_id", "path"'
    found: dict[str, Resting] = {}
    for entry_id, day, amount, currency, line, path in engine.rows(sql):
        found.setdefault(entry_id, Resting(entry_id, day, amount, currency, path, line))
    return list(found.values())
