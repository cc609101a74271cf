"""Tests inside rule files: they pass on what the rules find, and say what came out otherwise."""

import re
from pathlib import Path

import pytest

from recon.errors import ConfigError
from recon.matchers.trials.rule_tests import run_tests
from recon.rules.book import load_rules
from recon.rules.ruleset import RuleSet

RULES = """\
ruleset: lines_vs_bank
left: lines
right: bank
compare: {left: net, right: amount}
exclude:
  - {side: right, where: type = 'transfer', reason: between own accounts}
passes:
  - name: payout reference
    group: {left: payout_id, right: ref_payout}
    within: {amount: 0.01, days: {before: 0, after: 3, calendar: NG}}
  - name: amount and day
    within: {amount: 0.00, days: 1}
tests:
  - name: a payout of two lines arrives after the weekend
    shared: {currency: NGN, booking_date: 2026-10-02}
    left:
      - {id: a, payout_id: P1, amount: 100.00, net: 98.50}
      - {id: b, payout_id: P1, amount: 50.00, net: 49.25}
    right:
      - {id: c, ref_payout: P1, amount: 147.75, booking_date: 2026-10-05}
      - {id: own, type: transfer, amount: -500.00}
    expect:
"""
MATCH = "      - {left: [b, a], right: c, by: payout reference}\n    left_out: own\n"


def rules(tmp_path: Path, text: str) -> RuleSet:
    (tmp_path / "lines_vs_bank.yaml").write_text(text, encoding="utf-8")
    known: dict[str, frozenset[str] | None] = {"lines": None, "bank": None}
    return load_rules([tmp_path / "lines_vs_bank.yaml"], known).ruleset("lines_vs_bank")


def wrong(tmp_path: Path, text: str) -> list[str]:
    (tested,) = run_tests(rules(tmp_path, text))
    return list(tested.wrong)


def test_what_is_found_as_expected_passes(tmp_path: Path) -> None:
    assert wrong(tmp_path, RULES + MATCH) == []


def test_a_match_that_is_not_expected_fails(tmp_path: Path) -> None:
    assert wrong(tmp_path, RULES.replace("expect:\n", "left_out: own\n")) == [
        "a+b = c is confirmed by `payout reference`, which is not expected"
    ]


def test_a_match_that_is_not_found_says_what_became_of_its_entries(tmp_path: Path) -> None:
    late = RULES.replace("booking_date: 2026-10-05", "booking_date: 2026-10-09")
    assert wrong(tmp_path, late + MATCH) == ["expected a+b = c confirmed, and it is not found"]
    out = RULES + "      - {left: a, right: own}\n    left_out: own\n"
    assert wrong(tmp_path, out)[0] == (
        "expected a = own confirmed, and it is not found; own is left out: between own accounts"
    )


def test_pass_and_state_are_held_against_what_is_expected(tmp_path: Path) -> None:
    near = RULES.replace("ref_payout: P1, amount: 147.75", "amount: 98.50").replace("2026-10-05", "2026-10-02")
    assert wrong(tmp_path, near + "      - {left: a, right: c, state: suggested}\n    left_out: own\n") == []
    assert wrong(tmp_path, near + "      - {left: a, right: c}\n    left_out: own\n") == [
        "expected a = c confirmed, and it is suggested by `amount and day`"
    ]
    assert wrong(tmp_path, RULES + MATCH.replace("payout reference", "amount and day")) == [
        "expected a+b = c confirmed by `amount and day`, and it is confirmed by `payout reference`"
    ]


def test_what_is_left_out_must_be_said(tmp_path: Path) -> None:
    assert wrong(tmp_path, RULES + MATCH.replace("left_out: own", "left_out: c")) == [
        "c is to be left out, and it is not",
        "own is left out, which is not expected: between own accounts",
    ]


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("ref_payout: P1", "ref_payuot: P1", "an entry has no column `ref_payuot`"),
        ("amount: 100.00", "amount: 1e2", "`1e2` is no amount"),
        ("type: transfer", "type: tranfser", "there is no type `tranfser`"),
        ("currency: NGN", "currency: NGX", "`NGX` is no currency of ISO 4217"),
        ("id: b", "id: a", "two entries are called `a`"),
        ("right: c,", "right: d,", "no entry here is called `d`"),
        (", amount: -500.00", "", "the entry has no amount"),
    ],
)
def test_a_test_that_cannot_be_read_is_told_at_its_place(
    tmp_path: Path, before: str, after: str, message: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        rules(tmp_path, (RULES + MATCH).replace(before, after))
    problem = caught.value.problems[0]
    assert problem.message == message
    assert problem.place is not None
    assert problem.place.line is not None
    assert problem.place.line > 13


def test_the_rules_that_the_page_shows_pass_their_own_tests(tmp_path: Path) -> None:
    page = (Path(__file__).parents[3] / "docs" / "rules.md").read_text(encoding="utf-8")
    shown = dict(re.findall(r"```yaml\n(?=ruleset: (\w+)\n)(.*?)```", page, re.DOTALL))
    assert list(shown) == [
        "takings_vs_bank",
        "invoices_vs_bank",
        "invoices_vs_transfers",
        "orders_vs_processor",
    ]
    for name, text in shown.items():
        path = tmp_path / f"{name}.yaml"
        path.write_text(text, encoding="utf-8")
        book = load_rules(
            [path], dict.fromkeys(["tills", "bank", "invoices", "transfers", "orders", "processor"])
        )
        assert [one.wrong for one in run_tests(book.ruleset(name))] == [(), ()]
