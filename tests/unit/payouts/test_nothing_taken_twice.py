"""Plans that would take more than there is, or the same twice, are refused."""

from pathlib import Path

import pytest

from recon.errors import ConfigError
from recon.payouts.plan.plan import Plan
from tests.unit.payouts.plans import plan_of

WHT = "{{name: WHT, percent: {0}, direction: withheld{1}}}"


def taxed(folder: Path, *taxes: str) -> Plan:
    return plan_of(folder, "rate: {percent: 10}\n", f"taxes: [{', '.join(taxes)}]\n")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("", ", effective: 2026-07-01"),
        (", until: 2026-07-01", ", effective: 2026-07-01"),
        (", only: {class: corporate}", ", only: {class: corporate}"),
    ],
)
def test_two_rates_of_a_tax_on_the_same_days_are_refused(tmp_path: Path, first: str, second: str) -> None:
    with pytest.raises(ConfigError, match="two rates of WHT are in force on the same days"):
        taxed(tmp_path, WHT.format(5, first), WHT.format(10, second))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (", until: 2026-06-30", ", effective: 2026-07-01"),
        (", only: {class: corporate}", ", only: {class: individual}"),
    ],
)
def test_rates_that_follow_each_other_or_are_of_others_stand(tmp_path: Path, first: str, second: str) -> None:
    assert len(taxed(tmp_path, WHT.format(5, first), WHT.format(10, second)).taxes) == 2


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (", without_tax_id_times: 30", "30 times 5% is 150%: more than there is to pay"),
        (", effective: 2026-07-01, until: 2026-06-30", "before it begins on 2026-07-01"),
    ],
)
def test_a_tax_of_more_than_all_or_of_no_day_is_refused(tmp_path: Path, more: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        taxed(tmp_path, WHT.format(5, more))
