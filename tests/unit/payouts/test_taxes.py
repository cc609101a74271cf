"""Taxes over the payments of a year: what crossing a threshold taxes, at which rate, and what stays as it was."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from recon.payouts.calculation.facts import Facts
from recon.payouts.calculation.paying import pay
from recon.payouts.plan.plan import Plan
from tests.unit.payouts.plans import TAIL, plan_of

RATE = "rate: {percent: 100}\n"
CENTS = TAIL.replace("{at: never}", "{at: payee}")
OVER = "threshold: {over: 1000, per: year, catch_up: true}"


def plan(folder: Path, *taxes: str) -> Plan:
    listed = "".join(f"- {{name: wht, direction: withheld, {one}, {OVER}}}\n" for one in taxes)
    return plan_of(folder, RATE, f"taxes:\n{listed}", tail=CENTS)


def withheld(what: Plan, months: Sequence[tuple[str, bool]]) -> Iterator[str]:
    """What is withheld in each month of an amount, of somebody with or without a tax number."""
    left: dict[str, Decimal] = {}
    for number, (amount, numbered) in enumerate(months, start=1):
        words = {"tax_id": "T-1"} if numbered else {}
        about = Facts("Ada", words=words, period=f"2026-{number:02}", day=date(2026, number, 28))
        payout = pay(what, about, Decimal(amount), left)
        left = dict(payout.balances)
        yield format(Decimal(amount) - payout.paid, "f")


def test_a_later_rate_leaves_what_was_taxed_as_it_was(tmp_path: Path) -> None:
    """5% of 1,200 in February, when 1,000 is crossed, and from March on 10% of what March and April pay."""
    what = plan(tmp_path, "percent: 5, until: 2026-02-28", "percent: 10, effective: 2026-03-01")
    assert list(withheld(what, [("600", True)] * 4)) == ["0", "60.00", "60.00", "60.00"]


def test_whoever_gives_a_tax_number_is_paid_back_nothing(tmp_path: Path) -> None:
    """Twice 5% of 1,200 went to the authority; from then on it is 5% of what is paid."""
    what = plan(tmp_path, "percent: 5, without_tax_id_times: 2")
    assert list(withheld(what, [("600", False), ("600", False), ("600", True)])) == ["0", "120.00", "30.00"]


@pytest.mark.parametrize(
    ("paid", "taken"),
    [(["1000", "0.01"], ["0", "100.00"]), (["1000.01", "600"], ["100.00", "60.00"]), (["600"], ["0"])],
)
def test_crossing_the_threshold_taxes_what_was_paid_before(
    tmp_path: Path, paid: Sequence[str], taken: Sequence[str]
) -> None:
    """Exactly 1,000 is not over it; a cent more is, and taxes all of it once."""
    what = plan(tmp_path, "percent: 10")
    assert list(withheld(what, [(one, True) for one in paid])) == taken


def test_what_a_rate_of_nothing_left_untaxed_stays_so(tmp_path: Path) -> None:
    what = plan(tmp_path, "percent: 0, until: 2026-02-28", "percent: 10, effective: 2026-03-01")
    assert list(withheld(what, [("2000", True), ("500", True), ("500", True)])) == ["0", "0", "50.00"]
