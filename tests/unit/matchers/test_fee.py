"""Amounts less what a rate card says they should cost, and fees charged held against it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from recon.matchers.trials.rule_tests import run_tests
from recon.rules.rate_card import RateCard
from recon.rules.rates import Rates
from recon.rules.ruleset import RuleSet
from tests.unit.matchers.bench_of import differing, entry, matches, ruleset
from tests.unit.matchers.looked_back import verdict_of

CARD = RateCard.model_validate(
    {
        "card": "acquirer",
        "currency": "NGN",
        "versions": [
            {
                "effective": date(2026, 1, 1),
                "lines": [
                    {
                        "entries": {"attributes.channel": "card"},
                        "percent": Decimal("1.5"),
                        "at_most": Decimal(2000),
                    },
                    {"flat": Decimal(50)},
                ],
            }
        ],
    }
)
RATES = Rates({"acquirer": CARD}, {}, {"acquirer": []})
ORDER = {"name": "order", "same": ["ref_merchant"], "within": {"amount": Decimal(20)}}
CHANNEL = [("channel", "card")]


def netted(**settings: object) -> RuleSet:
    compare = {"left": "expected_net", "right": "amount", "card": "acquirer"}
    return ruleset([ORDER], compare=compare, **settings).with_rates(RATES)


def order(name: str, amount: str, expected: str, **values: Any) -> Any:
    """An entry of the left with what the card leaves of it."""
    row = entry(name, "left", expected, ref_merchant=name.upper(), **values)
    return {**row, "amount": Decimal(amount)}


def credit(name: str, amount: str, **values: Any) -> Any:
    return entry(name, "right", amount, ref_merchant=name.removeprefix("bank_").upper(), **values)


def test_the_agreed_fee_is_no_difference_and_the_rest_is_one_of_fees() -> None:
    rows = [
        order("a", "1000.00", "985.00", attributes=CHANNEL),
        credit("bank_a", "985.00"),
        order("b", "1000.00", "985.00", attributes=CHANNEL),
        credit("bank_b", "980.00"),
        order("c", "1000.00", "950.00"),
        credit("bank_c", "960.00"),
    ]
    found = {
        match["sides"][0][0]: (match["variance"], match["variance_kind"]) for match in matches(netted(), rows)
    }
    assert found == {"a": (0, None), "b": (Decimal(5), "fee"), "c": (Decimal(-10), "fee")}


def test_what_is_short_in_the_gross_itself_is_no_fee() -> None:
    rows = [
        order("a", "1000.00", "985.00", attributes=CHANNEL),
        credit("bank_a", "975.15", gross=Decimal("990.00")),
        order("b", "1000.00", "985.00", attributes=CHANNEL),
        credit("bank_b", "993.00", gross=Decimal("1008.12")),
        order("c", "1000.00", "985.00", attributes=CHANNEL),
        credit("bank_c", "980.00", gross=Decimal("1000.00")),
    ]
    found = {match["sides"][0][0]: match["variance_kind"] for match in matches(netted(), rows)}
    assert found == {"a": "short", "b": "over", "c": "fee"}


def test_beyond_the_tolerance_the_reason_names_the_amounts() -> None:
    rows = [order("a", "1000.00", "985.00", attributes=CHANNEL), credit("bank_a", "950.00")]
    found = verdict_of(netted(), rows, "a")
    gate = next(gate for gate in found.candidates[0].gates if gate.gate == "amount")
    assert (gate.left, gate.right, gate.by_how_much) == ("985", "950", Decimal(15))


@pytest.mark.parametrize(("read_from", "expected"), [("left", "-15.00"), ("right", "-50.00")])
def test_fees_charged_against_the_card(read_from: str, expected: str) -> None:
    rows = [
        entry("a", "left", "1000.00", ref_merchant="A", attributes=CHANNEL),
        entry("b", "right", "1000.00", ref_merchant="A", fee=Decimal("-60.00")),
        entry("c", "left", "1000.00", ref_merchant="C", attributes=CHANNEL),
        entry("d", "right", "1000.00", ref_merchant="C", fee=Decimal(expected)),
        entry("e", "left", "1000.00", ref_merchant="E", attributes=CHANNEL),
        entry("f", "right", "1000.00", ref_merchant="E"),
    ]
    verify = [{"field": "fee", "card": "acquirer", "read_from": read_from, "within": Decimal("0.01")}]
    rules = ruleset([ORDER], verify=verify).with_rates(RATES)
    (found,) = differing(rules, rows)
    assert (found["field"], found["card"]) == ("fee", "acquirer")
    assert (found["left_amount"], found["right_amount"]) == (Decimal(expected), Decimal(-60))
    assert found["difference"] == Decimal(expected) + 60


def test_tests_in_rule_files_know_rate_cards() -> None:
    test = {
        "name": "the agreed fee is taken off",
        "shared": {"currency": "NGN", "booking_date": "2026-10-02", "ref_merchant": "A"},
        "left": [{"id": "a", "amount": "1000.00", "attributes": {"channel": "card"}}],
        "right": [{"id": "b", "amount": "985.00"}],
        "expect": [{"left": "a", "right": "b"}],
    }
    strict = {**ORDER, "within": {}}
    rules = netted(tests=[test]).model_copy(update={"passes": ruleset([strict]).passes})
    assert [one.wrong for one in run_tests(rules)] == [()]
