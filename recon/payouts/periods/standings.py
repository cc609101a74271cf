"""Levels from period to period: who holds which after this review, and what the next period begins with."""

from dataclasses import replace
from decimal import Decimal

from recon.payouts.calculation.facts import Facts
from recon.payouts.calculation.ladders import Standing, earned_position, review
from recon.payouts.calculation.limits import Balances
from recon.payouts.plan.components import Component
from recon.payouts.plan.ladders import Levels
from recon.payouts.plan.plan import Plan

ZERO = Decimal(0)
_HELD, _PAID = "ladder.{}.held.", "ladder.{}.paid."
"""Before the name of a level: the one held after the last review, and the one last paid."""


def standing_of(ladder: Levels, component: str, facts: Facts, balances: Balances) -> Standing:
    """Where a payee stands before a period's review: as the period before left it, or by its figures.

    A level that the plan has no more is held by nobody: by its figures the payee stands on what there is.
    """
    position = _kept(ladder, _HELD.format(component), balances)
    if position is not None:
        return Standing(position, int(balances.get(f"ladder.{component}.missed", ZERO)))
    return Standing(earned_position(ladder, facts.previous))


def is_standing(component: str, balances: Balances) -> bool:
    """Whether a payee was reviewed on the ladder of a component before."""
    return any(name.startswith(_PAID.format(component)) for name in balances)


def _kept(ladder: Levels, name: str, balances: Balances) -> int | None:
    """The position of the level that a balance names; levels are known by name, as a later version may add some."""
    for position, level in enumerate(ladder.levels):
        if balances.get(name + level.level):
            return position
    return None


def _keep(ladder: Levels, name: str, position: int, balances: Balances) -> dict[str, Decimal]:
    """The balances that name one level, and no other any more."""
    gone = dict.fromkeys((one for one in balances if one.startswith(name)), ZERO)
    return {**gone, name + ladder.levels[position].level: Decimal(1)}


def reviewed(plan: Plan, facts: Facts, balances: Balances) -> tuple[Facts, dict[str, Decimal]]:
    """The facts with the level held for each component, and the standings after the period's review.

    A level on record (a fact) is held whatever the figures say. With `look_at: previous_period` the level that the
    period begins with is paid, and this period's figures decide the next one's.
    """
    levels = dict(facts.levels)
    promoted = dict(facts.promoted_from)
    left: dict[str, Decimal] = {}
    for component, ladder in _ladders(plan):
        before = standing_of(ladder, component.name, facts, balances)
        after = review(ladder, before, facts.figures)
        left |= _keep(ladder, _HELD.format(component.name), after.position, balances)
        left[f"ladder.{component.name}.missed"] = Decimal(after.missed)
        held = before if ladder.look_at == "previous_period" else after
        levels.setdefault(component.name, ladder.levels[held.position].level)
        paid = _PAID.format(component.name)
        last = _kept(ladder, paid, balances)
        if last is not None and last < held.position:
            promoted.setdefault(component.name, ladder.levels[last].level)
        left |= _keep(ladder, paid, held.position, balances)
    return (replace(facts, levels=levels, promoted_from=promoted), left) if left else (facts, left)


def _ladders(plan: Plan) -> list[tuple[Component, Levels]]:
    return [(one, one.levels) for one in plan.components if one.levels is not None]
