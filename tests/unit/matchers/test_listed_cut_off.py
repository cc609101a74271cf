"""Texts that a bank cut off at the length of its field, in the middle of the last reference."""

import pytest

from recon.matchers.explain.facts import Verdict
from recon.model.sides import Side
from tests.unit.matchers.bench_of import Row, entry, ruleset
from tests.unit.matchers.looked_back import explained
from tests.unit.matchers.test_listed import found, paid, rules

INVOICES = [
    entry("a", "left", "113.27", ref_merchant="INV-100058"),
    entry("b", "left", "250.11", ref_merchant="INV-100061"),
    entry("c", "left", "77.03", ref_merchant="INV-100072"),
    entry("d", "left", "41.00", ref_merchant="INV-200001"),
]
CUT_OFF = "the text is cut off in its last reference"


@pytest.mark.parametrize("text", ["INV-100058, INV-20000", "INV-100058/INV-200", "inv 100058 + inv 2000 "])
@pytest.mark.parametrize("settings", [{}, {"confirm": "automatic"}])
def test_the_only_reference_that_begins_so_completes_the_set(text: str, settings: dict[str, str]) -> None:
    assert found(rules(**settings), [*INVOICES, paid("154.27", text)]) == [("suggested", ("a", "d"), CUT_OFF)]


@pytest.mark.parametrize(("amount", "other"), [("363.38", "b"), ("190.30", "c")])
@pytest.mark.parametrize("text", ["INV-100058, INV-1000", "INV 100058 INV 100"])
def test_of_several_that_begin_so_the_one_that_adds_up_completes_it(amount: str, other: str, text: str) -> None:
    assert found(rules(), [*INVOICES, paid(amount, text)]) == [("suggested", ("a", other), CUT_OFF)]


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("154.27", "INV-100058, INV-2000 of October"),
        ("154.27", "INV-100058, INV-20"),
        ("154.27", "INV-100058, INV-2100"),
        ("154.28", "INV-100058, INV-20000"),
        ("440.41", "INV-100058, INV-1000"),
        ("41.00", "INV-20000"),
    ],
)
def test_nothing_is_made_of_what_is_no_beginning_or_does_not_add_up(amount: str, text: str) -> None:
    assert found(rules(), [*INVOICES, paid(amount, text)]) == []


def test_a_text_that_ends_in_a_whole_reference_is_not_cut_off() -> None:
    rows = [
        *INVOICES,
        entry("e", "left", "9.00", ref_merchant="INV-2000"),
        paid("122.27", "INV-100058, INV-2000"),
    ]
    assert [(state, left) for state, left, _ in found(rules(), rows)] == [("confirmed", ("a", "e"))]


def test_another_merchant_has_numbers_of_its_own() -> None:
    def of_one(*names: str) -> list[Row]:
        return [{**row, "entity": "M1" if row["name"] in names else "M2"} for row in INVOICES]

    text = paid("154.27", "INV-100058, INV-20000", entity="M1")
    assert found(rules(same=["entity"]), [*of_one("a"), text]) == []
    assert found(rules(same=["entity"]), [*of_one("a", "d"), text]) == [("suggested", ("a", "d"), CUT_OFF)]


@pytest.mark.parametrize(("name", "side"), [("a", "left"), ("d", "left"), ("x", "right")])
def test_both_sides_are_explained(name: str, side: Side) -> None:
    book = ruleset([{"name": "listed", "lists": {"right.remittance": "left.ref_merchant"}}])
    rows = [*INVOICES, paid("154.27", "INV-100058, INV-20000")]
    verdict = explained(book, rows, name, side).passes[0]
    assert verdict.verdict is Verdict.SUGGESTED
    assert CUT_OFF in verdict.reason
    rows = [*INVOICES, paid("154.28", "INV-100058, INV-20000")]
    verdict = explained(book, rows, name, side).passes[0]
    assert verdict.verdict is Verdict.FAILED
    assert "2 free entries that add up to 154.27 NGN, 0.01 less than" in verdict.reason
