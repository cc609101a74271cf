"""Which plans the engine computes as sets; for the others there is always the calculation payee by payee."""

from collections.abc import Iterator
from decimal import Decimal

from recon.model.money import Rounding
from recon.payouts.books.activity import FIGURES
from recon.payouts.calculation.limits import EXCESS
from recon.payouts.periods.period import Known
from recon.payouts.plan.bands import Boundary, Method, Tiers
from recon.payouts.plan.components import Component, Pays, Running
from recon.payouts.plan.limits import Limit
from recon.payouts.plan.measures import SALES, Accumulate, Measure, Scope
from recon.payouts.plan.payment import RoundAt
from recon.payouts.plan.plan import Plan
from recon.payouts.plan.rates import Rate
from recon.payouts.plan.sharing import Ownership
from recon.payouts.plan.values import Limits

DIGITS = 14
"""Digits of a factor that a stored amount can be multiplied by exactly: 24 + 14 = 38."""


def reasons(plan: Plan, known: Known | None = None) -> list[str]:
    """Why a plan is computed payee by payee; nothing when it is computed as sets."""
    found = [reason for component in plan.components for reason in _of_component(component)]
    found += [name for name in ("deductions", "split", "redirects") if getattr(plan, name)]
    if plan.eligible:
        found.append("payees who are eligible")
    if plan.overrides is not None and (
        plan.overrides.at_most_percent is not None or len(plan.overrides.levels) > 30
    ):
        found.append("overrides that give way to each other")
    found += [reason for limit in plan.limits for reason in _of_limit(limit)]
    if plan.rounding.at is not RoundAt.NEVER and plan.rounding.mode not in {
        Rounding.HALF_EVEN,
        Rounding.HALF_UP,
    }:
        found.append(f"rounding {plan.rounding.mode}")
    if plan.rounding.to is not None:
        found.append("rounding to multiples")
    if known is not None:
        found += _of_known(plan, known)
    return found


def _of_known(plan: Plan, known: Known) -> Iterator[str]:
    """Facts of payees that the sets do not look at: words that choose rates, people who changed within the period."""
    choosers = {component.by.word for component in plan.components if component.by is not None}
    if choosers and any(choosers & facts.words.keys() for facts in known.facts.values()):
        yield "rates chosen by a word of the payee"
    if any(
        amount for one in known.balances.values() for name, amount in one.items() if name.startswith(EXCESS)
    ):
        yield "an excess of earlier periods"
    by_day = plan.overrides is not None and plan.credit.when_moved is Ownership.AT_TRANSACTION
    if by_day and any(facts.spells for facts in known.facts.values()):
        yield "levels that changed hands within the period"


def _of_component(component: Component) -> Iterator[str]:
    single = component.scope is Scope.TRANSACTION
    if component.effective is not None or component.until is not None:
        yield "days of its own"
    if component.scope is Scope.GROUP:
        yield "groups"
    if component.accumulate not in {Accumulate.NONE, Accumulate.PERIOD}:
        yield f"a total over the {component.accumulate}"
    if component.order is Running.AS_GIVEN:
        yield "an order as booked"
    for name in ("free", "adjust", "modifiers", "split", "limits", "contest", "pool"):
        if getattr(component, name):
            yield name
    yield from _of_measure(component.measure, single)
    conditions = (component.activity.where, component.activity.except_)
    numbers = {name for one in conditions for name, wanted in one.items() if isinstance(wanted, Limits)}
    if not numbers <= set(FIGURES):
        yield "conditions on numbers among attributes"
    if component.by is not None and (not single or component.accumulate is not Accumulate.NONE):
        yield "a matrix over totals"
    if component.by is not None and any(case.by is not None for case in component.by.every):
        yield "a matrix inside a matrix"
    for pays in component.ways():
        yield from _of_pays(component, pays)
    if len(_contracted(component)) > 1 or (component.buy is not None and component.buy.percent_of is not None):
        yield "several contracted rates"
    if component.buy is not None:
        yield from _of_rate(component.buy, single)


def _of_pays(component: Component, pays: Pays) -> Iterator[str]:
    for name in ("levels", "scorecard"):
        if getattr(pays, name):
            yield name
    if pays.rate:
        yield from _of_rate(pays.rate, component.scope is Scope.TRANSACTION)
    if pays.tiers:
        yield from _of_tiers(component, pays.tiers)


def _of_measure(measure: Measure, single: bool) -> Iterator[str]:
    if (
        measure.growth is not None
        or measure.figure is not None
        or (single and measure.different is not None)
        or measure.count == SALES
    ):
        yield f"measuring {measure}"
    if any(value is not None for value in (measure.percent_of, measure.divided_by, measure.credited_percent)):
        yield f"measuring {measure}"
    if not set(measure.added) <= set(FIGURES):
        yield "figures among attributes"


def _of_rate(rate: Rate, single: bool) -> Iterator[str]:
    for name in ("per_block", "multiple"):
        if getattr(rate, name) is not None:
            yield name
    if rate.percent_of is not None and (not single or rate.percent_of in FIGURES):
        yield "a contracted rate of a total"
    factor = factor_of(rate)
    if len(factor.as_tuple().digits) > DIGITS:
        yield f"a rate of {len(factor.as_tuple().digits)} digits"


def _of_tiers(component: Component, tiers: Tiers) -> Iterator[str]:
    single = component.scope is Scope.TRANSACTION
    if tiers.thresholds_percent_of is not None:
        yield "bands in percent of a figure"
    if tiers.by is not None:
        if single or tiers.method is not Method.WHOLE:
            yield "bands chosen by another measure"
        yield from _of_measure(tiers.by, single)
    if tiers.method is Method.INTERPOLATED:
        yield f"method {tiers.method}"
    if tiers.boundary is Boundary.CLOSED and tiers.method is Method.MARGINAL:
        yield "closed bands that count parts"
    if any(band.reaches_back for band in tiers.bands):
        yield "bands that reach back"
    if is_running(component) and tiers.method is Method.WHOLE:
        yield "whole bands over a running total"
    for band in tiers.bands:
        yield from _of_rate(band, single)
        if band.percent_of is not None:
            yield "a contracted rate in a band"


def _of_limit(limit: Limit) -> Iterator[str]:
    if limit.draw is not None or limit.budget is not None:
        yield "draws and budgets"
    elif limit.percent_of is not None or limit.percent_of_component is not None:
        yield "limits in percent"
    elif limit.per is not Accumulate.PERIOD or limit.excess == "later" or limit.recoverable:
        yield "limits that carry over"


def is_running(component: Component) -> bool:
    """Whether single transactions are rated by the total of those before them."""
    return (
        component.scope is Scope.TRANSACTION
        and component.tiers is not None
        and component.accumulate is not Accumulate.NONE
    )


def contracted_rate(component: Component) -> str | None:
    """The figure of a transaction that holds its own percent, if the component pays by one; there is at most one."""
    return next(iter(_contracted(component)), None)


def _contracted(component: Component) -> set[str]:
    rates = [pays.rate for pays in component.ways() if pays.rate is not None]
    return {rate.percent_of for rate in rates if rate.percent_of is not None}


def factor_of(rate: Rate) -> Decimal:
    """What a unit of the quantity pays, exactly; zero for a rate that is only a flat amount."""
    if rate.percent is not None:
        return rate.percent / 100
    if rate.bps is not None:
        return rate.bps / 10_000
    return rate.per_unit if rate.per_unit is not None else Decimal(0)
