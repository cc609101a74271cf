"""Rounding of payouts: each mode on both sides of zero, and amounts that are multiples of the smallest coin."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from recon.errors import ConfigError
from recon.model.money import Rounding, rounded
from recon.model.periods import Period
from recon.payouts.calculation.facts import Facts, Transaction
from recon.payouts.calculation.paying import pay
from recon.payouts.calculation.rounding import allocated, payable, places, to_multiple
from recon.payouts.period_rows import period_rows
from recon.payouts.periods.calculate import calculate
from recon.payouts.periods.together import calculate_all
from recon.payouts.plan.payment import Remainder, RoundingRule
from recon.payouts.plan.plan import Plan, load
from recon.payouts.review.words import sentences
from recon.payouts.rows import Kind
from recon.payouts.sets.support import reasons
from tests.unit.payouts.books import books
from tests.unit.payouts.plans import TAIL, plan_of, text_of

CENT, RAPPEN = Decimal("0.01"), Decimal("0.05")
WHOLE = "rate: {percent: 100}"


def rounding(folder: Path, rule: str, sections: str = "", pays: str = WHOLE, payment: str = "") -> Plan:
    tail = TAIL.replace("{at: never}", f"{{{rule}}}").replace("open_break: hold", f"open_break: hold{payment}")
    return plan_of(folder, pays, sections, tail=tail)


def facts(*amounts: str) -> Facts:
    sold = (
        Transaction(f"{n}", {"amount": Decimal(one)}, day=date(2026, 1, 5)) for n, one in enumerate(amounts)
    )
    return Facts("Ada", tuple(sold), "2026-01", date(2026, 1, 31))


@pytest.mark.parametrize(
    ("mode", "found"),
    [
        # of      1.005   1.015   1.016  -1.004  -1.005  -1.015
        ("half_even", ["1.00", "1.02", "1.02", "-1.00", "-1.00", "-1.02"]),
        ("half_up", ["1.01", "1.02", "1.02", "-1.00", "-1.01", "-1.02"]),
        ("half_down", ["1.00", "1.01", "1.02", "-1.00", "-1.00", "-1.01"]),
        ("up", ["1.01", "1.02", "1.02", "-1.01", "-1.01", "-1.02"]),
        ("down", ["1.00", "1.01", "1.01", "-1.00", "-1.00", "-1.01"]),
        ("ceiling", ["1.01", "1.02", "1.02", "-1.00", "-1.00", "-1.01"]),
        ("floor", ["1.00", "1.01", "1.01", "-1.01", "-1.01", "-1.02"]),
    ],
)
def test_every_mode_on_both_sides_of_zero(tmp_path: Path, mode: str, found: list[str]) -> None:
    amounts = ["1.005", "1.015", "1.016", "-1.004", "-1.005", "-1.015"]
    plan = rounding(tmp_path, f"at: payee, mode: {mode}")
    assert [calculate(plan, facts(one)).earned for one in amounts] == [Decimal(one) for one in found]
    assert [rounded(Decimal(one), "USD", Rounding(mode)) for one in amounts] == [Decimal(one) for one in found]


@pytest.mark.parametrize(
    ("rule", "amount", "found"),
    [
        ("at: payee, to: 0.05", "10.12", "10.10"),
        ("at: payee, to: 0.05", "10.13", "10.15"),
        ("at: payee, to: 0.05", "10.125", "10.10"),
        ("at: payee, to: 0.05, mode: half_up", "10.125", "10.15"),
        ("at: payee, to: 0.05, mode: half_up", "-10.125", "-10.15"),
        ("at: payee, to: 0.05, mode: half_down", "10.125", "10.10"),
        ("at: payee, to: 0.05, mode: up", "10.1000001", "10.15"),
        ("at: payee, to: 0.05, mode: ceiling", "-10.14", "-10.10"),
        ("at: payee, to: 0.05, mode: floor", "-10.11", "-10.15"),
        ("at: line, to: 5, mode: down", "14.99", "10"),
        ("at: payee, to: 0.25, mode: half_even", "0.375", "0.50"),
        ("at: payee, to: 0.03, mode: half_up", "0.05", "0.06"),
    ],
)
def test_amounts_are_multiples_of_the_smallest_one(tmp_path: Path, rule: str, amount: str, found: str) -> None:
    plan = rounding(tmp_path, rule)
    outcome = calculate(plan, facts(amount))
    assert outcome.earned == Decimal(found)
    assert payable(Decimal(amount), plan.rounding, "USD") == Decimal(found)
    row = outcome.rows[-1]
    mode = plan.rounding.mode.replace("_", " ")
    assert (row.kind, row.words) == (Kind.ROUNDING, f"to multiples of {plan.rounding.to}, {mode}")


def test_digits_hold_the_multiples() -> None:
    def digits(unit: str, currency: str) -> int:
        return places(RoundingRule.model_validate({"at": "payee", "to": unit}), currency)

    assert [digits(*one) for one in (("0.05", "CHF"), ("5", "CHF"), ("0.125", "CHF"), ("10", "JPY"))] == [
        2,
        2,
        3,
        0,
    ]


@pytest.mark.parametrize("mode", list(Rounding))
def test_a_multiple_of_a_cent_is_what_rounding_gave(mode: Rounding) -> None:
    for amount in ("0", "1.005", "-1.005", "12345678901234567890.12500001", "-0.001"):
        assert to_multiple(Decimal(amount), CENT, mode) == rounded(Decimal(amount), "USD", mode)


def test_shares_are_multiples_too(tmp_path: Path) -> None:
    thirds = [Decimal(1)] * 3
    assert allocated(Decimal("10.00"), thirds, RAPPEN) == [Decimal(one) for one in ("3.35", "3.35", "3.30")]
    assert allocated(Decimal("-1.00"), thirds, RAPPEN, Remainder.LARGEST_SHARE) == [
        Decimal(one) for one in ("-0.40", "-0.30", "-0.30")
    ]
    assert allocated(Decimal("1.00"), thirds, RAPPEN, Remainder.FIRST) == [
        Decimal(one) for one in ("0.35", "0.35", "0.30")
    ]
    split = "split: {parties: {Ada: 33.3, Bello: 66.7}}\n"
    outcome = calculate(rounding(tmp_path, "at: line, to: 0.05", split), facts("100.02"))
    assert outcome.payees == {"Ada": Decimal("33.30"), "Bello": Decimal("66.70")}


def test_overrides_taxes_and_reserves_are_multiples(tmp_path: Path) -> None:
    sections = (
        "overrides: {of: commission, basis: same_base, vacant: retain, levels: [{level: leader, percent: 3.3}]}\n"
        "taxes: [{name: wht, percent: 7.7, direction: withheld}]\n"
    )
    plan = rounding(
        tmp_path, "at: line, to: 0.05", sections, payment=", reserve: {percent: 1.1, release_after_days: 30}"
    )
    who = facts("100.02")
    who = Facts(who.payee, who.transactions, who.period, who.day, people={"leader": "Zoe"})
    assert calculate(plan, who).payees == {"Ada": 100, "Zoe": Decimal("3.30")}
    payout = pay(plan, facts(), Decimal(100))
    assert [row.amount for row in payout.rows] == [100, Decimal("-7.70"), Decimal("-1.00")]


def test_a_budget_is_shared_out_in_multiples_and_never_exceeded(tmp_path: Path) -> None:
    budget = "limits: [{budget: 100.04, exhausts: pro_rata, clawback_returns_budget: true, per: period}]\n"
    plan = rounding(tmp_path, "at: payee, to: 0.05", budget)
    both = [facts("200"), Facts("Bello", facts("100").transactions, "2026-01", date(2026, 1, 31))]
    paid = [outcome.earned for outcome in calculate_all(plan, both)]
    assert paid == [Decimal("66.65"), Decimal("33.35")]


@pytest.mark.parametrize(
    ("rule", "payment", "message", "hint"),
    [
        ("at: payee, to: 0.05, places: 2", "", "places: 2 and to: 0.05 both say", "keep one"),
        ("at: never, to: 0.05", "", "multiples of 0.05 are rounded to, and this plan never rounds", "say at: payee"),
        ("at: payee, to: 0", "", "expected more than 0", None),
        ("at: payee, to: -0.05", "", "expected more than 0", None),
        ("at: payee, mode: half", "", "expected one of `half_even`, `half_up`, `half_down`", None),
        (
            "at: payee, to: 0.05",
            ", fx: {to: EUR, rate_of: day_paid, source: ecb}",
            "rounds to multiples of 0.05 USD and pays EUR",
            "what is paid is rounded to the digits of EUR",
        ),
    ],
)  # fmt: skip
def test_rules_that_contradict_are_refused(
    tmp_path: Path, rule: str, payment: str, message: str, hint: str | None
) -> None:
    tail = TAIL.replace("{at: never}", f"{{{rule}}}").replace("open_break: hold", f"open_break: hold{payment}")
    path = tmp_path / "wrong.yaml"
    path.write_text(text_of(WHOLE, tail=tail), encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load(path, "wrong.yaml")
    assert message in str(refused.value)
    assert hint is None or hint in str(refused.value)


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("at: payee, mode: half_down", ["rounding half_down"]),
        ("at: line, mode: ceiling", ["rounding ceiling"]),
        ("at: line, mode: floor", ["rounding floor"]),
        ("at: payee, to: 0.05", ["rounding to multiples"]),
        ("at: payee, mode: half_up", []),
        ("at: never, mode: floor", []),
    ],
)
def test_what_sets_cannot_round_is_calculated_payee_by_payee(tmp_path: Path, rule: str, why: list[str]) -> None:
    plan = rounding(tmp_path, rule)
    assert reasons(plan) == why
    sold = [
        {"amount": Decimal(one), "attributes": [("agent", who)]}
        for who, one in (("Ada", "10.125"), ("Ada", "0.01"), ("Bello", "-3.335"))
    ]
    everybody = {"Ada": facts("10.125", "0.01"), "Bello": facts("-3.335")}
    with books(sold) as (engine, held):
        earned = dict(period_rows(engine, plan, held, Period.parse("2026-01")).earned())
    assert earned == {who: calculate(plan, one).earned for who, one in everybody.items()}


def test_multiples_are_said_in_words(tmp_path: Path) -> None:
    said = "Rounded per payee to multiples of 0.05, half up; remainders: largest remainder."
    assert said in sentences(rounding(tmp_path, "at: payee, to: 0.05, mode: half_up"))
