"""What ladders, limits and figures of a plan leave undecided: levels that nobody earns, floors above caps."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from recon.payouts.calculation.facts import Facts
from recon.payouts.calculation.rating import Setting, variable
from recon.payouts.plan.components import Pays
from recon.payouts.plan.ladders import Level, Levels, Met, Wanted
from recon.payouts.plan.limits import Limit
from recon.payouts.plan.measures import Accumulate
from recon.payouts.plan.plan import Plan
from recon.payouts.plan.values import Limits
from recon.payouts.review.findings import Finding, Steps
from recon.payouts.rows import plain

SAMPLE = Decimal(10_000)
"""The base on which levels are compared."""


def ladders(pays: Pays, steps: Steps) -> Iterator[Finding]:
    """Levels that nobody earns, and levels that pay less than the one below."""
    if pays.levels is not None:
        yield from _never_earned(pays.levels, (*steps, "levels", "levels"))
        yield from _falling(pays.levels.levels, (*steps, "levels", "levels"))
    if pays.by is not None:
        for value, case in pays.by.cases.items():
            yield from ladders(case, (*steps, "by", "cases", value))
        if pays.by.otherwise is not None:
            yield from ladders(pays.by.otherwise, (*steps, "by", "otherwise"))


def _never_earned(ladder: Levels, steps: Steps) -> Iterator[Finding]:
    """Whoever falls one level at a time passes all of them; under other rules a level above may hide one."""
    if ladder.demotion == "one_level":
        return
    for position, level in enumerate(ladder.levels):
        for higher in ladder.levels[position + 1 :]:
            if _follows(ladder.met, level, higher):
                message = f"level {level.level} is never paid: whoever meets its criteria meets those of {higher.level}"
                hint = f"raise what {higher.level} needs, or remove the level"
                yield Finding("unreachable-level", message, (*steps, position), hint)
                break


def _follows(met: Met, level: Level, higher: Level) -> bool:
    """Whether the higher level's criteria are met wherever the level's are."""
    if not higher.needs or (met is Met.ALL and not level.needs):
        return not higher.needs
    if met is Met.ALL:
        return all(
            name in level.needs and _implies(level.needs[name], wanted) for name, wanted in higher.needs.items()
        )
    return bool(level.needs) and all(
        name in higher.needs and _implies(wanted, higher.needs[name]) for name, wanted in level.needs.items()
    )


def _implies(one: Wanted, other: Wanted) -> bool:
    """Whether whoever meets one criterion meets the other; of bounds only where they are the same."""
    if isinstance(one, Limits) or isinstance(other, Limits):
        return one == other
    return one >= other


def _falling(levels: Sequence[Level], steps: Steps) -> Iterator[Finding]:
    paid = [_paid(level) for level in levels]
    for position in range(1, len(levels)):
        below, here = paid[position - 1], paid[position]
        if below is not None and here is not None and here < below:
            level, lower = levels[position].level, levels[position - 1].level
            message = (
                f"{level} pays less than {lower}: {plain(here)} instead of {plain(below)} of {plain(SAMPLE)}"
            )
            hint = (
                "put the levels in order, lowest first, or raise the rate so that a promotion never pays less"
            )
            yield Finding("pays-less", message, (*steps, position), hint)


def _paid(level: Level) -> Decimal | None:
    """What a level pays on the sample; None where that depends on a figure of the payee, or nothing is said."""
    if level.percent_of is not None or level.multiple is not None or not str(level):
        return None
    return variable(level, SAMPLE, Setting(Facts(""))) + (level.flat or 0)


def limits(given: Sequence[Limit], steps: Steps) -> Iterator[Finding]:
    """Floors and draws above a cap of the same period, where both are amounts or percentages of the same."""
    caps = [
        (position, limit.cap, limit)
        for position, limit in enumerate(given)
        if limit.cap is not None and limit.per is Accumulate.PERIOD
    ]
    for position, limit in enumerate(given):
        least = limit.floor if limit.floor is not None else limit.draw
        word = "floor" if limit.floor is not None else "draw"
        for place, cap, other in caps:
            if least is None or least <= cap or _basis(limit) != _basis(other):
                continue
            message = f"the {word} of {limit.words(least)} is above the cap of {other.words(cap)}: " + (
                f"{limit.words(least - cap)} more than the cap are paid"
                if place < position
                else "it is never paid"
            )
            hint = "the cap is the larger of the two; what applies last decides"
            yield Finding("limits-crossed", message, (*steps, position), hint)


def _basis(limit: Limit) -> tuple[str | None, str | None]:
    """What a limit is a percentage of; nothing for an amount."""
    return limit.percent_of, limit.percent_of_component


def deductions(plan: Plan) -> Iterator[Finding]:
    """Steps that take more than all of the total, so that the owner pays the rest."""
    rule = plan.deductions
    if rule is None or rule.each_from != "total":
        return
    total = sum((step.percent or Decimal(0) for step in rule.steps), Decimal(0))
    if total > 100:
        message = f"the steps take {plain(total)}% of the total: {rule.owner} pays {plain(total - 100)}% of it"
        hint = "let the percentages total at most 100, or say each_from: remainder"
        yield Finding("over-deducted", message, ("deductions", "steps"), hint)


_NAMES: dict[str, Any] = {"components": {"__all__": {"name", "activity"}}}
"""What of a component names something else than figures of payees."""


def figures(plan: Plan) -> Iterator[Finding]:
    """Figures that are measured and that nothing looks at."""
    said = set(
        _texts(plan.model_dump(include={"eligible": True, "components": True, "limits": True}, exclude=_NAMES))
    )
    for position, one in enumerate(plan.figures):
        others = [other for place, other in enumerate(plan.figures) if place != position]
        if one.figure not in said | set(_texts([other.measure.model_dump() for other in others])):
            message = f"figure {one.figure} is measured and nothing looks at it: no level or goal depends on it"
            hint = "name it in `needs`, a goal or `percent_of`, or remove it"
            yield Finding("unused-figure", message, ("figures", position), hint)


def _texts(value: object) -> Iterator[str]:
    """All texts and keys of a plan."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
