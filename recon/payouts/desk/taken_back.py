"""What refunds of an earlier period's sales take back: of everybody who was paid on the sale, by the plan's policy.

Where the plan says so, the sale also counts less from now on: in totals that build up over a window, and in budgets.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from types import MappingProxyType

from recon.engines.duck import DuckEngine
from recon.engines.expressions import call, literal
from recon.engines.relations import Scan, where
from recon.engines.render import render
from recon.model.ids import content_id
from recon.model.periods import Period
from recon.payouts.books.activity import ENTRY, Books, payee
from recon.payouts.books.entry_facts import transactions_of
from recon.payouts.books.measured import measured_in
from recon.payouts.books.previous import with_previous
from recon.payouts.calculation.facts import Facts
from recon.payouts.calculation.limits import Balances
from recon.payouts.calculation.rounding import payable
from recon.payouts.desk.refunds import LateRefund, refunds_within, without_late_refunds
from recon.payouts.desk.settling import Item
from recon.payouts.desk.undoing import Undoing, parts_taken, undoing_of
from recon.payouts.periods.budgets import name_of
from recon.payouts.periods.calculate import calculate
from recon.payouts.periods.clawback import ShareTaken, share_taken
from recon.payouts.periods.corrections import Refund, reversals, undone
from recon.payouts.periods.period import Known
from recon.payouts.periods.spells import with_spells
from recon.payouts.plan.plan import Plan
from recon.payouts.rows import Kind, Row, exact, plain

ZERO = Decimal(0)
NOTHING: Mapping[str, Mapping[str, Decimal]] = MappingProxyType({})


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


def taken_back(
    engine: DuckEngine,
    plan: Plan,
    books: Books,
    period: Period,
    known: Known,
    refunds: Sequence[LateRefund],
    booked: Container[str],
    before: Mapping[str, Mapping[str, Decimal]] = NOTHING,
) -> TakenBack:
    """What refunds of one closed period's sales take back.

    `books` are credited and hold the refunds; `booked` are the refunds that an earlier payout has taken back: they have
    no items any more, and what they took off balances is told all the same. Where the period came out differently
    since, `before` is what they took back of each payee, and the difference is an item.
    """
    found = TakenBack()
    own = [one for one in refunds if one.period == period]
    if not own:
        for who, item in _changed((), before, period):
            found.items.setdefault(who, []).append(item)
        return found
    within = refunds_within(engine, plan, books, period)
    sales = {one.sale for one in own}
    undoing = undoing_of(engine, plan, books, [*own, *(one for one in within if one.sale in sales)])
    facts = _facts(engine, plan, without_late_refunds(engine, books, refunds), period, known, undoing)
    late = {one.refund for one in own}
    new = {name for name in late if name not in booked}
    already: dict[str, list[Refund]] = {}
    again: list[tuple[str, Item]] = []
    for one in parts_taken(undoing.values(), facts, new):
        if one.entry not in late:
            continue
        about, balances = facts[one.payee], known.balances.get(one.payee)
        taken = already.setdefault(one.payee, [])
        share = share_taken(plan.corrections, one.sold_on, one.day)
        if one.entry in new or one.entry in before:
            rows = reversals(plan, about, one.refund, balances, taken)
            items = list(_items(plan, rows, period, share, one.entry))
            again += items if one.entry in before else ()
            for who, item in items if one.entry in new else ():
                found.items.setdefault(who, []).append(item)
        found.less += _less(plan, about, taken, one, balances, period, share)
        taken.append(one.refund)
    for who, item in _changed(again, before, period):
        found.items.setdefault(who, []).append(item)
    return found


def _changed(
    again: Sequence[tuple[str, Item]], before: Mapping[str, Mapping[str, Decimal]], period: Period
) -> Iterator[tuple[str, Item]]:
    """What refunds that were booked take back more or less, as what their sales paid is another amount now."""
    now: dict[tuple[str, str], Decimal] = {}
    for who, item in again:
        key = (item.reference, who)
        now[key] = now.get(key, ZERO) + item.amount
    booked = {(name, who): amount for name, own in before.items() for who, amount in own.items()}
    for name, who in sorted(now.keys() | booked.keys()):
        amount, was = now.get((name, who), ZERO), booked.get((name, who), ZERO)
        if amount != was:
            words = f"refund taken back of {period} as it is known now: {plain(amount)} instead of {plain(was)}"
            yield who, Item(str(period), Kind.CORRECTION, amount - was, words, name)


def _items(
    plan: Plan, rows: Sequence[Row], period: Period, share: ShareTaken, reference: str
) -> Iterator[tuple[str, Item]]:
    """What everybody gives back of one sale: all of it, or the share that the plan takes back by then.

    That nothing is taken back any more is an item as well: the payee is told, and the refund is not looked at again.
    """
    why = f"; {share.words}" if share.words else ""
    for row in rows:
        amount = payable(exact(share.of(row.amount)), plan.rounding, plan.currency)
        if amount or not share.percent:
            yield row.payee, Item(str(period), Kind.CORRECTION, amount, row.words + why, reference)


def _less(
    plan: Plan,
    facts: Facts,
    taken: Sequence[Refund],
    one: Undoing,
    balances: Balances | None,
    period: Period,
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
    before, after = (
        calculate(alone, undone(facts, refunds), balances) for refunds in (taken, [*taken, one.refund])
    )
    for name, amount in before.balances.items() if lowers else ():
        if name.startswith("built up ") and (change := amount - after.balances.get(name, ZERO)):
            yield Less(one.entry, facts.payee, name, change)
    for budget in returning:
        name = name_of(plan, budget, period)
        amounts = [
            earned.earns.get(budget.component, ZERO) if budget.component else earned.of(facts.payee)
            for earned in (before, after)
        ]
        yield Less(one.entry, "", name, exact(share.of(amounts[0] - amounts[1])))


def lowered(balances: Mapping[str, Balances], less: Sequence[Less]) -> Mapping[str, Balances]:
    """The balances, less what refunds take off those that still go on; no more than all of a budget is given back."""
    changed: dict[str, dict[str, Decimal]] = {}
    for one in less:
        own = changed.setdefault(one.payee, dict(balances.get(one.payee, {})))
        if one.balance in own:
            left = own[one.balance] - one.amount
            own[one.balance] = left if one.payee else max(left, ZERO)
    return {**balances, **changed}


def _facts(
    engine: DuckEngine, plan: Plan, books: Books, period: Period, known: Known, undoing: Mapping[str, Undoing]
) -> dict[str, Facts]:
    """The transactions of the payees of refunded sales in a closed period, with what was known of them."""
    people = sorted({one.payee for one in undoing.values()})
    if not people:
        return {}
    entries = Scan(ENTRY, books.entries)
    own = where(entries, call("in", payee(plan, entries), *map(literal, people)))
    name = f"refunded_{content_id([books.entries, str(period)], 12)}"
    engine.view(name, render(own))
    transactions = transactions_of(engine, plan, replace(books, entries=name), period)
    measured = measured_in(engine, plan, books, period)
    sold = {one.refund.transaction: {"amount": one.sold} for one in undoing.values()}
    facts = []
    for who in people:
        own_sales = (
            replace(one, figures={**sold.get(one.id, {}), **one.figures}) for one in transactions.get(who, ())
        )
        facts.append(measured.told(replace(known.of(who, period), transactions=tuple(own_sales))))
    facts = with_spells(engine, plan, books, period, with_previous(engine, plan, books, period, facts))
    return {one.payee: one for one in facts}
