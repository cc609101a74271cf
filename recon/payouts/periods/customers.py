"""Where the entries of books lie in the time of their customers, and the books in which that can be looked at.

For each entry that names a customer, a table says since when it is one and how many months, days and sales lie between.
It is made of all entries that a run has, not of those of a period: a first sale may lie years before. Books in which
plans look at it have a word for each part of customers' time that the plan counts; see `calculation.customers`, which
says the same of examples.
"""

from dataclasses import replace

import pyarrow as pa

from recon.engines.duck import DuckEngine
from recon.engines.expressions import Expression, call, literal
from recon.engines.names import identifier, text_literal
from recon.engines.relations import Scan, select, where
from recon.engines.render import render
from recon.errors import InputRefused, Place, Problem
from recon.model.ids import content_id
from recon.payouts.books.activity import ENTRY, Books, counted, word
from recon.payouts.calculation.customers import parts_of
from recon.payouts.calculation.undone import NAMES, UNDOING
from recon.payouts.periods.period import Known
from recon.payouts.plan.customers import MARK, Customers, ForEach, Stretch, WhollyRefunded
from recon.payouts.plan.plan import Plan

_TYPES = ", ".join(map(text_literal, UNDOING))
_SINCE = "CAST(try_strptime(e.since, '%Y-%m-%d') AS DATE)"
_BEGAN = pa.schema(
    [("customer", pa.string()), ("payee", pa.string()), ("first", pa.date32()), ("sales", pa.int64())]
)
_OWNED = pa.schema(
    [("value", pa.string()), ("owner", pa.string()), ("first", pa.date32()), ("last", pa.date32())]
)


def with_customers(engine: DuckEngine, plan: Plan, books: Books, credited: Books, known: Known) -> Books:
    """The credited books with a word for each part of a customer's time in which an entry lies.

    `books` are those that nobody credited: the days of their entries are those on which they were made.

    Raises:
        InputRefused: an entry does not say a day where it should say since when its customer is one.
    """
    if plan.customers is None:
        return credited
    times = _times(engine, plan, plan.customers, books, known)
    parts = parts_of(plan)
    view = f"of_customers_{content_id([credited.entries, times, *(part.name for part in parts)], 12)}"
    marks = ", ".join(
        f"{text_literal(part.name)}: CASE WHEN {_within(part.first, '<')} AND {_within(part.after, '>=')} "
        f"THEN {text_literal(MARK)} END"
        for part in parts
    )
    marked = (
        "CASE WHEN c.entry_id IS NULL THEN e.attributes "
        f"ELSE map_concat(coalesce(e.attributes, MAP {{}}), MAP {{{marks}}}) END AS attributes"
    )
    columns = ", ".join(marked if name == "attributes" else f"e.{identifier(name)}" for name in ENTRY)
    engine.view(
        view,
        f"SELECT {columns} FROM {identifier(credited.entries)} AS e "
        f"LEFT JOIN {identifier(times)} AS c ON c.entry_id = e.entry_id",
    )
    return replace(credited, entries=view, customers=times)


def _within(stretch: Stretch | None, how: str) -> str:
    if stretch is None:
        return "true"
    passed = {"months": "c.months", "days": "c.days", "sales": "c.place - 1"}[stretch.unit]
    return f"{passed} {how} {stretch.length}"


def _times(engine: DuckEngine, plan: Plan, rule: Customers, books: Books, known: Known) -> str:
    """The table of entries by the time of their customers; it is made once for all periods that know the same."""
    everything = replace(books, without_broken=False)
    with_payee = rule.for_each is ForEach.WITH_PAYEE
    owner_of = plan.credit.owner_of if with_payee else None
    owned = [one for one in known.owners if one.name == owner_of] if owner_of is not None else []
    looking = [one.activity.source for one in plan.components if one.of_customers is not None]
    looking += [one.activity.source for one in plan.figures if one.activity and one.of_customers is not None]
    sources = sorted({rule.start.source, *looking})
    began = sorted(known.customers)
    made_of = [books.entries, rule.model_dump_json(), str(plan.credit), *sources, repr(began), repr(owned)]
    own = content_id(made_of, 12)
    name = f"customers_{own}"
    if engine.has(name):
        return name
    rows = [
        {
            "customer": one.customer,
            "payee": one.payee if with_payee else "",
            "first": one.first,
            "sales": one.sales,
        }
        for one in began
    ]
    engine.register(f"{name}_began", pa.Table.from_pylist(rows, schema=_BEGAN))
    days = [{"value": one.value, "owner": one.owner, "first": one.first, "last": one.last} for one in owned]
    engine.register(f"{name}_owned", pa.Table.from_pylist(days, schema=_OWNED))
    relation = counted(everything.of(rule.start.of), rule.start)
    engine.view(f"{name}_starting", render(select(relation, {"entry_id": relation["entry_id"]})))
    engine.materialise(f"{name}_entries", _entries(plan, rule, books, sources, f"{name}_owned"))
    _refuse_no_days(engine, rule, f"{name}_entries")
    engine.materialise(name, _placed(rule, name))
    engine.drop(f"{name}_entries")
    return name


def _entries(plan: Plan, rule: Customers, books: Books, sources: list[str], owned: str) -> str:
    """The entries of some sources: whose they are, when they were made, and what they may be named by."""
    entries = Scan(ENTRY, books.entries)
    own = where(entries, call("in", entries["source"], *map(literal, sources)))
    whose: Expression = literal("")
    if rule.for_each is ForEach.WITH_PAYEE:
        whose = call("coalesce", word(own, plan.credit.owner_of or plan.credit.to), literal(""))
    columns = {
        **{name: own[name] for name in ("entry_id", "source", "amount", "ref_original", "event_time", *NAMES)},
        "line_no": own["line_no"],
        "file_id": own["file_id"],
        "kind": call("coalesce", own["type"], literal("")),
        "day": call("coalesce", own["business_date"], own["booking_date"]),
        "customer": word(own, rule.word),
        "payee": whose,
        "since": literal("") if rule.since is None else call("coalesce", word(own, rule.since), literal("")),
    }
    sql = render(select(own, columns))
    if rule.for_each is ForEach.CUSTOMER or plan.credit.owner_of is None:
        return sql
    return (
        f"SELECT e.* REPLACE (coalesce(o.owner, '') AS payee) FROM ({sql}) AS e LEFT JOIN {identifier(owned)} AS o "
        'ON o.value = e.payee AND e.day BETWEEN o."first" AND o."last"'
    )


def _placed(rule: Customers, name: str) -> str:
    """The entries with a customer, each with its time; `name` is how the tables that it is made of begin.

    What undoes a sale lies where the sale does. What comes before the start, as a sale that does not start, counts as
    of the first day; what is no sale, with the last sale before it.
    """
    keys = " UNION ALL ".join(
        f"SELECT entry_id, source, day, kind <> 'payment' AS other, {key} AS name FROM e "
        f"WHERE {key} IS NOT NULL AND kind NOT IN ({_TYPES}) AND (kind = 'payment' OR amount >= 0)"
        for key in ("entry_id", *NAMES)
    )
    kept = "true" if rule.wholly_refunded is WhollyRefunded.STARTS else "coalesce(e.amount + u.back > 0, true)"
    order = (
        "PARTITION BY customer, payee ORDER BY day, event_time NULLS LAST, entry_id ROWS UNBOUNDED PRECEDING"
    )
    passed = "date_diff('month', started, day)"
    return f"""
WITH e AS (SELECT * FROM {identifier(f"{name}_entries")}),
s AS ({keys}),
n AS (SELECT r.entry_id AS refund, s.entry_id AS sale FROM e AS r JOIN s
  ON s.name = r.ref_original AND s.source = r.source WHERE r.kind IN ({_TYPES})
  QUALIFY row_number() OVER (PARTITION BY r.entry_id ORDER BY s.other, s.day, s.entry_id) = 1),
u AS (SELECT n.sale, sum(r.amount) AS back FROM n JOIN e AS r ON r.entry_id = n.refund GROUP BY n.sale),
t AS (SELECT e.entry_id, e.customer, e.payee, e.day, e.event_time, {_SINCE} AS since,
  e.kind IN ({_TYPES}) OR e.amount < 0 AS undoes,
  e.entry_id IN (SELECT entry_id FROM {identifier(f"{name}_starting")}) AND NOT undoes AND {kept} AS stands
  FROM e LEFT JOIN u ON u.sale = e.entry_id
  WHERE e.customer <> '' AND e.entry_id NOT IN (SELECT refund FROM n)),
w AS (SELECT *, CAST(count(*) FILTER (stands) OVER ({order}) AS BIGINT) AS sold FROM t),
b AS (SELECT customer, payee, min("first") AS "first", CAST(sum(sales) AS BIGINT) AS sales
  FROM {identifier(f"{name}_began")} GROUP BY ALL),
c AS (SELECT customer, payee, CAST(least(min(day) FILTER (stands), min(since), min(b."first")) AS DATE) AS started,
  min(day) FILTER (stands) AS first_day, max(entry_id) FILTER (stands AND sold = 1) AS first_entry,
  coalesce(max(b.sales), 0) AS sales FROM w LEFT JOIN b USING (customer, payee) GROUP BY customer, payee),
p AS (SELECT w.entry_id, customer, started, first_day, first_entry,
  CASE WHEN started <= day THEN {passed} - CAST(started + to_months({passed}) > day AS BIGINT) ELSE 0 END AS months,
  CASE WHEN started <= day THEN date_diff('day', started, day) ELSE 0 END AS days,
  greatest(1, sales + sold + CAST(NOT (stands OR undoes) AS BIGINT)) AS place
  FROM w JOIN c USING (customer, payee))
SELECT *, CAST(NULL AS VARCHAR) AS sale FROM p
UNION ALL SELECT p.* REPLACE (n.refund AS entry_id), n.sale FROM n JOIN p ON p.entry_id = n.sale"""


def _refuse_no_days(engine: DuckEngine, rule: Customers, entries: str) -> None:
    """Refuse what says no day where it should say since when a customer is one: it would be taken for a new one."""
    if rule.since is None:
        return
    wrong = f"FROM {identifier(entries)} AS e WHERE e.since <> '' AND {_SINCE} IS NULL"
    for entry_id, said, file_id, line in engine.rows(
        f"SELECT entry_id, since, file_id, line_no {wrong} ORDER BY file_id, line_no, entry_id LIMIT 1"
    ):
        ((count,),) = engine.rows(f"SELECT count(*) {wrong}")
        place = f"entry {entry_id}"
        if engine.has("files"):
            held = f"SELECT path FROM files WHERE file_id = {text_literal(file_id)} ORDER BY path LIMIT 1"
            place = next((path for (path,) in engine.rows(held)), place)
        message = f"`{said}` is no day since when somebody is a customer; so it is in {count} entries"
        hint = f"write {rule.since} as 2026-10-01 where the entries come from, or leave it empty"
        raise InputRefused(Problem("not-a-date", message, Place(place, line, field=rule.since), hint=hint))
