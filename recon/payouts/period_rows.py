"""A plan over a period as a table of rows: computed as sets where the plan allows it, payee by payee where not.

Either way the table holds the same rows in the same order, and the same books give the same bytes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from recon.engines.duck import DuckEngine
from recon.engines.names import identifier
from recon.model.periods import Period
from recon.payouts.books.activity import Books
from recon.payouts.calculation.limits import Balances
from recon.payouts.calculation.received import received
from recon.payouts.periods.customers_told import without_customer
from recon.payouts.periods.period import Known, LeftOut, PeriodResult, compute
from recon.payouts.plan.measures import Scope
from recon.payouts.plan.plan import Plan
from recon.payouts.sets.book import Book
from recon.payouts.sets.plan_rows import build_rows
from recon.payouts.sets.support import reasons
from recon.payouts.tables import PAYOUT_ROWS

AS_SETS, ONE_BY_ONE = "_as_sets", "_one_by_one"
_OF_ALL = {"plan", "version", "period", "currency"}
_OWN = pa.schema([one for one in PAYOUT_ROWS if one.name not in _OF_ALL])
_NUMBERED = pa.schema([*PAYOUT_ROWS, pa.field("position", pa.int64())])


@dataclass(frozen=True, slots=True)
class PeriodRows:
    """The rows of one plan and period, in a table of the engine."""

    engine: DuckEngine
    plan: Plan
    period: Period
    left_out: tuple[LeftOut, ...]
    sql: str
    """The rows in the shape and order of PAYOUT_ROWS."""
    balances: Mapping[str, Balances] = field(default_factory=dict)
    """What each payee carries on; the empty payee holds the plan's used budgets."""

    def write(self, path: Path) -> int:
        """Write the rows to a Parquet file; how many there are."""
        return self.engine.write(self.sql, path, PAYOUT_ROWS)

    def earned(self) -> list[tuple[str, Decimal]]:
        """What everybody receives, by payee."""
        return self.engine.rows(
            f"SELECT payee, CAST(sum(amount) AS DECIMAL(38,8)) FROM ({self.sql}) GROUP BY payee ORDER BY payee"
        )

    def rows(self, payee: str | None = None) -> Iterator[dict[str, Any]]:
        """The rows, of one payee or of all, by column name."""
        chosen = "" if payee is None else " WHERE payee = $1"
        table = self.engine.table(f"SELECT * FROM ({self.sql}){chosen}", [] if payee is None else [payee])
        for batch in table.to_batches():
            yield from batch.to_pylist()


def period_rows(
    engine: DuckEngine,
    plan: Plan,
    books: Books,
    period: Period,
    known: Known | None = None,
    book: Book | None = None,
    name: str = "payout_rows",
) -> PeriodRows:
    """The rows of a plan over a period; they replace those that the engine held before under the name.

    Several plans are quicker with a `book` that `period_book` made for all of them.

    Raises:
        ConfigError: the plan asks for figures or activities that the books do not have.
        InputRefused: a figure of an entry is absent, or a total lies in no band.
    """
    about = known or Known()
    nobody = tuple(without_customer(engine, plan, books, period))
    first, last = plan.days(period)
    if first <= last and not reasons(plan, about):
        rows = build_rows(engine, plan, books, period, f"{name}{AS_SETS}", known=about, book=book)
        sql = rows.sql(period)
        if more := [one.row(plan) for one in received(engine, plan, sql)]:
            engine.register(f"{name}_received", pa.Table.from_pylist(more, schema=_OWN))
            engine.append(rows.table, f"SELECT * FROM {identifier(f'{name}_received')}")
        return PeriodRows(engine, plan, period, (*rows.left_out, *nobody), sql, about.balances)
    result = compute(engine, plan, books, period, about)
    table = f"{name}{ONE_BY_ONE}"
    rows = rows_table(result)
    engine.register(table, rows)
    sql = f'SELECT * EXCLUDE ("position") FROM {identifier(table)} ORDER BY "position"'
    if more := [one.row(plan) for one in received(engine, plan, sql)]:
        engine.register(table, pa.concat_tables([rows, _numbered(result, more, len(rows))]))
    balances = {one.facts.payee: one.balances for one in result.outcomes} | {"": result.used}
    return PeriodRows(engine, plan, period, (*result.left_out, *nobody), sql, balances)


def rows_table(result: PeriodResult) -> pa.Table:
    """The rows of all outcomes, with their `position`, as an Arrow table."""
    rows = [{**row, "position": position} for position, row in enumerate(_rows(result))]
    return pa.Table.from_pylist(rows, schema=_NUMBERED)


def _numbered(result: PeriodResult, more: Sequence[Mapping[str, object]], first: int) -> pa.Table:
    """Further rows of a plan and period, in the shape of its rows, from a position on."""
    about = {
        "plan": result.plan.plan, "version": result.plan.version, "period": str(result.period),
        "currency": result.plan.currency,
    }  # fmt: skip
    rows = [{**about, **row, "position": position} for position, row in enumerate(more, start=first)]
    return pa.Table.from_pylist(rows, schema=_NUMBERED)


def _rows(result: PeriodResult) -> Iterator[dict[str, object]]:
    singles = {one.name for one in result.plan.components if one.scope is Scope.TRANSACTION}
    for outcome in result.outcomes:
        who = outcome.facts.payee
        for row in outcome.rows:
            yield {
                "plan": result.plan.plan, "version": row.version, "period": str(result.period),
                "currency": result.plan.currency, "credited": who, "payee": row.payee, "kind": row.kind.value,
                "entry_id": row.rests_on[0] if row.rests_on and row.component in singles else None,
                "component": row.component, "words": row.words, "units": row.units, "rate": row.rate,
                "amount": row.amount, "entries": len(row.rests_on) or result.entries.get((who, row.component), 0),
            }  # fmt: skip
