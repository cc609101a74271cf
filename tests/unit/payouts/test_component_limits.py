"""Limits of one component, in the words of the plan's own: caps, floors, draws, and budgets that payees share."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from recon.model.periods import Period
from recon.payouts.calculation.facts import Facts, Transaction
from recon.payouts.calculation.limits import Balances
from recon.payouts.desk.balances import going_on
from recon.payouts.period_rows import period_rows
from recon.payouts.periods.calculate import calculate
from recon.payouts.periods.period import Known
from recon.payouts.plan.plan import Plan
from recon.payouts.review.words import sentences
from recon.payouts.rows import Kind
from recon.payouts.sets.support import reasons
from tests.unit.payouts.books import books
from tests.unit.payouts.plans import COMPONENT, plan_of

JANUARY, FEBRUARY = Period.parse("2026-01"), Period.parse("2026-02")
DRAW = "draw: 90, recover_percent: 50, recover_from_period: 1, per: period"
SECOND = """\
- name: bonus
  activity: {of: all, source: orders, where: {kind: new}}
  measure: {count: transactions}
  scope: payee
  accumulate: period
  below_zero: reverses
  rate: {per_unit: 30}
"""


def two(folder: Path, limits: str, sections: str = "", bonus: str = "") -> Plan:
    """Ten percent of sales within limits, and 30 for each new customer."""
    component = SECOND + "".join(f"  {line}\n" for line in bonus.splitlines()) + COMPONENT
    return plan_of(folder, f"rate: {{percent: 10}}\nlimits: [{limits}]\n", sections, component=component)


def months(plan: Plan, *sales: int) -> list[dict[str, Decimal]]:
    """What each component pays in each month, and the whole."""
    balances: Balances = {}
    found = []
    for number, amount in enumerate(sales, start=1):
        period = Period.parse(f"2026-0{number}")
        sold = Transaction("s", {"amount": Decimal(amount)}, {"kind": "new"}, day=period.first)
        outcome = calculate(plan, Facts("Ada", (sold,), str(period), period.last, number), balances)
        balances = going_on({"Ada": outcome.balances}, period, plan.year_begins).get("Ada", {})
        found.append({**outcome.earns, "": outcome.earned})
    return found


@pytest.mark.parametrize(
    ("limits", "sales", "commission"),
    [
        ("{cap: 100, excess: lost, per: period}", [1500, 600], [100, 60]),
        ("{cap: 100, excess: later, per: period}", [1500, 600, 200], [100, 100, 30]),
        ("{cap: 100, excess: lost, per: quarter}", [600, 700, 800, 50], [60, 40, 0, 5]),
        ("{floor: 80, recoverable: false, per: period}", [500, 2000], [80, 200]),
        ("{floor: 80, recoverable: true, per: period}", [500, 2000], [80, 170]),
        (
            "{draw: 90, recover_percent: 50, recover_from_period: 1, never_pay_below_draw: true, per: period}",
            [200, 1000, 4000],
            [90, 90, 340],
        ),
        (  # advanced in two periods only, 80 and 10; then half of what is earned goes back, and never more than 45
            f"{{{DRAW}, draw_until_period: 2, recover_at_most: 45, never_pay_below_draw: true}}",
            [100, 800, 300, 2000, 4000],
            [90, 90, 15, 155, 370],
        ),
        (  # while it is advanced, 90 stay to the payee; afterwards they do not, and a loss recovers nothing
            f"{{{DRAW}, draw_until_period: 2, never_pay_below_draw: true}}",
            [400, 1000, 400, -500, 0, 600],
            [90, 90, 20, -50, 0, 40],
        ),
        (  # what is recovered from the third period on, at most 20 in each
            f"{{{DRAW.replace(': 1', ': 3')}, recover_at_most: 20, never_pay_below_draw: false}}",
            [200, 2000, 2000, 2000, 1000],
            [90, 200, 180, 180, 80],
        ),
        (
            "{floor: 50, recoverable: false, per: period}, {cap: 70, excess: lost, per: period}",
            [100, 900],
            [50, 70],
        ),
    ],
)
def test_a_component_is_limited_and_the_others_are_not(
    tmp_path: Path, limits: str, sales: list[int], commission: list[int]
) -> None:
    found = months(two(tmp_path, limits), *sales)
    assert [one["commission"] for one in found] == commission
    assert [one["bonus"] for one in found] == [30] * len(sales)
    assert [one[""] for one in found] == [paid + 30 for paid in commission]


def test_the_plan_limits_what_its_components_leave(tmp_path: Path) -> None:
    plan = two(
        tmp_path,
        "{cap: 100, excess: lost, per: period}",
        "limits: [{cap: 150, excess: lost, per: period}]\n",
        "limits: [{floor: 70, recoverable: false, per: period}]",
    )
    (found,) = months(plan, 5000)
    assert found == {"bonus": 70, "commission": 100, "": 150}


def test_a_component_is_limited_before_it_is_shared(tmp_path: Path) -> None:
    split = "split: {parties: {Ada: 60, Bello: 40}}"
    plan = plan_of(
        tmp_path, f"rate: {{percent: 10}}\nlimits: [{{cap: 100, excess: lost, per: period}}]\n{split}"
    )
    sold = Transaction("s", {"amount": Decimal(5000)}, day=date(2026, 1, 1))
    assert calculate(plan, Facts("Ada", (sold,))).payees == {"Ada": 60, "Bello": 40}


def sold(who: str, day: date, amount: int, kind: str) -> dict[str, object]:
    return {"amount": Decimal(amount), "attributes": [("agent", who), ("kind", kind)], "business_date": day}


SALES = [
    sold("Ada", date(2026, 1, 9), 1000, "old"),
    sold("Ada", date(2026, 1, 10), 0, "new"),
    sold("Bello", date(2026, 1, 11), 3000, "old"),
    sold("Bello", date(2026, 1, 4), 0, "new"),
    sold("Chidi", date(2026, 1, 5), 0, "new"),
    sold("Chidi", date(2026, 2, 5), 500, "old"),
    sold("Chidi", date(2026, 2, 6), 0, "new"),
]
BUDGET = "limits: [{{budget: 70, exhausts: {0}, clawback_returns_budget: true, per: quarter}}]"


@pytest.mark.parametrize(
    ("exhausts", "january", "february"),
    [
        ("first_come", {"Ada": 110, "Bello": 330, "Chidi": 30}, {"Chidi": 50}),
        (
            "pro_rata",
            {"Ada": Decimal("123.34"), "Bello": Decimal("323.33"), "Chidi": Decimal("23.33")},
            {"Chidi": 50},
        ),
    ],
)
def test_a_budget_of_one_component(
    tmp_path: Path, exhausts: str, january: Mapping[str, Decimal], february: Mapping[str, Decimal]
) -> None:
    """Three bonuses of 30 from a budget of 70 over the quarter; first come is the component's own first transaction."""
    plan = two(tmp_path, "", bonus=BUDGET.format(exhausts))
    with books(SALES) as (engine, held):
        first = period_rows(engine, plan, held, JANUARY)
        assert dict(first.earned()) == january
        cuts = [row for row in first.rows() if row["kind"] == "budget"]
        known = Known(balances=going_on(first.balances, JANUARY, plan.year_begins))
        second = period_rows(engine, plan, held, FEBRUARY, known)
        assert dict(second.earned()) == february
    assert {row["component"] for row in cuts} == {"bonus"}
    assert sum(row["amount"] for row in cuts) == -20
    assert second.balances[""] == {"budget.2026-Q1.bonus.quarter0": 70}


def test_a_budget_of_a_component_is_shared_out_before_the_plan_caps(tmp_path: Path) -> None:
    """Bello has 30 of the budget and 300, capped at 200; Ada 10 and 100; Chidi, second to come, 30."""
    plan = two(tmp_path, "", "limits: [{cap: 200, excess: lost, per: period}]\n", BUDGET.format("first_come"))
    with books(SALES) as (engine, held):
        assert dict(period_rows(engine, plan, held, JANUARY).earned()) == {
            "Ada": 110,
            "Bello": 200,
            "Chidi": 30,
        }


def test_it_is_said_in_words_and_calculated_payee_by_payee(tmp_path: Path) -> None:
    plan = two(tmp_path, "{cap: 100, excess: lost, per: month}")
    assert "- At most 100 per month; what is above is lost" in sentences(plan)
    assert reasons(plan) == ["limits"]


def test_a_draw_that_ends_is_said_in_words_and_calculated_payee_by_payee(tmp_path: Path) -> None:
    draw = f"{{{DRAW}, draw_until_period: 6, recover_at_most: 300, never_pay_below_draw: true}}"
    plan = plan_of(tmp_path, "rate: {percent: 10}", f"limits: [{draw}]\n")
    assert (
        "A draw of 90 per period until period 6, recovered at 50% of earnings from period 1 on, at most 300 per "
        "period, never below the draw while it is advanced."
    ) in sentences(plan)
    assert reasons(plan) == ["draws and budgets"]


def test_a_row_says_when_the_most_is_recovered(tmp_path: Path) -> None:
    draw = f"{{{DRAW}, recover_at_most: 45, never_pay_below_draw: false}}"
    plan = plan_of(tmp_path, "rate: {percent: 10}", f"limits: [{draw}]\n")
    facts = Facts("Ada", (Transaction("s", {"amount": Decimal(1000)}, day=JANUARY.first),), number=1)
    for owed, words in (
        (80, "recovery of the draw at 50%, at most 45 in a period"),
        (40, "recovery of the draw at 50%"),
    ):
        *_, row = calculate(plan, facts, {"draw.0": Decimal(owed)}).rows
        assert (row.kind, row.amount, row.words) == (Kind.RECOVERY, Decimal(-min(owed, 45)), words)
