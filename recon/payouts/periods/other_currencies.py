"""Entries that a plan would pay for, were they in its currency: nobody is paid for them here, and that is told.

A plan adds up amounts of one currency. What it counts in any other is no other plan's by itself: somebody has to write
a plan of that currency. So every payout tells what it left out, by component, payee and currency.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from recon.engines.duck import DuckEngine
from recon.engines.expressions import all_of, call, literal
from recon.engines.relations import Measure as Sum
from recon.engines.relations import Relation, aggregate, select, union, where
from recon.engines.render import render
from recon.errors import InputRefused
from recon.model.periods import Period
from recon.payouts.books.activity import Books, counted, in_days, on_days, payee
from recon.payouts.books.measured import measured_in
from recon.payouts.calculation.facts import holds
from recon.payouts.periods.period import Known, LeftOut
from recon.payouts.plan.measures import Of
from recon.payouts.plan.plan import Plan, Purpose

_HOW = {
    Purpose.PAY: "pay them by a plan",
    Purpose.SETTLE: "settle them by a plan",
    Purpose.CLAIM: "claim them by a plan",
    Purpose.VERIFY_FEES: "verify them by a rate card",
}


@dataclass(frozen=True, slots=True)
class OtherCurrency:
    """What a component would count of a payee in another currency than the plan's: how many entries, and their sum."""

    component: str
    source: str
    payee: str
    currency: str
    entries: int
    amount: Decimal


def other_currencies(
    engine: DuckEngine, plan: Plan, books: Books, period: Period, known: Known | None = None
) -> list[OtherCurrency]:
    """The entries of credited books that only their currency keeps from being paid for, in the plan's order.

    They are looked for as the plan looks for its own: of the source, matched or collected, in its days, with its
    conditions, and of somebody who takes part. Books in one currency cost one look at their currencies.

    Raises:
        ConfigError: the plan asks for figures or activities that the books do not have.
    """
    currencies = _currencies(engine, plan, books, period)
    if not currencies:
        return []
    parts = [_sums(plan, books, period, position, currencies) for position in range(len(plan.components))]
    sums = engine.rows(
        f"SELECT * FROM ({render(union(*parts))}) WHERE payee <> '' ORDER BY position, currency, payee"
    )
    paid = _taking_part(engine, plan, books, period, known or Known(), {row[1] for row in sums})
    return [
        OtherCurrency(component.name, component.activity.source, who, currency, entries, amount)
        for position, who, currency, entries, amount in sums
        for component in [plan.components[position]]
        if who in paid
    ]


def reason(plan: Plan, component: str) -> str:
    """Why nobody is paid for entries of a component in another currency."""
    return f"entries of {component} are not in {plan.currency}"


def hint(plan: Plan, currency: str) -> str:
    """What to do about entries of another currency."""
    return f"{_HOW[plan.purpose]} with `currency: {currency}`"


def in_currency(plan: Plan, currency: str) -> Plan:
    """The plan as if it were one of another currency."""
    return plan.model_copy(update={"currency": currency})


def summed(plan: Plan, found: Sequence[OtherCurrency]) -> list[LeftOut]:
    """What was left out for its currency, by component and currency, with what to do about it."""
    sums: dict[tuple[str, str], list[OtherCurrency]] = {}
    for one in found:
        sums.setdefault((one.component, one.currency), []).append(one)
    return [
        LeftOut(
            reason(plan, component),
            currency,
            sum(one.entries for one in own),
            sum((one.amount for one in own), Decimal(0)),
            component,
            hint(plan, currency),
        )
        for (component, currency), own in sums.items()
    ]


def paid_by(plan: Plan, component: str, currency: str, others: Iterable[Plan]) -> Plan | None:
    """The plan, of some others, that counts in another currency the very entries that a component counts in its own."""
    activities = [one.counts for one in plan.components if one.name == component]
    return next(
        (
            other
            for other in others
            if (other.currency, other.purpose, other.credit) == (currency, plan.purpose, plan.credit)
            and any(one.counts in activities for one in other.components)
        ),
        None,
    )


def _currencies(engine: DuckEngine, plan: Plan, books: Books, period: Period) -> list[str]:
    """The other currencies of what the plan's sources have in its days: most often none, and nothing else is asked."""
    entries = books.of(Of.ALL)
    sources = sorted({component.activity.source for component in plan.components})
    other = where(
        entries,
        all_of(
            call("ne", entries["currency"], literal(plan.currency)),
            call("in", entries["source"], *map(literal, sources)),
            in_days(plan, entries, period),
        ),
    )
    return sorted(row[0] for row in engine.rows(render(aggregate(other, {"currency": other["currency"]}))))


def _sums(plan: Plan, books: Books, period: Period, position: int, currencies: Sequence[str]) -> Relation:
    """What one component would count in other currencies, by payee and currency."""
    component = plan.components[position]
    entries = books.of(component.activity.of)
    other = call("in", entries["currency"], *map(literal, currencies))
    own = where(entries, all_of(other, in_days(plan, entries, period)))
    found = on_days(component, counted(own, component.counts))
    keys = {"payee": payee(plan, found), "currency": found["currency"]}
    sums = aggregate(found, keys, Sum("entries", "count"), Sum("total", "sum", found["amount"]))
    return select(sums, {"position": literal(position), **{name: sums[name] for name in sums.schema}})


def _taking_part(
    engine: DuckEngine, plan: Plan, books: Books, period: Period, known: Known, payees: set[str]
) -> set[str]:
    """Those of some payees whom the plan pays, if they have anything that counts.

    Whose figures cannot be told is one of them: that nothing is paid is told once too often rather than not at all.
    """
    if not plan.eligible:
        return payees
    measured = measured_in(engine, plan, books, period)

    def takes_part(who: str) -> bool:
        try:
            facts = measured.told(known.of(who, period))
        except InputRefused:
            return True
        return holds(plan.eligible, facts.words, facts.figures)

    return {who for who in payees if takes_part(who)}
