"""Caps, floors and draws that are a percentage: of a figure of the payee, or of what another component pays."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from recon.errors import ConfigError, InputRefused
from recon.payouts.calculation.facts import Facts, Transaction
from recon.payouts.calculation.limits import Balances
from recon.payouts.periods.calculate import Outcome, calculate
from recon.payouts.plan.plan import Plan
from recon.payouts.review.component_words import component_words
from recon.payouts.review.lint import findings
from recon.payouts.rows import Kind
from recon.payouts.sets.support import reasons
from tests.unit.payouts.plans import COMPONENT, TAIL, plan_of

RATE = "rate: {percent: 10}\n"
BONUS = """\
- name: bonus
  activity: {of: all, source: orders, where: {product: new}}
  measure: {sum: amount}
  scope: payee
  accumulate: period
  below_zero: reverses
"""
BASE = "rate: {percent: 5}\n"
IN_CENTS = TAIL.replace("{at: never}", "{at: payee}")


def spiff(folder: Path, limit: str) -> Plan:
    """5% of everything, and 8% more of new products within a limit."""
    bonus = f"{BONUS}  rate: {{percent: 8}}\n  limits: [{limit}]\n"
    later = COMPONENT.replace("commission", "later") + "  rate: {percent: 0}\n"
    return plan_of(folder, "", component=f"{COMPONENT}  {BASE}{bonus}{later}", tail=IN_CENTS)


def calculated(
    plan: Plan, old: str, new: str, month: int = 1, balances: Balances | None = None, **figures: str
) -> Outcome:
    day = date(2026, month, 28)
    sales = (
        Transaction("t1", {"amount": Decimal(old)}, {"product": "old"}, day),
        Transaction("t2", {"amount": Decimal(new)}, {"product": "new"}, day),
    )
    known = {name: Decimal(value) for name, value in figures.items()}
    return calculate(plan, Facts("Ada", sales, f"2026-0{month}", day, month, figures=known), balances)


OF_BASE = "{cap: 10, percent_of_component: commission, excess: lost, per: period}"
OF_SALARY = "{cap: 50, percent_of: salary, excess: lost, per: year}"


@pytest.mark.parametrize(
    ("old", "new", "pays"),
    [
        ("90000", "10000", "5500"),
        ("97000", "3000", "5240"),
        ("-20000", "10000", "-500"),
        ("33.33", "33.33", "3.66"),
    ],
)
def test_a_bonus_is_at_most_a_tenth_of_what_the_base_pays(
    tmp_path: Path, old: str, new: str, pays: str
) -> None:
    """5% of 100,000 is 5,000; 8% of 10,000 would be 800, and a tenth of the base is 500."""
    assert calculated(spiff(tmp_path, OF_BASE), old, new).earned == Decimal(pays)


def test_rows_and_words_say_of_what(tmp_path: Path) -> None:
    plan = spiff(tmp_path, OF_BASE)
    (row,) = (one for one in calculated(plan, "90000", "10000").rows if one.kind is Kind.CAP)
    assert (row.amount, row.words) == (Decimal(-300), "cap of 500, 10% of what commission pays")
    words = list(component_words(plan.components[1]))
    assert "- At most 10% of what commission pays per period; what is above is lost" in words
    assert reasons(spiff(tmp_path, OF_BASE))


def test_a_cap_of_the_year_is_half_of_the_salary(tmp_path: Path) -> None:
    """Half of 12,000 is 6,000 in the year: 4,000 in January leave 2,000 for February."""
    plan = plan_of(tmp_path, RATE, f"limits: [{OF_SALARY}]\n")
    january = calculated(plan, "40000", "0", salary="12000")
    february = calculated(plan, "40000", "0", 2, january.balances, salary="12000")
    assert [january.earned, february.earned] == [Decimal(4000), Decimal(2000)]
    assert february.rows[-1].words == "cap of 6000, 50% of salary"


@pytest.mark.parametrize(
    ("limit", "earned", "pays"),
    [
        ("{floor: 80, percent_of: average, recoverable: false, per: period}", "100", "800"),
        ("{floor: 80, percent_of: average, recoverable: false, per: period}", "900", "900"),
        (
            "{draw: 60, percent_of: average, recover_percent: 100, recover_from_period: 1, "
            "never_pay_below_draw: true, per: period}",
            "100",
            "600",
        ),
    ],
)
def test_floors_and_draws_are_of_a_figure(tmp_path: Path, limit: str, earned: str, pays: str) -> None:
    plan = plan_of(tmp_path, "rate: {percent: 100}\n", f"limits: [{limit}]\n")
    assert calculated(plan, earned, "0", average="1000").earned == Decimal(pays)


def test_a_figure_that_is_not_known_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="Ada has no figure salary"):
        calculated(plan_of(tmp_path, RATE, f"limits: [{OF_SALARY}]\n"), "1", "0")


def test_a_floor_is_held_against_a_cap_of_the_same(tmp_path: Path) -> None:
    floor = "{floor: 60, percent_of: salary, recoverable: false, per: period}"
    other = "{cap: 50, excess: lost, per: period}"
    same = OF_SALARY.replace("per: year", "per: period")
    crossed = plan_of(tmp_path, RATE, f"limits: [{floor}, {same}]\n")
    assert [one.message for one in findings(crossed)] == [
        "the floor of 60% of salary is above the cap of 50% of salary: it is never paid"
    ]
    assert not findings(plan_of(tmp_path, RATE, f"limits: [{floor}, {other}]\n"))


@pytest.mark.parametrize(
    ("limit", "message"),
    [
        (OF_BASE.replace("per: period", "per: year"), "known for the period, and the cap is counted per year"),
        (OF_BASE.replace("commission", "bonus"), "a percentage of itself is no bound"),
        (OF_BASE.replace("commission", "later"), "what later pays is not known yet"),
        (OF_BASE.replace("commission", "other"), "other is no component of the plan"),
        (OF_BASE.replace("cap", "percent_of: salary, cap"), "a percentage of one thing"),
        (
            "{budget: 10, percent_of: salary, exhausts: pro_rata, clawback_returns_budget: true, per: period}",
            "percent_of does not belong to budget",
        ),
    ],
)
def test_limits_that_leave_it_open_of_what_are_refused(tmp_path: Path, limit: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        spiff(tmp_path, limit)
