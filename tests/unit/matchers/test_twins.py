"""Twins of which one side has fewer: a duplicate follows what it repeats, so that the earlier are matched."""

from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest

from tests.unit.matchers.bench_of import Row, entry, matched, ruleset

ORDER: dict[str, Any] = {"name": "order", "same": ["ref_merchant"]}
GROUPED: dict[str, Any] = {"name": "order", "same": ["ref_merchant"], "group": {"left": "ref_merchant"}}
NAMES = ("a", "b", "c")


def posted(name: str, side: str, minute: int | None) -> Row:
    """An entry of one order, one amount and one day, with the minute at which it was posted."""
    moment = None if minute is None else datetime(2026, 10, 1, 12, minute, tzinfo=UTC)
    return entry(name, side, "10.00", ref_merchant="O-1", event_time=moment)


def pairs(rows: list[Row], item: dict[str, Any]) -> set[tuple[str, str]]:
    return {(left[0], right[0]) for _, _, left, right in matched(ruleset([item]), rows)}


@pytest.mark.parametrize("within", [{}, {"within": {"days": 3}}])
@pytest.mark.parametrize("minutes", sorted(permutations((1, 5, 9))))
def test_the_earliest_posting_is_matched(minutes: tuple[int, ...], within: dict[str, Any]) -> None:
    twins = [posted(name, "right", minute) for name, minute in zip(NAMES, minutes, strict=True)]
    first = NAMES[minutes.index(1)]
    assert pairs([posted("x", "left", 0), *twins], ORDER | within) == {("x", first)}


@pytest.mark.parametrize("minutes", sorted(permutations((1, 5, 9))))
def test_as_many_as_the_other_side_has_are_matched_in_the_order_of_time(minutes: tuple[int, ...]) -> None:
    twins = [posted(name, "left", minute) for name, minute in zip(NAMES, minutes, strict=True)]
    by_time = sorted(NAMES, key=lambda name: minutes[NAMES.index(name)])
    rows = [*twins, posted("y", "right", 20), posted("x", "right", 10)]
    assert pairs(rows, ORDER) == {(by_time[0], "x"), (by_time[1], "y")}


def test_what_has_no_time_comes_last() -> None:
    rows = [posted("x", "left", None), *(posted(name, "right", None) for name in ("a", "b"))]
    for name in ("c", "d"):
        assert pairs([*rows, posted(name, "right", 30)], ORDER) == {("x", name)}


@pytest.mark.parametrize("minutes", [(1, 5), (5, 1)])
def test_single_entries_that_face_a_group_are_taken_in_the_order_of_time(minutes: tuple[int, int]) -> None:
    facing = [posted(name, "right", minute) for name, minute in zip(NAMES, minutes, strict=False)]
    assert pairs([posted("x", "left", None), *facing], GROUPED) == {("x", NAMES[minutes.index(1)])}
