"""Refunds of an earlier period's sales: taken back of everybody who was paid on them, and off what goes on."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from recon.model.periods import Period
from recon.payouts.calculation.facts import Facts, Spell, Transaction
from recon.payouts.periods.corrections import Refund, reversals
from recon.payouts.periods.period import Known
from recon.payouts.plan.plan import Plan
from recon.payouts.review.simulation import Month, simulate
from tests.unit.payouts.books import books
from tests.unit.payouts.plans import COMPONENT, TAIL, plan_of

MONTHS = [Period.parse(f"2026-0{number}") for number in (1, 2, 3)]


def sale(who: str, day: str, amount: int, name: str = "", **more: object) -> dict[str, object]:
    return {
        "amount": Decimal(amount), "attributes": [("agent", who)], "business_date": date.fromisoformat(day),
        "ref_merchant": name or None, **more,
    }  # fmt: skip


def refund(who: str, day: str, amount: int, of: str) -> dict[str, object]:
    return sale(who, day, -amount, type="refund", ref_original=of)


SALES = [
    sale("Ada", "2026-01-05", 1000, "S1"),
    sale("Ada", "2026-01-06", 400, "S2"),
    sale("Bello", "2026-01-07", 600, "S3"),
    sale("Ada", "2026-02-05", 500),
    sale("Ada", "2026-03-05", 300),
]
TIERS = """\
tiers:
  method: marginal
  boundary: upper_inclusive
  outside: refuse
  bands: [{to: 1500, percent: 10}, {percent: 20}]
"""


def plan(folder: Path, pays: str, sections: str = "", component: str = COMPONENT, **corrections: str) -> Plan:
    tail = TAIL
    for name, value in corrections.items():
        tail = tail.replace({"reversal": "recompute", "attainment": "kept"}[name], value, 1)
    return plan_of(folder, pays, sections, component=component, tail=tail)


def paid(plan: Plan, *refunds: dict[str, object], people: dict[str, str] | None = None) -> dict[str, object]:
    """What each payee earns in each month, what is taken back included."""
    known = Known({"Ada": Facts("Ada", people=people or {})})
    with books([*SALES, *refunds]) as (engine, held):
        found = simulate(engine, plan, held, [Month(one, None, known) for one in MONTHS])
    sums: dict[str, dict[str, Decimal]] = {}
    for one in found.changes:
        if one.after:
            sums.setdefault(one.payee, {})[f"{one.period}"[-2:]] = one.after
    return {
        who: {month: format(amount.normalize(), "f") for month, amount in own.items()}
        for who, own in sums.items()
    }


@pytest.mark.parametrize("policy", ["original_rate", "recompute", "blended", "lifo"])
def test_whoever_shared_the_sale_gives_back_the_share(tmp_path: Path, policy: str) -> None:
    """A tenth of 1,000, of which a coordinator has 30%, and 2% on top for the one above: half of each goes back."""
    what = plan(
        tmp_path,
        "rate: {percent: 10}\nsplit: {parties: {Ada: 70, Chidi: 30}}",
        """\
overrides:
  of: base
  basis: same_base
  vacant: retain
  levels: [{level: zone, percent: 2}]
""",
        reversal=policy,
    )
    sold = Transaction("S1", {"amount": Decimal(1000)}, {}, date(2026, 1, 5))
    rows = reversals(what, Facts("Ada", (sold,), people={"zone": "Zed"}), Refund("S1", Decimal(500)))
    assert {row.payee: row.amount for row in rows} == {"Ada": -35, "Chidi": -15, "Zed": -10}


def test_people_of_the_day_of_the_sale_give_back(tmp_path: Path) -> None:
    what = plan(
        tmp_path, "rate: {percent: 10}",
        "overrides: {of: base, basis: same_base, vacant: retain, levels: [{level: zone, percent: 2}]}\n",
        reversal="original_rate",
    )  # fmt: skip
    sold = Transaction("S1", {"amount": Decimal(1000)}, {}, date(2026, 1, 20))
    spells = (
        Spell(date(2026, 1, 1), date(2026, 1, 15), {"zone": "Zed"}),
        Spell(date(2026, 1, 16), date(2026, 1, 31), {"zone": "Yan"}, Decimal(1000)),
    )
    rows = reversals(what, Facts("Ada", (sold,), spells=spells), Refund("S1", Decimal(1000)))
    assert {row.payee: row.amount for row in rows} == {"Ada": -100, "Yan": -20}


@pytest.mark.parametrize(
    ("policy", "cost", "back"),
    [
        ("original_rate", "-30", "-2"),
        ("recompute", "-30", "-2"),
        ("lifo", "-30", "-2"),
        ("recompute", None, "-5"),
        ("lifo", None, "-5"),
    ],
)
def test_a_refund_takes_its_own_cost_off_that_of_the_sale(
    tmp_path: Path, policy: str, cost: str | None, back: str
) -> None:
    """A tenth of the margin of 40 on 100: half of it goes back, or all but the cost where that is lost."""
    margin = COMPONENT.replace("{sum: amount}", "{sum: amount, less: [cost]}")
    what = plan(tmp_path, "rate: {percent: 10}", component=margin, reversal=policy)
    sold = sale("Dora", "2026-01-05", 100, "D1", attributes=[("agent", "Dora"), ("cost", "60")])
    costs = [("cost", cost)] if cost is not None else []
    returned = {**refund("Dora", "2026-02-05", 50, "D1"), "attributes": [("agent", "Dora"), *costs]}
    with books([sold, returned]) as (engine, held):
        found = simulate(engine, what, held, [Month(one, None, Known()) for one in MONTHS[:2]])
    assert [one.after for one in found.changes] == [Decimal(4), Decimal(back)]


@pytest.mark.parametrize("policy", ["original_rate", "recompute"])
def test_a_sale_that_was_counted_is_taken_back_as_well(tmp_path: Path, policy: str) -> None:
    """Ten percent of the amount and 5 for each sale: a whole refund of 400 takes back 45, half a refund no sale."""
    second = COMPONENT.replace("{sum: amount}", "{count: transactions}").replace("commission", "spiff")
    component = second + "  rate: {per_unit: 5}\n" + COMPONENT
    what = plan(tmp_path, "rate: {percent: 10}", component=component, reversal=policy)
    found = paid(what, refund("Ada", "2026-02-09", 400, "S2"))
    assert found == {"Ada": {"01": "150", "02": "10", "03": "35"}, "Bello": {"01": "65"}}


def test_where_sales_are_only_counted(tmp_path: Path) -> None:
    component = COMPONENT.replace("{sum: amount}", "{count: transactions}")
    what = plan(tmp_path, "rate: {per_unit: 5}", component=component, reversal="original_rate")
    found = paid(what, refund("Ada", "2026-02-09", 400, "S2"))
    assert found == {"Ada": {"01": "10", "03": "5"}, "Bello": {"01": "5"}}


@pytest.mark.parametrize(
    ("attainment", "expected"),
    [
        # 1,400 in January pays 140. In February 1,000 is refunded at 10%: -100; 500 from 1,400 pay 10 + 80, or 50
        # from 400. In March 300 pay 60 from 1,900, or 30 from 900.
        ("kept", {"01": "140", "02": "-10", "03": "60"}),
        ("reduced", {"01": "140", "02": "-50", "03": "30"}),
    ],
)
def test_attainment_is_kept_or_reduced(tmp_path: Path, attainment: str, expected: dict[str, str]) -> None:
    component = COMPONENT.replace("accumulate: period", "accumulate: quarter")
    what = plan(tmp_path, TIERS, component=component, attainment=attainment)
    assert paid(what, refund("Ada", "2026-02-09", 1000, "S1"))["Ada"] == expected


@pytest.mark.parametrize("returns", ["true", "false"])
@pytest.mark.parametrize("where", ["plan", "component"])
def test_a_clawback_returns_budget_where_the_plan_says_so(tmp_path: Path, returns: str, where: str) -> None:
    """January uses all 200 of the quarter; 100 taken back in February are there for March where they are returned."""
    limits = (
        f"limits: [{{budget: 200, exhausts: first_come, clawback_returns_budget: {returns}, per: quarter}}]\n"
    )
    pays = "rate: {percent: 10}\n"
    what = plan(tmp_path, pays + limits) if where == "component" else plan(tmp_path, pays, limits)
    found = paid(what, refund("Ada", "2026-02-09", 1000, "S1"))
    expected = {"01": "140", "02": "-50", "03": "30"} if returns == "true" else {"01": "140", "02": "-100"}
    assert found == {"Ada": expected, "Bello": {"01": "60"}}


def test_of_a_contract_the_months_not_served_are_taken_back(tmp_path: Path) -> None:
    """Sold on 5 January, cancelled on 6 March of a year's contract: two months were served, ten twelfths go back."""
    what = plan(tmp_path, "rate: {percent: 12}")
    rule = what.corrections.model_copy(update={"full_clawback_months": 12})
    what = what.model_copy(update={"corrections": rule})
    found = paid(what, refund("Ada", "2026-03-06", 1000, "S1"))
    assert found["Ada"] == {"01": "168", "02": "60", "03": "-64"}


@pytest.mark.parametrize("reversal", ["original_rate", "recompute"])
def test_what_is_paid_for_a_sale_that_stands_goes_with_the_last_of_it(tmp_path: Path, reversal: str) -> None:
    """50 for each sale: a part refunded leaves it one."""
    counted = COMPONENT.replace("sum: amount", "count: sales")
    what = plan(tmp_path, "rate: {per_unit: 50}", component=counted, reversal=reversal)
    part, rest = refund("Ada", "2026-02-10", 400, "S1"), refund("Ada", "2026-03-10", 600, "S1")
    within = refund("Ada", "2026-01-20", 400, "S1")
    assert paid(what, part)["Ada"] == {"01": "100", "02": "50", "03": "50"}
    assert paid(what, part, rest)["Ada"] == {"01": "100", "02": "50"}
    assert paid(what, within, rest)["Ada"] == {"01": "100", "02": "50"}


@pytest.mark.parametrize("reversal", ["original_rate", "blended", "recompute"])
def test_a_sale_in_a_month_that_comes_to_nothing_is_taken_back(tmp_path: Path, reversal: str) -> None:
    """Refunds of sales from before the plan took as much as January sold, so that nothing says at which rate."""
    what = plan(tmp_path, "rate: {percent: 10}", reversal=reversal)
    older = sale("Ada", "2026-01-08", -1400, type="refund")
    back = refund("Ada", "2026-02-10", 1000, "S1")
    assert paid(what, older)["Ada"] == {"02": "50", "03": "30"}
    assert paid(what, older, back)["Ada"] == {"02": "-50", "03": "30"}
