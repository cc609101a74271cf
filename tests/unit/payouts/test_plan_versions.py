"""A later version of a plan goes on with what the one before left: what is owed, counted, and the level held."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from recon.payouts.calculation.facts import Facts, Transaction
from recon.payouts.periods.calculate import calculate
from tests.unit.payouts.plans import plan_of

RATE = "rate: {percent: 10}\n"
DRAW = "{draw: 100, recover_percent: 100, recover_from_period: 1, never_pay_below_draw: true, per: period}"
YEARLY = "{cap: 1000, excess: later, per: year}"
MONTHLY = "{cap: 5000, excess: lost, per: month}"
LADDER = """\
levels:
  met: all
  look_at: this_period
  demotion: never
  on_promotion: nothing_back
  levels:
"""
BASIC = "    - {level: basic, percent: 1}\n"
SILVER = "    - {level: silver, needs: {points: 10}, percent: 2}\n"
GOLD = "    - {level: gold, needs: {points: 20}, percent: 3}\n"
STARTER = "    - {level: starter, percent: 0.5}\n    - {level: basic, needs: {points: 1}, percent: 1}\n"


def both(
    folder: Path, first: tuple[str, str], second: tuple[str, str], *months: tuple[str, str]
) -> list[Decimal]:
    """What January pays by the first version and February by the second, from the sales and points of each."""
    found: list[Decimal] = []
    balances: dict[str, Decimal] = {}
    for number, ((pays, sections), (sold, points)) in enumerate(
        zip((first, second), months, strict=True), start=1
    ):
        day = date(2026, number, 28)
        sales = (Transaction("s", {"amount": Decimal(sold)}, day=day),)
        figures = {"points": Decimal(points)}
        facts = Facts("Ada", sales, f"2026-0{number}", day, number, figures=figures)
        outcome = calculate(plan_of(folder, pays, sections), facts, balances)
        balances = {name: amount for name, amount in outcome.balances.items() if amount}
        found.append(outcome.earned)
    return found


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (DRAW, f"{MONTHLY}, {DRAW}", [100, 340]),
        (f"{MONTHLY}, {DRAW}", DRAW, [100, 340]),
        (YEARLY, f"{MONTHLY}, {YEARLY}", [40, 400]),
        (YEARLY, f"{{floor: 10, recoverable: false, per: period}}, {YEARLY}", [40, 400]),
    ],
)
def test_another_limit_does_not_lose_what_is_owed_or_counted(
    tmp_path: Path, before: str, after: str, expected: list[int]
) -> None:
    """January earns 40 and is advanced 60 under a draw; February earns 400, of which 60 pay that back."""
    first, second = ((RATE, f"limits: [{one}]\n") for one in (before, after))
    assert both(tmp_path, first, second, ("400", "0"), ("4000", "0")) == expected


def test_what_a_cap_of_the_year_counted_goes_on(tmp_path: Path) -> None:
    first, second = ((RATE, f"limits: [{one}]\n") for one in (YEARLY, f"{MONTHLY}, {YEARLY}"))
    assert both(tmp_path, first, second, ("9000", "0"), ("4000", "0")) == [900, 100]


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        (STARTER + SILVER + GOLD, [3, 3]),
        (BASIC + GOLD, [3, 3]),
        (BASIC + SILVER, [3, 1]),
    ],
)
def test_a_level_is_known_by_its_name(tmp_path: Path, levels: str, expected: list[int]) -> None:
    """Gold is kept where levels come and go below it; where there is no gold any more, the figures decide."""
    first, second = ((LADDER + one, "") for one in (BASIC + SILVER + GOLD, levels))
    assert both(tmp_path, first, second, ("100", "25"), ("100", "5")) == expected
