"""Which plans the engine computes as sets; for the others there is always the calculation payee by payee."""

from collections.abc import Iterator
from decimal import Decimal

from recon.model.money import Rounding
from recon.payouts.activity import FIGURES
from recon.payouts.plan.bands import Boundary, Method, Tiers
from recon.payouts.plan.components import Component, Running
from recon.payouts.plan.limits import Limit
from recon.payouts.plan.measures import Accumulate, Measure, Scope
from recon.payouts.plan.payment import RoundAt
from recon.payouts.plan.plan import Plan
from recon.payouts.plan.rates import Rate
from recon.payouts.plan.values import Limits

DIGITS = 14
"""Digits of a factor that a stored amount can be multiplied by exactly: 24 + 14 = 38."""


def reasons(plan: Plan) -> list[str]:
    """Why a plan is computed payee by payee; nothing when it is computed as sets."""
    found = [reason for component in plan.components for reason in _of_component(component)]
    found += [name for name in ("deductions", "overrides", "split", "redirects") if getattr(plan, name)]
    found += [reason for limit in plan.limits for reason in _of_limit(limit)]
    if plan.rounding.at is not RoundAt.NEVER and plan.rounding.mode not in {
        Rounding.HALF_EVEN,
        Rounding.HALF_UP,
    }:
        found.append(f"rounding {plan.rounding.mode}")
    return found


def _of_component(component: Component) -> Iterator[str]:
    if component.scope is Scope.GROUP:
        yield "groups"
    if component.accumulate not in {Accumulate.NONE, Accumulate.PERIOD}:
        yield f"a total over the {component.accumulate}"
    if component.order is Running.AS_GIVEN:
        yield "an order as booked"
    for name in ("levels", "scorecard", "by", "free", "adjust", "buy", "split"):
        if getattr(component, name):
            yield name
    if not (component.rate or component.tiers):
        yield "no rate"
    yield from _of_measure(component.measure)
    conditions = (component.activity.where, component.activity.except_)
    numbers = {name for one in conditions for name, wanted in one.items() if isinstance(wanted, Limits)}
    if not numbers <= set(FIGURES):
        yield "conditions on numbers among attributes"
    if component.rate:
        yield from _of_rate(component.rate)
    if component.tiers:
        yield from _of_tiers(component, component.tiers)


def _of_measure(measure: Measure) -> Iterator[str]:
    if measure.figure is not None or measure.count not in {None, "transactions"}:
        yield f"measuring {measure}"
    if any(value is not None for value in (measure.percent_of, measure.divided_by, measure.credited_percent)):
        yield f"measuring {measure}"
    if not {name for name in (measure.sum, *measure.less) if name is not None} <= set(FIGURES):
        yield "figures among attributes"


def _of_rate(rate: Rate) -> Iterator[str]:
    for name in ("per_block", "multiple", "percent_of"):
        if getattr(rate, name) is not None:
            yield name
    factor = factor_of(rate)
    if len(factor.as_tuple().digits) > DIGITS:
        yield f"a rate of {len(factor.as_tuple().digits)} digits"


def _of_tiers(component: Component, tiers: Tiers) -> Iterator[str]:
    if tiers.by is not None or tiers.thresholds_percent_of is not None:
        yield "bands chosen by another measure"
    if tiers.method not in {Method.MARGINAL, Method.WHOLE}:
        yield f"method {tiers.method}"
    if tiers.boundary is Boundary.CLOSED and tiers.method is Method.MARGINAL:
        yield "closed bands that count parts"
    if any(band.reaches_back for band in tiers.bands):
        yield "bands that reach back"
    running = component.scope is Scope.TRANSACTION and component.accumulate is not Accumulate.NONE
    if running and tiers.method is Method.WHOLE:
        yield "whole bands over a running total"
    for band in tiers.bands:
        yield from _of_rate(band)


def _of_limit(limit: Limit) -> Iterator[str]:
    if limit.draw is not None or limit.budget is not None:
        yield "draws and budgets"
    elif limit.per is not Accumulate.PERIOD or limit.excess == "later" or limit.recoverable:
        yield "limits that carry over"


def factor_of(rate: Rate) -> Decimal:
    """What a unit of the quantity pays, exactly; zero for a rate that is only a flat amount."""
    if rate.percent is not None:
        return rate.percent / 100
    if rate.bps is not None:
        return rate.bps / 10_000
    return rate.per_unit if rate.per_unit is not None else Decimal(0)
