"""Why and why not: each gate on entries that fail it and nothing else, and every verdict there is."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from recon.errors import UsageError
from recon.matchers.explain.facts import Gate, GateResult, PassVerdict, Verdict
from recon.matchers.explain.gates import distance
from recon.model.ids import content_id
from recon.rules.ruleset import RuleSet
from tests.unit.matchers.bench_of import entry, ruleset
from tests.unit.matchers.looked_back import explained, looked_back, told_by, verdict_by, verdict_of, verdicts_of

WITHIN = {
    "amount": {"NGN": {"short": Decimal("1.00"), "over": Decimal("0.10")}},
    "days": {"before": 1, "after": 3},
}
ORDER = {"name": "order", "same": ["ref_merchant"], "within": WITHIN}
RULES = ruleset([ORDER])


def failed(verdict: PassVerdict) -> dict[Gate, GateResult]:
    return {gate.gate: gate for gate in verdict.candidates[0].failed}


def only_failure(verdict: PassVerdict) -> GateResult:
    assert verdict.verdict is Verdict.FAILED
    (gate,) = verdict.candidates[0].failed
    return gate


def rules_with(**settings: object) -> RuleSet:
    return ruleset([{**ORDER, **settings}])


@pytest.mark.parametrize(
    ("right", "much", "words"),
    [
        ("98.50", "0.50", "100.00 against 98.50 NGN: 1.50 short, 0.50 more than the 1.00 allowed"),
        ("100.30", "0.20", "100.00 against 100.30 NGN: 0.30 over, 0.20 more than the 0.10 allowed"),
    ],
)
def test_amount_beyond_the_tolerance_of_its_direction(right: str, much: str, words: str) -> None:
    rows = [
        entry("a", "left", "100.00", ref_merchant="A1"),
        entry("b", "right", right, ref_merchant="A1"),
    ]
    for verdict in verdicts_of(RULES, rows, ("a", "left"), ("b", "right")):
        gate = only_failure(verdict)
        assert (gate.gate, gate.left, gate.by_how_much, gate.words) == (
            Gate.AMOUNT,
            "100",
            Decimal(much),
            words,
        )


def test_amount_where_none_is_allowed() -> None:
    rows = [
        entry("a", "left", "100.00", "USD", ref_merchant="A1"),
        entry("b", "right", "99.99", "USD", ref_merchant="A1"),
    ]
    assert (
        only_failure(verdict_of(RULES, rows, "a")).words == "100.00 against 99.99 USD: 0.01 short, none allowed"
    )


@pytest.mark.parametrize(("day", "much", "apart"), [(15, 2, "5 days after"), (8, 1, "2 days before")])
def test_days_outside_the_window(day: int, much: int, apart: str) -> None:
    rows = [
        entry("a", "left", "100.00", day=10, ref_merchant="A1"),
        entry("b", "right", "100.00", day=day, ref_merchant="A1"),
    ]
    gate = only_failure(verdict_of(RULES, rows, "a"))
    assert (gate.gate, gate.by_how_much, gate.left, gate.right) == (
        Gate.DAYS, much, "2026-10-10", f"2026-10-{day:02}",
    )  # fmt: skip
    assert apart in gate.words


def test_business_days_are_counted_by_the_calendar() -> None:
    rules = rules_with(within={"days": {"business": 1, "calendar": "NG"}})
    rows = [
        entry("a", "left", "10.00", day=2, ref_merchant="A1"),  # Friday
        entry("b", "right", "10.00", day=6, ref_merchant="A1"),  # Tuesday
    ]
    gate = only_failure(verdict_of(rules, rows, "a"))
    assert (gate.gate, gate.by_how_much) == (Gate.DAYS, 1)
    assert "2 business days after" in gate.words


def test_another_key_is_told_with_the_characters_that_differ() -> None:
    rows = [
        entry("a", "left", "100.00", ref_merchant="ORD-0012"),
        entry("b", "right", "100.00", ref_merchant="ORD-0021"),
    ]
    gate = only_failure(verdict_of(RULES, rows, "a"))
    assert (gate.gate, gate.name, gate.left, gate.right, gate.by_how_much) == (
        Gate.KEY, "ref_merchant", "ORD-0012", "ORD-0021", 2,
    )  # fmt: skip


def test_currencies_are_not_compared_with_each_other() -> None:
    rows = [
        entry("a", "left", "100.00", "NGN", ref_merchant="A1"),
        entry("b", "right", "100.00", "USD", ref_merchant="A1"),
    ]
    gates = failed(verdict_of(RULES, rows, "a"))
    assert set(gates) == {Gate.CURRENCY, Gate.AMOUNT}
    assert gates[Gate.AMOUNT].by_how_much is None
    assert gates[Gate.CURRENCY].words == "NGN against USD"


def test_text_that_lacks_the_reference() -> None:
    rules = ruleset([{"name": "text", "contains": {"right.remittance": "left.payout_id"}}])
    rows = [
        entry("a", "left", "100.00", payout_id="PO-77"),
        entry("b", "right", "100.00", remittance="PAYOUT PO 78 ACME"),
    ]
    gate, other = map(only_failure, verdicts_of(rules, rows, ("a", "left"), ("b", "right")))
    assert (gate.gate, gate.left, gate.right) == (Gate.CONTAINS, "PO77", "PAYOUT PO 78 ACME")
    assert other.gate is Gate.CONTAINS


def test_text_that_holds_the_reference_with_other_separators() -> None:
    rules = ruleset([{"name": "text", "contains": {"right.remittance": "left.payout_id"}}])
    rows = [
        entry("a", "left", "100.00", payout_id="PO-77"),
        entry("b", "right", "90.00", remittance="payout po 77 acme"),
    ]
    for verdict in verdicts_of(rules, rows, ("a", "left"), ("b", "right")):
        assert only_failure(verdict).gate is Gate.AMOUNT


@pytest.mark.parametrize(
    ("values", "settings", "words"),
    [
        ({}, {}, "ref_merchant is absent"),
        ({"ref_merchant": "A1", "business_date": None}, {}, "business_date is absent"),
        (
            {"ref_merchant": "A1", "type": "fee"},
            {"only": {"left": "type = 'payment'"}},
            "only where type = 'payment'",
        ),
        ({"ref_merchant": "A1"}, {"compare": "net"}, "net is absent"),
    ],
)
def test_what_a_pass_does_not_look_at(values: dict[str, Any], settings: dict[str, object], words: str) -> None:
    rows = [
        entry("a", "left", "100.00", **values),
        entry("b", "right", "100.00", ref_merchant="A1", net=Decimal(1)),
    ]
    verdict = verdict_of(rules_with(**settings), rows, "a")
    assert verdict.verdict is Verdict.NOT_CONSIDERED
    assert words in verdict.reason


def test_a_candidate_that_the_pass_does_not_look_at_is_told_when_it_shares_a_reference() -> None:
    rows = [
        entry("a", "left", "100.00", ref_merchant="ORD-0012"),
        entry("b", "right", "100.00", ref_processor="ord 0012"),
    ]
    gates = failed(verdict_of(RULES, rows, "a"))
    assert gates[Gate.CONSIDERED].words == "ref_merchant is absent"
    assert gates[Gate.KEY].words == "`ORD-0012`, absent on the right"


def test_what_the_rule_set_leaves_out() -> None:
    rules = ruleset([ORDER], exclude=[{"side": "left", "where": "type = 'fee'", "reason": "billed apart"}])
    rows = [
        entry("a", "left", "1.00", type="fee", ref_merchant="A1"),
        entry("b", "right", "1.00", ref_merchant="A1"),
    ]
    with looked_back(rules, rows) as explainer:
        explanation, other = told_by(explainer, "a"), verdict_by(explainer, "b", "right")
    assert explanation.left_out == "billed apart"
    assert explanation.passes[0].verdict is Verdict.NOT_CONSIDERED
    gates = failed(other)
    assert gates[Gate.CONSIDERED].words == "the rule set leaves it out: billed apart"


def test_a_candidate_that_another_match_used_up() -> None:
    first = {"name": "exact", "same": ["ref_merchant", "ref_bank"]}
    rows = [
        entry("a", "left", "100.00", ref_merchant="A1", ref_bank="B2"),
        entry("b", "left", "100.00", ref_merchant="A1", ref_bank="B1"),
        entry("c", "right", "100.00", ref_merchant="A1", ref_bank="B1"),
    ]
    explanation = explained(ruleset([first, ORDER]), rows, "a")
    verdict = explanation.passes[1]
    assert verdict.verdict is Verdict.TAKEN
    (gate,) = verdict.candidates[0].failed
    assert gate.gate is Gate.FREE
    assert "already matched by `exact`" in gate.words


def test_equally_good_candidates_and_rivals_are_counted() -> None:
    rules = rules_with(within={"days": 3})
    rows = [
        entry("a", "left", "10.00", day=10, ref_merchant="A1"),
        entry("b", "right", "10.00", day=11, ref_merchant="A1"),
        entry("c", "right", "10.00", day=9, ref_merchant="A1"),
    ]
    verdict, rival = verdicts_of(rules, rows, ("a", "left"), ("b", "right"))
    assert verdict.verdict is Verdict.AMBIGUOUS
    assert {candidate.failed[0].by_how_much for candidate in verdict.candidates} == {1}
    assert rival.verdict is Verdict.AMBIGUOUS


def test_a_pass_that_only_suggests() -> None:
    rules = ruleset([{"name": "near", "within": {"amount": Decimal(0), "days": 2}}])
    rows = [entry("a", "left", "10.00"), entry("b", "right", "10.00", day=2)]
    verdict = verdict_of(rules, rows, "a")
    assert verdict.verdict is Verdict.SUGGESTED
    (gate,) = verdict.candidates[0].failed
    assert gate.gate is Gate.CONFIRMS


def test_a_pass_that_only_suggests_leaves_suggestions_alone() -> None:
    passes = [
        {"name": name, "within": {"amount": Decimal(0), "days": days}}
        for name, days in (("near", 2), ("far", 9))
    ]
    rows = [entry("a", "left", "10.00"), entry("b", "right", "10.00", day=2)]
    explanation = explained(ruleset(passes), rows, "a")
    assert [one.verdict for one in explanation.passes] == [Verdict.SUGGESTED, Verdict.NOT_CONSIDERED]
    assert "already suggested by `near`" in explanation.passes[1].reason


def test_groups_are_compared_as_a_whole_and_told_with_their_size() -> None:
    rules = ruleset([{"name": "payout", "group": {"left": "payout_id", "right": "ref_payout"}}])
    rows = [
        *(
            entry(f"l{n}", "left", amount, payout_id="P1")
            for n, amount in enumerate(("60.00", "30.00", "9.00"))
        ),
        *(entry(f"r{n}", "right", amount, ref_payout="P1") for n, amount in enumerate(("50.00", "50.00"))),
    ]
    verdict = verdict_of(rules, rows, "l1")
    assert (verdict.entries, verdict.amount) == (3, Decimal("99.00"))
    (candidate,) = verdict.candidates
    assert (candidate.entries, candidate.amount) == (2, Decimal("100.00"))
    (gate,) = candidate.failed
    assert (gate.gate, gate.by_how_much) == (Gate.AMOUNT, Decimal("1.00"))


def test_a_group_of_another_reference_with_the_same_sum_is_near() -> None:
    rules = ruleset([{"name": "payout", "group": {"left": "payout_id", "right": "ref_payout"}}])
    rows = [
        entry("l1", "left", "60.00", payout_id="P1"),
        entry("l2", "left", "40.00", payout_id="P1"),
        entry("r", "right", "100.00", ref_payout="X9"),
    ]
    verdict = verdict_of(rules, rows, "r", "right")
    (candidate,) = verdict.candidates
    assert candidate.entries == 2
    assert {gate.gate for gate in candidate.failed} == {Gate.KEY}


def test_offset_sets_money_in_against_money_out() -> None:
    rules = ruleset([{"name": "reversal", "offset": {"side": "left", "same": ["ref_merchant"]}}])
    rows = [
        entry("a", "left", "100.00", ref_merchant="A1"),
        entry("b", "left", "-99.00", ref_merchant="A1"),
        entry("c", "right", "100.00", ref_merchant="A1"),
    ]
    paid_in, paid_out, other = verdicts_of(rules, rows, ("a", "left"), ("b", "left"), ("c", "right"))
    gate = only_failure(paid_in)
    assert (gate.gate, gate.by_how_much) == (Gate.AMOUNT, Decimal("1.00"))
    assert only_failure(paid_out).gate is Gate.AMOUNT
    assert other.verdict is Verdict.NOT_CONSIDERED


def test_nothing_near() -> None:
    rows = [entry("a", "left", "100.00", ref_merchant="A1"), entry("b", "right", "7.00", ref_merchant="Z9")]
    verdict = verdict_of(RULES, rows, "a")
    assert (verdict.verdict, verdict.candidates) == (Verdict.NOTHING_NEAR, ())
    assert (
        verdict.reason == "nothing on the right side shares ref_merchant with it, or comes near its 100.00 NGN"
    )


def test_nothing_near_that_undoes_it() -> None:
    rules = ruleset([{"name": "reversal", "offset": {"side": "left", "same": ["ref_merchant"]}}])
    rows = [entry("a", "left", "100.00", ref_merchant="A1"), entry("b", "left", "-7.00", ref_merchant="Z9")]
    assert verdict_of(rules, rows, "a").reason == (
        "nothing the other way on the left side shares ref_merchant with it, or comes near its 100.00 NGN"
    )


def test_a_matched_entry_is_explained_by_its_match() -> None:
    passes: list[Mapping[str, object]] = [
        {"name": "exact", "same": ["ref_merchant"]},
        ORDER,
        {"name": "later", "same": ["ref_bank"]},
    ]
    rows = [
        entry("a", "left", "100.00", ref_merchant="A1"),
        entry("b", "right", "99.50", ref_merchant="A1"),
    ]
    explanation = explained(ruleset(passes), rows, "a")
    assert [one.verdict for one in explanation.passes] == [Verdict.FAILED, Verdict.MATCHED, Verdict.NOT_REACHED]
    match = explanation.match
    assert match is not None
    assert (match.pass_name, match.variance, match.variance_kind) == ("order", Decimal("0.50"), "short")
    assert match.evidence == {"days": 0}
    assert [(member.side, member.entry.place) for member in match.members] == [
        ("left", "inbox/f.csv:1"), ("right", "inbox/f.csv:1"),
    ]  # fmt: skip


def test_two_entries_side_by_side() -> None:
    rows = [
        entry("a", "left", "100.00", ref_merchant="A1"),
        entry("b", "right", "55.00", day=9, ref_merchant="Q7"),
        entry("c", "right", "99.99", ref_merchant="A2"),
    ]
    (verdict,) = explained(RULES, rows, "a", against="b").passes
    (candidate,) = verdict.candidates
    assert candidate.entry.entry_id == content_id(["b"], 24)
    assert {gate.gate for gate in candidate.failed} == {Gate.KEY, Gate.AMOUNT, Gate.DAYS}


def test_the_nearest_come_first_and_three_are_told() -> None:
    rows = [
        entry("a", "left", "100.00", day=10, ref_merchant="A1"),
        entry("two gates", "right", "90.00", day=20, ref_merchant="A1"),
        entry("amount far", "right", "90.00", day=10, ref_merchant="A1"),
        entry("amount near", "right", "98.00", day=11, ref_merchant="A1"),
        entry("days", "right", "100.00", day=20, ref_merchant="A1"),
        entry("key", "right", "100.00", day=10, ref_merchant="B1"),
    ]
    names: Mapping[str, str] = {row["entry_id"]: row["name"] for row in rows}
    told = [names[candidate.entry.entry_id] for candidate in verdict_of(RULES, rows, "a").candidates]
    assert told == ["days", "amount near", "amount far"]


def test_an_entry_that_the_run_does_not_have() -> None:
    with pytest.raises(UsageError, match="has no entry"):
        explained(RULES, [entry("a", "left", "1.00")], "b")


def test_distance_counts_changed_characters() -> None:
    assert [distance("ORD-12", other) for other in ("ORD-12", "ORD-21", "ORD12", "ORD-123", "")] == [
        0,
        2,
        1,
        1,
        6,
    ]


PAYER = {"name": "payer", "similar": {"left": "counterparty_name", "right": "remittance", "at_least": 80}}


def test_names_that_have_too_little_in_common() -> None:
    rows = [
        entry("a", "left", "100.00", counterparty_name="Acme Trading Ltd"),
        entry("b", "right", "100.00", remittance="ACME INDUSTRIES"),
    ]
    gate = only_failure(verdict_of(ruleset([PAYER]), rows, "a"))
    assert (gate.gate, gate.left, gate.right, gate.by_how_much, gate.words) == (
        Gate.SIMILAR, "ACME TRADING", "ACME INDUSTRIES", 30,
        "`ACME TRADING` against `ACME INDUSTRIES`, sharing ACME: 50 of 100, 30 less than asked",
    )  # fmt: skip


def test_a_name_that_says_nothing_is_not_looked_at() -> None:
    rows = [
        entry("a", "left", "100.00", counterparty_name="The Ltd"),
        entry("b", "right", "100.00", remittance="ACME"),
    ]
    assert verdict_of(ruleset([PAYER]), rows, "a").verdict is Verdict.NOT_CONSIDERED


def test_a_name_that_is_alike_enough_is_suggested() -> None:
    rows = [
        entry("a", "left", "100.00", counterparty_name="Acme Trading Ltd"),
        entry("b", "right", "100.00", remittance="TRADING ACME"),
    ]
    found = verdict_of(ruleset([PAYER]), rows, "a")
    assert found.verdict is Verdict.SUGGESTED
    assert "sharing ACME TRADING: 100 of 100, 80 asked" in [g.words for g in found.candidates[0].gates][2]


def test_a_condition_over_both_is_told_with_its_values() -> None:
    where = "left.ref_bank = right.ref_processor AND starts_with(right.remittance, left.counterparty_name)"
    rows = [
        entry("a", "left", "100.00", ref_bank="B1", counterparty_name="ACME"),
        entry("b", "right", "100.00", ref_processor="B1", remittance="BETA"),
    ]
    gate = only_failure(verdict_of(ruleset([{"name": "bank", "where": where}]), rows, "b", "right"))
    assert (gate.gate, gate.name, gate.words) == (
        Gate.WHERE,
        where,
        "does not hold for left.ref_bank `B1`, left.counterparty_name `ACME`; "
        "right.ref_processor `B1`, right.remittance `BETA`",
    )


def test_references_that_go_on_differently_wait_for_a_person() -> None:
    rules = ruleset([{"name": "order", "same": ["ref_merchant"], "normalise": {"first": 8}}])
    rows = [
        entry("a", "left", "10.00", ref_merchant="ORD-2026-0001"),
        entry("b", "right", "10.00", ref_merchant="ORD-2026-0007"),
    ]
    verdict = verdict_of(rules, rows, "a")
    assert verdict.verdict is Verdict.SUGGESTED
    waits = "after 8 characters the references go on differently; a person confirms"
    assert failed(verdict)[Gate.CONFIRMS].words == waits
    assert ", suggested where the references go on differently" in verdict.words


def test_what_nothing_brings_together_is_not_weighed_and_is_said_so() -> None:
    rules = ruleset([{"name": "likely", "likely": {"references": ["ref_merchant"]}, "within": {"days": 3}}])
    rows = [
        entry("a", "left", "10.00", ref_merchant="516618695-89"),
        entry("b", "right", "34.00", ref_merchant="order 516618695-89"),
    ]
    gate = failed(explained(rules, rows, "a", against="b").passes[0])[Gate.EVIDENCE]
    assert gate.words.startswith("not weighed: neither a whole reference nor, within the days, an amount")
    assert gate.words.endswith("; 55 points would speak for it")
    near = [rows[0], entry("b", "right", "10.00", ref_merchant="order 516618695-89")]
    assert explained(rules, near, "a", against="b").passes[0].verdict is Verdict.SUGGESTED


DEPOSITS = ruleset(
    [
        {
            "name": "deposit",
            "subset": {"many": "left", "runs": False, "most": 2},
            "within": {"days": {"before": 0, "after": 3}},
        }
    ],
    exclude=[{"side": "right", "where": "type = 'fee'", "reason": "costs"}],
)


@pytest.mark.parametrize(
    ("amounts", "untold", "words"),
    [
        (["22.00"] * 5, 3, "an entry of the same amount is in a set that is told; with this one it adds up as well"),
        (["21.00", "1.00", "20.00", "2.00", "19.00", "3.00", "18.00", "4.00"], 2,
         "4 sets add up; the 3 that are told are without it"),
    ],
)  # fmt: skip
def test_a_set_that_is_not_told_is_not_denied(amounts: list[str], untold: int, words: str) -> None:
    rows = [
        *(entry(f"a{n}", "left", amount, day=1 + n % 2) for n, amount in enumerate(amounts)),
        entry("x", "right", "22.00", day=3),
    ]
    verdicts = [verdict_of(DEPOSITS, rows, f"a{n}") for n in range(len(amounts))]
    failures = [one for one in verdicts if one.verdict is Verdict.FAILED]
    assert len(failures) == untold
    for one in failures:
        assert one.reason.endswith("in reach; sets add up, but those that are told are without it")
        assert failed(one)[Gate.AMOUNT].words == words


def test_what_may_hold_an_entry_comes_first_and_says_why_it_is_not_looked_at() -> None:
    rows = [
        entry("a", "left", "50.00"),
        *(entry(f"x{n}", "right", f"{n}.00", day=2) for n in range(1, 5)),
        entry("y", "right", "60.00", day=2, remittance="nearest"),
        entry("z", "right", "50.00", day=2, type="fee"),
    ]
    told = verdict_of(DEPOSITS, rows, "a").candidates
    assert [one.amount for one in told] == [Decimal("60.00"), Decimal("4.00"), Decimal("3.00")]
    gate = failed(explained(DEPOSITS, rows, "a", against="z").passes[0])[Gate.CONSIDERED]
    assert gate.words == "the rule set leaves it out: costs"
