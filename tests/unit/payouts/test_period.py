"""A plan over the books of a period."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from recon.errors import ConfigError, InputRefused
from recon.model.periods import Period
from recon.payouts.books.reduction import reduced
from recon.payouts.period_rows import period_rows
from recon.payouts.periods.period import compute
from tests.unit.payouts.books import books
from tests.unit.payouts.plans import COMPONENT, plan_of

JANUARY = Period.parse("2026-01")
CHOSEN = "{of: matched, source: orders, where: {product: [a, b]}, except: {status: failed}}"
MATCHED = COMPONENT.replace("{of: all, source: orders}", CHOSEN)


def sale(agent: str, amount: str, product: str = "a", **more: object) -> dict[str, object]:
    return {"amount": Decimal(amount), "attributes": [("agent", agent), ("product", product)], **more}


ROWS = [
    sale("Ada", "100"),
    sale("Ada", "-20", "b"),
    sale("Ada", "1000", "c"),
    sale("Ada", "1000", status="failed"),
    sale("Ada", "1000", business_date=date(2026, 2, 1)),
    sale("Ada", "1000", currency="EUR"),
    sale("Bello", "50"),
    {"amount": Decimal(7), "attributes": [("product", "a")]},
]


@pytest.mark.parametrize("scope", ["scope: payee", "scope: transaction"])
def test_only_what_reconciled_and_fits_is_paid(tmp_path: Path, scope: str) -> None:
    plan = plan_of(tmp_path, "rate: {percent: 10}", component=MATCHED.replace("scope: payee", scope))
    assert (reduced(plan) is not None) == (scope == "scope: payee")
    with books(ROWS, [f"e00{n}" for n in range(8) if n != 6]) as (engine, held):
        result = compute(engine, plan, held, JANUARY)
    assert [(who, amount) for who, amount in result.payees if amount] == [("Ada", Decimal(8))]
    (left,) = result.left_out
    assert (left.reason, left.currency, left.entries, left.amount) == (
        "entries of commission name no agent", "USD", 1, Decimal(7),
    )  # fmt: skip


def test_bands_and_sharing_over_sums(tmp_path: Path) -> None:
    pays = """\
        tiers:
          method: marginal
          boundary: upper_inclusive
          outside: refuse
          bands: [{to: 100, percent: 10}, {percent: 20}]
        """
    plan = plan_of(tmp_path, pays, "split: {parties: {shop: 50, house: 50}}\n", component=MATCHED)
    with books([sale("Ada", "150"), sale("Bello", "60")]) as (engine, held):
        result = compute(engine, plan, held, JANUARY)
    assert [outcome.facts.payee for outcome in result.outcomes] == ["Ada", "Bello"]
    first = result.outcomes[0]
    assert [(row.kind.value, row.amount) for row in first.rows] == [
        ("band", Decimal(10)), ("band", Decimal(10)), ("shared out", Decimal(-20)),
        ("split", Decimal(10)), ("split", Decimal(10)),
    ]  # fmt: skip
    assert result.entries == {("Ada", "commission"): 1, ("Bello", "commission"): 1}
    assert dict(result.payees) == {"Ada": 0, "Bello": 0, "shop": Decimal(13), "house": Decimal(13)}


def test_counts_of_different_customers_choose_the_band(tmp_path: Path) -> None:
    pays = """\
        tiers:
          method: whole
          by: {count: counterparty_name}
          boundary: lower_inclusive
          outside: refuse
          bands: [{to: 2, percent: 10}, {percent: 20}]
        """
    plan = plan_of(tmp_path, pays, component=MATCHED)
    rows = [sale("Ada", "100", counterparty_name="x"), sale("Ada", "100", counterparty_name="x")]
    with books(rows) as (engine, held):
        assert compute(engine, plan, held, JANUARY).outcomes[0].earned == 20
    with books([*rows, sale("Ada", "100", counterparty_name="y")]) as (engine, held):
        assert compute(engine, plan, held, JANUARY).outcomes[0].earned == 60


@pytest.mark.parametrize("scope", ["scope: payee", "scope: transaction"])
def test_an_absent_figure_is_refused(tmp_path: Path, scope: str) -> None:
    component = MATCHED.replace("sum: amount", "sum: fee_charged").replace("scope: payee", scope)
    plan = plan_of(tmp_path, "rate: {percent: 10}", component=component)
    with books([sale("Ada", "100", fee=Decimal(-3))]) as (engine, held):
        assert compute(engine, plan, held, JANUARY).outcomes[0].earned == Decimal("0.3")
    with books([sale("Ada", "100")]) as (engine, held), pytest.raises(InputRefused):
        compute(engine, plan, held, JANUARY)


def test_collected_must_be_known(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, "rate: {percent: 10}", component=COMPONENT.replace("of: all", "of: collected"))
    with books(ROWS) as (engine, held):
        assert compute(engine, plan, held, JANUARY).outcomes == ()
        unknown = replace(held, counted={})
        with pytest.raises(ConfigError, match="does not say which these are"):
            compute(engine, plan, unknown, JANUARY)


def test_plans_of_both_ways_follow_each_other(tmp_path: Path) -> None:
    """A plan with a split is computed payee by payee, one without it as sets; neither disturbs the next."""
    alone = plan_of(tmp_path, "rate: {percent: 10}", component=MATCHED)
    shared = plan_of(tmp_path, "rate: {percent: 10}", "split: {parties: {a: 50, b: 50}}\n", component=MATCHED)
    with books([sale("Ada", "100")]) as (engine, held):
        for plan, earned in ((alone, {"Ada": 10}), (shared, {"Ada": 0, "a": 5, "b": 5}), (alone, {"Ada": 10})):
            assert dict(period_rows(engine, plan, held, JANUARY).earned()) == earned


@pytest.mark.parametrize(
    ("condition", "earned"),
    [
        ("where: {tip: {over: 5}}", {"Ada": 10, "Bello": 30}),
        ("where: {tip: {below: 0}}", {"Chidi": 40}),
        ("where: {tip: {at_most: 5}}", {"Ada": 20, "Chidi": 40}),
        ("except: {tip: {at_least: 5}}", {"Chidi": 40, "Dare": 50}),
    ],
)
@pytest.mark.parametrize("scope", ["payee", "transaction"])
def test_conditions_on_numbers_among_attributes(
    tmp_path: Path, condition: str, earned: dict[str, int], scope: str
) -> None:
    """An attribute that is no number satisfies nothing."""
    accumulate = "period" if scope == "payee" else "none"
    component = COMPONENT.replace("source: orders", f"source: orders, {condition}")
    component = component.replace("scope: payee", f"scope: {scope}").replace(
        "accumulate: period", f"accumulate: {accumulate}"
    )
    plan = plan_of(tmp_path, "rate: {percent: 10}", component=component)
    tips = [
        ("Ada", 100, "7.25"),
        ("Ada", 200, "5"),
        ("Bello", 300, "12"),
        ("Chidi", 400, "-3"),
        ("Dare", 500, "none"),
    ]
    sales = [
        {"amount": Decimal(amount), "attributes": [("agent", who), ("tip", tip)]} for who, amount, tip in tips
    ]
    with books(sales) as (engine, held):
        assert {
            who: amount for who, amount in period_rows(engine, plan, held, JANUARY).earned() if amount
        } == earned
