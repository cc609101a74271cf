"""Promotions that pay the difference for the window so far, from period to period."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from recon.model.periods import Period
from recon.payouts.calculation.facts import Facts, Transaction
from recon.payouts.periods.calculate import calculate
from tests.unit.payouts.plans import COMPONENT, plan_of

LADDER = """\
levels:
  met: all
  look_at: this_period
  demotion: never
  on_promotion: {0}
  levels:
    - {{level: bronze, percent: 50}}
    - {{level: silver, needs: {{count: 11}}, percent: 60}}
    - {{level: gold, needs: {{count: 26}}, percent: 75}}
"""
YEAR = COMPONENT.replace("accumulate: period", "accumulate: year")


def paid(folder: Path, on_promotion: str, months: list[tuple[int, int]], start: int = 1) -> list[Decimal]:
    """What each month pays, from (amount, count) of each."""
    plan = plan_of(folder, LADDER.format(on_promotion), component=YEAR)
    balances: dict[str, Decimal] = {}
    found = []
    for number, (amount, count) in enumerate(months, start=start):
        period = Period.parse(f"{2026 + (number - 1) // 12}-{(number - 1) % 12 + 1:02}")
        sold = Transaction("s", {"amount": Decimal(amount)}, day=period.first)
        facts = Facts("Ada", (sold,), str(period), period.last, figures={"count": Decimal(count)})
        outcome = calculate(plan, replace(facts, number=number), balances)
        balances = {name: value for name, value in outcome.balances.items() if value}
        found.append(outcome.earned)
    return found


def test_a_promotion_pays_the_difference_once(tmp_path: Path) -> None:
    """100 at 50%; then 200 at 60% and 10% of the first 100; then 75% and 15% of 300; then 75% alone."""
    months = [(100, 5), (200, 12), (40, 30), (10, 3)]
    assert paid(tmp_path, "pays_difference", months) == [50, 130, 75, Decimal("7.5")]
    assert paid(tmp_path, "nothing_back", months) == [50, 120, 30, Decimal("7.5")]


def test_a_new_window_owes_no_difference(tmp_path: Path) -> None:
    """December at 50%, January at 60%: the year before stays as it was paid."""
    assert paid(tmp_path, "pays_difference", [(100, 5), (200, 12)], start=12) == [50, 120]
