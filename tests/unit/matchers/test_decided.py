"""What people accepted stands before any pass, what they rejected is not proposed again."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from recon.model.ids import content_id
from recon.rules.ruleset import RuleSet
from recon.runs.decisions import ACCEPTED, REJECTED, Decision
from tests.unit.matchers.bench_of import Row, entry, matches, ruleset

NEAR = ruleset([{"name": "amount and day", "within": {"amount": Decimal("0.50"), "days": 1}}])
ORDER = ruleset([{"name": "order", "same": ["ref_merchant"]}])
GROUPED = ruleset([{"name": "payout", "group": {"left": "payout_id"}, "same": {"payout_id": "ref_payout"}}])


def decided(
    verdict: str,
    left: Sequence[str],
    right: Sequence[str],
    match: Mapping[str, Any] | None = None,
    number: int = 1,
    under: str = "amount and day",
) -> Decision:
    return Decision(
        number=number,
        at="2026-11-01T09:00:00Z",
        verdict=verdict,
        by="ada",
        reason="seen on the statement",
        match_id=match["match_id"] if match else content_id([*left, *right], 24),
        ruleset="left_vs_right",
        pass_name=under,
        run="r1",
        left=tuple(content_id([name], 24) for name in left),
        right=tuple(content_id([name], 24) for name in right),
    )


def found(rules: RuleSet, rows: Sequence[Row], *decisions: Decision) -> list[tuple[Any, ...]]:
    return sorted((match["state"], match["rank"], *match["sides"]) for match in matches(rules, rows, decisions))


PAIR = [entry("a", "left", "10.00"), entry("b", "right", "10.20"), entry("c", "right", "10.40")]


def test_an_accepted_suggestion_is_a_match_made_by_hand_under_its_own_id() -> None:
    (suggested,) = [one for one in matches(NEAR, PAIR) if one["sides"] == (("a",), ("b",))]
    assert suggested["state"] == "suggested"
    (match,) = matches(NEAR, PAIR, [decided(ACCEPTED, ["a"], ["b"], suggested)])
    assert (match["match_id"], match["pass"]) == (suggested["match_id"], "amount and day")
    assert (match["state"], match["kind"], match["variance"]) == ("manual", "1:1", Decimal("-0.20"))
    assert '"by":"ada"' in match["evidence"]


def test_an_accepted_match_takes_its_entries_from_every_pass() -> None:
    rows = [
        entry("a", "left", "10.00", ref_merchant="A1"),
        entry("b", "right", "10.00", ref_merchant="A1"),
        entry("c", "right", "7.00", ref_merchant="A1"),
    ]
    assert found(ORDER, rows, decided(ACCEPTED, ["a"], ["c"])) == [("manual", 1, ("a",), ("c",))]


def test_after_a_rejection_the_next_best_comes_up() -> None:
    assert found(NEAR, PAIR) == [("suggested", 1, ("a",), ("b",))]
    assert found(NEAR, PAIR, decided(REJECTED, ["a"], ["b"])) == [("suggested", 1, ("a",), ("c",))]
    both = (decided(REJECTED, ["a"], ["b"]), decided(REJECTED, ["a"], ["c"], number=2))
    assert found(NEAR, PAIR, *both) == []


def test_a_rejection_settles_what_was_ambiguous() -> None:
    rows = [
        entry("a", "left", "10.00", ref_merchant="A1"),
        entry("b", "right", "10.00", ref_merchant="A1", day=2),
        entry("c", "right", "10.00", ref_merchant="A1", day=3),
    ]
    dated = ruleset(
        [{"name": "order", "same": ["ref_merchant"], "within": {"days": {"before": 2, "after": 2}}}]
    )
    tied = [rows[0], rows[1], {**rows[2], "business_date": rows[1]["business_date"].replace(month=9, day=30)}]
    assert {state for state, *_ in found(dated, tied)} == {"suggested"}
    assert found(dated, tied, decided(REJECTED, ["a"], ["b"])) == [("confirmed", 1, ("a",), ("c",))]


def test_a_rejection_is_about_exactly_the_group_that_was_seen() -> None:
    lines = [entry(f"l{n}", "left", "5.00", payout_id="P1") for n in (1, 2)]
    rows = [*lines, entry("r", "right", "10.00", ref_payout="P1")]
    rejected = decided(REJECTED, ["l1", "l2"], ["r"], under="payout")
    assert found(GROUPED, rows) == [("confirmed", 1, ("l1", "l2"), ("r",))]
    assert found(GROUPED, rows, rejected) == []
    more = [*lines, entry("l3", "left", "1.00", payout_id="P1"), entry("r", "right", "11.00", ref_payout="P1")]
    assert found(GROUPED, more, rejected) == [("confirmed", 1, ("l1", "l2", "l3"), ("r",))]


def test_a_decision_stands_only_while_all_its_entries_are_there() -> None:
    accepted = decided(ACCEPTED, ["a"], ["b", "gone"])
    assert found(NEAR, PAIR, accepted) == [("suggested", 1, ("a",), ("b",))]


def test_of_two_decisions_about_one_entry_the_earlier_stands() -> None:
    first, second = decided(ACCEPTED, ["a"], ["c"]), decided(ACCEPTED, ["a"], ["b"], number=2)
    assert found(NEAR, PAIR, second, first) == [("manual", 1, ("a",), ("c",))]


def test_entries_of_one_side_are_accepted_and_rejected_as_offsets() -> None:
    rules = ruleset(
        [{"name": "undone", "offset": {"side": "left", "same": ["ref_merchant"]}, "confirm": "suggest"}]
    )
    rows = [
        entry("in", "left", "10.00", ref_merchant="A1"),
        entry("out", "left", "-10.00", ref_merchant="A1"),
    ]
    (suggested,) = matches(rules, rows)
    (match,) = matches(rules, rows, [decided(ACCEPTED, ["in", "out"], [], suggested, under="undone")])
    assert (match["state"], match["kind"], match["left_count"]) == ("manual", "offset", 2)
    assert matches(rules, rows, [decided(REJECTED, ["in", "out"], [], suggested, under="undone")]) == []


def test_a_match_of_a_pass_that_is_gone_is_called_manual() -> None:
    (match,) = matches(NEAR, PAIR, [decided(ACCEPTED, ["a"], ["b"], under="an old pass")])
    assert match["pass"] == "manual"


def test_a_rejected_pair_of_twins_gives_way_to_another_pair() -> None:
    near = ruleset([{"name": "near", "within": {"amount": "0", "days": 2}}])
    rows = [entry("a", "left", "5.00"), entry("b", "left", "5.00"), entry("x", "right", "5.00")]
    (first,) = matches(near, rows)
    ((chosen,), _) = first["sides"]
    other = "b" if chosen == "a" else "a"
    no = decided(REJECTED, [chosen], ["x"], first, under="near")
    (second,) = matches(near, rows, [no])
    assert (second["state"], second["sides"]) == ("suggested", ((other,), ("x",)))
    assert matches(near, rows, [no, decided(REJECTED, [other], ["x"], second, 2, "near")]) == []


def test_twins_that_are_confirmed_stay_when_one_pair_of_them_is_rejected() -> None:
    by_reference = ruleset([{"name": "order", "same": ["ref_merchant"]}])
    rows = [
        entry(f"{side}{n}", side, "5.00", ref_merchant="T1") for n in range(3) for side in ("left", "right")
    ]
    first, *_ = matches(by_reference, rows)
    (left,), (right,) = first["sides"]
    kept = matches(by_reference, rows, [decided(REJECTED, [left], [right], first, under="order")])
    assert [one["state"] for one in kept] == ["confirmed"] * 2
