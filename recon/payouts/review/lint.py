"""The linter of plans: what a plan says that its author will be asked about, in money.

A finding is not an error of the file: the plan can be computed. It is money that nobody decided on: a total that
lies in no band or in two, one more unit that pays less, a band that nobody can reach, a rate that has expired.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal, localcontext

from recon.payouts.calculation.facts import Facts, Transaction
from recon.payouts.calculation.rating import Setting
from recon.payouts.calculation.tiering import Part, Reach, Span, find, parts, spans
from recon.payouts.plan.bands import Band, Boundary, Method, Outside, Tiers
from recon.payouts.plan.components import Pays
from recon.payouts.plan.plan import Plan
from recon.payouts.review.findings import Finding, Steps
from recon.payouts.review.lint_customers import gaps_of_customers
from recon.payouts.review.lint_rules import SAMPLE, deductions, figures, ladders, limits
from recon.payouts.rows import EXACT, plain

ZERO = Decimal(0)


def undecided(plan: Plan, as_of: date | None = None) -> list[Finding]:
    """The findings that the plan does not say are meant."""
    accepted = {one.finding for one in plan.accepted}
    return [finding for finding in findings(plan, as_of) if finding.code not in accepted]


def findings(plan: Plan, as_of: date | None = None) -> list[Finding]:
    """Everything the linter has to say of a plan, in the order of the file; `as_of` finds what has expired."""
    with localcontext(EXACT):
        found: list[Finding] = [*figures(plan)]
        for position, component in enumerate(plan.components):
            at: Steps = ("components", position)
            for tiers, steps in _tiers(component, at):
                found += _bands(tiers, (*steps, "tiers"))
                found += _falls(tiers, (*steps, "tiers"))
            found += ladders(component, at)
            found += limits(component.limits, (*at, "limits"))
        found += limits(plan.limits, ("limits",))
        found += deductions(plan)
        found += gaps_of_customers(plan)
        found += _expired(plan, as_of)
        return found


def _tiers(pays: Pays, steps: Steps) -> Iterator[tuple[Tiers, Steps]]:
    if pays.tiers is not None:
        yield pays.tiers, steps
    if pays.by is not None:
        for value, case in pays.by.cases.items():
            yield from _tiers(case, (*steps, "by", "cases", value))
        if pays.by.otherwise is not None:
            yield from _tiers(pays.by.otherwise, (*steps, "by", "otherwise"))


def _bands(tiers: Tiers, steps: Steps) -> Iterator[Finding]:
    ends = tiers.spans()
    fate = "is refused" if tiers.outside is Outside.REFUSE else "earns nothing"
    for position, (low, high, _) in enumerate(ends):
        at = (*steps, "bands", position)
        closed = tiers.boundary is Boundary.CLOSED
        if high is not None and (high < low or (high == low and not closed)):
            message = f"nothing can lie in the band from {plain(low)} to {plain(high)}: it is never paid"
            yield Finding("unreachable-band", message, at, "put its ends in order, or remove it")
        if position == 0:
            continue
        before = ends[position - 1][1]
        if before is None:
            message = f"the band from {plain(low)} is never paid: the one before has no end"
            yield Finding("unreachable-band", message, at, "give the band before an end")
        elif low < before or (closed and low == before):
            yield _overlap(low, before, at, tiers, ends[position - 1][2], ends[position][2])
        else:
            yield from _gap(low, before, at, tiers, fate)


def _overlap(low: Decimal, before: Decimal, at: Steps, tiers: Tiers, lower: Band, upper: Band) -> Finding:
    if low == before:
        message = f"overlap at {plain(low)}: both bands include it, so that a total above counts it twice"
        hint = "say boundary: upper_inclusive or lower_inclusive; then touching bands share no unit"
    else:
        rates = " and ".join(
            str(band.model_copy(update={"flat": None})) or str(band) for band in (lower, upper)
        )
        message = f"overlap from {plain(low)} to {plain(before)}: two bands pay for the same units, {rates}"
        hint = f"begin the band at {plain(before)}"
    twice = before - low + ((tiers.step or Decimal(1)) if tiers.boundary is Boundary.CLOSED else ZERO)
    return Finding("band-overlap", message, at, hint, low, twice)


def _gap(low: Decimal, before: Decimal, at: Steps, tiers: Tiers, fate: str) -> Iterator[Finding]:
    step = (tiers.step or ZERO) if tiers.boundary is Boundary.CLOSED else ZERO
    if low <= before + step:
        return
    first, last = before + step, low - step
    if tiers.boundary is Boundary.CLOSED and not step:
        where, value = f"between {plain(before)} and {plain(low)}", before
    elif first == last:
        where, value = f"at {plain(first)}", first
    else:
        where, value = f"from {plain(first)} to {plain(last)}", first
    hint = "close the gap, or say step: 1 if only whole units exist"
    yield Finding("band-gap", f"gap {where}: what lies there {fate}", at, hint, value)


def _falls(tiers: Tiers, steps: Steps) -> Iterator[Finding]:
    """Where one more unit pays less: at the boundaries of methods that rate more than the new unit."""
    if tiers.method in {Method.MARGINAL, Method.INTERPOLATED} and not any(
        span.band.reaches_back for span in _open(tiers)
    ):
        return
    among = _open(tiers)
    for position, span in enumerate(among[1:], start=1):
        step = _smallest_step(tiers, span)
        at_top = among[position - 1].high
        lower = at_top if at_top is not None and tiers.boundary is not Boundary.LOWER else span.low - step
        upper = lower + step if tiers.boundary is not Boundary.CLOSED else span.low
        if find(tiers, among, lower) is None or find(tiers, among, upper) is None:
            continue
        pays_lower, pays_upper = _pays_at(tiers, lower), _pays_at(tiers, upper)
        if pays_upper < pays_lower:
            of = "%" if tiers.thresholds_percent_of else ""
            each = f", for each 100 of {tiers.thresholds_percent_of}" if tiers.thresholds_percent_of else ""
            message = (
                f"one more pays less: {plain(lower)}{of} pays {plain(pays_lower)}, "
                f"{plain(upper)}{of} pays {plain(pays_upper)}{each}"
            )
            hint = "pay bands by method: marginal, or raise the rate so that the total never falls"
            yield Finding("pays-less", message, (*steps, "bands", position), hint, upper)


def _open(tiers: Tiers) -> list[Span]:
    plain_tiers = tiers.model_copy(update={"thresholds_percent_of": None})
    return spans(plain_tiers, Facts(""))


def _smallest_step(tiers: Tiers, span: Span) -> Decimal:
    if tiers.step is not None:
        return tiers.step
    percentage = any(getattr(span.band, name) is not None for name in ("percent", "bps", "percent_of"))
    return Decimal("0.01") if percentage else Decimal(1)


def _pays_at(tiers: Tiers, value: Decimal) -> Decimal:
    """What a total pays; where bands are chosen by another measure, on a sample base."""
    figures = {
        name: value for band in tiers.bands for name in (band.percent_of, band.target) if name is not None
    } | {band.target: SAMPLE for band in tiers.bands if band.target is not None}
    alone = tiers.model_copy(update={"thresholds_percent_of": None, "outside": Outside.NOTHING})
    setting = Setting(Facts("", figures=figures), Transaction("", figures))
    quantity = value if tiers.by is None else SAMPLE
    found: list[Part] = parts(alone, Reach(ZERO, value, quantity), setting)
    return sum((part.amount for part in found), ZERO)


def _expired(plan: Plan, as_of: date | None) -> Iterator[Finding]:
    if as_of is not None and plan.until is not None and plan.until < as_of:
        message = f"the version ended on {plan.until}: nothing is paid under it on {as_of}"
        yield Finding("expired", message, ("until",), "write the next version with its own effective day")
    for position, tax in enumerate(plan.taxes):
        end = plan.until or as_of
        if tax.until is not None and end is not None and tax.until < end:
            message = (
                f"the rate of {tax.name} ends on {tax.until}, before the plan does: nothing is taken after it"
            )
            yield Finding("expired", message, ("taxes", position, "until"), "add the rate that follows")
