"""Calculation over periods: windows, levels on record, what a row rests on, what is refused."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from recon.errors import InputRefused
from recon.payouts.calculation.facts import Facts, Transaction
from recon.payouts.calculation.paying import pay
from recon.payouts.journal import accrual, amortisation
from recon.payouts.periods.calculate import calculate
from tests.unit.payouts.plans import COMPONENT, TAIL, plan_of

TIERS = """\
tiers:
  method: METHOD
  boundary: upper_inclusive
  outside: refuse
  bands: [{to: 100, percent: 10}, {percent: 20}]
"""


def facts(*amounts: str, day: str = "2026-01-31") -> Facts:
    found = tuple(Transaction(f"t{n}", {"amount": Decimal(amount)}) for n, amount in enumerate(amounts))
    return Facts("Ada", found, day[:7], date.fromisoformat(day))


@pytest.mark.parametrize(("method", "earned"), [("marginal", ["8", "14", "8"]), ("whole", ["8", "24", "8"])])
def test_a_quarter_builds_up_over_its_months_and_starts_again(
    tmp_path: Path, method: str, earned: list[str]
) -> None:
    quarterly = COMPONENT.replace("accumulate: period", "accumulate: quarter")
    plan = plan_of(tmp_path, TIERS.replace("METHOD", method), component=quarterly)
    balances: dict[str, Decimal] = {}
    got = []
    for day in ("2026-02-28", "2026-03-31", "2026-04-30"):
        outcome = calculate(plan, facts("80", day=day), balances)
        balances = dict(outcome.balances)
        got.append(outcome.earned)
    assert got == [Decimal(one) for one in earned]


def test_the_step_of_closed_bands_in_percent_of_a_quota_is_a_percentage_too(tmp_path: Path) -> None:
    """Half of a quota of 50 ends at 25, where the next band begins: of 40, 25 pay 5% and 15 pay 10%."""
    pays = """\
        tiers:
          method: marginal
          boundary: closed
          step: 1
          thresholds_percent_of: quota
          outside: refuse
          bands: [{from: 0, to: 50, percent: 5}, {from: 51, percent: 10}]
        """
    outcome = calculate(plan_of(tmp_path, pays), replace(facts("40"), figures={"quota": Decimal(50)}))
    assert [(row.units, row.amount) for row in outcome.rows] == [
        (Decimal(25), Decimal("1.25")),
        (Decimal(15), Decimal("1.5")),
    ]


def test_each_row_names_the_version_and_the_transactions_it_rests_on(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, TIERS.replace("METHOD", "marginal"))
    outcome = calculate(plan, facts("80", "40"))
    assert [(row.words, row.units, row.rate, row.amount) for row in outcome.rows] == [
        ("band 0 to 100", Decimal(100), "10%", Decimal(10)),
        ("band above 100", Decimal(20), "20%", Decimal(4)),
    ]
    assert {row.version for row in outcome.rows} == {"test@2026-01-01"}
    assert {row.rests_on for row in outcome.rows} == {("t0", "t1")}


def test_a_missing_figure_is_asked_for_and_not_taken_for_zero(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, "rate: {percent: 1}")
    lacking = Facts("Ada", (Transaction("t1", {"amout": Decimal(1)}),))
    with pytest.raises(InputRefused, match="transaction t1 has no figure amount"):
        calculate(plan, lacking)


def test_a_total_in_no_band_is_refused(tmp_path: Path) -> None:
    pays = (
        "tiers: {method: marginal, boundary: upper_inclusive, outside: refuse, bands: [{to: 100, percent: 10}]}"
    )
    with pytest.raises(InputRefused, match="20 of 120 lies in no band"):
        calculate(plan_of(tmp_path, pays), facts("120"))


def test_a_level_on_record_counts_before_the_figures(tmp_path: Path) -> None:
    pays = """\
        levels:
          met: all
          look_at: this_period
          demotion: never
          levels: [{level: one, percent: 1}, {level: two, needs: {sales: 10}, percent: 2}]
        """
    plan = plan_of(tmp_path, pays)
    known = replace(facts("100"), figures={"sales": Decimal(50)})
    assert calculate(plan, known).earned == 2
    assert calculate(plan, replace(known, levels={"commission": "one"})).earned == 1
    with pytest.raises(InputRefused, match="which the plan does not know"):
        calculate(plan, replace(known, levels={"commission": "three"}))


def test_a_payout_carries_withholds_reserves_and_its_journal_balances(tmp_path: Path) -> None:
    reserve = "open_break: hold, reserve: {percent: 10, release_after_days: 30}}"
    tail = TAIL.replace("{at: never}", "{at: payee}").replace("open_break: hold}", reserve)
    sections = """\
        taxes:
          - {name: wht, percent: 10, direction: withheld, threshold: {over: 1000, per: month, catch_up: true}}
        """
    plan = plan_of(tmp_path, "rate: {percent: 100}", sections, tail=tail)
    first = pay(plan, facts(), Decimal(600))
    assert (first.paid, first.reserved, first.release) == (Decimal(540), Decimal(60), date(2026, 3, 2))
    second = pay(plan, facts(), Decimal(500), first.balances)
    assert [(row.kind.value, row.amount) for row in second.rows] == [
        ("base", Decimal(500)),
        ("tax", Decimal(-110)),
        ("reserve", Decimal(-39)),
    ]
    later = pay(plan, facts(day="2026-03-31"), Decimal(0), second.balances)
    assert later.paid == Decimal(99)
    postings = accrual(second.rows)
    assert sum(one.amount for one in postings if one.side == "debit") == Decimal(500)
    monthly = amortisation(Decimal(100), 3, 2)
    assert [one[0].amount for one in monthly] == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]
