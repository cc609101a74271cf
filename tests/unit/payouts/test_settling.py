"""From earned to paid: the short way that plain plans take is the long way."""

from decimal import Decimal
from pathlib import Path

import pytest

from recon.model.periods import Period
from recon.payouts.calculation.facts import Facts
from recon.payouts.desk.settling import Item, pays_at_once, settle, settled_at_once
from recon.payouts.periods.period import Known
from recon.payouts.rows import Kind
from tests.unit.payouts.plans import TAIL, plan_of

RATE = "rate: {percent: 1}"
MONTH = Period.parse("2026-01")
KNOWN = Known({"Ada": Facts("Ada", figures={"fx_rate": Decimal("1.5")})})


def items(*amounts: str) -> list[Item]:
    kinds = (Kind.EARNED, Kind.HOLD, Kind.ADJUSTMENT)
    return [
        Item(str(MONTH), kind, Decimal(amount), f"{kind}") for kind, amount in zip(kinds, amounts, strict=False)
    ]


@pytest.mark.parametrize("who", ["Ada", "Bello"])
@pytest.mark.parametrize("amounts", [("10.25",), ("0",), ("10", "-10"), ("10", "-4.5", "3"), ()])
def test_paying_at_once_is_settling(tmp_path: Path, who: str, amounts: tuple[str, ...]) -> None:
    plan, own = plan_of(tmp_path, RATE), items(*amounts)
    long = settle(plan, KNOWN.of(who, MONTH), MONTH, own, {}, {})
    assert settled_at_once(plan, KNOWN, who, own) == long


def test_what_is_owed_is_settled_the_long_way(tmp_path: Path) -> None:
    assert settled_at_once(plan_of(tmp_path, RATE), KNOWN, "Ada", items("10", "-12")) is None


@pytest.mark.parametrize(
    "rule",
    [
        "hold: {after_days: 30}",
        "minimum: {amount: 50, below: carry}",
        "reserve: {percent: 5, release_after_days: 30}",
    ],
)
def test_rules_of_payment_stand_between_earned_and_paid(tmp_path: Path, rule: str) -> None:
    assert pays_at_once(plan_of(tmp_path, RATE))
    tail = TAIL.replace("open_break: hold", f"open_break: hold, {rule}")
    assert not pays_at_once(plan_of(tmp_path, RATE, tail=tail))


def test_rates_of_earlier_periods_never_make_a_payment_negative(tmp_path: Path) -> None:
    """101 less 100 taken back is 1; but the 100 were paid at 2.0, and the rate is 1.0 now: 99 stay owed."""
    fx = "fx: {to: EUR, rate_of: day_paid, source: ECB}"
    plan = plan_of(tmp_path, RATE, tail=TAIL.replace("open_break: hold", f"open_break: hold, {fx}"))
    own = [
        Item(str(MONTH), Kind.EARNED, Decimal(101), "earned"),
        Item("2025-12", Kind.CORRECTION, Decimal(-100), "refund"),
    ]
    about = Facts("Ada", period=str(MONTH), day=MONTH.last, figures={"fx_rate": Decimal(1)})
    found = settle(plan, about, MONTH, own, {}, {"2025-12": Decimal(2)})
    assert found.net == found.paid == 0
    assert found.balances == {"carried": Decimal(-99)}
    assert sum(item.amount for item in found.items) == found.net
    assert "what is taken back was paid at the rates of earlier periods" in {one.words for one in found.items}


def test_rates_of_earlier_periods_are_those_of_what_is_taken_back(tmp_path: Path) -> None:
    """1000 less 100 is 900 at today's 1.0; the 100 were paid at 2.0, so that 800 are paid."""
    fx = "fx: {to: EUR, rate_of: day_paid, source: ECB}"
    plan = plan_of(tmp_path, RATE, tail=TAIL.replace("open_break: hold", f"open_break: hold, {fx}"))
    own = [
        Item(str(MONTH), Kind.EARNED, Decimal(1000), "earned"),
        Item("2025-12", Kind.CORRECTION, Decimal(-100), "refund"),
    ]
    about = Facts("Ada", period=str(MONTH), day=MONTH.last, figures={"fx_rate": Decimal(1)})
    found = settle(plan, about, MONTH, own, {}, {"2025-12": Decimal(2)})
    assert (found.net, found.paid) == (Decimal(900), Decimal(800))
