"""Where transactions lie in the time of their customers: how many months, days and sales after the first one.

This is the definition, for examples; `periods.customers` tells the same of books, as sets.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from recon.payouts.calculation.facts import Transaction, any_holds, holds
from recon.payouts.calculation.undone import NAMES, ORIGINAL, UNDOING
from recon.payouts.calculation.windows import months_between
from recon.payouts.plan.components import Component
from recon.payouts.plan.customers import MARK, Customers, ForEach, OfCustomers, Stretch, WhollyRefunded
from recon.payouts.plan.figures import MeasuredFigure
from recon.payouts.plan.plan import Plan


@dataclass(frozen=True, slots=True, order=True)
class Began:
    """Since when a customer of a payee is one, and how many sales of it no books have."""

    customer: str
    payee: str
    first: date
    sales: int = 0


@dataclass(frozen=True, slots=True)
class CustomerTime:
    """Whole months and days since the start, and the place among the customer's sales, the first of which is 1."""

    months: int
    days: int
    place: int

    def within(self, part: OfCustomers) -> bool:
        """Whether it lies in a part of the customer's time: the day on which a month is full is in the next one."""
        return (part.first is None or self._passed(part.first) < part.first.length) and (
            part.after is None or self._passed(part.after) >= part.after.length
        )

    def _passed(self, of: Stretch) -> int:
        return {"months": self.months, "days": self.days, "sales": self.place - 1}[of.unit]


def parts_of(plan: Plan) -> list[OfCustomers]:
    """The parts of customers' time that a plan looks at, each once, in the plan's order."""
    own: list[Component | MeasuredFigure] = [*plan.components, *plan.figures]
    return list(dict.fromkeys(one.of_customers for one in own if one.of_customers is not None))


def with_customers(
    plan: Plan, transactions: Sequence[Transaction], began: Iterable[Began] = ()
) -> tuple[Transaction, ...]:
    """The transactions with a word for each part of their customer's time that they lie in; their order has no say."""
    rule = plan.customers
    if rule is None:
        return tuple(transactions)
    parts = parts_of(plan)
    times = customer_times(rule, plan.credit.to, transactions, began)
    return tuple(
        replace(one, words={**one.words, **{part.name: MARK for part in parts if times[one.id].within(part)}})
        if one.id in times
        else one
        for one in transactions
    )


def customer_times(
    rule: Customers, credited: str, transactions: Sequence[Transaction], began: Iterable[Began] = ()
) -> dict[str, CustomerTime]:
    """By id, where each transaction lies; those that name no customer are left out.

    A refund lies where the sale lies that it names; one that names none, with the last sale before it.
    """
    sale_of = _sales_undone(transactions)
    wholly = _wholly_undone(transactions, sale_of)
    with_payee = rule.for_each is ForEach.WITH_PAYEE
    known: dict[tuple[str, str], list[Began]] = {}
    for each in began:
        known.setdefault((each.customer, each.payee if with_payee else ""), []).append(each)
    groups: dict[tuple[str, str], list[Transaction]] = {}
    for one in transactions:
        if one.id not in sale_of and (customer := one.words.get(rule.word)):
            payee = one.words.get(credited, "") if with_payee else ""
            groups.setdefault((customer, payee), []).append(one)
    found: dict[str, CustomerTime] = {}
    for key, own in groups.items():
        found |= _of_one(rule, own, wholly, known.get(key, ()))
    return found | {one: found[sale.id] for one, sale in sale_of.items() if sale.id in found}


def _of_one(
    rule: Customers, own: Sequence[Transaction], wholly: set[str], began: Sequence[Began]
) -> dict[str, CustomerTime]:
    """The times of the transactions of one customer."""
    ordered = sorted(own, key=lambda one: (one.day or date.max, one.id))
    starting = [one for one in ordered if _is_sale(one) and _starts(rule, one)]
    if rule.wholly_refunded is WhollyRefunded.NOT:
        starting = [one for one in starting if one.id not in wholly]
    days = [one.day for one in starting if one.day is not None]
    days += [one.first for one in began]
    days += [date.fromisoformat(one.words[rule.since]) for one in own if rule.since and rule.since in one.words]
    start = min(days, default=None)
    before, found, ids = sum(one.sales for one in began), {}, {one.id for one in starting}
    for one in ordered:
        place = before + (one.id in ids or _is_sale(one))
        before += one.id in ids
        late = start is not None and one.day is not None and one.day >= start
        months = months_between(start, one.day) if late and start and one.day else 0
        passed = (one.day - start).days if late and start and one.day else 0
        found[one.id] = CustomerTime(months, passed, max(place, 1))
    return found


def _starts(rule: Customers, one: Transaction) -> bool:
    start = rule.start
    return (
        one.words.get("source", start.source) == start.source
        and holds(start.where, one.words, one.figures)
        and not any_holds(start.except_, one.words, one.figures)
    )


def _is_sale(one: Transaction) -> bool:
    return one.words.get("type") not in UNDOING and _amount(one) >= 0


def _amount(one: Transaction) -> int:
    """The sign of the amount; where there is none, it is a sale."""
    amount = one.figures.get("amount", 1)
    return (amount > 0) - (amount < 0)


def _names(one: Transaction) -> Iterator[str]:
    yield one.id
    yield from (one.words[name] for name in NAMES if name in one.words)


def _sales_undone(transactions: Sequence[Transaction]) -> dict[str, Transaction]:
    """By the id of what undoes a sale, the sale that it names: payments before others, the earliest of them."""
    named: dict[str, list[Transaction]] = {}
    for one in transactions:
        if one.words.get("type") not in UNDOING and (one.words.get("type") == "payment" or _amount(one) >= 0):
            for name in _names(one):
                named.setdefault(name, []).append(one)
    found = {}
    for one in transactions:
        own = named.get(one.words.get(ORIGINAL, ""), ()) if one.words.get("type") in UNDOING else ()
        own = [sale for sale in own if sale.words.get("source") == one.words.get("source")]
        if own:
            found[one.id] = min(
                own, key=lambda sale: (sale.words.get("type") != "payment", sale.day or date.max, sale.id)
            )
    return found


def _wholly_undone(transactions: Sequence[Transaction], sale_of: dict[str, Transaction]) -> set[str]:
    left = {sale.id: sale.figures.get("amount", 0) for sale in sale_of.values()}
    for one in transactions:
        if one.id in sale_of:
            left[sale_of[one.id].id] += one.figures.get("amount", 0)
    return {name for name, amount in left.items() if amount <= 0}
