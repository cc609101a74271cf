"""Plans that pay growth on the period before."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from recon.errors import ConfigError
from recon.model.periods import Period
from recon.payouts.calculation.windows import period_before
from recon.payouts.period_rows import period_rows
from recon.payouts.plan.plan import Plan
from recon.payouts.review.proving import prove
from tests.unit.payouts.books import books
from tests.unit.payouts.plans import COMPONENT, plan_of

JANUARY = Period.parse("2026-01")


def sold(who: str, day: date, *amounts: int) -> list[dict[str, object]]:
    return [{"amount": Decimal(one), "attributes": [("agent", who)], "business_date": day} for one in amounts]


SALES = [
    *sold("Ada", date(2025, 12, 31), 400, 100),
    *sold("Ada", date(2026, 1, 2), 800),
    *sold("Bello", date(2025, 12, 1), 900),
    *sold("Bello", date(2026, 1, 31), 600),
    *sold("Chidi", date(2026, 1, 5), 70),
    *sold("Chidi", date(2025, 11, 30), 7000),
]


def growing(folder: Path, measure: str, pays: str, below_zero: str = "pays_nothing") -> Plan:
    component = COMPONENT.replace("{sum: amount}", measure).replace("reverses", below_zero)
    return plan_of(folder, pays, component=component)


@pytest.mark.parametrize(
    ("measure", "pays", "below_zero", "earned"),
    [
        (
            "{sum: amount, growth: amount}",
            "rate: {percent: 10}",
            "pays_nothing",
            {"Ada": 30, "Bello": 0, "Chidi": 7},
        ),
        (
            "{sum: amount, growth: amount}",
            "rate: {percent: 10}",
            "reverses",
            {"Ada": 30, "Bello": -30, "Chidi": 7},
        ),
        (
            "{count: transactions, growth: amount}",
            "rate: {per_unit: 5}",
            "reverses",
            {"Ada": -5, "Bello": 0, "Chidi": 5},
        ),
        (
            "{sum: amount, growth: percent, new_counts_as: 20}",
            "rate: {per_unit: 1}",
            "pays_nothing",
            {"Ada": 60, "Bello": 0, "Chidi": 20},
        ),
    ],
)
def test_growth_is_paid(
    tmp_path: Path, measure: str, pays: str, below_zero: str, earned: dict[str, int]
) -> None:
    plan = growing(tmp_path, measure, pays, below_zero)
    with books(SALES) as (engine, held):
        assert dict(period_rows(engine, plan, held, JANUARY).earned()) == earned


def test_growth_chooses_the_band_of_the_whole(tmp_path: Path) -> None:
    pays = """
    tiers:
      method: whole
      boundary: lower_inclusive
      outside: refuse
      by: {sum: amount, growth: percent, new_counts_as: 0}
      bands: [{to: 50, percent: 1}, {percent: 2}]
    """
    plan = growing(tmp_path, "{sum: amount}", pays)
    with books(SALES) as (engine, held):
        earned = dict(period_rows(engine, plan, held, JANUARY).earned())
    assert earned == {"Ada": 16, "Bello": 6, "Chidi": Decimal("0.7")}


def test_an_example_says_what_was_before(tmp_path: Path) -> None:
    tests = "tests: [{test: more, given: [{figures: {amount: 800}}], previous: {commission: 500}, pays: 30}]\n"
    component = COMPONENT.replace("{sum: amount}", "{sum: amount, growth: amount}")
    plan = plan_of(tmp_path, "rate: {percent: 10}", tests, component=component)
    assert [proof.wrong for proof in prove(plan)] == [()]


def test_growth_in_percent_says_what_the_new_count_as(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nothing has no percentage"):
        growing(tmp_path, "{sum: amount, growth: percent}", "rate: {per_unit: 1}")


@pytest.mark.parametrize(
    ("period", "before"),
    [
        ("2026-01", "2025-12"),
        ("2026-03", "2026-02"),
        ("2026-04-01..2026-06-30", "2026-01-01..2026-03-31"),
        ("2026-01-16..2026-01-31", "2026-01-01..2026-01-15"),
        ("2026-03-01..2026-03-15", "2026-02-16..2026-02-28"),
        ("2028-02-16..2028-02-29", "2028-02-01..2028-02-15"),
        ("2026-01-17..2026-01-31", "2026-01-02..2026-01-16"),
        ("2026-01-01", "2025-12-31"),
    ],
)
def test_the_period_before_is_as_long_or_the_other_half_of_a_month(period: str, before: str) -> None:
    assert str(period_before(Period.parse(period))) == before


def test_growth_of_half_a_month_is_on_the_half_before(tmp_path: Path) -> None:
    """700 from 16 to 28 February, and 1,000 in the first half of March: 15 February is no part of either."""
    sales = [
        *sold("Ada", date(2026, 2, 15), 5000),
        *sold("Ada", date(2026, 2, 16), 300),
        *sold("Ada", date(2026, 2, 28), 400),
        *sold("Ada", date(2026, 3, 2), 1000),
    ]
    what = growing(tmp_path, "{sum: amount, growth: amount}", "rate: {percent: 10}")
    with books(sales) as (engine, held):
        rows = period_rows(engine, what, held, Period.parse("2026-03-01..2026-03-15"))
        assert dict(rows.earned()) == {"Ada": Decimal(30)}
