"""Components in plain words: what is measured, of what, and what is paid for it."""

from collections.abc import Iterator

from recon.payouts.plan.bands import Allowance, Boundary, Method, Tiers
from recon.payouts.plan.components import Component, Pays
from recon.payouts.plan.ladders import Levels
from recon.payouts.plan.measures import Accumulate, Activity, BelowZero, Scope
from recon.payouts.plan.sharing import Split
from recon.payouts.plan.values import Condition, Limits
from recon.payouts.rows import plain

METHODS = {
    Method.MARGINAL: "each band pays for its own part",
    Method.WHOLE: "the band reached pays for everything, back to the first unit",
    Method.LANDING: "the band the running total lands in pays for that whole transaction",
    Method.INTERPOLATED: "each band pays its amount when full, and a share of it when partly filled",
}
BOUNDARIES = {
    Boundary.UPPER: "a total exactly on a boundary belongs to the lower band",
    Boundary.LOWER: "a total exactly on a boundary belongs to the upper band",
    Boundary.CLOSED: "bands include both of their ends",
}


def component_words(component: Component) -> Iterator[str]:
    """A sentence, and lines that begin with a dash and belong to it."""
    scope = {
        Scope.TRANSACTION: "for each transaction",
        Scope.GROUP: f"for each {component.group}",
        Scope.PAYEE: "for the payee's total",
    }[component.scope]
    none = component.accumulate is Accumulate.NONE
    building = "" if none else f", building up over the {component.accumulate}"
    yield f"{component.name}: {scope}{building}, on {component.measure}."
    if component.effective is not None or component.until is not None:
        days = {"from": component.effective, "to": component.until}
        yield f"- counts {' '.join(f'{word} {day}' for word, day in days.items() if day is not None)} only"
    yield f"- {_counted(component.activity, component.below_zero)}"
    if component.of_customers is not None:
        yield f"- of each customer: {component.of_customers}"
    yield from (f"- {line}" for line in (*_pays(component), *_among(component)))
    if component.each_counts_at_most is not None:
        yield f"- a transaction counts at most {plain(component.each_counts_at_most)}"
    if component.free:
        yield f"- {_free(component.free)}"
    for step in component.adjust:
        change = f"times {step.multiply}" if step.multiply is not None else f"{step.add_percent:+} points"
        yield f"- the percentage {change} where {conditions(step.when, ' and ')}"
    if component.buy:
        yield f"- less the buy rate of {component.buy}"
    if component.each:
        bounds = {"at least": component.each.at_least, "at most": component.each.at_most}
        said = [f"{word} {plain(bound)}" for word, bound in bounds.items() if bound is not None]
        what = component.group if component.scope is Scope.GROUP else "transaction"
        yield f"- each {what} earns {' and '.join(said)}"
    yield from (f"- {modifier}" for modifier in component.modifiers)
    yield from (f"- {limit}" for limit in component.limits)
    if component.split:
        yield f"- shared: {shares(component.split)}"


def shares(split: Split) -> str:
    """Who shares, and how much."""
    if split.equally_among:
        return f"equally among {split.equally_among}"
    return ", ".join(f"{name} {plain(share)}%" for name, share in split.parties.items())


def activity_words(activity: Activity) -> str:
    """Which transactions count, in words."""
    text = f"{activity.of} transactions of {activity.source}"
    if activity.where:
        text += f" with {conditions(activity.where, ' and ')}"
    if activity.except_:
        text += f", but none with {conditions(activity.except_, ' or ')}"
    return text


def _counted(activity: Activity, below_zero: BelowZero) -> str:
    text = f"counts {activity_words(activity)}"
    return text + f"; a negative total {'pays nothing' if below_zero is BelowZero.NOTHING else 'takes back'}"


def _pays(pays: Pays) -> Iterator[str]:
    if pays.rate:
        yield f"pays {pays.rate}"
    if pays.tiers:
        yield from _tiers(pays.tiers)
    if pays.levels:
        yield from _levels(pays.levels)
    if pays.scorecard:
        goals = ", ".join(f"{goal.goal} {plain(goal.weight)}%" for goal in pays.scorecard.goals)
        yield f"pays {pays.scorecard.target} by goals: {goals}"
    if pays.by:
        for value, case in pays.by.cases.items():
            yield from (f"{pays.by.word} {value}: {line}" for line in _pays(case))
        if pays.by.otherwise:
            yield from (f"any other {pays.by.word}: {line}" for line in _pays(pays.by.otherwise))


def _among(component: Component) -> Iterator[str]:
    if component.contest:
        prizes = ", ".join(plain(one) for one in component.contest.prizes)
        ties = {"share": "equals share the prizes of their places", "each": "equals each have the prize"}
        least = component.contest.at_least
        yield f"prizes for the first places: {prizes}; {ties[component.contest.ties]}" + (
            f"; from {plain(least)} on" if least is not None else ""
        )
    if component.pool:
        pool = component.pool
        yield f"pays a share by {pool.shared_by} of {plain(pool.percent)}% of what everybody measures"


def _tiers(tiers: Tiers) -> Iterator[str]:
    by = f"; the band is chosen by {tiers.by}" if tiers.by else ""
    of = f"% of {tiers.thresholds_percent_of}" if tiers.thresholds_percent_of else ""
    yield f"{METHODS[tiers.method]}; {BOUNDARIES[tiers.boundary]}{by}"
    for low, high, band in tiers.spans():
        where = f"above {plain(low)}{of}" if high is None else f"{plain(low)} to {plain(high)}{of}"
        back = ", also for the bands below" if band.reaches_back else ""
        yield f"{where}: {band if band.worth is None else f'{band.worth} when full'}{back}"


def _levels(levels: Levels) -> Iterator[str]:
    period = levels.look_at.replace("_", " ")
    yield f"the highest level with {levels.met} of its criteria met, by figures of the {period}"
    for level in levels.levels:
        needs = [
            f"{name} {wanted if isinstance(wanted, Limits) else f'at least {plain(wanted)}'}"
            for name, wanted in level.needs.items()
        ]
        yield f"{level.level} ({', '.join(needs) or 'no criteria'}): {str(level) or 'no pay of its own'}"
    if levels.on_promotion == "pays_difference":
        yield "a promotion pays the difference for the window so far"
    yield f"demotion {levels.demotion.replace('_', ' ')}, after {levels.grace_periods} forgiven reviews"


def _free(free: Allowance) -> str:
    parts = []
    if free.transactions is not None:
        parts.append(f"{plain(free.transactions)} transactions")
    if free.amount is not None:
        parts.append(f"an amount of {plain(free.amount)}")
    ends = {"first": ", until the first is used up", "both": ", until both are used up"}
    return f"free: {' and '.join(parts)}{ends.get(free.ends or '', '')}"


def conditions(condition: Condition, joined: str) -> str:
    """A condition in words."""
    return joined.join(
        f"{name} {' or '.join(wanted) if isinstance(wanted, list) else wanted}"
        for name, wanted in condition.items()
    )
