"""Levels and scorecards: who holds which level, who would move and why, and what weighted goals pay."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from recon.errors import InputRefused, Problem
from recon.payouts.calculation.facts import Facts
from recon.payouts.calculation.tiering import Part
from recon.payouts.plan.ladders import Level, Levels, Met, Scorecard, met_by
from recon.payouts.plan.values import Limits
from recon.payouts.rows import Kind, exact, plain

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Standing:
    """A payee's place on a ladder after a review: the level's position, and reviews missed in a row."""

    position: int
    missed: int = 0


@dataclass(frozen=True, slots=True)
class Move:
    """What a review decided, and why."""

    before: str
    after: str
    earned: str
    why: str


def earned_position(ladder: Levels, figures: Mapping[str, Decimal]) -> int:
    """The position of the highest level whose criteria are met; 0 for the first, which everybody holds."""
    reached = 0
    for position, level in enumerate(ladder.levels):
        met = [met_by(wanted, figures.get(name)) for name, wanted in level.needs.items()]
        if not met or (all(met) if ladder.met is Met.ALL else any(met)):
            reached = position
    return reached


def review(ladder: Levels, standing: Standing, figures: Mapping[str, Decimal]) -> Standing:
    """The standing after one review: promotion at once, demotion as the ladder says once grace is used up."""
    earned = earned_position(ladder, figures)
    if earned >= standing.position:
        return Standing(earned)
    if ladder.demotion == "never":
        return standing
    missed = standing.missed + 1
    if missed <= ladder.grace_periods:
        return Standing(standing.position, missed)
    return Standing(earned if ladder.demotion == "to_level_earned" else standing.position - 1)


def dry_run(ladder: Levels, standing: Standing, figures: Mapping[str, Decimal]) -> Move:
    """Who would move and why, before anything changes."""
    after = review(ladder, standing, figures)
    earned = ladder.levels[earned_position(ladder, figures)]
    _, missing = criteria(ladder.levels[standing.position], figures)
    if after.position > standing.position:
        why = "criteria met"
    elif after.position == standing.position:
        why = "in grace: " + "; ".join(missing) if missing else "criteria still met"
    else:
        why = "; ".join(missing)
    return Move(ladder.levels[standing.position].level, ladder.levels[after.position].level, earned.level, why)


def criteria(level: Level, figures: Mapping[str, Decimal]) -> tuple[list[str], list[str]]:
    """The criteria of a level in words: those that the figures meet, and those that they miss."""
    met: list[str] = []
    missed: list[str] = []
    for name, wanted in level.needs.items():
        figure = figures.get(name)
        is_ = "not known" if figure is None and isinstance(wanted, Limits) else plain(exact(figure or ZERO))
        needs = str(wanted) if isinstance(wanted, Limits) else plain(wanted)
        (met if met_by(wanted, figure) else missed).append(f"{name} is {is_}, needs {needs}")
    return met, missed


def level_rate(ladder: Levels, facts: Facts, component: str) -> Level:
    """The level whose rate holds: the one on record for the component, or else the one the figures earn.

    Raises:
        InputRefused: the level on record is none of the plan's.
    """
    if component in facts.levels:
        for level in ladder.levels:
            if level.level == facts.levels[component]:
                return level
        known = ", ".join(level.level for level in ladder.levels)
        message = f"{facts.payee} holds level {facts.levels[component]}, which the plan does not know"
        raise InputRefused(Problem("unknown-level", message, hint=f"levels: {known}"))
    figures = facts.previous if ladder.look_at == "previous_period" else facts.figures
    return ladder.levels[earned_position(ladder, figures)]


def scorecard_parts(card: Scorecard, facts: Facts) -> list[Part]:
    """What each goal pays: target x weight x attainment, within the goal's bounds."""
    target = facts.figure(card.target)
    found = []
    for goal in card.goals:
        attained = facts.figure(goal.goal)
        counts = attained if goal.counts_at_most is None else min(attained, goal.counts_at_most)
        if goal.counts_from is not None and attained < goal.counts_from:
            counts = ZERO
        amount = exact(target * card.multiplier * goal.weight * counts / 10000)
        words = f"{goal.goal}: {plain(exact(attained))}% attained, weight {plain(goal.weight)}%"
        found.append(Part(Kind.GOAL, amount, words, counts, f"{plain(goal.weight)}% of {card.target}"))
    return found
