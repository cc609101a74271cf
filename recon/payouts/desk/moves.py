"""Who would move on the ladders of a plan at the end of a period, and why: told before anything changes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from recon.model.periods import Period
from recon.payouts.desk.balances import EARNING
from recon.payouts.desk.shelf import Shelf
from recon.payouts.ladders import Move, dry_run
from recon.payouts.limits import Balances
from recon.payouts.period import Known
from recon.payouts.plan.plan import Plan
from recon.payouts.standings import standing_of


@dataclass(frozen=True, slots=True)
class Moved:
    """What the review of one payee under one component would decide."""

    plan: Plan
    component: str
    payee: str
    move: Move


def moves(shelf: Shelf, plan: Plan, period: Period, known: Known) -> Iterator[Moved]:
    """The review of everybody with a figure that the plan's ladders look at, by component and payee."""
    before = _before(shelf, plan, period)
    for component in plan.components:
        ladder = component.levels
        if ladder is None:
            continue
        looked_at = {name for level in ladder.levels for name in level.needs}
        for who in sorted(known.facts):
            facts = known.of(who, period)
            if looked_at & facts.figures.keys():
                standing = standing_of(ladder, component.name, facts, before.get(who, {}))
                yield Moved(plan, component.name, who, dry_run(ladder, standing, facts.figures))


def _before(shelf: Shelf, plan: Plan, period: Period) -> Mapping[str, Balances]:
    """The standings that the plan's last payout left."""
    line = shelf.line(plan.plan, period)
    return line[-1].balances.get((str(line[-1].period), EARNING), {}) if line else {}
