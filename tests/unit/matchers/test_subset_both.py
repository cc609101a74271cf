"""Passes that add up both sides on a few entries: what comes to the same, what counts, and what waits for a person."""

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from recon.matchers.explain.facts import Verdict
from recon.matchers.subset.both import inside, pools
from recon.matchers.trials.showing import pass_sql
from recon.matchers.words import pass_words
from recon.runs.decisions import REJECTED
from tests.unit.matchers.bench_of import Row, entry, matched, matches, ruleset
from tests.unit.matchers.looked_back import verdict_of
from tests.unit.matchers.test_decided import decided

DAYS = {"days": {"before": 0, "after": 3}}
INVOICES = ["113.27", "250.11", "77.03", "19.95", "401.77"]


def rules(**settings: Any) -> Any:
    """A rule set of one pass that adds up both sides."""
    own = {"many": "both", **settings.pop("subset", {})}
    return ruleset([{"name": "both", "subset": own, "within": DAYS, **settings}])


def found(pass_rules: Any, rows: list[Row]) -> list[dict[str, Any]]:
    """The matches, each with its evidence read."""
    return [{**one, "evidence": json.loads(one["evidence"])} for one in matches(pass_rules, rows)]


def at(hour: int, minute: int = 0, day: int = 1) -> datetime:
    return datetime(2026, 10, day, hour, minute)  # noqa: DTZ001  (the times of entries are UTC without a zone)


def five_and_two(**values: Any) -> list[Row]:
    """Five invoices that two deposits pay, neither of which is the sum of any."""
    rows = [entry(f"i{n}", "left", amount, **values) for n, amount in enumerate(INVOICES)]
    rows += [entry("x", "right", "500.00", day=2, **values), entry("y", "right", "362.13", day=3, **values)]
    return rows


FIVE = ("i0", "i1", "i2", "i3", "i4")


def test_two_deposits_that_pay_five_invoices_are_one_match() -> None:
    rows = [*five_and_two(entity="M1"), entry("z", "left", "55.55", entity="M2")]
    (match,) = found(rules(same=["entity"]), rows)
    assert (match["state"], match["kind"], match["sides"]) == ("confirmed", "N:M", (FIVE, ("x", "y")))
    assert match["evidence"] == {
        "found": "whole group", "of": [], "facing": [], "expected": "0.00039985", "bound": "0.01", "pairs": 1,
        "because": "nothing else adds up as well", "days": 2,
    }  # fmt: skip


def test_they_are_found_among_others_that_stay_open() -> None:
    rows = [*five_and_two(), entry("o", "left", "731.11"), entry("p", "right", "95.40", day=2)]
    (match,) = found(rules(), rows)
    assert (match["state"], match["sides"]) == ("confirmed", (FIVE, ("x", "y")))
    assert match["evidence"]["found"] == "small pool"
    assert match["evidence"]["pairs"] > 100


def test_what_is_made_of_smaller_matches_is_told_as_those() -> None:
    rows = [entry(f"i{n}", "left", amount) for n, amount in enumerate(INVOICES)]
    rows += [entry("x", "right", "363.38", day=2), entry("y", "right", "498.75", day=3)]
    given = matched(rules(), rows)
    assert given == [
        ("both", "confirmed", ("i0", "i1"), ("x",)),
        ("both", "confirmed", ("i2", "i3", "i4"), ("y",)),
    ]


def test_groups_of_the_two_sides_need_not_share_what_makes_them() -> None:
    rows = [entry(f"i{n}", "left", amount, day=1 + n % 2, entity="T1") for n, amount in enumerate(INVOICES)]
    rows += [entry("x", "right", "200.00", day=2), entry("y", "right", "392.07", day=2)]
    (match,) = found(rules(subset={"groups": ["business_date"], "runs": False, "most": 0}), rows)
    assert (match["state"], match["sides"]) == ("confirmed", (("i0", "i2", "i4"), ("x", "y")))
    assert (match["evidence"]["of"], match["evidence"]["facing"]) == (["business_date"], ["business_date"])


def test_runs_of_both_that_begin_and_end_together_are_found_between_others() -> None:
    amounts = ["9.99", "113.27", "250.11", "77.03", "19.95", "401.77", "8.88"]
    rows = [entry(f"l{n}", "left", amount, event_time=at(8 + n)) for n, amount in enumerate(amounts)]
    paid = ["61.20", "300.00", "140.41", "2.50"]
    rows += [
        entry(f"r{n}", "right", amount, day=2, event_time=at(9 + n, day=2)) for n, amount in enumerate(paid)
    ]
    (match,) = found(rules(subset={"most": 0}), rows)
    assert (match["state"], match["sides"]) == ("confirmed", (("l1", "l2", "l3"), ("r1", "r2")))
    assert match["evidence"]["found"] == "run"


def test_a_short_run_waits_for_the_proof_that_no_other_set_wants_its_entries() -> None:
    amounts = ["113.27", "250.11", "77.03", "250.11"]
    rows = [entry(f"l{n}", "left", amount, event_time=at(8 + n)) for n, amount in enumerate(amounts)]
    rows += [entry("x", "right", "300.00", day=2), entry("y", "right", "63.38", day=2)]
    given = found(rules(), rows)
    assert {one["state"] for one in given} == {"suggested"}
    assert {one["sides"][0] for one in given} == {("l0", "l1"), ("l0", "l3")}
    assert {one["evidence"]["because"] for one in given} == {
        "so short a run may be any few of the pool",
        "an entry of it is in another set that adds up",
    }


def test_sets_that_share_an_entry_are_suggested_with_how_many_others_there_are() -> None:
    rows = [
        entry(f"i{n}", "left", amount) for n, amount in enumerate(["10.11", "20.22", "5.11", "25.22", "3.33"])
    ]
    rows += [entry("x", "right", "12.00", day=2), entry("y", "right", "18.33", day=2)]
    given = found(rules(subset={"runs": False}), rows)
    assert {one["state"] for one in given} == {"suggested"}
    assert sorted(one["sides"][0] for one in given) == [("i0", "i1"), ("i2", "i3")]
    assert {one["alternatives"] for one in given} == {1}
    assert {one["evidence"]["because"] for one in given} == {"an entry of it is in another set that adds up"}


def test_round_amounts_come_to_the_same_by_coincidence() -> None:
    rows = [entry("a", "left", "300.00"), entry("b", "left", "500.00")]
    rows += [entry("x", "right", "100.00"), entry("y", "right", "700.00")]
    (match,) = found(rules(subset={"runs": False, "chance": "0.0001"}), rows)
    assert (match["state"], match["sides"]) == ("suggested", (("a", "b"), ("x", "y")))
    assert match["evidence"]["because"] == "coincidence is not ruled out"


def test_one_against_one_is_no_set() -> None:
    rows = [entry("a", "left", "113.27"), entry("b", "left", "8.00"), entry("x", "right", "113.27")]
    (match,) = found(rules(), rows)
    assert (match["state"], match["sides"]) == ("suggested", (("a",), ("x",)))
    assert match["evidence"]["because"] == "it is one entry alone"


def test_all_entries_of_both_lie_in_the_window_of_one_another() -> None:
    rows = five_and_two()
    assert matched(rules(), [*rows[:-1], entry("y", "right", "362.13", day=5)]) == []


def test_currencies_are_never_added() -> None:
    rows = [*five_and_two()[:-1], entry("y", "right", "362.13", currency="USD", day=3)]
    assert matched(rules(), rows) == []


def test_tolerance_is_between_the_sums_of_both() -> None:
    rows = [*five_and_two()[:-1], entry("y", "right", "362.05", day=3)]
    within = {**DAYS, "amount": {"short": "0.10", "over": "0"}}
    (match,) = found(rules(within=within), rows)
    assert (match["state"], str(match["variance"])) == ("confirmed", "0.08000000")


def test_what_people_rejected_is_not_proposed() -> None:
    rows = five_and_two()
    assert matches(rules(), rows, [decided(REJECTED, list(FIVE), ["x", "y"], under="both")]) == []


def test_what_is_in_reach_but_was_not_searched_rules_nothing_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pool of the second day is left alone: the set of the first shares its deposits with it."""
    rows = [*five_and_two(), entry("o", "left", "731.11"), entry("p", "right", "95.40", day=2)]
    rows += [entry(f"b{n}", "left", f"{20 + 7 * n}.{10 + n}", day=2) for n in range(5)]
    rows += [entry(f"s{n}", "right", f"{33 + 9 * n}.{17 + n}", day=5) for n in range(4)]
    smallest = sum(1 for row in rows if row["business_date"].day < 5)
    monkeypatch.setattr(pools, "MOST_READ", smallest)
    states = {(one["state"], one["evidence"]["because"]) for one in found(rules(subset={"runs": False}), rows)}
    assert "confirmed" not in {state for state, _ in states}


def test_wholes_that_there_is_no_time_to_look_into_are_suggested(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inside, "MOST_WORK", 1)
    (match,) = found(rules(subset={"most": 0, "runs": False}), five_and_two())
    assert match["state"] == "suggested"
    assert match["evidence"]["because"] == "what is in reach is too much to rule out others"


def test_equal_amounts_on_both_sides_end_soon_and_count_nothing() -> None:
    rows = [entry(f"l{n:03}", "left", "100.00", event_time=at(8, n % 60)) for n in range(120)]
    rows += [entry(f"r{n:03}", "right", "150.00", day=2, event_time=at(9, n % 60, day=2)) for n in range(80)]
    (match,) = matches(rules(), rows)
    assert (match["state"], *(len(side) for side in match["sides"])) == ("confirmed", 120, 80)


def test_bad_settings_are_told() -> None:
    with pytest.raises(ValidationError, match="'left', 'right' or 'both'"):
        rules(subset={"many": "each"})
    with pytest.raises(ValidationError, match="nothing narrows the entries"):
        ruleset([{"name": "both", "subset": {"many": "both"}}])


def test_the_pass_is_told_in_words_and_as_sql() -> None:
    item = rules(same=["entity"], subset={"groups": ["business_date"]}).passes[0]
    compare = rules().compared(item)
    assert pass_words(item, compare) == (
        "several left entries against several right ones that add up to the same (all of one business_date, all, a run "
        "of each in time, any 5 or fewer of each), same entity, equal amounts, the right from 0 days before to 3 after "
        "the left: confirmed when no other set wants an entry of it and coincidence makes fewer than 0.01"
    )
    assert "-- whole groups by business_date that add up to the same" in pass_sql(item, compare)


def test_an_open_entry_is_told_what_has_it_in_reach() -> None:
    rows = [*five_and_two()[:-1], entry("y", "right", "360.00", day=3)]
    for verdict in (verdict_of(rules(), rows, "i0"), verdict_of(rules(), rows, "x", "right")):
        assert verdict.verdict is Verdict.FAILED
        assert "no sets of both sides with it that were tried add up to the same" in verdict.reason
    verdict = verdict_of(rules(), rows, "i0")
    assert verdict.reason.startswith("2 free entries have its 113.27 NGN in reach")


def test_a_suggestion_is_told_with_what_speaks_against_it() -> None:
    rows = [entry("a", "left", "300.00"), entry("b", "left", "500.00")]
    rows += [entry("x", "right", "100.00"), entry("y", "right", "700.00")]
    verdict = verdict_of(rules(subset={"runs": False, "chance": "0.0001"}), rows, "a")
    assert verdict.verdict is Verdict.SUGGESTED
    assert "coincidence is not ruled out" in verdict.reason
    (candidate,) = verdict.candidates
    assert (candidate.entries, candidate.amount) == (2, Decimal("800.00"))


def test_all_of_a_pool_waits_where_so_many_smaller_sets_add_up_that_none_is_told() -> None:
    def halves(side: str, amounts: tuple[str, str]) -> list[Row]:
        return [
            entry(f"{side}{n}{half}", side, amount, payout_id=f"{side} {n}")
            for n in range(30)
            for half, amount in zip("ab", amounts, strict=True)
        ]

    rows = [*halves("left", ("5.00", "4.45")), *halves("right", ("6.00", "3.45"))]
    (match,) = found(rules(subset={"groups": ["payout_id"], "most": 3}), rows)
    assert (match["state"], [len(side) for side in match["sides"]]) == ("suggested", [60, 60])
    assert match["evidence"]["because"] == "an entry of it is in another set that adds up"


@pytest.mark.parametrize(
    ("side", "day", "state"), [("left", 4, "suggested"), ("right", 9, "suggested"), ("left", 12, "confirmed")]
)
def test_groups_of_few_with_an_equal_left_out_wait(side: str, day: int, state: str) -> None:
    def on(name: str, side: str, amount: str, day: int) -> Row:
        return entry(name, side, amount, day=day, booking_date=date(2026, 10, day))

    rows = [on("a", "left", "49.17", 5), on("b", "left", "99.60", 5)]
    rows += [on("x", "right", "100.00", 8), on("y", "right", "48.77", 8)]
    rows.append(on("c", side, "49.17" if side == "left" else "48.77", day))
    wide = rules(
        subset={"groups": ["booking_date"], "runs": False, "most": 0},
        within={"days": {"before": 0, "after": 9}},
    )
    (match,) = found(wide, rows)
    assert (match["state"], match["sides"]) == (state, (("a", "b"), ("x", "y")))


TAKINGS = [
    "24.89", "9.26", "68.51", "26.58", "31.07", "12.86", "45.18", "20.33", "7.64",
    "112.26", "42.83", "25.58", "6.18", "10.72", "13.31", "88.40", "17.05", "39.94", "5.87",
]  # fmt: skip


@pytest.mark.parametrize(("cut", "states"), [(9, []), (None, ["confirmed"])])
def test_a_day_whose_halves_were_deposited_each_is_not_one_match(cut: int | None, states: list[str]) -> None:
    """The takings of the morning are one deposit and those of the evening the other, whose order nobody knows."""
    total = sum(map(Decimal, TAKINGS))
    first = Decimal("208.11") if cut is None else sum(map(Decimal, TAKINGS[:cut]))
    rows = [
        *(entry(f"t{n:02d}", "left", amount, event_time=at(8 + n // 2, n)) for n, amount in enumerate(TAKINGS)),
        *(entry(name, "right", str(amount), day=2) for name, amount in (("x", first), ("y", total - first))),
    ]
    whole = [
        one
        for one in found(rules(subset={"groups": ["business_date"], "most": 3}), rows)
        if one["left_count"] > 10
    ]
    assert [one["state"] for one in whole] == states
