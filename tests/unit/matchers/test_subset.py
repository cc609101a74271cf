"""Passes without a key on a few entries: what adds up, what counts, and what coincidence makes a suggestion."""

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from recon.runs.decisions import ACCEPTED, REJECTED
from tests.unit.engines.bare import bare_engine
from tests.unit.matchers.bench_of import Row, entry, matched, matches, ruleset, run_on
from tests.unit.matchers.test_decided import decided

DAYS = {"days": {"before": 0, "after": 3}}


def rules(**settings: Any) -> Any:
    """A rule set of one subset pass whose left side is added up."""
    own = {"many": "left", **settings.pop("subset", {})}
    return ruleset([{"name": "batch", "subset": own, "within": DAYS, **settings}])


def found(pass_rules: Any, rows: list[Row]) -> list[dict[str, Any]]:
    """The matches, each with its evidence read."""
    return [{**one, "evidence": json.loads(one["evidence"])} for one in matches(pass_rules, rows)]


def at(hour: int, minute: int = 0, day: int = 1) -> datetime:
    return datetime(2026, 10, day, hour, minute)  # noqa: DTZ001  (the times of entries are UTC without a zone)


def test_a_whole_group_is_confirmed_when_coincidence_is_ruled_out() -> None:
    rows = [
        entry("a", "left", "113.27", counterparty_name="Ada"),
        entry("b", "left", "250.11", counterparty_name="Ada"),
        entry("c", "left", "77.03", counterparty_name="Bo"),
        entry("x", "right", "363.38", day=2),
    ]
    (match,) = found(rules(subset={"groups": ["counterparty_name"]}), rows)
    assert (match["state"], match["kind"], match["sides"]) == ("confirmed", "N:1", (("a", "b"), ("x",)))
    assert match["evidence"]["found"] == "whole group"
    assert match["evidence"]["of"] == ["counterparty_name"]
    assert match["evidence"]["days"] == 1


@pytest.mark.parametrize(("day", "state"), [(3, "suggested"), (9, "confirmed")])
def test_a_group_of_few_with_an_equal_left_out_is_suggested(day: int, state: str) -> None:
    rows = [
        entry("a", "left", "49.17", day=5, booking_date=date(2026, 10, 5)),
        entry("b", "left", "99.60", day=5, booking_date=date(2026, 10, 5)),
        entry("c", "left", "49.17", day=day, booking_date=date(2026, 10, day)),
        entry("x", "right", "148.77", day=6),
    ]
    (match,) = found(rules(subset={"groups": ["booking_date"], "runs": False}), rows)
    assert (match["state"], match["sides"]) == (state, (("a", "b"), ("x",)))
    assert (match["evidence"]["because"] == "an entry of it has an equal that is left out") == (day == 3)


def test_a_group_of_many_counts_whatever_is_left_out() -> None:
    amounts = ["49.17", "99.60", "12.31", "71.05"]
    rows = [entry(f"e{n}", "left", one, day=5, booking_date=date(2026, 10, 5)) for n, one in enumerate(amounts)]
    rows += [entry("c", "left", "49.17", day=4), entry("x", "right", "232.13", day=6)]
    (match,) = found(rules(subset={"groups": ["booking_date"], "runs": False}), rows)
    assert match["state"] == "confirmed"


def test_a_run_in_the_order_of_time_is_found_between_others() -> None:
    amounts = ["113.27", "250.11", "77.03", "19.95", "401.77", "52.60"]
    rows = [entry(f"e{n}", "left", amount, event_time=at(8 + n)) for n, amount in enumerate(amounts)]
    rows.append(entry("x", "right", "498.75"))
    (match,) = found(rules(subset={"most": 0}), rows)
    assert match["sides"] == (("e2", "e3", "e4"), ("x",))
    assert match["state"] == "confirmed"
    assert match["evidence"]["found"] == "run"


def test_a_set_out_of_a_small_pool_is_confirmed_when_it_is_the_only_one() -> None:
    amounts = ["113.27", "250.11", "77.03", "19.95", "401.77"]
    rows = [entry(f"e{n}", "left", amount) for n, amount in enumerate(amounts)]
    rows.append(entry("x", "right", "592.07"))
    (match,) = found(rules(subset={"runs": False}), rows)
    assert match["sides"] == (("e0", "e2", "e4"), ("x",))
    assert match["state"] == "confirmed"
    assert match["evidence"]["found"] == "small pool"


def test_one_for_many_is_the_same_the_other_way_round() -> None:
    rows = [entry("a", "right", "113.27", day=2), entry("b", "right", "250.11", day=3)]
    rows.append(entry("x", "left", "363.38"))
    (match,) = found(rules(subset={"many": "right"}), rows)
    assert (match["kind"], match["sides"], match["evidence"]["days"]) == ("1:N", (("x",), ("a", "b")), 2)


def test_several_sets_that_add_up_are_suggested_with_their_number() -> None:
    rows = [entry(f"e{n}", "left", amount) for n, amount in enumerate(["10.11", "20.22", "5.11", "25.22"])]
    rows.append(entry("x", "right", "30.33"))
    given = found(rules(subset={"runs": False}), rows)
    assert {one["state"] for one in given} == {"suggested"}
    assert sorted(one["sides"][0] for one in given) == [("e0", "e1"), ("e2", "e3")]
    assert {one["alternatives"] for one in given} == {1}
    assert {one["rank"] for one in given} == {1, 2}
    assert {one["evidence"]["because"] for one in given} == {"several sets add up"}


def test_round_amounts_add_up_by_coincidence() -> None:
    rows = [entry(f"e{n}", "left", f"{100 * (n + 3)}.00") for n in range(3)]
    rows.append(entry("x", "right", "700.00"))
    (match,) = found(rules(subset={"runs": False, "chance": "0.0001"}), rows)
    assert (match["state"], match["sides"]) == ("suggested", (("e0", "e1"), ("x",)))
    assert match["evidence"]["because"] == "coincidence is not ruled out"


def test_entries_that_add_up_to_two_are_left_to_a_person() -> None:
    rows = [entry("a", "left", "113.27"), entry("b", "left", "250.11")]
    rows += [entry("x", "right", "363.38", day=1), entry("y", "right", "363.38", day=2)]
    given = found(rules(), rows)
    assert [(one["state"], one["sides"][0]) for one in given] == [("suggested", ("a", "b"))] * 2
    assert {one["sides"][1] for one in given} == {("x",), ("y",)}


def test_one_entry_alone_is_no_batch() -> None:
    rows = [entry("a", "left", "113.27"), entry("b", "left", "999.11"), entry("x", "right", "113.27")]
    (match,) = found(rules(), rows)
    assert (match["state"], match["sides"]) == ("suggested", (("a",), ("x",)))


@pytest.mark.parametrize(("day", "state"), [(1, True), (4, True), (5, False)])
def test_all_entries_lie_in_the_window(day: int, state: bool) -> None:
    rows = [entry("a", "left", "113.27"), entry("b", "left", "250.11"), entry("x", "right", "363.38", day=day)]
    assert bool(matched(rules(), rows)) is state


def test_currency_and_keys_bound_the_pool() -> None:
    rows = [
        entry("a", "left", "113.27", entity="M1"),
        entry("b", "left", "250.11", entity="M2"),
        entry("x", "right", "363.38", entity="M1"),
    ]
    assert matched(rules(same=["entity"]), rows) == []
    assert len(matched(rules(), rows)) == 1


def test_tolerance_is_part_of_the_sum() -> None:
    rows = [entry("a", "left", "113.27"), entry("b", "left", "250.11"), entry("x", "right", "363.30")]
    within = {**DAYS, "amount": {"short": "0.10", "over": "0"}}
    (match,) = found(rules(within=within), rows)
    assert (match["state"], str(match["variance"])) == ("confirmed", "0.08000000")
    assert matched(rules(within={**DAYS, "amount": {"short": "0.07", "over": "9"}}), rows) == []


def test_a_pass_may_be_told_to_suggest_only() -> None:
    rows = [entry("a", "left", "113.27"), entry("b", "left", "250.11"), entry("x", "right", "363.38")]
    assert matched(rules(confirm="suggest"), rows) == [("batch", "suggested", ("a", "b"), ("x",))]


TWO_WAYS = [
    *(entry(f"e{n}", "left", amount) for n, amount in enumerate(["10.11", "20.22", "5.11", "25.22"])),
    entry("x", "right", "30.33"),
]


def test_what_people_rejected_is_not_proposed_and_no_longer_in_the_way() -> None:
    one = rules(subset={"runs": False})
    given = matched(one, TWO_WAYS)
    assert [state for _, state, *_ in given] == ["suggested", "suggested"]
    said = [decided(REJECTED, ["e0", "e1"], ["x"], under="batch")]
    (match,) = matches(one, TWO_WAYS, said)
    assert (match["state"], match["sides"]) == ("confirmed", (("e2", "e3"), ("x",)))


def test_what_people_accepted_stands_under_its_own_id() -> None:
    one = rules(subset={"runs": False})
    first = next(match for match in matches(one, TWO_WAYS) if match["sides"][0] == ("e0", "e1"))
    (match,) = matches(one, TWO_WAYS, [decided(ACCEPTED, ["e0", "e1"], ["x"], first, under="batch")])
    assert (match["match_id"], match["state"], match["kind"]) == (first["match_id"], "manual", "N:1")


def test_a_short_run_waits_for_proof() -> None:
    """Three in a row that add up, with an equal of one of them elsewhere: any of two sets may be meant."""
    amounts = ["16.50", "18.51", "56.61", "90.07", "18.51", "77.77"]
    rows = [
        entry(f"e{n}", "left", amount, day=1 + n // 4, event_time=at(8 + n)) for n, amount in enumerate(amounts)
    ]
    rows.append(entry("x", "right", "91.62", day=2))
    given = found(rules(), rows)
    assert {one["state"] for one in given} == {"suggested"}
    assert {one["sides"][0] for one in given} == {("e0", "e1", "e2"), ("e0", "e2", "e4")}
    assert found(rules(subset={"most": 0}), rows)[0]["state"] == "confirmed"


def test_entries_of_one_moment_stand_or_fall_together() -> None:
    rows = [entry(f"e{n}", "left", amount) for n, amount in enumerate(["13.27", "50.11", "77.03"])]
    rows += [entry("f", "left", "8.88", day=2), entry("x", "right", "149.29", day=3)]
    (match,) = found(rules(subset={"most": 0}), rows)
    assert match["sides"] == (("e0", "e1", "e2", "f"), ("x",))
    rows[-1] = entry("x", "right", "72.00", day=3)
    assert found(rules(subset={"most": 0}), rows) == []


def test_a_pool_too_large_is_left_alone_and_told() -> None:
    rows = [entry(f"e{n}", "left", f"{100 + n}.{n:02}") for n in range(70)]
    rows.append(entry("x", "right", "999.99"))
    assert found(rules(subset={"runs": False}), rows) == []


def test_many_equal_groups_are_not_tried_with_many_equal_ones() -> None:
    def rows(count: int) -> list[Row]:
        halves = [
            entry(f"{half}{n}", "left", amount, counterparty_name=f"till {n}")
            for n in range(count)
            for half, amount in (("a", "5.17"), ("b", "4.28"))
        ]
        return [*halves, *(entry(f"x{n}", "right", "9.45", day=2) for n in range(count))]

    by_till = rules(subset={"groups": ["counterparty_name"], "runs": False, "most": 0})
    assert {one["state"] for one in found(by_till, rows(20))} == {"suggested"}
    with bare_engine() as engine:
        (outcome,) = run_on(engine, by_till, rows(101))
    assert (outcome.confirmed, outcome.suggested, outcome.unsearched) == (0, 0, 101)


def test_money_both_ways_is_added_up() -> None:
    rows = [entry("a", "left", "113.27"), entry("b", "left", "-50.11"), entry("x", "right", "63.16")]
    (match,) = found(rules(), rows)
    assert (match["state"], match["sides"]) == ("confirmed", (("a", "b"), ("x",)))


def test_net_against_what_arrived() -> None:
    rows = [
        entry("a", "left", "100.00", net=Decimal("98.53")),
        entry("b", "left", "200.00", net=Decimal("197.06")),
        entry("x", "right", "295.59"),
    ]
    (match,) = found(rules(compare={"left": "net", "right": "amount"}), rows)
    assert (match["state"], match["sides"], match["variance_kind"]) == (
        "confirmed",
        (("a", "b"), ("x",)),
        "fee",
    )


def test_of_a_pool_too_large_few_entries_of_one_group_are_suggested() -> None:
    amounts = [f"{(10 + 7919 * place * place % 99_991) / 100:.2f}" for place in range(48)]
    rows = [
        entry(f"e{place:02}", "left", amount, day=1 + place % 4, entity="Ada")
        for place, amount in enumerate(amounts)
    ]
    one = [rows[place] for place in (6, 18, 30)]
    rows.append(entry("x", "right", str(sum((row["amount"] for row in one), Decimal(0))), day=4, entity="Ada"))
    given = found(rules(same=["entity"], subset={"runs": False, "groups": ["business_date"], "most": 3}), rows)
    assert {(match["state"], match["evidence"]["found"]) for match in given} == {
        ("suggested", "part of a group")
    }
    assert ("e06", "e18", "e30") in {match["sides"][0] for match in given}


@pytest.mark.parametrize("amount", ["22.00", "22.37"])
def test_the_only_entry_in_reach_is_suggested_when_it_is_equal(amount: str) -> None:
    rows = [
        entry("a", "left", amount, day=9, counterparty_name="Ada"),
        entry("b", "left", "31.78", day=1, counterparty_name="Ada"),
        entry("x", "right", amount, day=11, counterparty_name="Ada"),
        entry("y", "right", "40.00", day=10, counterparty_name="Ada"),
    ]
    (match,) = found(rules(same=["counterparty_name"], subset={"groups": ["counterparty_name"]}), rows)
    assert (match["state"], match["sides"]) == ("suggested", (("a",), ("x",)))
    assert match["evidence"]["because"] == "it is one entry alone"


@pytest.mark.parametrize(("odd", "state"), [("0.00", "suggested"), ("0.37", "confirmed")])
def test_the_only_group_of_a_round_amount_proves_little(odd: str, state: str) -> None:
    """Of round amounts there are so few that a deposit of others comes to that of a day by coincidence."""
    rows = [
        *(entry(f"a{n}", "left", amount, day=1, counterparty_name="Ada")
          for n, amount in enumerate(["2000.00", "1500.00", "500.00", str(Decimal("3500.00") + Decimal(odd))])),
        *(entry(f"b{n}", "left", amount, day=1, counterparty_name="Bo")
          for n, amount in enumerate(["5000.00", "20000.00", "1000.00"])),
        entry("x", "right", str(Decimal("7500.00") + Decimal(odd)), day=2),
    ]  # fmt: skip
    (match,) = found(rules(subset={"groups": ["counterparty_name"], "runs": False, "most": 0}), rows)
    assert (match["state"], match["sides"]) == (state, (("a0", "a1", "a2", "a3"), ("x",)))
