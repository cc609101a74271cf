"""What a payee's rows rest on: the entries of each component, down to file and line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from recon.engines.duck import DuckEngine
from recon.engines.expressions import Expression, Literal, call, literal
from recon.engines.relations import Relation, Scan, join, select, where
from recon.engines.render import render
from recon.engines.types import MONEY, columns_of
from recon.model import tables
from recon.model.periods import Period
from recon.payouts.books.activity import ENTRY, Books, number, of_component, payee
from recon.payouts.books.reduction import value_of
from recon.payouts.plan.components import Component
from recon.payouts.plan.measures import TRANSACTIONS
from recon.payouts.plan.plan import Plan


@dataclass(frozen=True, slots=True)
class Resting:
    """One entry that a component counted for a payee, and the line of the file it came from."""

    entry_id: str
    day: date | None
    amount: Decimal
    currency: str
    adds: Decimal | None
    """What it adds to what is measured; None where that is not of single entries, such as different customers."""
    unit: str | None
    """The currency of what it adds; None for a number."""
    file: str
    line: int


def entries_of(
    engine: DuckEngine, plan: Plan, component: Component, books: Books, period: Period, who: str
) -> list[Resting]:
    """The entries that a component counted for a payee, by day and id."""
    relation = of_component(plan, books, component, period)
    own = where(relation, call("eq", payee(plan, relation), literal(who)))
    return _placed(engine, own, _added(component, own), is_money=component.measure.sum is not None)


def entries_named(engine: DuckEngine, books: Books, ids: Sequence[str]) -> list[Resting]:
    """The entries of these ids, by day and id: refunds that a correction is of."""
    if not ids:
        return []
    entries = Scan(ENTRY, books.entries)
    named = where(entries, call("in", entries["entry_id"], *map(literal, ids)))
    return _placed(engine, named, named["amount"], is_money=True)


def _added(component: Component, relation: Relation) -> Expression:
    """What an entry adds to the measure of a component."""
    measure = component.measure
    if measure.sum is None and measure.count != TRANSACTIONS:
        return Literal(MONEY, None)
    return call("as_money", value_of(component, measure, relation, number))


def _placed(engine: DuckEngine, own: Relation, adds: Expression, *, is_money: bool) -> list[Resting]:
    """Entries with what they add and the lines of their files."""
    rows = select(
        own,
        {
            "entry_id": own["entry_id"],
            "day": call("coalesce", own["business_date"], own["booking_date"]),
            "amount": own["amount"],
            "currency": own["currency"],
            "adds": adds,
            "file_id": own["file_id"],
            "line_no": own["line_no"],
        },
    )
    files = select(
        held := Scan(columns_of(tables.FILES), "files"), {"file_id": held["file_id"], "path": held["path"]}
    )
    columns = {
        name: rows.of("l", name) for name in ("entry_id", "day", "amount", "currency", "adds", "line_no")
    }
    placed = join(
        rows,
        files,
        [(rows.of("l", "file_id"), files.of("r", "file_id"))],
        {**columns, "path": files.of("r", "path")},
    )
    sql = f'SELECT DISTINCT * FROM ({render(placed)}) ORDER BY "day", "entry_id", "path"'
    found: dict[str, Resting] = {}
    for entry_id, day, amount, currency, added, line, path in engine.rows(sql):
        unit = currency if is_money else None
        found.setdefault(entry_id, Resting(entry_id, day, amount, currency, added, unit, path, line))
    return list(found.values())
