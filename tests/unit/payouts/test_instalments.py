"""What is owed is paid back in parts where a plan says so: by a percentage of each payment, or at most an amount."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from recon.errors import ConfigError
from recon.model.periods import Period
from recon.payouts.calculation.facts import Facts
from recon.payouts.calculation.limits import Balances
from recon.payouts.desk.settling import Item, pays_at_once, settle
from recon.payouts.plan.plan import Plan
from recon.payouts.review.words import sentences
from recon.payouts.rows import Kind, plain
from tests.unit.payouts.plans import TAIL, plan_of

HALF = "recover_percent: 50"


def plan(folder: Path, *rules: str, negative: str = "carry") -> Plan:
    payment = f"{{{', '.join([f'negative: {negative}', 'open_break: hold', *rules])}}}"
    tail = TAIL.replace("{negative: carry, open_break: hold}", payment).replace("at: never", "at: payee")
    return plan_of(folder, "rate: {percent: 100}\n", tail=tail)


def months(what: Plan, *amounts: tuple[str, str], on_hold: Sequence[int] = ()) -> list[str]:
    """Of each month's earnings and corrections: what is paid, and what stays owed."""
    left: Balances = {}
    found = []
    for number, (earned, corrected) in enumerate(amounts, start=1):
        period = Period.parse(f"2026-{number:02}")
        items = [
            Item(str(period), Kind.EARNED, Decimal(earned), "earned"),
            Item("2025-12", Kind.CORRECTION, Decimal(corrected), "refund"),
        ]
        about = Facts("Ada", period=str(period), first=period.first, day=period.last)
        reason = "fraud" if number in on_hold else None
        one = settle(what, about, period, items, left, {}, on_hold=reason)
        assert sum((item.amount for item in one.items), Decimal(0)) == one.net == one.paid
        left = one.balances
        found.append(f"{plain(one.paid)} {plain(left.get('carried', Decimal(0)))}")
    return found


def test_half_of_each_payment_goes_into_what_is_owed(tmp_path: Path) -> None:
    """100 less 300: 50 are paid, 250 stay owed; then 100 and 50 go into it, and the last takes what is left."""
    paid = months(plan(tmp_path, HALF), ("100", "-300"), ("200", "0"), ("0", "0"), ("100", "0"), ("300", "0"))
    assert paid == ["50 -250", "100 -150", "0 -150", "50 -100", "200 0"]


def test_one_payment_gives_no_more_than_an_amount(tmp_path: Path) -> None:
    paid = months(plan(tmp_path, HALF, "recover_at_most: 30"), ("100", "-70"), ("20", "0"), ("100", "0"))
    assert paid == ["70 -40", "10 -30", "70 0"]


def test_without_a_rule_all_of_it_is_taken(tmp_path: Path) -> None:
    assert months(plan(tmp_path), ("100", "-300"), ("250", "0")) == ["0 -200", "50 0"]


def test_what_is_below_the_minimum_is_no_payment(tmp_path: Path) -> None:
    """Half of 60 is below 40: all 60 go into the 200 that are owed; half of 100 is paid."""
    what = plan(tmp_path, HALF, "minimum: {amount: 40, below: carry}")
    assert months(what, ("0", "-200"), ("60", "0"), ("100", "0")) == ["0 -200", "0 -140", "50 -90"]


def test_who_is_on_hold_is_paid_nothing(tmp_path: Path) -> None:
    assert months(plan(tmp_path, HALF), ("100", "-30"), ("0", "0"), on_hold=[1]) == ["0 70", "70 0"]


def test_a_bonus_by_hand_is_no_part_of_what_is_owed(tmp_path: Path) -> None:
    assert months(plan(tmp_path, HALF), ("100", "50")) == ["150 0"]


@pytest.mark.parametrize(
    ("rule", "negative", "said"),
    [
        ("recover_percent: 0", "carry", "takes nothing off any payment"),
        (
            HALF,
            "nothing",
            "recover_percent says how what is owed is paid back, and negative: nothing forgets it",
        ),
        ("recover_at_most: 5", "nothing", "recover_at_most says how"),
    ],
)
def test_rules_that_recover_nothing_are_refused(tmp_path: Path, rule: str, negative: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        plan(tmp_path, rule, negative=negative)


def test_the_plan_tells_it_and_is_settled_the_long_way(tmp_path: Path) -> None:
    what = plan(tmp_path, HALF, "recover_at_most: 30")
    assert not pays_at_once(what)
    told = "A negative balance is carried on; what is owed takes 50%, at most 30 of a payment."
    assert told in sentences(what)
