"""From a component and the facts to the rows of what is earned."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from recon.payouts.calculation.allowances import Free
from recon.payouts.calculation.facts import Facts, Transaction
from recon.payouts.calculation.ladders import level_rate, scorecard_parts
from recon.payouts.calculation.measuring import CHOSEN_BY, counted, floored, grown, of_many, of_one
from recon.payouts.calculation.rating import Setting, said, variable
from recon.payouts.calculation.tiering import Part, Reach, parts
from recon.payouts.plan.components import Component, Pays
from recon.payouts.plan.ladders import Level, Levels
from recon.payouts.plan.measures import Accumulate, Measure, Scope
from recon.payouts.plan.rates import Rate
from recon.payouts.rows import Kind, Row, exact, plain

ZERO = Decimal(0)
PAID, MOST = ", paid for", ", at most"
"""After the name of a total that builds up: the quantity that was paid for, and the most that the total was."""
PLACE, AMONG = ": place", ": has of it"
"""After the name of a contest or pool: the place that the payee takes, and what the payee has of prizes or pool."""


@dataclass(frozen=True, slots=True)
class Line:
    """What is rated at once: a transaction, a group, or the payee's total; with the rows that pay it."""

    rows: tuple[Row, ...]
    transactions: tuple[Transaction, ...]
    quantity: Decimal
    accumulates: tuple[str, Decimal]
    """The name under which the line's total builds up, and what the line adds to it."""
    reached: Mapping[str, Decimal] = field(default_factory=dict)
    """What else is known of that total after the line, by what its name ends with (`PAID`, `MOST`)."""


def lines(component: Component, facts: Facts) -> list[Line]:
    """The lines of a component, each with its rows.

    Raises:
        InputRefused: a figure is missing, or a total lies in no band of a plan that refuses this.
    """
    chosen = counted(component, facts)
    if component.scope is Scope.TRANSACTION:
        return list(_by_transaction(component, chosen, facts))
    if component.scope is Scope.GROUP:
        groups: dict[str, list[Transaction]] = {}
        for one in chosen:
            groups.setdefault(one.words.get(component.group or "", ""), []).append(one)
        return [_together(component, groups[name], facts, name) for name in sorted(groups)]
    return [_together(component, chosen, facts, "")]


def _together(component: Component, chosen: Sequence[Transaction], facts: Facts, group: str) -> Line:
    measured = of_many(component.measure, chosen, facts, component.each_counts_at_most)
    quantity = floored(component, grown(component.measure, measured, facts, component.name))
    chooser = _chooser(component)
    step = quantity
    if chooser is not None:
        step = grown(chooser, of_many(chooser, chosen, facts), facts, f"{component.name}{CHOSEN_BY}")
    builds = f"{component.name}/{group}" if group else component.name
    reach = replace(_begun(component, facts, builds), step=step, quantity=quantity)
    setting = Setting(facts)
    among = component.contest is not None or component.pool is not None
    found = [_among(component, quantity, facts)] if among else []
    found = found or _pay(component, reach, setting, dict(facts.words), component.name)
    found += _buy(component, quantity, setting)
    found += _bounds(component, found)
    rows = _rows(component, found, facts, [one.id for one in chosen], group)
    return Line(rows, tuple(chosen), quantity, (builds, step), _reached(component, reach))


def _begun(component: Component, facts: Facts, builds: str) -> Reach:
    """Where the window stands before the period, as a step of nothing.

    Where another measure chooses the band, what was paid for is kept beside the total; it is nothing where it is not
    known, so that nothing is paid again.
    """
    if component.accumulate is Accumulate.NONE:
        return Reach(ZERO, ZERO, ZERO)
    before, most = facts.before.get(builds, ZERO), facts.before.get(builds + MOST)
    paid = facts.before.get(builds + PAID, ZERO) if _chooser(component) is not None else None
    return Reach(before, ZERO, ZERO, before == 0 and most is None, paid, most)


def _reached(component: Component, reach: Reach) -> dict[str, Decimal]:
    """What of a total is kept beside it: the quantity paid for, and the most that it was."""
    found = {}
    if _chooser(component) is not None:
        found[PAID] = reach.paid_before + reach.quantity
    if component.has_flats:
        found[MOST] = reach.most_after
    return found


def _by_transaction(component: Component, chosen: Sequence[Transaction], facts: Facts) -> Iterator[Line]:
    chooser = _chooser(component)
    begun = _begun(component, facts, component.name)
    free = Free(component.free)
    for one in chosen:
        measured = floored(component, of_one(component.measure, one, facts, component.each_counts_at_most))
        quantity, wholly_free = free.taken_off(measured)
        step = of_one(chooser, one, facts) if chooser else quantity
        setting = Setting(facts, one, component.adjust)
        reach = replace(begun, step=step, quantity=quantity)
        if wholly_free:
            found = [Part(Kind.RATE, ZERO, "free", measured)]
        elif mirrors(component) and quantity < 0:
            mirrored = Reach(ZERO, -step, -quantity)
            found = [part.reversed() for part in _bounded(component, mirrored, setting)]
        else:
            found = _bounded(component, reach, setting)
        if component.accumulate is not Accumulate.NONE:
            begun = reach.onwards()
        rows = _rows(component, found, facts, [one.id], "")
        yield Line(rows, (one,), quantity, (component.name, step), _reached(component, reach))


def mirrors(component: Component) -> bool:
    """Whether a negative transaction takes back what the same one pays when positive: band, flat amounts, bounds.

    That is so where each is rated by itself. In a running total it takes back from where the total stands.
    """
    return _chooser(component) is None and (
        component.accumulate is Accumulate.NONE or component.rate is not None
    )


def _bounded(component: Component, reach: Reach, setting: Setting) -> list[Part]:
    words = dict(setting.transaction.words) if setting.transaction else {}
    found = _pay(component, reach, setting, words, component.name)
    found += _buy(component, reach.quantity, setting)
    return [*found, *_bounds(component, found)]


def _pay(pays: Pays, reach: Reach, setting: Setting, words: dict[str, str], name: str) -> list[Part]:
    if pays.rate is not None:
        return _accumulating(pays.rate, reach, setting)
    if pays.tiers is not None:
        return parts(pays.tiers, reach, setting)
    if pays.levels is not None:
        level = level_rate(pays.levels, setting.facts, name)
        found = rated(level, reach.quantity, setting)
        own = [Part(Kind.LEVEL, part.amount, f"level {level.level}", part.units, part.rate) for part in found]
        return own + _promoted(pays.levels, level, reach, setting, name)
    if pays.scorecard is not None:
        return scorecard_parts(pays.scorecard, setting.facts)
    if pays.by is not None:
        value = words.get(pays.by.word, setting.facts.words.get(pays.by.word, ""))
        chosen = pays.by.cases.get(value, pays.by.otherwise)
        if chosen is None:
            return [Part(Kind.RATE, ZERO, f"nothing for {pays.by.word} {value or '(none)'}", reach.quantity)]
        return _pay(chosen, reach, setting, words, name)
    return [Part(Kind.BASE, ZERO, "base of overrides", reach.quantity)]


def _among(component: Component, quantity: Decimal, facts: Facts) -> Part:
    """What the payee has of prizes or a pool; nothing where nobody said what others did, as for one sale alone."""
    amount = facts.figures.get(component.name + AMONG, ZERO)
    if component.pool is not None:
        by, pool = component.pool.shared_by, component.pool
        words = f"{plain(pool.percent)}% of what everybody measures, shared by {by}"
        return Part(Kind.POOL, amount, words, facts.figures.get(by, ZERO))
    place = facts.figures.get(component.name + PLACE)
    return Part(Kind.PRIZE, amount, f"place {plain(place)}" if place else "no place", quantity)


def _promoted(ladder: Levels, level: Level, reach: Reach, setting: Setting, name: str) -> list[Part]:
    """On a promotion, what the new level would have paid more for what was measured before in the window."""
    lower = setting.facts.promoted_from.get(name)
    if ladder.on_promotion != "pays_difference" or lower is None or not reach.before:
        return []
    below = next(one for one in ladder.levels if one.level == lower)
    more = variable(level, reach.before, setting) - variable(below, reach.before, setting)
    words = f"promoted from {lower}: the difference for the window so far"
    return [Part(Kind.LEVEL, more, words, reach.before, f"{level} instead of {below}")]


def _accumulating(rate: Rate, reach: Reach, setting: Setting) -> list[Part]:
    """One rate; blocks are filled by the running total, so that a block started earlier is not paid twice."""
    if rate.per_block is None or reach.first:
        return rated(rate, reach.quantity, setting)
    now = rated(rate, reach.before + reach.quantity, setting)
    earlier = -variable(rate, reach.before, setting)
    return [*now, Part(Kind.EARLIER, earlier, "less what the window had earned before")]


def rated(rate: Rate, quantity: Decimal, setting: Setting) -> list[Part]:
    """What one rate pays for a quantity, its flat amount apart."""
    found = []
    alone = rate.model_copy(update={"flat": None})
    if str(alone):
        amount = variable(rate, quantity, setting)
        text = said(alone, setting)
        found.append(Part(Kind.RATE, amount, text, quantity, text))
    if rate.flat is not None:
        found.append(Part(Kind.FLAT, rate.flat, "flat", rate=f"{rate.flat} flat"))
    return found


def _chooser(component: Component) -> Measure | None:
    """The measure that chooses the band, when it is another than the one that is paid for."""
    return component.tiers.by if component.tiers else None


def _buy(component: Component, quantity: Decimal, setting: Setting) -> list[Part]:
    if component.buy is None:
        return []
    bought = rated(component.buy, quantity, setting)
    return [
        Part(Kind.BUY_RATE, -part.amount, f"buy rate {part.words}", part.units, part.rate) for part in bought
    ]


def _bounds(component: Component, found: Sequence[Part]) -> list[Part]:
    """The floor and cap of one transaction or group; for a reversal (a negative amount) they hold on the other side."""
    if component.each is None:
        return []
    earned = sum((part.amount for part in found), ZERO)
    sign = -1 if earned < 0 else 1
    size = abs(earned)
    low, high = component.each.at_least, component.each.at_most
    bounded = size if low is None else max(size, low)
    bounded = bounded if high is None else min(bounded, high)
    if bounded == size:
        return []
    words = f"at most {plain(high or ZERO)}" if bounded < size else f"at least {plain(low or ZERO)}"
    return [Part(Kind.BOUND, (bounded - size) * sign, words)]


def _rows(
    component: Component, found: Sequence[Part], facts: Facts, ids: Sequence[str], group: str
) -> tuple[Row, ...]:
    where = f"{component.group} {group}: " if group else ""
    return tuple(
        Row(
            part.kind, part.amount, facts.payee, where + part.words, component.name,
            None if part.units is None else exact(part.units), part.rate,
            rests_on=tuple(ids),
        )
        for part in found
    )  # fmt: skip
