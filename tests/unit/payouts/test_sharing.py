"""What is shared is the whole: steps taken off, redirects and splits lose no cent and make none."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest

from recon.errors import ConfigError
from recon.model.money import Rounding
from recon.model.periods import Period
from recon.payouts.calculation.facts import Facts, Transaction
from recon.payouts.calculation.rounding import payable
from recon.payouts.period_rows import period_rows
from recon.payouts.periods.calculate import Outcome, calculate
from recon.payouts.periods.corrections import Refund, reversals
from recon.payouts.periods.period import Known, compute
from recon.payouts.plan.plan import Plan
from recon.payouts.sets.support import reasons
from tests.unit.payouts.books import books
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


LEVELS = "levels: [{{level: a, percent: {0}}}, {{level: b, percent: {1}}}, {{level: c, percent: {2}}}]"
POOLS = {
    "differential": f"basis: differential, rest_to: House, {LEVELS.format(55, 62, 65)}",
    "pooled": f"basis: pooled, {LEVELS.format(90, 7, 3)}",
}


def pool(way: str) -> str:
    return f"overrides: {{of: base, vacant: retain, {POOLS[way]}}}\n"


@pytest.mark.parametrize(("way", "at", "mode"), list(product(POOLS, ("payee", "line"), Rounding)))
def test_levels_share_all_of_a_pool_and_no_more(tmp_path: Path, way: str, at: str, mode: str) -> None:
    """Of 10.07, 5.54, 0.70 and 0.30 leave 3.53; the rest by itself would be 3.52, and a cent nobody's."""
    plan = plan_of(tmp_path, "rate: {percent: 0}\n", pool(way), tail=rounding(at, mode))
    people = {"a": "Ann", "b": "Ben", "c": "Cem"}
    for amount in ("10.07", "0.03", "0.05", "33.33", "-10.07"):
        shares = calculate(plan, replace(sold(amount), people=people)).payees
        assert sum(shares.values()) == Decimal(amount)
        assert all(not share % CENT for share in shares.values())


@pytest.mark.parametrize("way", POOLS)
def test_sets_share_pools_alike(tmp_path: Path, way: str) -> None:
    plan = plan_of(tmp_path, "rate: {percent: 0}\n", pool(way), tail=rounding("payee", "half_even"))
    month = Period.parse("2026-01")
    known = Known({"Ada": Facts("Ada", people={"a": "Ann", "b": "Ben", "c": "Cem"})})
    sale = {"amount": Decimal("10.07"), "attributes": [("agent", "Ada")]}
    assert not reasons(plan, known)
    with books([sale]) as (engine, held):
        as_sets = dict(period_rows(engine, plan, held, month, known).earned())
        alone = dict(compute(engine, plan, held, month, known).payees)
    assert as_sets == alone


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
