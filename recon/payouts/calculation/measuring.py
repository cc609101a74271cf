"""What is measured: which transactions count, how much each adds, and the payee's own figures."""

from collections.abc import Sequence
from decimal import Decimal

from recon.errors import InputRefused, Problem
from recon.payouts.calculation.facts import Facts, Transaction, any_holds, holds
from recon.payouts.calculation.undone import with_sales
from recon.payouts.plan.components import Component, Running
from recon.payouts.plan.measures import SALES, BelowZero, Measure
from recon.payouts.rows import ratio

ZERO = Decimal(0)
CHOSEN_BY = ", chosen by"
"""After a component's name: the measure that chooses its band."""


def counted(component: Component, facts: Facts) -> list[Transaction]:
    """The transactions of a component, in the order in which they build a running total.

    Without an order that the plan states, they are taken by id: no result may depend on how they arrived.
    """
    activity = component.counts
    chosen = [
        one
        for one in facts.transactions
        if (
            one.counts_as is None
            or (activity.of in one.counts_as and one.words.get("source") == activity.source)
        )
        and component.counts_on(one.day)
        and holds(activity.where, one.words, one.figures)
        and not any_holds(activity.except_, one.words, one.figures)
    ]
    if any(measure.count == SALES for measure in component.measures):
        chosen = with_sales(chosen)
    if component.order is Running.AS_GIVEN:
        return chosen
    return sorted(chosen, key=lambda one: (one.day is not None, one.day.toordinal() if one.day else 0, one.id))


def of_one(measure: Measure, transaction: Transaction, facts: Facts, at_most: Decimal | None = None) -> Decimal:
    """What one transaction adds to the measure; `at_most` caps its size, not its sign."""
    return expressed(measure, amount_of(measure, transaction, at_most), facts)


def amount_of(measure: Measure, transaction: Transaction, at_most: Decimal | None = None) -> Decimal:
    """What one transaction adds to a sum or count, before that is expressed in other units."""
    if measure.sum is not None:
        value = sum((transaction.figure(name) for name in (measure.sum, *measure.plus)), ZERO)
        value -= sum((transaction.figure(name) for name in measure.less), ZERO)
    elif measure.figure is not None:
        value = transaction.figure(measure.figure)
    else:
        value = transaction.sells if measure.count == SALES else transaction.counts
    return value if at_most is None else max(min(value, at_most), -at_most)


def of_many(
    measure: Measure, transactions: Sequence[Transaction], facts: Facts, at_most: Decimal | None = None
) -> Decimal:
    """The measure of several transactions together, or the payee's figure."""
    if measure.figure is not None:
        return expressed(measure, facts.figure(measure.figure), facts)
    if measure.different is not None:
        different = {one.words[measure.different] for one in transactions if measure.different in one.words}
        return expressed(measure, Decimal(len(different)), facts)
    # Added up before it is expressed: a third of a quota, three times, is all of it.
    return expressed(measure, sum((amount_of(measure, one, at_most) for one in transactions), ZERO), facts)


def grown(measure: Measure, value: Decimal, facts: Facts, name: str) -> Decimal:
    """The measure, or how much more it is than what the payee had under the name in the period before."""
    if measure.growth is None:
        return value
    return grown_from(measure, value, facts.previous.get(name, ZERO))


def grown_from(measure: Measure, value: Decimal, before: Decimal) -> Decimal:
    """How much more a measure is than it was before, as an amount or in percent."""
    if measure.growth == "amount":
        return value - before
    return ratio((value - before) * 100 / before) if before > 0 else measure.new_counts_as or ZERO


def floored(component: Component, value: Decimal) -> Decimal:
    """The measure, or zero where a negative measure pays nothing."""
    return max(value, ZERO) if component.below_zero is BelowZero.NOTHING else value


def expressed(measure: Measure, value: Decimal, facts: Facts) -> Decimal:
    """A sum or count in the units of its measure: divided, in percent of a figure, or as far as it is credited.

    Raises:
        InputRefused: the figure that it is a percentage of is not known, or is zero and nothing says what then.
    """
    if measure.divided_by is not None:
        value = ratio(value / measure.divided_by)
    if measure.percent_of is not None:
        value = _percent(measure, measure.percent_of, value, facts)
    if measure.credited_percent is not None:
        value = ratio(value * measure.credited_percent / 100)
    return value


def _percent(measure: Measure, of: str, value: Decimal, facts: Facts) -> Decimal:
    whole = facts.figure(of)
    if whole:
        return ratio(value * 100 / whole)
    if measure.of_nothing_counts_as is None:
        message = f"{of} of {facts.payee} is zero: nothing is a percentage of it"
        hint = f"give {of}, or say of_nothing_counts_as: 0 beside percent_of"
        raise InputRefused(Problem("percent-of-nothing", message, hint=hint))
    return measure.of_nothing_counts_as
