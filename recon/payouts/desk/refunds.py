"""Refunds and chargebacks of sales that an earlier period paid: taken back by the plan's reversal policy.

Such an entry names the sale it undoes (`ref_original`). It is not counted in its own period, where it would be taken
back at whatever rate that period has; what it takes back is worked out in the period of the sale, and booked once, in
the open period.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from recon.engines.duck import DuckEngine
from recon.engines.expressions import call, literal
from recon.engines.names import identifier, text_literal
from recon.engines.relations import Scan, select, where
from recon.engines.render import render
from recon.model.ids import content_id
from recon.model.money import decimal_of
from recon.model.periods import Period
from recon.payouts.activity import ENTRY, FIGURES, Books, counted, figure, payee, word
from recon.payouts.corrections import Refund, reduced, reversal
from recon.payouts.desk.settling import Item
from recon.payouts.entry_facts import transactions_of
from recon.payouts.facts import Facts
from recon.payouts.measured import measured_in
from recon.payouts.period import Known
from recon.payouts.plan.corrections import Reversal
from recon.payouts.plan.payment import RoundAt
from recon.payouts.plan.plan import Plan
from recon.payouts.previous import with_previous
from recon.payouts.rounding import places
from recon.payouts.rows import Kind, quantized

NAMES = ("entry_id", "ref_merchant", "ref_processor", "ref_end_to_end")
"""By what a refund may name its sale."""
TYPES = ("refund", "chargeback")


@dataclass(frozen=True, slots=True)
class LateRefund:
    """A refund in a later period than its sale; `sale` and `refund` are entry ids."""

    refund: str
    sale: str
    period: Period


def late_refunds(engine: DuckEngine, plan: Plan, books: Books, periods: Sequence[Period]) -> list[LateRefund]:
    """The refunds of sales of an earlier one of some periods, by period and id; `periods` are in order of time."""
    if len(periods) < 2:
        return []
    cases = " ".join(
        f"WHEN day BETWEEN DATE '{one.first}' AND DATE '{one.last}' THEN {number}"
        for number, one in enumerate(periods)
    )
    sources = ", ".join(text_literal(one.activity.source) for one in plan.components)
    entries = (
        f"SELECT *, CASE {cases} END AS number FROM (SELECT entry_id, type, ref_original, source, ref_merchant, "
        "ref_processor, ref_end_to_end, coalesce(business_date, booking_date) AS day "
        f"FROM {identifier(books.entries)} WHERE source IN ({sources}))"
    )
    types = ", ".join(text_literal(one) for one in TYPES)
    keys = " UNION ALL ".join(
        f"SELECT entry_id, source, number, {name} AS name FROM e WHERE {name} IS NOT NULL" for name in NAMES
    )
    found = engine.rows(
        f"WITH e AS ({entries}), r AS (SELECT * FROM e WHERE type IN ({types}) AND ref_original IS NOT NULL), "
        f"s AS ({keys}) SELECT r.entry_id, min(s.entry_id), min(s.number) FROM r JOIN s ON s.name = r.ref_original "
        "AND s.source = r.source AND s.entry_id <> r.entry_id WHERE s.number < r.number "
        "GROUP BY r.entry_id ORDER BY 3, 1"
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


def refund_items(
    engine: DuckEngine,
    plan: Plan,
    books: Books,
    period: Period,
    known: Known,
    refunds: Sequence[LateRefund],
    booked: frozenset[str],
) -> dict[str, list[Item]]:
    """What refunds of one closed period's sales take back, by payee; each is booked once.

    `books` are credited and hold the refunds; `booked` are the refunds that an earlier payout has taken back.
    """
    own = [one for one in refunds if one.period == period]
    if not any(one.refund not in booked for one in own):
        return {}
    items: dict[str, list[Item]] = {}
    amounts = _amounts(engine, plan, books, own)
    sales = without_late_refunds(engine, books, refunds)
    holders = _holders(engine, plan, sales, [one.sale for one in own])
    facts = _facts(engine, plan, sales, period, known, set(holders.values()))
    for one in own:
        who = holders.get(one.sale, "")
        if one.refund not in amounts or who not in facts:
            continue
        figure_name, amount = amounts[one.refund]
        if all(sale.id != one.sale for sale in facts[who].transactions):
            continue
        refund = Refund(one.sale, amount, figure_name)
        if one.refund not in booked:
            row = reversal(plan, facts[who], refund, known.balances.get(who))
            amount = row.amount
            if plan.rounding.at is not RoundAt.NEVER:
                amount = quantized(amount, places(plan.rounding, plan.currency), plan.rounding.mode)
            item = Item(str(period), Kind.CORRECTION, amount, row.words, one.refund)
            items.setdefault(who, []).append(item)
        if plan.corrections.reversal is Reversal.RECOMPUTE:
            facts[who] = reduced(facts[who], refund)
    return items


def _amounts(
    engine: DuckEngine, plan: Plan, books: Books, refunds: Sequence[LateRefund]
) -> Mapping[str, tuple[str, Decimal]]:
    """By refund, the figure that it lowers and by how much, as the first component sees it that sums one."""
    ids = [literal(one.refund) for one in refunds]
    found = {}
    for component in reversed(plan.components):
        name = component.measure.sum
        if name is None:
            continue
        relation = counted(books.of(component.activity.of), component.activity)
        chosen = where(relation, call("in", relation["entry_id"], *ids))
        figures = figure(chosen, name) if name in FIGURES else word(chosen, name)
        for entry_id, said in engine.rows(
            render(select(chosen, {"entry_id": chosen["entry_id"], "value": figures}))
        ):
            value = decimal_of(said) if isinstance(said, str) else said
            if value is not None:
                found[entry_id] = (name, -value)
    return found


def _holders(engine: DuckEngine, plan: Plan, books: Books, sales: Sequence[str]) -> dict[str, str]:
    """Whom each sale credits."""
    entries = Scan(ENTRY, books.entries)
    chosen = where(entries, call("in", entries["entry_id"], *(literal(one) for one in sales)))
    rows = engine.rows(render(select(chosen, {"entry_id": chosen["entry_id"], "payee": payee(plan, chosen)})))
    return {entry_id: who for entry_id, who in rows if who}


def _facts(
    engine: DuckEngine, plan: Plan, books: Books, period: Period, known: Known, people: set[str]
) -> dict[str, Facts]:
    """The transactions of some payees in a closed period, with what was known of them."""
    if not people:
        return {}
    entries = Scan(ENTRY, books.entries)
    own = where(entries, call("in", payee(plan, entries), *(literal(who) for who in sorted(people))))
    name = f"refunded_{content_id([books.entries, str(period)], 12)}"
    engine.view(name, render(own))
    transactions = transactions_of(engine, plan, replace(books, entries=name), period)
    measured = measured_in(engine, plan, books, period)
    facts = [
        measured.told(replace(known.of(who, period), transactions=tuple(transactions.get(who, ()))))
        for who in sorted(people)
    ]
    return {one.payee: one for one in with_previous(engine, plan, books, period, facts)}
