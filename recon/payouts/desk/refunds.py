"""Refunds and chargebacks of sales that an earlier period paid: taken back by the plan's reversal policy.

Such an entry names the sale it undoes (`ref_original`). It is not counted in its own period, where it would be taken
back at whatever rate that period has; what it takes back is worked out in the period of the sale, and booked once, in
the open period. So is what is won back of a chargeback, which gives back what the chargeback took.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from recon.engines.duck import DuckEngine
from recon.engines.names import identifier, text_literal
from recon.model.ids import content_id
from recon.model.periods import Period
from recon.payouts.books.activity import Books
from recon.payouts.calculation.undone import NAMES, UNDOING
from recon.payouts.plan.plan import Plan


@dataclass(frozen=True, slots=True)
class LateRefund:
    """A refund and its sale, by their entry ids; `period` is that of the sale."""

    refund: str
    sale: str
    period: Period


def late_refunds(
    engine: DuckEngine, plans: Sequence[Plan], books: Books, periods: Sequence[Period]
) -> list[LateRefund]:
    """The refunds of sales of an earlier one of some periods, by period and id; `periods` are in order of time.

    `plans` are the versions that pay them: a later one may count the entries of another source.
    What is won back of a chargeback is one as well. A refund on a day of none of the periods, as where a plan has ended
    and a month has no payout, is one of the next period.
    """
    return _refunds(engine, plans, books, periods, "s.number < r.known") if len(periods) > 1 else []


def refunds_within(engine: DuckEngine, plan: Plan, books: Books, period: Period) -> list[LateRefund]:
    """The refunds of a period's sales in the period itself, by id: they are counted in it like any other entry."""
    return _refunds(engine, [plan], books, [period], "s.number = r.number")


def _refunds(
    engine: DuckEngine, plans: Sequence[Plan], books: Books, periods: Sequence[Period], when: str
) -> list[LateRefund]:
    """Refunds with the sale that each names: the earliest of its source, payments before what else has the name.

    Refunds and fees often share references with the sale, and are none themselves.
    """
    within = " ".join(
        f"WHEN day BETWEEN DATE '{one.first}' AND DATE '{one.last}' THEN {number}"
        for number, one in enumerate(periods)
    )
    known = " ".join(f"WHEN day <= DATE '{one.last}' THEN {number}" for number, one in enumerate(periods))
    named = {component.activity.source for plan in plans for component in plan.components}
    sources = ", ".join(map(text_literal, sorted(named)))
    entries = (
        f"SELECT *, CASE {within} END AS number, CASE {known} END AS known FROM "
        "(SELECT entry_id, coalesce(type, '') AS type, amount, ref_original, source, ref_merchant, "
        "ref_processor, ref_end_to_end, coalesce(business_date, booking_date) AS day "
        f"FROM {identifier(books.entries)} WHERE source IN ({sources}))"
    )
    types = ", ".join(text_literal(one) for one in UNDOING)
    keys = " UNION ALL ".join(
        f"SELECT entry_id, source, number, type <> 'payment' AS other, {name} AS name FROM e "
        f"WHERE {name} IS NOT NULL AND type NOT IN ({types}) AND (type = 'payment' OR amount >= 0)"
        for name in ("entry_id", *NAMES)
    )
    found = engine.rows(
        f"WITH e AS ({entries}), r AS (SELECT * FROM e WHERE type IN ({types}) AND ref_original IS NOT NULL), "
        f"s AS ({keys}), n AS (SELECT r.entry_id AS refund, s.entry_id AS sale, s.number AS number, row_number() OVER "
        "(PARTITION BY r.entry_id ORDER BY s.other, s.number, s.entry_id) AS place FROM r JOIN s "
        f"ON s.name = r.ref_original AND s.source = r.source WHERE {when}) "
        "SELECT refund, sale, number FROM n WHERE place = 1 ORDER BY number, refund"
    )
    return [LateRefund(refund, sale, periods[number]) for refund, sale, number in found]


def without_late_refunds(engine: DuckEngine, books: Books, refunds: Sequence[LateRefund]) -> Books:
    """The books in which refunds of earlier periods' sales are not counted."""
    if not refunds:
        return books
    name = f"without_refunds_{content_id([books.entries, *(one.refund for one in refunds)], 12)}"
    ids = ", ".join(text_literal(one.refund) for one in refunds)
    engine.view(name, f"SELECT * FROM {identifier(books.entries)} WHERE entry_id NOT IN ({ids})")
    return replace(books, entries=name)
