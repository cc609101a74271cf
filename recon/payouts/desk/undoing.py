"""What late refunds take off their sales: each no more than what those before it left.

A sale may be refunded and charged back as well. Together they take off what it was, and no more; what is won back gives
back what chargebacks took, each part as it was taken.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from recon.engines.duck import DuckEngine
from recon.engines.expressions import call, literal
from recon.engines.relations import Scan, select, where
from recon.engines.render import render
from recon.model.money import decimal_of
from recon.payouts.books.activity import ENTRY, FIGURES, Books, counted, figure, payee, word
from recon.payouts.calculation.facts import Facts
from recon.payouts.desk.refunds import LateRefund
from recon.payouts.periods.corrections import Refund
from recon.payouts.plan.plan import Plan

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Undoing:
    """What an entry takes off its sale, below zero where it is won back; whom and when the sale credits.

    `day` is when the sale was undone: what is won back has that of its chargeback.
    """

    entry: str
    payee: str
    sold_on: date | None
    sold: Decimal
    day: date | None
    refund: Refund


def parts_taken(
    undoing: Iterable[Undoing], facts: Mapping[str, Facts], new: Container[str]
) -> Iterator[Undoing]:
    """What entries take off sales by day, of each sale no more than is left of it; those that are new come last.

    Sales that the facts of their payee do not have are left out.
    """
    sold = {one.id: one.figures for about in facts.values() for one in about.transactions}
    taken: dict[tuple[str, str], list[Undoing]] = {}
    for one in sorted(undoing, key=lambda one: (one.entry in new, str(one.day), one.entry)):
        name, figure = one.refund.transaction, one.refund.figure
        if name in sold:
            yield from _of_one(one, sold[name].get(figure, ZERO), taken.setdefault((name, figure), []))


def _of_one(one: Undoing, sold: Decimal, taken: list[Undoing]) -> Iterator[Undoing]:
    """What an entry takes of what is left, or wins back of what was taken last."""
    if (one.refund.amount > 0) == (sold > 0):
        left = sold - sum((each.refund.amount for each in taken), ZERO)
        if amount := min(one.refund.amount, left, key=abs):
            taken.append(replace(one, refund=one.refund.part(amount)))
            yield taken[-1]
        return
    back = -one.refund.amount
    while back and taken:
        last = taken.pop()
        amount = min(back, last.refund.amount, key=abs)
        if rest := last.refund.amount - amount:
            taken.append(replace(last, refund=last.refund.part(rest)))
        yield replace(one, day=last.day, refund=last.refund.part(amount).negative())
        back -= amount


def undoing_of(engine: DuckEngine, plan: Plan, books: Books, own: Sequence[LateRefund]) -> dict[str, Undoing]:
    """By refund, what it undoes; refunds that no component counts, and sales that name nobody, are left out."""
    amounts = _amounts(engine, plan, books, own)
    others = _others(engine, plan, books, own)
    entries = Scan(ENTRY, books.entries)
    ids = [literal(name) for one in own for name in (one.sale, one.refund)]
    chosen = where(entries, call("in", entries["entry_id"], *ids))
    columns = {
        "entry_id": chosen["entry_id"],
        "payee": payee(plan, chosen),
        "day": call("coalesce", chosen["business_date"], chosen["booking_date"]),
        "amount": chosen["amount"],
    }
    known = {row[0]: row[1:] for row in engine.rows(render(select(chosen, columns)))}
    found = {}
    for one in own:
        if one.refund in amounts and one.sale in known and (who := known[one.sale][0]):
            _, sold_on, sold = known[one.sale]
            name, amount = amounts[one.refund]
            fell = {other: value for other, value in others[one.refund].items() if other != name}
            refund = Refund(one.sale, amount, name, fell)
            found[one.refund] = Undoing(one.refund, who, sold_on, sold, known[one.refund][1], refund)
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
        relation = counted(books.of(component.activity.of), component.counts)
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
