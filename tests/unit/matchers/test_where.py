"""Passes with a condition over both entries, on a few entries whose right answer is plain."""

import json
from decimal import Decimal

import pytest
from pydantic import ValidationError

from recon.matchers.comparing import blocks
from tests.unit.matchers.bench_of import entry, matched, matches, ruleset

STARTS = "left.ref_bank = right.ref_processor AND starts_with(right.remittance, left.counterparty_name)"


def test_what_must_be_equal_and_what_must_hold() -> None:
    rows = [
        entry("a", "left", "10.00", ref_bank="B1", counterparty_name="ACME"),
        entry("b", "right", "10.00", ref_processor="B1", remittance="ACME OCT"),
        entry("c", "left", "10.00", ref_bank="B2", counterparty_name="ACME"),
        entry("d", "right", "10.00", ref_processor="B2", remittance="BETA OCT"),
    ]
    (match,) = matches(ruleset([{"name": "bank", "where": STARTS}]), rows)
    assert (match["state"], match["sides"]) == ("confirmed", (("a",), ("b",)))
    assert json.loads(match["evidence"]) == {
        "compared": {
            "left.counterparty_name": "ACME",
            "left.ref_bank": "B1",
            "right.ref_processor": "B1",
            "right.remittance": "ACME OCT",
        }
    }


def test_a_condition_that_is_unknown_is_not_met() -> None:
    rows = [
        entry("a", "left", "10.00", ref_bank="B1"),
        entry("b", "right", "10.00", ref_processor="B1", remittance="ACME OCT"),
    ]
    assert matched(ruleset([{"name": "bank", "where": STARTS}]), rows) == []


def test_without_a_reference_it_suggests() -> None:
    rows = [
        entry("a", "left", "10.00", day=3, counterparty_name="ACME"),
        entry("b", "right", "10.00", day=4, remittance="ACME OCT"),
    ]
    item = {
        "name": "payer",
        "where": "starts_with(right.remittance, left.counterparty_name)",
        "within": {"amount": Decimal(0), "days": 2},
    }
    assert matched(ruleset([item]), rows) == [("payer", "suggested", ("a",), ("b",))]


def test_attributes_truths_and_amounts_may_be_read() -> None:
    attributes = {"left": [("terminal", "T1"), ("门店", "x")], "right": [("device", "T1")]}
    rows = [
        entry("a", "left", "10.00", fee=Decimal("-0.30"), attributes=attributes["left"]),
        entry("b", "right", "9.70", net=Decimal("9.70"), attributes=attributes["right"]),
    ]
    where = (
        "left.attributes.terminal = right.attributes['device'] AND NOT right.is_reversal "
        "AND left.amount + left.fee = right.net AND left.attributes['门店'] <> 'y'"
    )
    rules = ruleset([{"name": "terminal", "where": where, "within": {"amount": Decimal("1.00")}}])
    (match,) = matches(rules, rows)
    assert (match["variance"], match["sides"]) == (Decimal("0.30"), (("a",), ("b",)))
    told = json.loads(match["evidence"])["compared"]
    assert (told["left.attributes.terminal"], told["right.is_reversal"]) == ("T1", "false")


def test_a_group_is_compared_by_its_sum() -> None:
    rows = [
        entry("a", "left", "10.00", payout_id="P1"),
        entry("b", "left", "15.00", payout_id="P1"),
        entry("c", "right", "24.00", ref_bank="P1", fee=Decimal("-1.00")),
    ]
    item = {
        "name": "payout",
        "group": {"left": "payout_id"},
        "where": "left.payout_id = right.ref_bank AND left.amount + right.fee = right.amount",
        "within": {"amount": Decimal("1.00")},
    }
    (match,) = matches(ruleset([item]), rows)
    assert (match["kind"], match["sides"]) == ("N:1", (("a", "b"), ("c",)))


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (
            {"where": "starts_with(right.remittance, left.counterparty_name)"},
            "nothing brings two entries together",
        ),
        ({"where": "left.amount = right.amuont"}, "there is no column `amuont`"),
        ({"where": "amount = right.amount"}, "does not say of which side it is"),
        ({"where": "left.amount"}, "not a condition"),
        ({"where": "left.amount / 2 = right.amount"}, "division is not exact"),
        (
            {"where": "left.ref_bank = right.ref_bank", "group": {"left": "payout_id"}},
            "`left.ref_bank` may differ between the entries of a left group",
        ),
        (
            {"where": "left.ref_bank = right.ref_bank", "contains": {"right.remittance": "left.payout_id"}},
            "`contains` cannot stand beside `where`",
        ),
        (
            {
                "similar": {"left": "remittance", "right": "remittance"},
                "where": "left.ref_bank = right.ref_bank",
            },
            "`where` cannot stand beside `similar`",
        ),
        (
            {"similar": {"left": "counterparty_name", "right": "remittance"}, "group": {"left": "payout_id"}},
            "the entries of a left group may have several names",
        ),
    ],
)
def test_what_is_refused(item: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        ruleset([{"name": "wrong", **item}])


def test_blocks_of_too_many_pairs_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "MOST_PAIRS", 3)
    rows = [
        entry(f"{side}{place}", side, "10.00", ref_bank="B1", ref_processor="B1", remittance=f"X{place}")
        for side in ("left", "right")
        for place in range(2)
    ]
    rows += [
        entry("a", "left", "10.00", ref_bank="B2", remittance="X"),
        entry("b", "right", "10.00", ref_bank="B2", remittance="X"),
    ]
    item = {"name": "bank", "where": "left.ref_bank = right.ref_bank AND left.remittance = right.remittance"}
    rest = {
        **item,
        "where": "left.ref_bank = right.ref_bank AND starts_with(left.remittance, right.remittance)",
    }
    assert len(matched(ruleset([item]), rows)) == 3
    assert matched(ruleset([rest]), rows) == [("bank", "confirmed", ("a",), ("b",))]


def test_what_a_condition_reads_may_be_absent() -> None:
    where = "left.ref_bank = right.ref_bank and (left.entity is null or left.entity = right.entity)"
    rows = [
        entry("a", "left", "10.00", ref_bank="B1"),
        entry("b", "right", "10.00", ref_bank="B1", entity="X"),
    ]
    assert [one[1:] for one in matched(ruleset([{"name": "bank", "where": where}]), rows)] == [
        ("confirmed", ("a",), ("b",))
    ]
