"""Runs beside which an entry stays open whose equal they hold: the batch may have left out the one or the other."""

import pytest

from tests.unit.matchers.bench_of import Row, entry
from tests.unit.matchers.test_subset import at, found
from tests.unit.matchers.test_subset import rules as of_one
from tests.unit.matchers.test_subset_both import rules as of_both

AMOUNTS = ["113.27", "250.11", "77.03", "19.95", "401.77", "58.14", "36.90"]


def takings(last: str, *, batch: str = "957.17") -> list[Row]:
    """The takings of a morning, one more after them, and a deposit of the morning's."""
    rows = [entry(f"t{n}", "left", amount, event_time=at(9, n)) for n, amount in enumerate(AMOUNTS)]
    return [*rows, entry("z", "left", last, event_time=at(11)), entry("x", "right", batch, day=2)]


@pytest.mark.parametrize("rules", [of_one, of_both])
@pytest.mark.parametrize(("last", "state"), [("58.14", "suggested"), ("58.15", "confirmed")])
def test_an_equal_right_after_a_run_may_be_meant_instead(rules: object, last: str, state: str) -> None:
    (match,) = found(rules(subset={"chance": "0.5"}), takings(last))  # type: ignore[operator]
    assert (match["state"], match["sides"][0]) == (state, tuple(f"t{n}" for n in range(7)))
    assert (match["evidence"]["because"] == "an entry of it has an equal that is left out") == (last == "58.14")


def test_an_equal_that_belongs_to_the_next_run_is_not_left() -> None:
    rows = takings("58.14")
    later = ["310.45", "22.71", "94.36", "188.02", "71.69", "45.58"]
    rows += [entry(f"u{n}", "left", amount, event_time=at(12, n)) for n, amount in enumerate(later)]
    given = found(of_one(subset={"chance": "0.5"}), [*rows, entry("y", "right", "790.95", day=2)])
    assert [one["state"] for one in given] == ["confirmed", "confirmed"]


def test_an_equal_out_of_the_window_is_no_neighbour() -> None:
    rows = [entry(f"t{n}", "left", amount, event_time=at(9, n)) for n, amount in enumerate(AMOUNTS)]
    rows += [entry("z", "left", "58.14", day=9, event_time=at(9, day=9)), entry("x", "right", "957.17", day=2)]
    (match,) = found(of_one(subset={"chance": "0.5"}), rows)
    assert match["state"] == "confirmed"


def test_of_several_runs_that_which_the_next_one_goes_on_comes_first() -> None:
    """Two batches cut from one list, and a run of three that comes to the sum of the second one by coincidence."""
    first, second = ["113.27", "250.11", "77.03", "19.95"], ["401.77", "58.14", "36.90", "12.05"]
    rows = [entry(f"t{n}", "left", amount, event_time=at(9, n)) for n, amount in enumerate([*first, *second])]
    rows += [
        entry(f"u{n}", "left", amount, event_time=at(12, n))
        for n, amount in enumerate(["8.31", "300.00", "150.00", "58.86"])
    ]
    rows += [entry("x", "right", "460.36", day=2), entry("y", "right", "508.86", day=2)]
    given = found(of_one(subset={"most": 0, "chance": "0.5"}), rows)
    batches = {one["sides"][1][0]: one["sides"][0] for one in given if one["rank"] == 1}
    assert batches == {"x": ("t0", "t1", "t2", "t3"), "y": ("t4", "t5", "t6", "t7")}
    assert [one["sides"][0] for one in given if one["rank"] == 2] == [("u1", "u2", "u3")]
