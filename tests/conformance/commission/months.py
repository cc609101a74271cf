"""Cases over several months, by the books as the desk has them: sales and their refunds, dated owners, fees."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa

from recon.model.periods import Period
from recon.model.tables import FILES
from recon.partners.measures.books import DAYS
from recon.partners.measures.counting import coming_and_going
from recon.payouts.desk.due_periods import due_periods
from recon.payouts.desk.refunds import late_refunds
from recon.payouts.desk.shelf import Shelf
from recon.payouts.desk.taken_back import TakenBack, taken_back
from recon.payouts.periods.credited import credited_books
from recon.payouts.periods.fee_check import FeeDifference, fee_differences
from recon.payouts.periods.period import Known, Owned, compute
from recon.payouts.plan.plan import Plan
from recon.project.workspace import open_project
from recon.store.store import Store
from tests.unit.engines.bare import bare_engine
from tests.unit.payouts.books import books

DAY = timedelta(days=1)
SOURCE, WHO, THING = "transactions", "payee", "T-1"


def entry(day: date, amount: Decimal, **more: Any) -> dict[str, Any]:
    """An entry that credits the payee of all cases, on something that may be owned."""
    return {
        "source": SOURCE, "business_date": day, "amount": amount,
        "attributes": [("agent", WHO), ("terminal", THING)], **more,
    }  # fmt: skip


def undone_later(what: Plan, amount: Decimal, sold: Period, undone: Period) -> TakenBack:
    """What the desk books in one month where a sale of another is wholly refunded."""
    rows = [
        entry(sold.first, amount, entry_id="sale"),
        entry(undone.first, -amount, type="refund", ref_original="sale"),
    ]
    with books(rows) as (engine, held):
        refunds = late_refunds(engine, [what], held, [sold, undone])
        return taken_back(engine, what, held, sold, Known(), refunds, frozenset())


def earned_by_owners(
    what: Plan, sales: Iterable[tuple[date, Decimal]], owners: Iterable[tuple[str, date, date]]
) -> Mapping[str, Decimal]:
    """What everybody earns on a thing that changes hands, each from a first to a last day."""
    rows = [entry(day, amount) for day, amount in sales]
    owned = tuple(Owned("terminal", THING, *one) for one in owners)
    days = [one["business_date"] for one in rows]
    with books(rows) as (engine, held):
        period, known = Period(min(days), max(days)), Known(owners=owned)
        found = compute(engine, what, credited_books(engine, what, held, period, known), period, known)
    return dict(found.payees)


def fee_found(card: Plan, amount: Decimal, charged: Decimal, tolerance: Decimal) -> FeeDifference | None:
    """The difference that the check of fees finds on one entry, if it finds one."""
    day = date(2026, 1, 15)
    with books([entry(day, amount, fee=-charged)]) as (engine, held):
        engine.register("files", pa.Table.from_pylist([], schema=FILES))
        found = fee_differences(engine, card, held, Period(day, day), tolerance).differences
    return found[0] if found else None


def due_on(what: Plan, days: Iterable[date], as_of: date, *, only_complete: bool) -> list[Period]:
    """The periods that are due on a day where entries lie on some days and nothing is paid yet."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "recon.toml").write_text('[project]\nname = "case"\n', encoding="utf-8")
        shelf = Shelf(Store.open(open_project(Path(folder))))
        with books(entry(day, Decimal(1)) for day in days) as (engine, held):
            found = due_periods(engine, what, held, shelf, as_of, only_complete=only_complete)
    return [one.period for one in found]


def is_dormant(last: date, as_of: date, after_days: int) -> bool:
    """Whether somebody who works and was last active on a day counts as dormant on another."""
    with bare_engine() as engine:
        for name, sql in (
            (DAYS, f"SELECT 'A' AS partner, DATE '{last}' AS day"),
            ("days", f"SELECT 1 AS n, DATE '{as_of}' AS day"),
            ("stretches", f"SELECT 1 AS n, DATE '{as_of}' AS \"first\", DATE '{as_of}' AS \"last\""),
            (
                "groups",
                "SELECT 'all' AS grp, 'A' AS partner, DATE '1900-01-01' AS \"first\", DATE '9999-12-31' AS \"last\"",
            ),
            ("members", "SELECT 1 AS n, 'all' AS grp, 'A' AS partner"),
        ):
            engine.materialise(name, sql)
        return bool(coming_and_going(engine, after_days)[1, "all"].get("dormant", 0))
