"""Simulated periods: balances go on from each to the next, under the plan in force and under the changed one."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from recon.errors import UsageError
from recon.model.periods import Period
from recon.payouts.plan.plan import Plan
from recon.payouts.review.simulation import Month, Opening, Simulated, periods_since, simulate
from tests.unit.payouts.books import books
from tests.unit.payouts.plans import TAIL, plan_of

MONTHS = [Period.parse(f"2026-0{number}") for number in (1, 2, 3)]
SALES = [
    {"amount": Decimal(amount), "attributes": [("agent", "Ada")], "business_date": month.first}
    for month, amount in zip(MONTHS, (300, 1000, 500), strict=True)
]


def plan(folder: Path, sections: str = "", payment: str = "", percent: int = 10) -> Plan:
    tail = TAIL.replace("open_break: hold", f"open_break: hold{payment}")
    return plan_of(folder, f"rate: {{percent: {percent}}}", sections, tail=tail)


def simulated(before: Plan | None, after: Plan, opening: Opening | None = None) -> Simulated:
    with books(SALES) as (engine, held):
        return simulate(engine, after, held, [Month(one, before) for one in MONTHS], opening)


def amounts(found: Simulated, *which: str) -> object:
    """Of each period the amounts by name: earned and paid before and after without any."""
    names = which or ("before", "after", "paid_before", "paid_after")
    return [tuple(getattr(one, name) for name in names) for one in found.changes]


def left(found: Simulated) -> object:
    return found.left


def test_a_draw_is_recovered_in_later_periods(tmp_path: Path) -> None:
    """Sales earn 30, 100, 50. A draw up to 60 owes 30 after January, which half of February's pays back."""
    draw = "{draw: 60, recover_percent: 50, recover_from_period: 1, never_pay_below_draw: false, per: period}"
    found = simulated(plan(tmp_path), plan(tmp_path, f"limits: [{draw}]\n"))
    assert amounts(found) == [(30, 60, 30, 60), (100, 70, 100, 70), (50, 60, 50, 60)]
    assert left(found) == ({}, {"draws to recover": 10})
    assert found.gains == {"Ada": 10}


def test_excess_of_a_cap_is_paid_later(tmp_path: Path) -> None:
    found = simulated(plan(tmp_path), plan(tmp_path, "limits: [{cap: 70, excess: later, per: period}]\n"))
    assert amounts(found, "after") == [(30,), (70,), (70,)]
    assert left(found) == ({}, {"excess of caps": 10})


def test_what_is_below_the_minimum_is_carried_until_it_is_reached(tmp_path: Path) -> None:
    carried = plan(tmp_path, payment=", minimum: {amount: 120, below: carry}")
    found = simulated(carried, plan(tmp_path, payment=", minimum: {amount: 300, below: carry}"))
    assert amounts(found) == [(30, 30, 0, 0), (100, 100, 130, 0), (50, 50, 0, 0)]
    assert left(found) == ({"carried": 50}, {"carried": 180})


def test_reserves_are_released_and_waiting_ends(tmp_path: Path) -> None:
    """A tenth is kept for 45 days: January's, due on 17 March, is released with March."""
    reserve = plan(tmp_path, payment=", reserve: {percent: 10, release_after_days: 45}")
    found = simulated(reserve, plan(tmp_path, payment=", hold: {after_days: 20}"))
    assert amounts(found, "paid_before", "paid_after") == [(27, 0), (90, 30), (48, 100)]
    assert left(found) == ({"in reserve": 15}, {"waiting": 50})


def test_it_begins_with_what_the_stored_payouts_left(tmp_path: Path) -> None:
    cap = plan(tmp_path, "limits: [{cap: 100, excess: lost, per: quarter}]\n")
    opening = Opening([Period.parse("2025-12")], {}, {"Ada": {"carried": Decimal(-10)}})
    found = simulated(cap, cap, opening)
    assert amounts(found) == [(30, 30, 20, 20), (70, 70, 70, 70), (0, 0, 0, 0)]


def test_a_refund_of_an_earlier_sale_is_taken_back_at_its_rate(tmp_path: Path) -> None:
    """January's sale at 10% is refunded in March, when the changed plan pays 20%: 30 and 60 go back."""
    refund = {
        "amount": Decimal(-300), "attributes": [("agent", "Ada")], "business_date": date(2026, 3, 9),
        "type": "refund", "ref_original": "e000",
    }  # fmt: skip
    with books([*SALES, refund]) as (engine, held):
        months = [Month(one, plan(tmp_path)) for one in MONTHS]
        found = simulate(engine, plan(tmp_path, percent=20), held, months)
    assert amounts(found, "before", "after") == [(30, 60), (100, 200), (20, 40)]


def test_periods_since(tmp_path: Path) -> None:
    assert periods_since(MONTHS[0], MONTHS[2]) == MONTHS
    quarter = Period.parse("2026-04-01..2026-06-30")
    assert [str(one) for one in periods_since(Period.parse("2026-01"), quarter)] == [
        "2026-01-01..2026-03-31",
        "2026-04-01..2026-06-30",
    ]
    with pytest.raises(UsageError, match="2026-03 comes after 2026-01"):
        periods_since(MONTHS[2], MONTHS[0])
    assert simulated(None, plan(tmp_path)).changes[0].before == 0
