"""Reserves are kept against what is taken back: what a payee owes is paid from them before the payee is."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from recon.payouts.calculation.facts import Facts
from recon.payouts.calculation.paying import Payout, pay
from recon.payouts.journal import accrual
from recon.payouts.plan.plan import Plan
from tests.unit.payouts.plans import TAIL, plan_of

RESERVE = "open_break: hold, reserve: {percent: 10, release_after_days: 30}}"


def plan(folder: Path, negative: str = "carry") -> Plan:
    tail = TAIL.replace("open_break: hold}", RESERVE).replace("negative: carry", f"negative: {negative}")
    return plan_of(folder, "rate: {percent: 100}", tail=tail)


def months(what: Plan, *amounts: str) -> list[Payout]:
    """One payout a month, each with what the one before left."""
    found: list[Payout] = []
    for number, amount in enumerate(amounts, start=1):
        about = Facts("Ada", period=f"2026-{number:02}", day=date(2026, number, 28))
        found.append(pay(what, about, Decimal(amount), found[-1].balances if found else {}))
    return found


@pytest.mark.parametrize(
    ("second", "paid", "carried"),
    [("-300", "0", "-200"), ("-100", "0", "0"), ("-40", "60", "0"), ("0", "100", "0")],
)
def test_what_is_owed_is_paid_from_the_reserve(tmp_path: Path, second: str, paid: str, carried: str) -> None:
    """Of January's 1,000 a tenth is kept until 27 February, when something may be owed."""
    january, february = months(plan(tmp_path), "1000", second)
    assert january.paid == 900
    assert (february.paid, february.carried) == (Decimal(paid), Decimal(carried))
    assert sum((row.amount for row in february.rows), Decimal(0)) == february.net
    debits = sum(one.amount for one in accrual(february.rows) if one.side == "debit")
    assert debits == sum(one.amount for one in accrual(february.rows) if one.side == "credit")


def test_what_is_left_owed_is_taken_off_the_next_payment(tmp_path: Path) -> None:
    """1,000 and 500 less 300: in all 1,200, of which 30 are kept of the last 300."""
    paid = [one.paid for one in months(plan(tmp_path), "1000", "-300", "500")]
    assert paid == [900, 0, 270]


def test_a_plan_that_forgets_what_is_owed_pays_its_reserves(tmp_path: Path) -> None:
    assert [one.paid for one in months(plan(tmp_path, "nothing"), "1000", "-300")] == [900, 100]
