"""What is shared is the whole: steps taken off, redirects and splits lose no cent and make none."""

from datetime import date
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest

from recon.errors import ConfigError
from recon.model.money import Rounding
from recon.payouts.calculate import Outcome, calculate
from recon.payouts.corrections import Refund, reversals
from recon.payouts.facts import Facts, Transaction
from recon.payouts.plan.plan import Plan
from recon.payouts.rounding import payable
from tests.unit.payouts.plans import TAIL, plan_of

RATE = "rate: {percent: 10}\n"
STEPS = (
    "deductions: {{each_from: {0}, owner: Ada, steps: [{{to: Bo, percent: 50}}, {{to: Cy, percent: 25}}]}}\n"
)
WAYS = {
    "of the total": STEPS.format("total"),
    "of the remainder": STEPS.format("remainder"),
    "to others": "redirects: [{from: Ada, to: Bo, percent: 50}, {from: Ada, to: Cy, percent: 25}]\n",
    "in shares": "split: {parties: {Ada: 25, Bo: 50, Cy: 25}}\n",
}
CENT = Decimal("0.01")


def rounding(at: str, mode: str, reversal: str = "recompute") -> str:
    return TAIL.replace("{at: never}", f"{{at: {at}, mode: {mode}}}").replace("recompute", reversal)


def sold(amount: str) -> Facts:
    sale = Transaction("t1", {"amount": Decimal(amount)}, day=date(2026, 1, 5))
    return Facts("Ada", (sale,), "2026-01", date(2026, 1, 31))


def paid(plan: Plan, amount: str) -> Outcome:
    return calculate(plan, sold(amount))


@pytest.mark.parametrize(("way", "at", "mode"), list(product(WAYS, ("payee", "line"), Rounding)))
def test_shares_in_whole_cents_add_up_to_what_is_paid(tmp_path: Path, way: str, at: str, mode: str) -> None:
    plan = plan_of(tmp_path, RATE, WAYS[way], tail=rounding(at, mode))
    for amount in ("0.50", "0.54", "1.00", "3.33", "-0.50", "-1.07", "0.05"):
        shares = paid(plan, amount).payees
        whole = payable(Decimal(amount) / 10, plan.rounding, plan.currency)
        assert sum(shares.values()) == whole
        assert all(not share % CENT for share in shares.values())


def test_five_cents_are_shared_without_losing_one(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, RATE, WAYS["of the total"], tail=rounding("payee", "half_even"))
    assert paid(plan, "0.50").payees == {"Ada": Decimal("0.02"), "Bo": Decimal("0.02"), "Cy": Decimal("0.01")}


@pytest.mark.parametrize("way", ["of the total", "to others"])
def test_a_refund_takes_back_of_each_what_it_had(tmp_path: Path, way: str) -> None:
    plan = plan_of(tmp_path, RATE, WAYS[way], tail=rounding("payee", "half_up", "original_rate"))
    had = paid(plan, "0.50").payees
    rows = reversals(plan, sold("0.50"), Refund("t1", Decimal("0.50")))
    assert {row.payee: -payable(row.amount, plan.rounding, plan.currency) for row in rows} == had


def test_redirects_of_more_than_there_is_are_refused(tmp_path: Path) -> None:
    redirects = "redirects: [{from: Ada, to: Bo, percent: 60}, {from: Ada, to: Cy, percent: 60}]\n"
    with pytest.raises(ConfigError, match="120% of what Ada earns goes to others"):
        plan_of(tmp_path, RATE, redirects)


@pytest.mark.parametrize(
    "pays",
    [
        "rate: {percent: 10}\neach_counts_at_most: -100\n",
        "each: {at_most: -5}\n",
        "adjust: [{when: {kind: new}, multiply: -2}]\n",
    ],
)
def test_bounds_below_nothing_are_refused(tmp_path: Path, pays: str) -> None:
    with pytest.raises(ConfigError, match="expected 0 or more"):
        plan_of(tmp_path, pays)


def test_what_is_recovered_of_a_draw_is_paid_in_cents(tmp_path: Path) -> None:
    draw = (
        "{draw: 100, recover_percent: 33.33, recover_from_period: 1, never_pay_below_draw: false, per: period}"
    )
    plan = plan_of(tmp_path, RATE, f"limits: [{draw}]\n", tail=rounding("line", "half_even"))
    outcome = calculate(plan, sold("1111.11"), {"draw.0": Decimal(50)})
    assert (outcome.earned, outcome.balances["draw.0"]) == (Decimal("74.08"), Decimal("12.97"))
