"""Levels from period to period: who holds which after this review, and what the next period begins with."""

from dataclasses import replace
from decimal import Decimal

from recon.payouts.facts import Facts
from recon.payouts.ladders import Standing, earned_position, review
from recon.payouts.limits import Balances
from recon.payouts.plan.components import Component
from recon.payouts.plan.ladders import Levels
from recon.payouts.plan.plan import Plan

ZERO = Decimal(0)


def standing_of(ladder: Levels, component: str, facts: Facts, balances: Balances) -> Standing:
    """Where a payee stands before a period's review: as the period before left it, or by its figures."""
    position = balances.get(f"ladder.{component}.position")
    if position is not None:
        return Standing(int(position), int(balances.get(f"ladder.{component}.missed", ZERO)))
    return Standing(earned_position(ladder, facts.previous))


def reviewed(plan: Plan, facts: Facts, balances: Balances) -> tuple[Facts, dict[str, Decimal]]:
    """The facts with the level held for each component, and the standings after the period's review.

    A level on record (a fact) is held whatever the figures say. With `look_at: previous_period` the level that the
    period begins with is paid, and this period's figures decide the next one's. The level paid is kept counted from
    one, since nothing is kept of what is zero.
    """
    levels = dict(facts.levels)
    promoted = dict(facts.promoted_from)
    left: dict[str, Decimal] = {}
    for component, ladder in _ladders(plan):
        before = standing_of(ladder, component.name, facts, balances)
        after = review(ladder, before, facts.figures)
        left[f"ladder.{component.name}.position"] = Decimal(after.position)
        left[f"ladder.{component.name}.missed"] = Decimal(after.missed)
        held = before if ladder.look_at == "previous_period" else after
        levels.setdefault(component.name, ladder.levels[held.position].level)
        paid = f"ladder.{component.name}.paid"
        last = int(balances.get(paid, held.position + 1)) - 1
        if last < held.position:
            promoted.setdefault(component.name, ladder.levels[last].level)
        left[paid] = Decimal(held.position + 1)
    return (replace(facts, levels=levels, promoted_from=promoted), left) if left else (facts, left)


def _ladders(plan: Plan) -> list[tuple[Component, Levels]]:
    return [(one, one.levels) for one in plan.components if one.levels is not None]
