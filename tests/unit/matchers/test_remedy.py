"""The change that would match two entries does match them, and is no wider than they need."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pytest

from recon.matchers.explain.facts import EntryFacts
from recon.matchers.trials.remedy import Pair, Remedy, remedy
from recon.model.ids import content_id
from recon.rules.ruleset import RuleSet
from recon.rules.writing import pass_yaml
from recon.runs.remedies import explain_pair
from tests.unit.matchers.bench_of import Row, entry, matched, ruleset
from tests.unit.matchers.looked_back import looked_back


def remedied(rules: RuleSet, rows: Sequence[Row]) -> Remedy | None:
    """The remedy for the entries `a` and `b`."""
    left, right = content_id(["a"], 24), content_id(["b"], 24)
    with looked_back(rules, rows) as explainer:
        one, other = explainer.explain("left", left, right), explainer.explain("right", right, left)
    return remedy(rules, one.passes, Pair(one.entry, other.entry, amount(one.entry), amount(other.entry)))


def amount(one: EntryFacts) -> Decimal:
    return one.amount


def rules_of(**settings: object) -> RuleSet:
    return ruleset([{"name": "the pass", **settings}])


ORDER = {"same": ["ref_merchant"]}
CASES: dict[str, tuple[Mapping[str, object], Mapping[str, Any], Mapping[str, Any], tuple[str, ...]]] = {
    "amount": (
        {**ORDER, "within": {"amount": Decimal("0.01")}},
        {"amount": "10.00", "ref_merchant": "A1"},
        {"amount": "9.70", "ref_merchant": "A1"},
        ("within.amount: 0.01 → {short: 0.3, over: 0.01}",),
    ),
    "amount of one currency": (
        {**ORDER, "within": {"amount": {"USD": Decimal(1)}}},
        {"amount": "10.00", "ref_merchant": "A1"},
        {"amount": "10.05", "ref_merchant": "A1"},
        ("within.amount: {USD: 1} → {USD: 1, NGN: {short: 0, over: 0.05}}",),
    ),
    "days": (
        {**ORDER, "within": {"days": {"before": 0, "after": 1}}},
        {"amount": "10.00", "ref_merchant": "A1", "day": 2},
        {"amount": "10.00", "ref_merchant": "A1", "day": 8},
        ("within.days: {before: 0, after: 1} → {before: 0, after: 6}",),
    ),
    "business days": (
        {**ORDER, "within": {"days": {"business": 1}}},
        {"amount": "10.00", "ref_merchant": "A1", "day": 2},
        {"amount": "10.00", "ref_merchant": "A1", "day": 7},
        ("within.days: {business: 1} → {business: 3}",),
    ),
    "the other way": (
        {**ORDER, "within": {"days": 1}},
        {"amount": "10.00", "ref_merchant": "A1", "day": 8},
        {"amount": "10.00", "ref_merchant": "A1", "day": 2},
        ("within.days: 1 → {before: 6, after: 1}",),
    ),
    "spelling": (
        ORDER,
        {"amount": "10.00", "ref_merchant": "ab-01"},
        {"amount": "10.00", "ref_merchant": "AB01"},
        ("normalise.ignore: not given → [separators, case]",),
    ),
    "cut off": (
        ORDER,
        {"amount": "10.00", "ref_merchant": "ORDER-2026-000017"},
        {"amount": "10.00", "ref_merchant": "ORDER-2026"},
        ("normalise.first: not given → 10",),
    ),
    "waiting for a person": (
        {"within": {"amount": Decimal("0.50"), "days": 1}},
        {"amount": "10.00"},
        {"amount": "10.20"},
        ("confirm: not given → automatic",),
    ),
    "not looked at": (
        {**ORDER, "only": {"right": "type = 'refund'"}},
        {"amount": "10.00", "ref_merchant": "A1"},
        {"amount": "10.00", "ref_merchant": "A1"},
        ("only.right: type = ''refund'' → not given".replace("type = ''refund''", "'type = ''refund'''"),),
    ),
    "amount and days": (
        {**ORDER, "within": {"days": 1}},
        {"amount": "10.00", "ref_merchant": "A1", "day": 1},
        {"amount": "11.00", "ref_merchant": "A1", "day": 3},
        ("within.amount: not given → {short: 0, over: 1}", "within.days: 1 → {before: 1, after: 2}"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_pass_is_widened_by_what_is_missing_and_then_matches(name: str) -> None:
    settings, left, right, changes = CASES[name]
    rules = rules_of(**settings)
    rows = [entry("a", "left", **left), entry("b", "right", **right)]
    found = remedied(rules, rows)
    assert found is not None
    assert (found.changes, found.is_new) == (changes, False)
    assert [(state, *sides) for _, state, *sides in matched(found.ruleset, rows)] == [
        ("confirmed", ("a",), ("b",))
    ]


@pytest.mark.parametrize(
    ("left", "right", "rule"),
    [
        ({"ref_processor": "X-9000001"}, {"ref_bank": "x9000001"}, "same: {ref_processor: ref_bank}"),
        (
            {"ref_processor": "X-9000001"},
            {"remittance": "paid x-9000001 ok"},
            "right.remittance: left.ref_processor",
        ),
        ({}, {}, "within: {amount: {short: 0.25}"),
    ],
)
def test_where_no_pass_will_do_a_new_one_rests_on_what_they_share(
    left: Mapping[str, Any], right: Mapping[str, Any], rule: str
) -> None:
    rules = rules_of(**ORDER)
    rows = [entry("a", "left", "10.00", **left), entry("b", "right", "9.75", day=3, **right)]
    found = remedied(rules, rows)
    assert found is not None
    assert found.is_new
    assert rule in pass_yaml(found.item)
    state = "confirmed" if left else "suggested"
    assert [(one, *sides) for _, one, *sides in matched(found.ruleset, rows)] == [(state, ("a",), ("b",))]


def test_equal_amounts_are_proposed_as_such() -> None:
    rows = [entry("a", "left", "10.00"), entry("b", "right", "10.00", day=3)]
    found = remedied(rules_of(**ORDER), rows)
    assert found is not None
    assert "within: {amount: 0, days: {before: 0, after: 2}}" in pass_yaml(found.item)


def test_nothing_is_proposed_for_strangers_other_currencies_or_most_of_the_money() -> None:
    far = [entry("a", "left", "10.00"), entry("b", "right", "99.00")]
    assert remedied(rules_of(**ORDER), far) is None
    most = [entry("a", "left", "10.00", ref_merchant="A1"), entry("b", "right", "4.99", ref_merchant="A1")]
    assert remedied(rules_of(**ORDER), most) is None
    foreign = [
        entry("a", "left", "10.00", "NGN", ref_merchant="A1"),
        entry("b", "right", "10.00", "USD", ref_merchant="A1"),
    ]
    assert remedied(rules_of(**ORDER), foreign) is None


LIKELY: Mapping[str, object] = {"likely": {"references": ["ref_merchant"]}, "within": {"days": 3}}


def test_what_is_only_likely_is_never_told_to_confirm() -> None:
    left = entry("a", "left", "10.00", ref_merchant="TX4F07C1D2")
    rows = [left, entry("b", "right", "10.00", ref_merchant="TX4F07C1D3")]
    assert [state for _, state, *_ in matched(rules_of(**LIKELY), rows)] == ["suggested"]
    assert remedied(rules_of(**LIKELY), rows) is None
    cut = [left, entry("b", "right", "10.00", ref_merchant="TX4F07C1")]
    rules = ruleset([{"name": "order", **ORDER}, {"name": "likely", **LIKELY}])
    found = remedied(rules, cut)
    assert found is not None
    assert (found.item.name, found.changes) == ("order", ("normalise.first: not given → 8",))


@pytest.mark.parametrize("side", ["left", "right"])
def test_nothing_is_proposed_for_what_the_rule_set_leaves_out(side: str) -> None:
    rules = ruleset(
        [{"name": "order", **ORDER}], exclude=[{"side": side, "where": "amount > 0", "reason": "ours"}]
    )
    rows = [entry("a", "left", "10.00", ref_merchant="A1"), entry("b", "right", "10.00", ref_merchant="A1")]
    with looked_back(rules, rows) as explainer:
        found = explain_pair(explainer, content_id(["a"], 24), content_id(["b"], 24))
    assert (found.left_out, found.change) == ("ours", None)
