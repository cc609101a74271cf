"""What modifiers change: a row for each, so that it is seen what was earned before it."""

from collections.abc import Sequence
from decimal import Decimal

from recon.payouts.calculation.facts import Facts
from recon.payouts.plan.components import Component
from recon.payouts.rows import Kind, Row, exact, plain, total


def modifier_rows(component: Component, earned: Sequence[Row], facts: Facts) -> list[Row]:
    """What the modifiers of a component change in what it earned, one after the other.

    Raises:
        InputRefused: a figure is not known of the payee; nothing is taken for zero.
    """
    found: list[Row] = []
    amount = total(earned)
    for one in component.modifiers:
        figure = facts.figure(one.figure)
        percent = one.percent(figure)
        change = exact(amount * (percent - 100) / 100)
        rate = f"{plain(exact(percent))}%"
        words = (
            f"times {rate}, {one.figure} {plain(exact(figure))}" if one.bands or one.points else f"times {rate}"
        )
        if change:
            found.append(Row(Kind.MODIFIER, change, facts.payee, words, component.name, amount, rate))
        amount += change
    return found


def modified(component: Component, amount: Decimal, facts: Facts) -> Decimal:
    """A part of what a component earned, as its modifiers left it."""
    for one in component.modifiers:
        amount = amount * one.percent(facts.figure(one.figure)) / 100
    return amount
