"""A plan over the facts of a period: the rows of what everybody earns, and the balances that go on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, localcontext
from types import MappingProxyType

from recon.payouts.calculation.earning import MOST, PAID, Line, lines
from recon.payouts.calculation.facts import Facts, holds
from recon.payouts.calculation.hierarchy import override_rows
from recon.payouts.calculation.limits import Balances, apply, excess_names, excess_rows
from recon.payouts.calculation.modifying import modifier_rows
from recon.payouts.calculation.rounding import line_rounding, payee_rounding
from recon.payouts.calculation.sharing import deduction_rows, redirected, split_rows
from recon.payouts.calculation.windows import window
from recon.payouts.periods.spells import by_spell
from recon.payouts.periods.standings import reviewed
from recon.payouts.plan.components import Component
from recon.payouts.plan.measures import Accumulate
from recon.payouts.plan.plan import Plan
from recon.payouts.rows import EXACT, Row, by_payee, exact, stamped, total

ZERO = Decimal(0)
NO_CUTS: Mapping[str, Sequence[Row]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a period earns: rows of every payee it pays, the measured base, and the balances afterwards."""

    plan: Plan
    facts: Facts
    rows: tuple[Row, ...]
    lines: tuple[Line, ...]
    balances: Balances
    earns: Mapping[str, Decimal] = field(default_factory=dict)
    """What each component pays, before it is shared."""

    @property
    def base(self) -> Decimal:
        """What was measured, over all components."""
        return sum((line.quantity for line in self.lines), ZERO)

    @property
    def earned(self) -> Decimal:
        """The sum of all rows, over all payees."""
        return total(self.rows)

    def of(self, payee: str) -> Decimal:
        """One payee's sum."""
        return total(self.rows, payee)

    @property
    def payees(self) -> dict[str, Decimal]:
        """Each payee's sum."""
        return by_payee(self.rows)


def calculate(
    plan: Plan, facts: Facts, balances: Balances | None = None, cuts: Mapping[str, Sequence[Row]] = NO_CUTS
) -> Outcome:
    """What one payee's period earns under a plan; in one after it ended, no more than what a cap has left for later.

    The order is fixed and said by the plan's own sections: components (with their limits and splits), limits in the
    order listed, deductions, overrides, the plan's split, rounding, redirects. Who is not eligible earns nothing.
    `cuts` are the rows that hold a component within a budget that others share.

    Raises:
        InputRefused: the facts lack a figure the plan needs, or lie in no band.
    """
    if not holds(plan.eligible, facts.words, facts.figures):
        return Outcome(plan, facts, (), (), dict(balances or {}))
    if not in_force(plan, facts):
        return _after_the_end(plan, facts, balances or {})
    with localcontext(EXACT):
        facts, standings = reviewed(plan, facts, balances or {})
        facts = replace(facts, before={**_before(plan, facts, balances or {}), **facts.before})
        rows: list[Row] = []
        measured: list[Line] = []
        base = ZERO
        earns: dict[str, Decimal] = {}
        left = dict(balances or {})
        for component in (one for one in plan.components if in_force(one, facts)):
            own: list[Row] = []
            for line in lines(component, facts):
                measured.append(line)
                base += line.quantity if plan.is_base(component) else ZERO
                own += [*line.rows, *line_rounding(plan.rounding, plan.currency, line.rows)]
            changed = modifier_rows(component, own, facts)
            own += [*changed, *line_rounding(plan.rounding, plan.currency, changed)]
            held = apply(plan, component.limits, total(own), facts, left, component.name, earns)
            left = held.balances
            own += [*held.rows, *cuts.get(component.name, ())]
            earns[component.name] = total(own)
            if component.split is not None:
                own += split_rows(component.split, total(own), facts, plan.rounding, plan.currency)
            rows += own
        rows += excess_rows(left, facts.payee, excess_names(plan))
        applied = apply(plan, plan.limits, total(rows, facts.payee), facts, left, earns=earns)
        rows = _shared_out(plan, facts, [*rows, *applied.rows], base)
        carried = {**applied.balances, **standings, **_built_up(plan, facts, measured)}
        return Outcome(plan, facts, tuple(rows), tuple(measured), carried, earns)


def _shared_out(plan: Plan, facts: Facts, rows: list[Row], base: Decimal) -> list[Row]:
    """The rows with what others have of the commission, rounded and redirected."""
    rows = [*rows, *shared_among(plan, facts, total(rows, facts.payee), base)]
    rows += payee_rounding(plan.rounding, plan.currency, rows)
    return list(stamped(redirected(plan.redirects, rows, plan.rounding, plan.currency), plan.version))


def _after_the_end(plan: Plan, facts: Facts, balances: Balances) -> Outcome:
    """What a plan that has ended still pays: what its caps cut off and left for later; its limits hold no more."""
    left = dict(balances)
    if plan.until is None or facts.first is None or facts.first <= plan.until:
        return Outcome(plan, facts, (), (), left)
    with localcontext(EXACT):
        rows: list[Row] = []
        for component in plan.components:
            others = set(left) - excess_names(plan, component)
            own = excess_rows(left, facts.payee, others, component.name)
            if own and component.split is not None:
                own += split_rows(component.split, total(own), facts, plan.rounding, plan.currency)
            rows += own
        rows += excess_rows(left, facts.payee)
        return Outcome(plan, facts, tuple(_shared_out(plan, facts, rows, ZERO) if rows else ()), (), left)


def in_force(one: Plan | Component, facts: Facts) -> bool:
    """Whether a plan or component counts on some day of the period; where it does not, it pays nothing at all."""
    if facts.first is None or facts.day is None:
        return True
    began = one.effective is None or one.effective <= facts.day
    return began and (one.until is None or facts.first <= one.until)


def shared_among(plan: Plan, facts: Facts, commission: Decimal, base: Decimal) -> list[Row]:
    """What others have of a commission that was earned on a base: deductions, overrides, the plan's split."""
    found: list[Row] = []
    if plan.deductions is not None:
        found += deduction_rows(plan.deductions, commission, facts.payee, plan.rounding, plan.currency)
    if plan.overrides is not None:
        of = base if plan.overrides.of == "base" else commission
        for part, people in by_spell(of, facts):
            found += override_rows(plan.overrides, part, people, plan.rounding, plan.currency)
    if plan.split is not None:
        found += split_rows(plan.split, commission, facts, plan.rounding, plan.currency)
    return found


def _before(plan: Plan, facts: Facts, balances: Balances) -> dict[str, Decimal]:
    """What each component has built up in the window that the period lies in."""
    before = {}
    for component in plan.components:
        start = f"built up {window(component.accumulate, facts.day, facts.period, plan.year_begins)}."
        for name, amount in balances.items():
            own = name.removeprefix(start)
            if own != name and is_of(own.removesuffix(PAID).removesuffix(MOST), component):
                before[own] = amount
    return before


def _built_up(plan: Plan, facts: Facts, measured: Sequence[Line]) -> dict[str, Decimal]:
    """What has built up after the period, by window: a new window starts from nothing."""
    sums: dict[str, Decimal] = {}
    for line in measured:
        name, step = line.accumulates
        accumulate = next(one.accumulate for one in plan.components if is_of(name, one))
        if accumulate is not Accumulate.NONE:
            key = f"built up {window(accumulate, facts.day, facts.period, plan.year_begins)}.{name}"
            sums[key] = sums.get(key, facts.before.get(name, ZERO)) + step
            sums |= {key + what: amount for what, amount in line.reached.items()}
    return {key: exact(amount) for key, amount in sums.items()}


def is_of(name: str, component: Component) -> bool:
    """Whether a total is the component's, or that of one of its groups."""
    return name == component.name or name.startswith(f"{component.name}/")
