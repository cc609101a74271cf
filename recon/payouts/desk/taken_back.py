"""What refunds of an earlier period's sales take back: of everybody who was paid on the sale, by the plan's policy.

Where the plan says so, the sale also counts less from now on: in totals that build up over a window, and in budgets.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from recon.engines.duck import DuckEngine
from recon.engines.expressions import call, literal
from recon.engines.relations import Scan, select, where
from recon.engines.render import render
from recon.model.ids import content_id
from recon.model.money import decimal_of
from recon.model.periods import Period
from recon.payouts.activity import ENTRY, FIGURES, Books, counted, figure, payee, word
from recon.payouts.budgets import name_of
from recon.payouts.calculate import calculate
from recon.payouts.clawback import ShareTaken, share_taken
from recon.payouts.corrections import Refund, reduced, reversals
from recon.payouts.desk.refunds import LateRefund, without_late_refunds
from recon.payouts.desk.settling import Item
from recon.payouts.entry_facts import transactions_of
from recon.payouts.facts import Facts
from recon.payouts.limits import Balances
from recon.payouts.measured import measured_in
from recon.payouts.period import Known
from recon.payouts.plan.corrections import Reversal
from recon.payouts.plan.plan import Plan
from recon.payouts.previous import with_previous
from recon.payouts.rounding import payable
from recon.payouts.rows import Kind, exact
from recon.payouts.spells import with_spells

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Less:
    """What a refund takes off a balance that goes on: the payee's (none for the plan's own), by name."""

    refund: str
    payee: str
    balance: str
    amount: Decimal


@dataclass
class TakenBack:
    """Items by payee, and what balances count less."""

    items: dict[str, list[Item]] = field(default_factory=dict)
    less: list[Less] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Sale:
    """A refunded sale: whom it credits, its day and amount, and the refund's day, figure and amount."""

    sale: str
    payee: str
    day: date | None
    amount: Decimal
    refunded_on: date | None
    figure: str
    refunded: Decimal
    others: Mapping[str, Decimal]
    """What other figures that the plan measures fall by."""


def taken_back(
    engine: DuckEngine,
    plan: Plan,
    books: Books,
    period: Period,
    known: Known,
    refunds: Sequence[LateRefund],
    booked: Container[str],
) -> TakenBack:
    """What refunds of one closed period's sales take back.

    `books` are credited and hold the refunds; `booked` are the refunds that an earlier payout has taken back: they have
    no items any more, and what they took off balances is told all the same.
    """
    found = TakenBack()
    own = [one for one in refunds if one.period == period]
    if not own:
        return found
    sales = _sales(engine, plan, books, own)
    without = without_late_refunds(engine, books, refunds)
    facts = _facts(engine, plan, without, period, known, sales)
    for one in own:
        sale = sales.get(one.refund)
        if sale is None or all(other.id != one.sale for other in facts[sale.payee].transactions):
            continue
        about, balances = facts[sale.payee], known.balances.get(sale.payee)
        refund = Refund(one.sale, sale.refunded, sale.figure, sale.others)
        share = share_taken(plan.corrections, sale.day, sale.refunded_on)
        if one.refund not in booked:
            for who, item in _items(plan, about, refund, balances, period, share, one.refund):
                found.items.setdefault(who, []).append(item)
        found.less += _less(plan, about, refund, balances, period, one.refund, share)
        if plan.corrections.reversal is Reversal.RECOMPUTE:
            facts[sale.payee] = reduced(about, refund)
    return found


def _items(
    plan: Plan,
    facts: Facts,
    refund: Refund,
    balances: Balances | None,
    period: Period,
    share: ShareTaken,
    reference: str,
) -> Iterator[tuple[str, Item]]:
    """What everybody gives back of one sale: all of it, or the share that the plan takes back by then.

    That nothing is taken back any more is an item as well: the payee is told, and the refund is not looked at again.
    """
    why = f"; {share.words}" if share.words else ""
    for row in reversals(plan, facts, refund, balances):
        amount = payable(exact(share.of(row.amount)), plan.rounding, plan.currency)
        if amount or not share.percent:
            yield row.payee, Item(str(period), Kind.CORRECTION, amount, row.words + why, reference)


def _less(
    plan: Plan,
    facts: Facts,
    refund: Refund,
    balances: Balances | None,
    period: Period,
    reference: str,
    share: ShareTaken,
) -> Iterator[Less]:
    """What the sale counts less from now on: attainment, where a reversal reduces it, and budgets it returns.

    A budget has again what is taken back of it, and no more; a sale of which nothing is taken back counts as before.
    """
    if not share.percent:
        return
    returning = [one for one in plan.budgets if one.limit.clawback_returns_budget]
    lowers = plan.corrections.attainment == "reduced"
    if not returning and not lowers:
        return
    alone = plan.without_budgets()
    before, after = (calculate(alone, one, balances) for one in (facts, reduced(facts, refund)))
    for name, amount in before.balances.items() if lowers else ():
        if name.startswith("built up ") and (change := amount - after.balances.get(name, ZERO)):
            yield Less(reference, facts.payee, name, change)
    for budget in returning:
        name = name_of(plan, budget, period)
        amounts = [
            one.earns.get(budget.component, ZERO) if budget.component else one.of(facts.payee)
            for one in (before, after)
        ]
        yield Less(reference, "", name, exact(share.of(amounts[0] - amounts[1])))


def lowered(balances: Mapping[str, Balances], less: Sequence[Less]) -> Mapping[str, Balances]:
    """The balances, less what refunds take off those that still go on; no more than all of a budget is given back."""
    changed: dict[str, dict[str, Decimal]] = {}
    for one in less:
        own = changed.setdefault(one.payee, dict(balances.get(one.payee, {})))
        if one.balance in own:
            left = own[one.balance] - one.amount
            own[one.balance] = left if one.payee else max(left, ZERO)
    return {**balances, **changed}


def _sales(engine: DuckEngine, plan: Plan, books: Books, own: Sequence[LateRefund]) -> dict[str, _Sale]:
    """By refund, the sale it undoes; refunds that no component counts, and sales that name nobody, are left out."""
    amounts = _amounts(engine, plan, books, own)
    others = _others(engine, plan, books, own)
    entries = Scan(ENTRY, books.entries)
    ids = [literal(name) for one in own for name in (one.sale, one.refund)]
    chosen = where(entries, call("in", entries["entry_id"], *ids))
    day = call("coalesce", chosen["business_date"], chosen["booking_date"])
    columns = {
        "entry_id": chosen["entry_id"],
        "payee": payee(plan, chosen),
        "day": day,
        "amount": chosen["amount"],
    }
    known = {row[0]: row[1:] for row in engine.rows(render(select(chosen, columns)))}
    found = {}
    for one in own:
        if one.refund in amounts and one.sale in known and (who := known[one.sale][0]):
            _, sold_on, amount = known[one.sale]
            name, refunded = amounts[one.refund]
            fell = {other: value for other, value in others[one.refund].items() if other != name}
            found[one.refund] = _Sale(
                one.sale, who, sold_on, amount, known[one.refund][1], name, refunded, fell
            )
    return found


def _amounts(
    engine: DuckEngine, plan: Plan, books: Books, refunds: Sequence[LateRefund]
) -> Mapping[str, tuple[str, Decimal]]:
    """By refund, the figure that it lowers and by how much, as the first component sees it that sums one.

    Where components only count, it is the amount: a sale that is wholly refunded is not counted any more.
    """
    ids = [literal(one.refund) for one in refunds]
    found = {}
    counting = [one for one in plan.components if one.measure.sum is None]
    summing = [one for one in plan.components if one.measure.sum is not None]
    for component in (*counting, *reversed(summing)):
        name = component.measure.sum or "amount"
        relation = counted(books.of(component.activity.of), component.activity)
        chosen = where(relation, call("in", relation["entry_id"], *ids))
        figures = figure(chosen, name) if name in FIGURES else word(chosen, name)
        values = select(chosen, {"entry_id": chosen["entry_id"], "value": figures})
        for entry_id, said in engine.rows(render(values)):
            value = decimal_of(said) if isinstance(said, str) else said
            if value is not None:
                found[entry_id] = (name, -value)
    return found


def _others(
    engine: DuckEngine, plan: Plan, books: Books, refunds: Sequence[LateRefund]
) -> Mapping[str, Mapping[str, Decimal]]:
    """By refund, what each figure that components add up or take off falls by; what it does not state stays."""
    measures = [measure for component in plan.components for measure in component.measures]
    names = sorted({name for one in measures for name in one.added})
    entries = Scan(ENTRY, books.entries)
    chosen = where(entries, call("in", entries["entry_id"], *(literal(one.refund) for one in refunds)))
    columns = {
        f"figure_{position}": figure(chosen, name) if name in FIGURES else word(chosen, name)
        for position, name in enumerate(names)
    }
    found = {}
    for entry_id, *said in engine.rows(render(select(chosen, {"entry_id": chosen["entry_id"], **columns}))):
        values = (decimal_of(value) if isinstance(value, str) else value for value in said)
        found[entry_id] = {name: -(value or ZERO) for name, value in zip(names, values, strict=True)}
    return found


def _facts(
    engine: DuckEngine, plan: Plan, books: Books, period: Period, known: Known, sales: Mapping[str, _Sale]
) -> dict[str, Facts]:
    """The transactions of the payees of refunded sales in a closed period, with what was known of them."""
    people = sorted({sale.payee for sale in sales.values()})
    if not people:
        return {}
    entries = Scan(ENTRY, books.entries)
    own = where(entries, call("in", payee(plan, entries), *map(literal, people)))
    name = f"refunded_{content_id([books.entries, str(period)], 12)}"
    engine.view(name, render(own))
    transactions = transactions_of(engine, plan, replace(books, entries=name), period)
    measured = measured_in(engine, plan, books, period)
    sold = {sale.sale: {"amount": sale.amount} for sale in sales.values()}
    facts = []
    for who in people:
        own_sales = (
            replace(one, figures={**sold.get(one.id, {}), **one.figures}) for one in transactions.get(who, ())
        )
        facts.append(measured.told(replace(known.of(who, period), transactions=tuple(own_sales))))
    facts = with_spells(engine, plan, books, period, with_previous(engine, plan, books, period, facts))
    return {one.payee: one for one in facts}
