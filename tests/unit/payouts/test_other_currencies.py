"""What a plan would pay for, were it in the plan's currency: nobody is paid, and it is told."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from recon.model.periods import Period
from recon.payouts.calculation.facts import Facts
from recon.payouts.period_rows import period_rows
from recon.payouts.periods.fee_check import expected_fees
from recon.payouts.periods.other_currencies import OtherCurrency, other_currencies, paid_by, summed
from recon.payouts.periods.period import Known, LeftOut
from recon.payouts.plan.plan import Plan, Purpose
from tests.unit.payouts.books import books
from tests.unit.payouts.plans import COMPONENT, plan_of

JANUARY = Period.parse("2026-01")
CHOSEN = "{of: matched, source: orders, where: {product: [a, b]}, except: {status: failed}}"
MATCHED = COMPONENT.replace("{of: all, source: orders}", CHOSEN)


def sale(agent: str, amount: str, currency: str, product: str = "a", **more: object) -> dict[str, object]:
    attributes = [("agent", agent), ("product", product)]
    return {"amount": Decimal(amount), "currency": currency, "attributes": attributes, **more}


ROWS = [
    sale("Ada", "100", "USD"),
    sale("Ada", "40", "EUR"),
    sale("Ada", "-15.5", "EUR", "b"),
    sale("Bello", "70", "EUR"),
    sale("Bello", "9000", "JPY"),
    sale("Ada", "1", "EUR", "c"),
    sale("Ada", "1", "EUR", status="failed"),
    sale("Ada", "1", "EUR", source="refunds"),
    sale("Ada", "1", "EUR", business_date=date(2026, 2, 1)),
    sale("", "1", "EUR"),
    sale("Ada", "1", "EUR"),  # the only one that is not matched
]
FOUND = [
    OtherCurrency("commission", "orders", "Ada", "EUR", 2, Decimal("24.5")),
    OtherCurrency("commission", "orders", "Bello", "EUR", 1, Decimal(70)),
    OtherCurrency("commission", "orders", "Bello", "JPY", 1, Decimal(9000)),
]
IDS = [f"e{number:03}" for number in range(len(ROWS) - 1)]


def test_only_what_nothing_but_its_currency_keeps_from_being_paid_is_told(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, "rate: {percent: 10}", component=MATCHED)
    with books(ROWS, IDS) as (engine, held):
        assert other_currencies(engine, plan, held, JANUARY) == FOUND
        assert other_currencies(engine, plan, held, Period.parse("2026-03")) == []
    assert summed(plan, FOUND) == [
        LeftOut(
            "entries of commission are not in USD", currency, entries, Decimal(amount), "commission",
            f"pay them by a plan with `currency: {currency}`",
        )
        for currency, entries, amount in (("EUR", 3, "94.5"), ("JPY", 1, "9000"))
    ]  # fmt: skip


@pytest.mark.parametrize("scope", ["payee", "transaction"])
def test_it_is_what_a_plan_of_that_currency_counts(tmp_path: Path, scope: str) -> None:
    plan = plan_of(
        tmp_path, "rate: {percent: 10}", component=MATCHED.replace("scope: payee", f"scope: {scope}")
    )
    with books(ROWS, IDS) as (engine, held):
        told = other_currencies(engine, plan, held, JANUARY)
        for currency in ("EUR", "JPY"):
            alike = plan.model_copy(update={"currency": currency})
            earned = dict(period_rows(engine, alike, held, JANUARY).earned())
            assert {who: amount for who, amount in earned.items() if who} == {
                one.payee: one.amount / 10 for one in told if one.currency == currency
            }


@pytest.mark.parametrize(
    ("eligible", "payees"),
    [
        ("eligible: {tier: gold}\n", ["Ada"]),
        ("eligible: {sold: {at_least: 50}}\n", ["Ada"]),
        # Nobody knows the quota of Bello: told rather than not.
        ("eligible: {reached: {at_least: 1}}\n", ["Ada", "Bello"]),
    ],
)
def test_who_takes_no_part_is_not_told(tmp_path: Path, eligible: str, payees: list[str]) -> None:
    activity = "{of: all, source: orders}"
    figures = f"""\
figures:
  - {{figure: sold, activity: {activity}, measure: {{sum: amount}}, over: period}}
  - {{figure: reached, measure: {{figure: sold, percent_of: quota}}}}
"""
    if "reached" not in eligible:
        figures = "\n".join(figures.splitlines()[:2]) + "\n"
    plan = plan_of(tmp_path, "rate: {percent: 10}", f"{figures}{eligible}", component=MATCHED)
    known = Known({"Ada": Facts("Ada", words={"tier": "gold"}, figures={"quota": Decimal(100)})})
    with books(ROWS, IDS) as (engine, held):
        found = other_currencies(engine, plan, held, JANUARY, known)
    assert sorted({one.payee for one in found}) == payees


def test_each_component_tells_its_own(tmp_path: Path) -> None:
    second = COMPONENT.replace("name: commission", "name: bonus") + "  rate: {flat: 1}\n"
    plan = plan_of(tmp_path, "rate: {percent: 10}", component=second + MATCHED)
    with books(ROWS[:2]) as (engine, held):
        found = other_currencies(engine, plan, held, JANUARY)
    assert [(one.component, one.entries) for one in found] == [("bonus", 1), ("commission", 1)]


def test_what_another_plan_pays_is_known(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, "rate: {percent: 10}", component=MATCHED)

    def other(**changed: object) -> Plan:
        return plan.model_copy(update={"plan": "euros", "currency": "EUR", **changed})

    other_source = plan_of(tmp_path, "rate: {percent: 10}").components
    assert paid_by(plan, "commission", "EUR", [plan, other()]) == other()
    assert paid_by(plan, "commission", "JPY", [plan, other()]) is None
    for less in ({"components": other_source}, {"purpose": Purpose.CLAIM}):
        assert paid_by(plan, "commission", "EUR", [other(**less)]) is None


def test_rate_cards_tell_what_they_do_not_look_at(tmp_path: Path) -> None:
    card = plan_of(
        tmp_path, "rate: {percent: 1}", component=MATCHED.replace("scope: payee", "scope: transaction")
    )
    card = card.model_copy(update={"purpose": Purpose.VERIFY_FEES})
    with books(ROWS[:2]) as (engine, held):
        fees, left_out = expected_fees(engine, card, held, JANUARY)
    assert len(fees) == 1
    assert [(one.currency, one.entries, one.hint) for one in left_out] == [
        ("EUR", 1, "verify them by a rate card with `currency: EUR`")
    ]
