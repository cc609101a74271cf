"""Numbers in texts that may be a price, a day or another figure: the entry of that number waits for a person."""

from typing import Any

import pytest

from recon.matchers.explain.facts import Verdict
from tests.unit.matchers.bench_of import Row, entry, matched, ruleset
from tests.unit.matchers.looked_back import verdict_of

TEXT: dict[str, Any] = {"name": "text", "contains": {"right.remittance": "left.ref_merchant"}}


def state_of(reference: str, text: str, amount: str = "59.90", **how: object) -> str | None:
    rows = [
        entry("a", "left", amount, ref_merchant=reference, account="A1"),
        entry("b", "right", amount, remittance=text, account="A1"),
    ]
    found = matched(ruleset([{**TEXT, **how}]), rows)
    return found[0][1] if found else None


@pytest.mark.parametrize(
    ("reference", "text"),
    [
        ("390", "TOTAL EUR 1.390,00"),
        ("590", "PAID 590.00 EUR"),
        ("1990", "PAID 19.90"),
        ("123456", "PAID EUR 1,234.56"),
        ("119", "119 % OF THE PLAN"),
        ("1012", "SHOP 10.12. NINE O'CLOCK"),
        ("121026", "SHOP 12.10.26"),
        ("2026", "DUES OF OCTOBER 2026"),
        ("12", "TABLE 12"),
        ("915", "SHOP 9:15"),
        ("59", "PAID 59"),
        ("1990", "PAID 19.90 12.10.2026 9:15"),
    ],
)
def test_a_figure_is_suggested(reference: str, text: str) -> None:
    assert state_of(reference, text) == "suggested"
    assert state_of(reference, text, confirm="automatic") == "confirmed"
    assert state_of(reference, text, same=["account"]) == "confirmed"


@pytest.mark.parametrize(
    ("reference", "text"),
    [
        ("390", "ORDER 390 EUR 1.390,00"),
        ("390", "ORDER 390, 12.10.2026"),
        ("390", "#390"),
        ("1023", "1023 EUR 59,90"),
        ("1023", "INVOICE 2026/1023"),
        ("1023", "NO.1023"),
        ("123456", "ORDER 123 456"),
        ("123456", "ORDER 1234-56"),
        ("202610120001", "PAID 2026-10-12-0001 OF 12.10.2026"),
        ("PO20261012", "PO-2026-10-12"),
        ("INV12", "INV 12"),
        ("A5990", "A 59.90"),
    ],
)
def test_a_reference_counts(reference: str, text: str) -> None:
    assert state_of(reference, text) == "confirmed"


def test_the_amount_itself_is_no_reference() -> None:
    assert state_of("390", "PAID 390", "390.00") == "suggested"


def rivals() -> list[Row]:
    return [
        entry("a", "left", "390.00", ref_merchant="1023"),
        entry("b", "left", "390.00", ref_merchant="700"),
        entry("c", "right", "390.00", remittance="INVOICE 1023 OF EUR 700.00 LESS 310.00"),
    ]


def test_what_a_text_names_comes_before_its_figures() -> None:
    assert matched(ruleset([TEXT]), rivals()) == [("text", "confirmed", ("a",), ("c",))]
    assert verdict_of(ruleset([TEXT]), rivals(), "b").verdict is Verdict.TAKEN


def test_why_it_is_suggested_is_told() -> None:
    verdict = verdict_of(ruleset([TEXT]), rivals()[1:], "b")
    assert verdict.verdict is Verdict.SUGGESTED
    waits = "the number may be a price, a day or another figure of the text; a person confirms"
    assert waits in [gate.words for candidate in verdict.candidates for gate in candidate.gates]
    assert "suggested where a number may be a price" in verdict.words


@pytest.mark.parametrize(
    ("reference", "text"), [("1023", "ORDER 0001023"), ("0001023", "ORDER 1023 OR 001023")]
)
def test_leading_zeros_may_be_ignored(reference: str, text: str) -> None:
    assert state_of(reference, text) is None
    assert state_of(reference, text, normalise={"ignore": ["leading_zeros"]}) == "confirmed"
