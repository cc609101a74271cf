"""Books whose entries are credited by who owned a thing on the day: a terminal, a merchant, a customer.

An entry of an assigned word gets the owner of its day under the word that the plan credits, in place of what it says
itself; one whose thing nobody owned names nobody, and is told as such.
"""

from dataclasses import replace

import pyarrow as pa

from recon.engines.duck import DuckEngine
from recon.engines.expressions import call
from recon.engines.names import identifier, text_literal
from recon.engines.relations import Scan, select
from recon.engines.render import render
from recon.model.ids import content_id
from recon.model.periods import Period
from recon.payouts.books.activity import ENTRY, Books, word
from recon.payouts.books.sale_days import on_days_of_sales, sales_undone
from recon.payouts.periods.customers import with_customers
from recon.payouts.periods.period import Known
from recon.payouts.plan.plan import Plan
from recon.payouts.plan.sharing import Ownership

OWNERS, OWNED, CREDITED = "owners", "owned", "credited"
"""How the names of the tables begin; each credit rule and period has its own."""
_SCHEMA = pa.schema(
    [("value", pa.string()), ("owner", pa.string()), ("first", pa.date32()), ("last", pa.date32())]
)


def credited_books(engine: DuckEngine, plan: Plan, books: Books, period: Period, known: Known) -> Books:
    """The books as the plan credits them, refunds on the days of their sales where that matters.

    They are the same books when transactions name the payee themselves.
    """
    return with_customers(engine, plan, books, _credited(engine, plan, books, period, known), known)


def _credited(engine: DuckEngine, plan: Plan, books: Books, period: Period, known: Known) -> Books:
    books = on_days_of_sales(engine, plan, books, period)
    what = plan.credit.owner_of
    if what is None:
        return books
    theirs = [one for one in known.owners if one.name == what]
    rows = [{"value": one.value, "owner": one.owner, "first": one.first, "last": one.last} for one in theirs]
    own = content_id([books.entries, what, plan.credit.to, plan.credit.when_moved, str(period)], 12)
    owners, owned, entries_now = (f"{name}_{own}" for name in (OWNERS, OWNED, CREDITED))
    engine.register(owners, pa.Table.from_pylist(rows, schema=_SCHEMA))
    entries = Scan(ENTRY, books.entries)
    day = call("coalesce", entries["business_date"], entries["booking_date"])
    named = select(entries, {"entry_id": entries["entry_id"], "value": word(entries, what), "day": day})
    on = "n.day" if plan.credit.when_moved is Ownership.AT_TRANSACTION else f"DATE '{period.last}'"
    things = render(named)
    if any(period.first < one.first <= period.last or period.first <= one.last < period.last for one in theirs):
        # Whoever is credited with a sale gives it back, whoever owns the thing on the day of the refund.
        things = (
            f"SELECT n.entry_id, n.value, coalesce(u.day, n.day) AS day FROM ({things}) AS n "
            f"LEFT JOIN ({sales_undone(books, period)}) AS u USING (entry_id)"
        )
    engine.view(
        owned,
        f"SELECT n.entry_id, o.owner FROM ({things}) AS n JOIN {owners} AS o "
        f'ON o.value = n.value AND {on} BETWEEN o."first" AND o."last"',
    )
    columns = ", ".join(_column(name, plan.credit.to) for name in ENTRY)
    engine.view(
        entries_now,
        f"SELECT {columns} FROM {identifier(books.entries)} AS e LEFT JOIN {owned} AS o ON o.entry_id = e.entry_id",
    )
    return replace(books, entries=entries_now)


def _column(name: str, credited: str) -> str:
    if name == credited:
        return f"o.owner AS {identifier(name)}"
    if name == "attributes" and credited not in ENTRY:
        owner = f"MAP {{{text_literal(credited)}: coalesce(o.owner, '')}}"
        return f"map_concat(coalesce(e.attributes, MAP {{}}), {owner}) AS attributes"
    return f"e.{identifier(name)}"
