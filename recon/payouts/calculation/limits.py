"""Caps, floors, draws and budgets: each a row of its own, so that what was earned stays visible.

Recovery and excess follow the flags of incentive systems: a draw is an advance recovered from later earnings; a
cap may carry what it cut off to later periods.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

from recon.model.money import Rounding
from recon.payouts.calculation.facts import Facts
from recon.payouts.calculation.rounding import allocated, payable, to_multiple
from recon.payouts.calculation.windows import window
from recon.payouts.plan.components import Component
from recon.payouts.plan.limits import Limit, limit_names
from recon.payouts.plan.plan import Plan
from recon.payouts.rows import Kind, Row, exact, plain

ZERO = Decimal(0)
EXCESS = "excess."
"""Before the name of what a cap has cut off and leaves for later."""
NOTHING: Mapping[str, Decimal] = MappingProxyType({})
Balances = Mapping[str, Decimal]
"""What a payee carries from period to period under a plan, by name; the names are stable across runs."""


@dataclass
class Applied:
    """The amount while limits are applied to it, the rows they add, and the balances they leave."""

    plan: Plan
    amount: Decimal
    facts: Facts
    balances: dict[str, Decimal]
    component: str = ""
    earns: Mapping[str, Decimal] = field(default_factory=dict)
    """What each component so far pays."""
    rows: list[Row] = field(default_factory=list)

    def add(self, kind: Kind, amount: Decimal, words: str) -> None:
        """Add a row, if it changes anything."""
        if amount:
            self.rows.append(Row(kind, amount, self.facts.payee, words, self.component))
            self.amount += amount

    def payable(self, amount: Decimal) -> Decimal:
        """A part of the amount as it can be paid."""
        return payable(exact(amount), self.plan.rounding, self.plan.currency)

    def bound(self, limit: Limit, written: Decimal) -> Decimal:
        """The amount of a limit: as it is written, or that percentage of a figure or of what a component pays.

        Of nothing, and of less than nothing, it is nothing.

        Raises:
            InputRefused: the figure is not known of the payee.
        """
        if limit.percent_of is not None:
            whole = self.facts.figure(limit.percent_of)
        elif limit.percent_of_component is not None:
            whole = self.earns.get(limit.percent_of_component, ZERO)
        else:
            return written
        return self.payable(max(whole, ZERO) * written / 100)

    def balance(self, name: str) -> Decimal:
        """A balance, zero when there is none."""
        return self.balances.get(name, ZERO)


def apply(
    plan: Plan,
    limits: Sequence[Limit],
    amount: Decimal,
    facts: Facts,
    balances: Balances,
    component: str = "",
    earns: Mapping[str, Decimal] = NOTHING,
) -> Applied:
    """Every limit in the order of the plan, or of one of its components; `earns` is what each component so far pays.

    Raises:
        InputRefused: a figure of which a limit is a percentage is not known.
    """
    applied = Applied(plan, amount, facts, dict(balances), component, earns)
    for limit, own in zip(limits, limit_names(limits, component), strict=True):
        name = f"{window(limit.per, facts.day, facts.period, plan.year_begins)}.{own}"
        if limit.cap is not None:
            _cap(limit, limit.cap, f"cap.{name}", f"{EXCESS}{own}", applied)
        elif limit.floor is not None:
            _floor(limit, limit.floor, f"floor.{own}", applied)
        elif limit.draw is not None:
            _draw(limit, limit.draw, f"draw.{own}", applied)
        elif limit.budget is not None:
            _budget(limit, limit.budget, f"budget.{name}", applied)
    return applied


def _cap(limit: Limit, written: Decimal, counted: str, excess: str, applied: Applied) -> None:
    cap = applied.bound(limit, written)
    applied.add(Kind.EXCESS, applied.balance(excess), "carried from what a cap cut off earlier")
    room = max(cap - applied.balance(counted), ZERO)
    over = max(applied.amount - room, ZERO)
    later = ", the excess is paid later" if limit.excess == "later" else ""
    applied.add(Kind.CAP, -over, f"cap of {_words(limit, written, cap)}{later}")
    applied.balances[excess] = over if limit.excess == "later" else ZERO
    applied.balances[counted] = applied.balance(counted) + applied.amount


def excess_names(plan: Plan, component: Component | None = None) -> set[str]:
    """The names of what the caps of a plan, or of one of its components, leave for later."""
    parts = [(one.limits, one.name) for one in ([component] if component is not None else plan.components)]
    parts += [(plan.limits, "")] if component is None else []
    named = (pair for limits, own in parts for pair in zip(limits, limit_names(limits, own), strict=True))
    return {f"{EXCESS}{name}" for limit, name in named if limit.cap is not None}


def excess_rows(
    left: dict[str, Decimal], payee: str, but: Container[str] = (), component: str = ""
) -> list[Row]:
    """What caps left for later that hold it no more, as they are gone or the plan is: all `but` some names."""
    names = sorted(
        name for name, amount in left.items() if name.startswith(EXCESS) and amount and name not in but
    )
    words = "carried from what a cap cut off earlier, and no cap holds it any more"
    return [Row(Kind.EXCESS, left.pop(name), payee, words, component) for name in names]


def _words(limit: Limit, written: Decimal, bound: Decimal) -> str:
    """The amount of a limit, and what it is of."""
    of = limit.words(written)
    return of if of == plain(bound) else f"{plain(bound)}, {of}"


def _floor(limit: Limit, written: Decimal, owed: str, applied: Applied) -> None:
    floor = applied.bound(limit, written)
    short = floor - applied.amount
    if short > 0:
        applied.add(Kind.FLOOR, short, f"floor of {_words(limit, written, floor)}")
        if limit.recoverable:
            applied.balances[owed] = applied.balance(owed) + short
    elif limit.recoverable:
        back = min(applied.balance(owed), -short)
        applied.add(Kind.RECOVERY, -back, "recovery of what the floor topped up")
        applied.balances[owed] = applied.balance(owed) - back


def _draw(limit: Limit, written: Decimal, owed: str, applied: Applied) -> None:
    """A draw is advanced until its last period; what of it is owed is recovered whenever nothing is advanced."""
    draw = applied.bound(limit, written)
    short = draw - applied.amount
    number, last = applied.facts.number, limit.draw_until_period
    advanced = last is None or number <= last
    if advanced and short > 0:
        applied.add(Kind.DRAW, short, f"draw up to {_words(limit, written, draw)}")
        applied.balances[owed] = applied.balance(owed) + short
    elif number >= (limit.recover_from_period or 1):
        percent = limit.recover_percent or ZERO
        most = applied.payable(applied.amount * percent / 100)
        if advanced and limit.never_pay_below_draw:
            most = min(most, -short)
        back = min(applied.balance(owed), max(most, ZERO))
        words = f"recovery of the draw at {plain(percent)}%"
        if limit.recover_at_most is not None and back > limit.recover_at_most:
            back = limit.recover_at_most
            words += f", at most {plain(back)} in a period"
        applied.add(Kind.RECOVERY, -back, words)
        applied.balances[owed] = applied.balance(owed) - back


def _budget(limit: Limit, budget: Decimal, used: str, applied: Applied) -> None:
    if applied.amount < 0:
        if limit.clawback_returns_budget:
            applied.balances[used] = max(applied.balance(used) + applied.amount, ZERO)
        return
    paid = max(min(applied.amount, budget - applied.balance(used)), ZERO)
    applied.add(Kind.BUDGET, paid - applied.amount, f"budget of {plain(budget)} used up")
    applied.balances[used] = applied.balance(used) + paid


def shared_budget(
    limit: Limit, earned: Sequence[Decimal], already: Decimal, unit: Decimal, payees: Sequence[str]
) -> list[Row]:
    """The rows that hold all payees together within a budget, in the order they come.

    First come takes payees in the order given; pro rata shares what is left of the budget in proportion to what
    was earned, in units such as 0.01, remainders to the largest. Clawbacks (negative earnings) are never cut.
    """
    left = max((limit.budget or ZERO) - already, ZERO)
    claims = [max(amount, ZERO) for amount in earned]
    if limit.clawback_returns_budget:
        left += -sum((amount for amount in earned if amount < 0), ZERO)
    if sum(claims, ZERO) <= left:
        return []
    if limit.exhausts == "pro_rata":
        paid = allocated(to_multiple(left, unit, Rounding.DOWN), claims, unit)
    else:
        paid = []
        for claim in claims:
            paid.append(min(claim, left))
            left -= paid[-1]
    words = f"budget of {plain(limit.budget or ZERO)} used up ({(limit.exhausts or '').replace('_', ' ')})"
    return [
        Row(Kind.BUDGET, got - claim, payee, words)
        for payee, claim, got in zip(payees, claims, paid, strict=True)
        if got != claim
    ]
