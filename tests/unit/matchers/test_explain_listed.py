"""Why a pass that adds up what texts name matched an entry or not: what is named, its sum, and what is missing."""

from collections.abc import Iterator

import pytest

from recon.matchers.explain.explainer import Explainer
from recon.matchers.explain.facts import Gate, Verdict
from tests.unit.matchers.bench_of import entry, ruleset
from tests.unit.matchers.looked_back import explained, looked_back, verdict_by, verdict_of, verdicts_of

LISTED = {"name": "listed", "lists": {"right.remittance": "left.ref_merchant"}, "within": {"days": 20}}
RULES = ruleset([LISTED])
ROWS = [
    entry("a", "left", "113.27", ref_merchant="INV-10023"),
    entry("b", "left", "250.11", ref_merchant="INV-10031", day=2),
    entry("c", "left", "77.03", ref_merchant="INV-10040"),
    entry("x", "right", "400.00", remittance="INV-10023, 31 of 2026", day=3),
    entry("y", "right", "9.00", remittance="rent of May", day=3),
]


@pytest.fixture(scope="module")
def explainer() -> Iterator[Explainer]:
    """The entries above, matched once."""
    with looked_back(RULES, ROWS) as one:
        yield one


def test_what_a_text_names_is_told_with_its_sum_and_what_is_missing(explainer: Explainer) -> None:
    verdict = verdict_by(explainer, "x", "right")
    assert verdict.verdict is Verdict.FAILED
    assert verdict.reason == (
        "its text names 2 free entries that add up to 363.38 NGN, 36.62 less than its 400.00 NGN"
    )
    assert sorted(candidate.entry.references["ref_merchant"] for candidate in verdict.candidates) == [
        "INV-10023", "INV-10031",
    ]  # fmt: skip
    assert {gate.gate for candidate in verdict.candidates for gate in candidate.failed} == {Gate.AMOUNT}


def test_an_entry_is_told_which_texts_name_it(explainer: Explainer) -> None:
    verdict = verdict_by(explainer, "b")
    assert verdict.verdict is Verdict.FAILED
    assert verdict.reason == (
        "1 text of the right side names it; the nearest names 2 free entries that add up to 363.38 NGN, 36.62 less "
        "than its own 400.00 NGN"
    )


def test_nothing_named_is_told(explainer: Explainer) -> None:
    told = verdict_by(explainer, "y", "right"), verdict_by(explainer, "c")
    assert [(one.verdict, one.reason) for one in told] == [
        (Verdict.NOTHING_NEAR, "its text names no two entries of the left side"),
        (Verdict.NOTHING_NEAR, "no text of the right side names it beside another entry"),
    ]


def test_two_entries_are_told_gate_by_gate(explainer: Explainer) -> None:
    verdict = verdict_by(explainer, "x", "right", against="b")
    (candidate,) = verdict.candidates
    assert candidate.entry.references["ref_merchant"] == "INV-10031"
    verdict = verdict_by(explainer, "c", "left", against="x")
    assert verdict.candidates == ()


def test_what_is_matched_already_is_told() -> None:
    both = ruleset([{"name": "order", "same": ["ref_merchant"]}, LISTED])
    rows = [*ROWS, entry("z", "right", "113.27", ref_merchant="INV-10023")]
    rows[3] = entry("x", "right", "400.00", remittance="INV-10023 INV-10031 INV-10040", day=3)
    verdict = explained(both, rows, "x", "right").passes[1]
    assert verdict.reason == (
        "its text names 2 free entries that add up to 327.14 NGN, 72.86 less than its 400.00 NGN; 1 more is matched "
        "already or out of reach"
    )


def test_a_suggestion_is_told_with_its_reason() -> None:
    rows = [*ROWS[:3], entry("x", "right", "190.30", remittance="INV-10023 INV-10031 INV-10040", day=3)]
    for verdict in verdicts_of(RULES, rows, ("x", "right"), ("a", "left")):
        assert verdict.verdict is Verdict.SUGGESTED
        assert verdict.reason == "2 named in a text add up, and only some of what the text names adds up"


def test_business_days_are_counted() -> None:
    one = {**LISTED, "within": {"days": {"before": 0, "after": 2, "calendar": "NG"}}}
    rows = [*ROWS[:3], entry("x", "right", "363.38", remittance="INV-10023 INV-10031", day=12)]
    verdict = verdict_of(ruleset([one]), rows, "x", "right")
    assert verdict.reason == "its text names 2 entries, none of which is free and in reach"
    (gate,) = verdict.candidates[0].failed[1:]
    assert (gate.gate, gate.by_how_much) == (Gate.DAYS, 4)
