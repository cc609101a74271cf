"""References that were cut off: several things begin alike, and the nearer of two need not be the one that is meant."""

from typing import Any

import pytest

from recon.matchers.explain.facts import Gate, Verdict
from tests.unit.matchers.bench_of import Row, entry, matched, ruleset
from tests.unit.matchers.looked_back import explained

FIRST: dict[str, Any] = {"same": {"ref_merchant": "ref_bank"}, "normalise": {"first": 8}}
LEFT: dict[str, Any] = {"same": {"left(ref_merchant, 8)": "ref_bank"}}
WAYS = pytest.mark.parametrize("way", [FIRST, LEFT])
BY_NAME: dict[str, Any] = {"name": "by name", "same": ["counterparty_name"], "confirm": "suggest"}


def invoices(*amounts_and_days: tuple[str, int]) -> list[Row]:
    """Invoices whose numbers begin alike, each paid three days later under what the bank left of its number."""
    rows = []
    for n, (amount, day) in enumerate(amounts_and_days):
        rows.append(entry(f"invoice{n}", "left", amount, day=day, ref_merchant=f"INV-26-0{n}"))
        rows.append(entry(f"receipt{n}", "right", amount, day=day + 3, ref_bank="INV-26-0"))
    return rows


def states(rows: list[Row], *passes: dict[str, Any]) -> set[tuple[str, str, str]]:
    return {(state, left[0], right[0]) for _, state, left, right in matched(ruleset(passes), rows)}


@WAYS
def test_the_nearer_of_two_is_a_suggestion(way: dict[str, Any]) -> None:
    rows = invoices(("10.00", 1), ("10.00", 4))  # the second is written on the day on which the first is paid
    one = {"name": "cut", "within": {"days": 5}, **way}
    assert states(rows, one) == {
        ("suggested", f"invoice{n}", f"receipt{m}") for n, m in ((0, 0), (1, 0), (1, 1))
    }
    verdict = explained(ruleset([one]), rows, "invoice1").passes[0]
    assert verdict.verdict is Verdict.AMBIGUOUS
    failed = {gate.gate: gate.words for gate in verdict.candidates[0].gates if not gate.passed}
    assert failed == {Gate.ONLY_CHOICE: "2 others fit as well"}


@WAYS
def test_what_nothing_else_fits_counts(way: dict[str, Any]) -> None:
    rows = invoices(("10.00", 1), ("11.00", 4))
    found = states(rows, {"name": "cut", "within": {"days": 5}, **way})
    assert found == {("confirmed", f"invoice{n}", f"receipt{n}") for n in (0, 1)}


@WAYS
def test_an_author_who_says_so_has_the_nearest_confirmed(way: dict[str, Any]) -> None:
    rows = invoices(("10.00", 1), ("10.00", 4))
    found = states(rows, {"name": "cut", "within": {"days": 5}, "confirm": "automatic", **way})
    assert found == {("confirmed", f"invoice{n}", f"receipt{n}") for n in (0, 1)}


def test_with_a_whole_reference_besides_the_nearest_counts() -> None:
    rows: list[Row] = [{**row, "ref_processor": "P-1"} for row in invoices(("10.00", 1), ("10.00", 4))]
    same = {"left(ref_merchant, 8)": "ref_bank", "ref_processor": "ref_processor"}
    found = states(rows, {"name": "both", "within": {"days": 5}, "same": same})
    assert found == {("confirmed", f"invoice{n}", f"receipt{n}") for n in (0, 1)}


def test_the_name_tells_apart_what_begins_alike_over_one_amount() -> None:
    rows: list[Row] = [
        {**row, "counterparty_name": f"Customer {row['name'][-1]}"}
        for row in invoices(("10.00", 1), ("10.00", 4), ("11.00", 4))
    ]
    rows += [  # another invoice of the first customer, so that his name and what is left of the number name two
        entry("more", "left", "12.00", ref_merchant="INV-26-09", counterparty_name="Customer 0"),
        entry("paid", "right", "12.00", ref_bank="INV-26-0", counterparty_name="Customer 0"),
    ]
    found = states(rows, {"name": "cut", "within": {"days": 5}, **LEFT}, BY_NAME)
    assert found == {
        *(("confirmed", f"invoice{n}", f"receipt{n}") for n in (0, 1, 2)),
        ("confirmed", "more", "paid"),
    }
