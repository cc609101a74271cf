"""Bands in percent of a quota: of no quota nothing is a percentage, and nobody is paid the highest rate for it."""

from decimal import Decimal
from pathlib import Path

import pytest

from recon.errors import InputRefused
from recon.payouts.calculation.facts import Facts, Transaction
from recon.payouts.periods.calculate import calculate
from recon.payouts.plan.plan import Plan
from tests.unit.payouts.plans import plan_of

TIERS = """\
tiers:
  method: {0}
  boundary: lower_inclusive
  outside: refuse
  flat_at_zero: false
  thresholds_percent_of: quota
  bands: [{{to: 50, percent: 5}}, {{to: 100, percent: 10, flat: 7}}, {{percent: 20, flat: 9}}]
"""


def plan(folder: Path, method: str, sections: str = "") -> Plan:
    return plan_of(folder, TIERS.format(method), sections)


def about(amount: str, quota: str) -> Facts:
    sales = (Transaction("t1", {"amount": Decimal(amount)}),) if Decimal(amount) else ()
    return Facts("Ada", sales, figures={"quota": Decimal(quota)})


@pytest.mark.parametrize("method", ["marginal", "whole", "landing"])
@pytest.mark.parametrize("quota", ["0", "-5"])
def test_a_total_without_a_quota_is_refused(tmp_path: Path, method: str, quota: str) -> None:
    with pytest.raises(InputRefused, match=f"quota of Ada is {quota}: bands in percent of it have no ends"):
        calculate(plan(tmp_path, method), about("60", quota))


@pytest.mark.parametrize("method", ["marginal", "whole", "landing"])
def test_who_has_no_quota_and_no_sales_earns_nothing(tmp_path: Path, method: str) -> None:
    assert calculate(plan(tmp_path, method), about("0", "0")).earned == 0


def test_only_who_has_a_quota_may_take_part(tmp_path: Path) -> None:
    """Half of 100 at 5%; the tenth above is in the second band, with its flat amount."""
    what = plan(tmp_path, "marginal", "eligible: {quota: {over: 0}}\n")
    assert calculate(what, about("60", "0")).earned == 0
    assert calculate(what, about("60", "100")).earned == Decimal("2.5") + 1 + 7
