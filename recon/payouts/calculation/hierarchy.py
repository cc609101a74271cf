"""Overrides: what each level above an agent earns on the activity below it.

Same base, base less the levels below, differential (a level is paid only the difference to the highest percent
below), a percent of the level below, or a pool. Shares of vacant levels go up, down, or stay with the house.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from recon.payouts.calculation.facts import Facts
from recon.payouts.calculation.rounding import payable
from recon.payouts.plan.payment import RoundAt, RoundingRule
from recon.payouts.plan.sharing import Basis, Overrides, Vacant
from recon.payouts.rows import Kind, Row, exact, plain

ZERO = Decimal(0)


def override_rows(
    overrides: Overrides, base: Decimal, facts: Facts, rule: RoundingRule, currency: str
) -> list[Row]:
    """One row per level that somebody holds, one per vacant share that moves, and the rest of the pool."""
    shares = _nominal(overrides, base, rule, currency)
    rows = _held(overrides, shares, facts)
    if overrides.at_most_percent is not None:
        most = exact(base * overrides.at_most_percent / 100)
        rows = _within(rows, payable(most, rule, currency) if rounds_levels(overrides, rule) else most)
    if overrides.rest_to is not None:
        rest = base - sum((row.amount for row in rows), ZERO)
        words = f"what the levels leave of {plain(base)}"
        rows.append(Row(Kind.OVERRIDE, rest, overrides.rest_to, words, overrides.rest_to, base))
    return rows


def rounds_levels(overrides: Overrides, rule: RoundingRule) -> bool:
    """Whether each level's share is rounded by itself: where lines are, and where the shares are to be the whole."""
    shares_whole = overrides.rest_to is not None or overrides.basis is Basis.POOLED
    return rule.at is RoundAt.LINE or (rule.by_payee and shares_whole)


def shares_pool(overrides: Overrides, rule: RoundingRule) -> bool:
    """Whether levels share a pool in whole cents that are never more than it.

    A level has what all up to it have, less what those below have. Where somebody keeps the rest, that takes what
    rounding leaves.
    """
    pooled = overrides.basis is Basis.POOLED and overrides.rest_to is None
    return pooled and rounds_levels(overrides, rule)


def _nominal(overrides: Overrides, base: Decimal, rule: RoundingRule, currency: str) -> list[Row]:
    """Each level's share as if every level were held; the payee is filled in later."""
    rows: list[Row] = []
    for position, level in enumerate(overrides.levels):
        of, percent = base, level.percent
        if overrides.basis is Basis.SUBTRACT_LOWER:
            of = base - sum((row.amount for row in rows), ZERO)
        elif overrides.basis is Basis.LEVEL_BELOW and rows:
            of = rows[-1].amount
        elif overrides.basis is Basis.DIFFERENTIAL:
            below = max((lower.percent for lower in overrides.levels[:position]), default=ZERO)
            percent = max(level.percent - below, ZERO)
        amount = exact(of * percent / 100)
        if shares_pool(overrides, rule):
            up_to = sum((one.percent for one in overrides.levels[: position + 1]), ZERO)
            amount = payable(exact(of * up_to / 100), rule, currency) - sum((row.amount for row in rows), ZERO)
        elif rounds_levels(overrides, rule):
            amount = payable(amount, rule, currency)
        words = f"{level.level}: {plain(percent)}% of {plain(of)}"
        rows.append(Row(Kind.OVERRIDE, amount, "", words, level.level, of, f"{plain(percent)}%"))
    return rows


def _held(overrides: Overrides, shares: Sequence[Row], facts: Facts) -> list[Row]:
    holders = [facts.people.get(level.level) for level in overrides.levels]
    rows = []
    for position, share in enumerate(shares):
        holder = holders[position]
        if holder is not None:
            rows.append(replace(share, payee=holder))
            continue
        for heir in heirs_of(overrides.vacant, len(holders), position):
            who = holders[heir]
            if who is not None:
                words = f"share of the vacant {share.component}: {share.words}"
                rows.append(replace(share, payee=who, words=words, component=overrides.levels[heir].level))
                break
    return rows


def heirs_of(vacant: Vacant, levels: int, position: int) -> Sequence[int]:
    """The levels that a vacant share may go to, the nearest first."""
    if vacant is Vacant.RETAIN:
        return ()
    return range(position + 1, levels) if vacant is Vacant.UP else range(position - 1, -1, -1)


def _within(rows: Sequence[Row], most: Decimal) -> list[Row]:
    """The rows cut so that together they stay within the most: the levels on top give way first."""
    result = []
    left = most
    for row in rows:
        amount = min(row.amount, max(left, ZERO)) if row.amount > 0 else row.amount
        words = row.words if amount == row.amount else f"{row.words}, cut to what is left of {plain(most)}"
        result.append(replace(row, amount=amount, words=words))
        left -= amount
    return result
