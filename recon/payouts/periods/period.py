"""A plan over a period of the books: every payee's outcome, and what was left out and why.

Plans that rate the total of a payee need only sums: the engine adds them up, and each payee's calculation starts
from them. Plans that rate single transactions or groups read the entries themselves, in the order of day and id.
Both ways run the same calculation and give the same rows.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from recon.engines.duck import DuckEngine
from recon.engines.expressions import call, literal
from recon.engines.relations import Measure as Sum
from recon.engines.relations import aggregate, where
from recon.engines.render import render
from recon.model.periods import Period
from recon.payouts.books.activity import Books, of_component, payee
from recon.payouts.books.entry_facts import transactions_of
from recon.payouts.books.measured import measured_in
from recon.payouts.books.previous import with_previous
from recon.payouts.books.reduction import reduced, sums_of
from recon.payouts.books.taking_part import takes_part
from recon.payouts.calculation.customers import Began
from recon.payouts.calculation.facts import Facts, holds
from recon.payouts.calculation.limits import Balances
from recon.payouts.calculation.measuring import counted
from recon.payouts.periods.budgets import order_of_budgets, used_after, used_before
from recon.payouts.periods.calculate import Outcome
from recon.payouts.periods.spells import with_spells
from recon.payouts.periods.together import calculate_all
from recon.payouts.plan.plan import Plan

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Entries of the period that a component counts and nobody is paid for, and what may be done about it."""

    reason: str
    currency: str
    entries: int
    amount: Decimal
    component: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class PeriodResult:
    """Every payee's outcome under one plan, by payee.

    `entries` counts what a payee's component rests on, where the engine added it up.
    """

    plan: Plan
    period: Period
    outcomes: tuple[Outcome, ...]
    entries: Mapping[tuple[str, str], int]
    left_out: tuple[LeftOut, ...]
    used: Balances = field(default_factory=dict)
    """What of the plan's shared budgets is used, this period included."""

    @property
    def payees(self) -> list[tuple[str, Decimal]]:
        """Everybody who receives something, and how much, by payee."""
        sums: dict[str, Decimal] = {}
        for outcome in self.outcomes:
            for who, amount in outcome.payees.items():
                sums[who] = sums.get(who, ZERO) + amount
        return sorted(sums.items())


@dataclass(frozen=True, slots=True)
class Owned:
    """A thing, such as the terminal T-1, and who owns it from the first to the last day."""

    name: str
    value: str
    owner: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Flag:
    """A risk that an entry raises; `entry` is its id or one of its references."""

    entry: str
    reason: str


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of payees besides their transactions, and what they carry from the period before.

    `balances` of the empty payee are the plan's own. `holds` are payees who are paid nothing for now, and why.
    `number` counts the plan's periods from 1. `customers` are those since when they are some, where it is known.
    """

    facts: Mapping[str, Facts] = field(default_factory=dict)
    balances: Mapping[str, Balances] = field(default_factory=dict)
    owners: tuple[Owned, ...] = ()
    holds: Mapping[str, str] = field(default_factory=dict)
    flags: tuple[Flag, ...] = ()
    number: int = 1
    customers: tuple[Began, ...] = ()

    def of(self, who: str, period: Period) -> Facts:
        """The facts of a payee without transactions."""
        known = self.facts.get(who, Facts(who))
        return replace(
            known, payee=who, period=str(period), first=period.first, day=period.last, number=self.number
        )


def compute(
    engine: DuckEngine, plan: Plan, books: Books, period: Period, known: Known | None = None
) -> PeriodResult:
    """The outcomes of a plan over a period.

    Raises:
        ConfigError: the plan asks for figures or activities that the books do not have.
        InputRefused: a figure of an entry is absent, or a total lies in no band.
    """
    about = known or Known()
    smaller = reduced(plan)
    measured = measured_in(engine, plan, books, period)
    if smaller is not None:
        facts, counts = _from_sums(engine, plan, books, period, about, measured.payees)
    else:
        facts, counts = _from_entries(engine, plan, books, period, about, measured.payees), {}
    facts = [measured.told(one) for one in facts]
    facts = with_previous(engine, plan, books, period, facts)
    facts = with_spells(engine, plan, books, period, facts)
    order = order_of_budgets(engine, plan, books, period, facts)
    before = about.balances.get("", {})
    outcomes = calculate_all(smaller or plan, facts, used_before(plan, period, before), about.balances, order)
    outcomes = sorted((replace(one, plan=plan) for one in outcomes), key=lambda one: one.facts.payee)
    used = used_after(plan, period, before, outcomes)
    nobody = (*left_out(engine, plan, books, period), *_not_eligible(engine, plan, books, period, facts))
    return PeriodResult(plan, period, tuple(outcomes), counts, nobody, used)


def _from_sums(
    engine: DuckEngine, plan: Plan, books: Books, period: Period, known: Known, others: frozenset[str]
) -> tuple[list[Facts], dict[tuple[str, str], int]]:
    """The facts of everybody whose sums the plan rates, and of `others`, whom only its figures count."""
    figures: dict[str, dict[str, Decimal]] = {}
    counts: dict[tuple[str, str], int] = {}
    names: set[str] = set()
    for component in plan.components:
        for name, sums in sums_of(engine, plan, component, books, period).items():
            names.add(name)
            for who, (amount, entries) in sums.items():
                figures.setdefault(who, {})[name] = amount
                counts[who, component.name] = entries
    found = []
    active = figures.keys() | others
    for who in sorted((active | known.facts.keys() | known.balances.keys()) - {""}):
        own = known.of(who, period)
        if who not in active and not takes_part(plan, own, known.balances.get(who)):
            continue
        nothing = dict.fromkeys(names, ZERO)
        found.append(replace(own, figures={**nothing, **own.figures, **figures.get(who, {})}))
    return found, counts


def _from_entries(
    engine: DuckEngine, plan: Plan, books: Books, period: Period, known: Known, others: frozenset[str]
) -> list[Facts]:
    transactions = transactions_of(engine, plan, books, period)
    found = []
    for who in sorted(transactions.keys() | others | known.facts.keys() | known.balances.keys()):
        facts = replace(known.of(who, period), transactions=tuple(transactions.get(who, ())))
        paid_for = who in others or any(counted(component, facts) for component in plan.components)
        if who and (paid_for or takes_part(plan, facts, known.balances.get(who))):
            found.append(facts)
    return found


def _not_eligible(
    engine: DuckEngine, plan: Plan, books: Books, period: Period, facts: Sequence[Facts]
) -> Iterator[LeftOut]:
    """The entries of payees who do not take part in the plan."""
    who = [one.payee for one in facts if not holds(plan.eligible, one.words, one.figures)]
    if not who:
        return
    for component in plan.components:
        relation = of_component(plan, books, component, period)
        theirs = where(relation, call("in", payee(plan, relation), *map(literal, who)))
        sums = aggregate(theirs, {}, Sum("entries", "count"), Sum("total", "sum", relation["amount"]))
        for entries, amount in engine.rows(render(sums)):
            if entries:
                reason = f"entries of {component.name} are of payees who are not eligible"
                yield LeftOut(reason, plan.currency, entries, amount, component.name)


def left_out(engine: DuckEngine, plan: Plan, books: Books, period: Period) -> Iterator[LeftOut]:
    """The entries a component counts that name nobody to pay; `other_currencies` tells those of other currencies."""
    for component in plan.components:
        relation = of_component(plan, books, component, period)
        nobody = where(relation, call("eq", payee(plan, relation), literal("")))
        sums = aggregate(nobody, {}, Sum("entries", "count"), Sum("total", "sum", relation["amount"]))
        for entries, amount in engine.rows(render(sums)):
            if entries:
                reason = f"entries of {component.name} name no {plan.credit.to}"
                yield LeftOut(reason, plan.currency, entries, amount, component.name)
