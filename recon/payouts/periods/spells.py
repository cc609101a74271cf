"""Moves in the middle of a period: what each day's people earn on the activity of their own days."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from recon.engines.duck import DuckEngine
from recon.engines.expressions import call, literal
from recon.engines.relations import Scan, where
from recon.engines.render import render
from recon.model.ids import content_id
from recon.model.periods import Period
from recon.payouts.books.activity import ENTRY, Books, payee
from recon.payouts.books.entry_facts import transactions_of
from recon.payouts.books.sale_days import on_days_of_sales
from recon.payouts.calculation.facts import Facts, Spell, Transaction
from recon.payouts.calculation.measuring import amount_of, counted
from recon.payouts.plan.components import Component
from recon.payouts.plan.plan import Plan
from recon.payouts.plan.sharing import Ownership
from recon.payouts.rows import exact

ZERO, ONE = Decimal(0), Decimal(1)


def with_spells(
    engine: DuckEngine, plan: Plan, books: Books, period: Period, facts: Sequence[Facts]
) -> list[Facts]:
    """The facts with the base of each spell, for payees above whom somebody moved within the period.

    Under a plan that credits by the end of the period, or pays no overrides, nobody has spells.
    """
    if plan.overrides is None or plan.credit.when_moved is Ownership.AT_PAYOUT:
        return [replace(one, spells=()) if one.spells else one for one in facts]
    moved = [one for one in facts if one.spells]
    if not moved:
        return list(facts)
    # What a refund takes back of a sale of the period, it takes back of the people of the sale's day.
    starts = {spell.first for one in moved for spell in one.spells}
    books = on_days_of_sales(engine, plan, books, period, starts)
    entries = Scan(ENTRY, books.entries)
    theirs = where(entries, call("in", payee(plan, entries), *(literal(one.payee) for one in moved)))
    name = f"moved_{content_id([books.entries, str(period), plan.credit.to], 12)}"
    engine.view(name, render(theirs))
    transactions = transactions_of(engine, plan, replace(books, entries=name), period)
    return [
        _measured(plan, one, tuple(transactions.get(one.payee, ()))) if one.spells else one for one in facts
    ]


def _measured(plan: Plan, facts: Facts, transactions: tuple[Transaction, ...]) -> Facts:
    """The facts with the base of each spell, as the components measure the entries of its days.

    Of a figure of the payee each entry has the same part.
    """
    about = replace(facts, transactions=transactions)
    own = [
        (one.day, ONE if component.measure.figure is not None else _amount(component, one))
        for component in filter(plan.is_base, plan.components)
        for one in counted(component, about)
    ]
    spells = (
        replace(
            spell,
            base=sum((amount for day, amount in own if day and spell.first <= day <= spell.last), ZERO),
        )
        for spell in facts.spells
    )
    return replace(facts, spells=tuple(spells))


def _amount(component: Component, one: Transaction) -> Decimal:
    return amount_of(component.measure, one, component.each_counts_at_most)


def by_spell(amount: Decimal, facts: Facts) -> Iterator[tuple[Decimal, Facts]]:
    """The amount in parts by the base of each spell, with the facts of its people; whole when nobody moved.

    The last spell with a base takes what rounding leaves, so that the parts are the amount.
    """
    active: list[Spell] = [spell for spell in facts.spells if spell.base]
    whole = sum((spell.base for spell in active), ZERO)
    if not active or not whole:
        yield amount, facts
        return
    left = amount
    for position, spell in enumerate(active):
        part = left if position == len(active) - 1 else exact(amount * spell.base / whole)
        left -= part
        yield part, replace(facts, people=spell.people)
