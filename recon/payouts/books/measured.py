"""Figures that a plan measures itself, of every payee: from the books, or from the transactions of an example.

A figure over the period counts the days on which the plan is in force, as components do. What reaches back before the
period counts whole, whenever the plan began.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, localcontext

from recon.engines.duck import DuckEngine
from recon.model.periods import Period
from recon.payouts.books.activity import Books
from recon.payouts.books.entry_facts import transactions_of
from recon.payouts.books.reduction import reduced, sums_of
from recon.payouts.calculation.facts import Facts
from recon.payouts.calculation.measuring import counted, expressed, grown_from, of_many
from recon.payouts.calculation.prorating import prorated
from recon.payouts.calculation.windows import first_of_window, period_before
from recon.payouts.plan.figures import MeasuredFigure
from recon.payouts.plan.measures import Accumulate
from recon.payouts.plan.plan import Plan
from recon.payouts.rows import EXACT

ZERO = Decimal(0)
Totals = Mapping[tuple[str, int], Mapping[str, Decimal]]
"""By figure, and how many periods ago: each payee's total of what is summed or counted."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The totals of a plan's figures; nothing at all for a plan that measures none."""

    plan: Plan
    totals: Totals = field(default_factory=dict)

    @property
    def payees(self) -> frozenset[str]:
        """Whoever has transactions that a figure of this period counts."""
        return frozenset(who for (_, ago), sums in self.totals.items() if ago == 0 for who in sums) - {""}

    def told(self, facts: Facts) -> Facts:
        """The facts of a payee with every figure, of this period and of the one before.

        Raises:
            InputRefused: a figure is expressed in percent of one that is not known, or is zero.
        """
        if not self.plan.figures:
            return facts
        with localcontext(EXACT):
            now = self._figures(facts, facts.figures, 0)
            before = self._figures(facts, facts.previous, 1)
        return replace(facts, figures=now, previous=before)

    def _figures(self, facts: Facts, known: Mapping[str, Decimal], ago: int) -> dict[str, Decimal]:
        found = dict(known)
        for one in self.plan.figures:
            about = replace(facts, figures=found)
            of = one.measure.percent_of
            if ago and of is not None and of not in found:
                continue
            total = self._total(one, ago, about)
            if total is None:
                continue
            value = expressed(one.measure, total, about)
            if one.measure.growth is not None:
                value = grown_from(one.measure, value, self._before(one, ago, about))
            found[one.figure] = value
        return found

    def _before(self, one: MeasuredFigure, ago: int, about: Facts) -> Decimal:
        """What growth is on; where it is not measured here, what is known of the period before."""
        total = self._total(one, ago + 1, about)
        if total is None:
            return about.previous.get(one.figure, ZERO)
        return expressed(one.measure, total, about)

    def _total(self, one: MeasuredFigure, ago: int, about: Facts) -> Decimal | None:
        """The total so many periods ago; None where it is not measured here, but given."""
        name = one.measure.figure
        if name is not None and one.prorated is not None and (days := _period_of(about, ago)) is not None:
            whole = prorated(about, name, one.prorated, days, self.plan.year_begins)
            return about.figure(name) if whole is None and not ago else whole
        if name is not None:
            return about.figures.get(name) if ago else about.figure(name)
        sums = self.totals.get((one.figure, ago))
        return None if sums is None else sums.get(about.payee, ZERO)


def _period_of(facts: Facts, ago: int) -> Period | None:
    """The period of the facts, or so many before it; None for examples, which have none."""
    if facts.first is None or facts.day is None:
        return None
    period = Period(facts.first, facts.day)
    for _ in range(ago):
        period = period_before(period)
    return period


def measured_in(engine: DuckEngine, plan: Plan, books: Books, period: Period) -> Measured:
    """The totals of a plan's figures over the books, as the plan credits them.

    Raises:
        ConfigError: a figure asks for what the books do not have.
        InputRefused: an entry lacks a figure that is added up; nothing is taken for zero.
    """
    totals = {
        (one.figure, ago): _totals(engine, alone, books, days)
        for one in plan.figures
        for ago, days, alone in readings(plan, one, period)
    }
    return Measured(plan, totals)


def readings(plan: Plan, one: MeasuredFigure, period: Period) -> Iterator[tuple[int, Period, Plan]]:
    """Each time that a figure is taken: how many periods ago, the days it covers, and a plan that counts only this.

    It is taken for the period and for the one before; for growth, for one more.
    """
    if one.activity is None:
        return
    alone = plan.model_copy(update={"components": (one.component(),), "eligible": {}})
    for ago in range(3 if one.measure.growth is not None else 2):
        days = _days(one, period, one.lag + ago, plan.year_begins)
        own = one.over is Accumulate.PERIOD and one.periods == 1 and not one.lag and not ago
        since = plan.effective if own else days.first
        yield ago, days, alone.model_copy(update={"effective": since, "until": plan.until if own else None})


def _days(one: MeasuredFigure, period: Period, ago: int, year_begins: str) -> Period:
    last = period
    for _ in range(ago):
        last = period_before(last)
    first = last
    for _ in range(one.periods - 1):
        first = period_before(first)
    if one.over in {None, Accumulate.PERIOD}:
        return Period(first.first, last.last)
    begin = first_of_window(one.over or Accumulate.PERIOD, last.last, year_begins)
    return Period(min(begin, last.first), last.last)


def _totals(engine: DuckEngine, alone: Plan, books: Books, days: Period) -> dict[str, Decimal]:
    (component,) = alone.components
    if reduced(alone) is not None:
        (sums,) = sums_of(engine, alone, component, books, days).values()
        return {who: total for who, (total, _) in sums.items()}
    found = {}
    for who, transactions in transactions_of(engine, alone, books, days).items():
        facts = Facts(who, tuple(transactions))
        if own := counted(component, facts):
            found[who] = of_many(component.measure, own, facts)
    return found


def measured_of_example(plan: Plan, facts: Facts, given: Mapping[str, Decimal]) -> Facts:
    """The facts of an example with the figures that its transactions give; what it states itself stands.

    What lags, and what was before, can only be stated.
    """
    totals: dict[tuple[str, int], dict[str, Decimal]] = {}
    for one in plan.figures:
        if one.activity is not None and one.lag == 0:
            component = one.component()
            totals[one.figure, 0] = {facts.payee: of_many(component.measure, counted(component, facts), facts)}
    own = tuple(one for one in plan.figures if one.figure not in given)
    stated = plan.model_copy(update={"figures": own})
    return Measured(stated, totals).told(facts)
