"""What payees have of prizes and pools: worked out over everybody before each is calculated."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, localcontext

from recon.payouts.calculation.earning import AMONG, PLACE, lines
from recon.payouts.calculation.facts import Facts, holds
from recon.payouts.calculation.rounding import allocated, unit_of
from recon.payouts.periods.calculate import in_force
from recon.payouts.plan.among import Contest
from recon.payouts.plan.components import Component
from recon.payouts.plan.payment import RoundAt
from recon.payouts.plan.plan import Plan
from recon.payouts.rows import EXACT, exact

ZERO = Decimal(0)


def told_among(plan: Plan, everybody: Sequence[Facts]) -> list[Facts]:
    """The facts with what each payee has of the plan's prizes and pools; whoever does not take part has nothing.

    Raises:
        InputRefused: the facts lack a figure that a component measures.
    """
    found = list(everybody)
    for component in plan.components:
        if component.contest is None and component.pool is None:
            continue
        with localcontext(EXACT):
            known = _known(plan, component, found)
        found = [replace(one, figures={**one.figures, **known.get(one.payee, {})}) for one in found]
    return found


def _known(plan: Plan, component: Component, everybody: Sequence[Facts]) -> Mapping[str, dict[str, Decimal]]:
    measured = {
        one.payee: sum((line.quantity for line in lines(component, one)), ZERO)
        for one in everybody
        if in_force(plan, one) and in_force(component, one) and holds(plan.eligible, one.words, one.figures)
    }
    if component.contest is not None:
        return {
            who: {component.name + PLACE: Decimal(place), component.name + AMONG: prize}
            for who, place, prize in _prizes(plan, component.contest, measured)
        }
    points = {one.payee: max(one.figures.get(_by(component), ZERO), ZERO) for one in everybody}
    sharing = {who: points[who] for who in measured if points[who]}
    pool = component.pool.percent * sum(measured.values(), ZERO) / 100 if component.pool else ZERO
    if pool <= 0 or not sharing:
        return {}
    shares = _shared(plan, pool, list(sharing.values()))
    return {who: {component.name + AMONG: share} for who, share in zip(sharing, shares, strict=True)}


def _by(component: Component) -> str:
    return component.pool.shared_by if component.pool is not None else ""


def _prizes(plan: Plan, rule: Contest, measured: Mapping[str, Decimal]) -> Iterator[tuple[str, int, Decimal]]:
    """Who takes which place, and the prize: equals in the order of their names, by whom odd cents go."""
    least = rule.at_least if rule.at_least is not None else ZERO
    taking = {who: amount for who, amount in measured.items() if amount >= least and amount > 0}
    first = 0
    for amount in sorted(set(taking.values()), reverse=True):
        equal = sorted(who for who, own in taking.items() if own == amount)
        prizes = rule.prizes[first : first + len(equal)]
        if rule.ties == "each":
            own = [prizes[0] if prizes else ZERO] * len(equal)
        else:
            own = _shared(plan, sum(prizes, ZERO), [Decimal(1)] * len(equal))
        yield from ((who, first + 1, prize) for who, prize in zip(equal, own, strict=True))
        first += len(equal)


def _shared(plan: Plan, amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """An amount by weight, in parts that can be paid and add up to it; exact ones where the plan never rounds."""
    if plan.rounding.at is RoundAt.NEVER:
        whole = sum(weights, ZERO)
        return [exact(amount * weight / whole) for weight in weights]
    return allocated(amount, weights, unit_of(plan.rounding, plan.currency), plan.rounding.remainder)
