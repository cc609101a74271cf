"""Least total distance inside small components: beside every assignment there is, tried one by one."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon.engines.relations import Relation
from recon.matchers.pairing.assign import Assignment
from recon.matchers.pairing.least_total import Component, Edge, Flow, least_total, worth
from tests.unit.matchers.bench_of import Row, entry, matched, matches, ruleset

BAND = ruleset(
    [{"name": "near", "within": {"amount": Decimal("0.05"), "days": 2}, "confirm": "automatic"}],
)
Pairs = frozenset[tuple[str, str]]


def every(lefts: Sequence[Row], rights: Sequence[Row]) -> Iterator[list[tuple[Row, Row]]]:
    """All assignments of some entries within the band."""
    if not lefts:
        yield []
        return
    first, rest = lefts[0], lefts[1:]
    yield from every(rest, rights)
    for place, right in enumerate(rights):
        if near(first, right):
            for others in every(rest, [*rights[:place], *rights[place + 1 :]]):
                yield [(first, right), *others]


def near(left: Row, right: Row) -> bool:
    days = abs((right["business_date"] - left["business_date"]).days)
    return bool(abs(left["amount"] - right["amount"]) <= Decimal("0.05") and days <= 2)


def distance(left: Row, right: Row) -> Decimal:
    days = abs((right["business_date"] - left["business_date"]).days)
    return Decimal(abs(left["amount"] - right["amount"]) * 100_000 + days)


def key(pairs: Sequence[tuple[Row, Row]]) -> tuple[int, Decimal, list[Decimal]]:
    scores = sorted(distance(*pair) for pair in pairs)
    return -len(scores), sum(scores, Decimal(0)), scores


def likeness(row: Row) -> tuple[object, ...]:
    return row["amount"], row["business_date"]


def rows_of(side: str) -> st.SearchStrategy[list[Row]]:
    one = st.tuples(st.integers(0, 8), st.integers(1, 4))
    return st.lists(one, min_size=1, max_size=4).map(
        lambda found: [
            entry(f"{side}{place}", side, f"10.{cents:02}", day=day) for place, (cents, day) in enumerate(found)
        ]
    )


@settings(max_examples=20)
@given(rows_of("left"), rows_of("right"))
def test_what_is_confirmed_is_the_best_assignment_or_a_part_of_each(
    lefts: list[Row], rights: list[Row]
) -> None:
    options = list(every(lefts, rights))
    best = min(key(pairs) for pairs in options)
    by_name = {row["name"]: row for row in (*lefts, *rights)}
    kinds = {
        tuple(sorted((likeness(one), likeness(other)) for one, other in pairs))
        for pairs in options
        if key(pairs) == best
    }
    found = [sides for _, state, *sides in matched(BAND, [*lefts, *rights]) if state == "confirmed"]
    made = sorted((likeness(by_name[left[0]]), likeness(by_name[right[0]])) for left, right in found)
    if len(kinds) == 1:
        assert tuple(made) == next(iter(kinds))
    assert any(all(made.count(pair) <= kind.count(pair) for pair in made) for kind in kinds)


def test_the_nearest_pair_does_not_stand_in_the_way_of_two() -> None:
    rows = [entry("a", "left", "10.00"), entry("b", "left", "10.04")]
    rows += [entry("x", "right", "10.03"), entry("y", "right", "10.07")]
    assert matched(BAND, rows) == [("near", "confirmed", ("a",), ("x",)), ("near", "confirmed", ("b",), ("y",))]


def test_least_total_goes_before_the_nearest_pair() -> None:
    rows = [entry("a", "left", "10.00"), entry("b", "left", "10.03")]
    rows += [entry("x", "right", "10.02"), entry("y", "right", "10.05")]
    assert matched(BAND, rows) == [("near", "confirmed", ("a",), ("x",)), ("near", "confirmed", ("b",), ("y",))]


def test_a_tie_is_left_to_a_person() -> None:
    rows = [entry("a", "left", "10.00"), entry("x", "right", "9.99"), entry("y", "right", "10.01")]
    assert {state for _, state, *_ in matched(BAND, rows)} == {"suggested"}


@pytest.mark.parametrize(("count", "days"), [(1_000, 1), (1_000, 4)])
def test_equal_amounts_are_one_candidate_a_pair_of_days(
    count: int, days: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Equal entries are one class: pairing them costs one candidate, whatever their number."""
    seen: list[int] = []
    own = Assignment._accepted

    def counted(assignment: Assignment, single: bool) -> Relation:
        seen.append(assignment.left)
        return own(assignment, single)

    monkeypatch.setattr(Assignment, "_accepted", counted)
    rows = [entry(f"l{place}", "left", "10.00", day=place % days + 1) for place in range(count)]
    rows += [entry(f"r{place}", "right", "10.01", day=place % days + 1) for place in range(count)]
    found = matches(BAND, rows)
    assert len(found) == count
    assert {one["twins"] for one in found} == {True}
    assert 0 < seen[0] <= days * days


@settings(max_examples=150)
@given(st.data())
def test_the_solver_finds_what_trying_all_finds(data: st.DataObject) -> None:
    lefts = {place: data.draw(st.integers(1, 2)) for place in range(data.draw(st.integers(1, 3)))}
    rights = {10 + place: data.draw(st.integers(1, 2)) for place in range(data.draw(st.integers(1, 3)))}
    edges = [
        Edge(left, right, Decimal(data.draw(st.integers(0, 4))))
        for left in lefts
        for right in rights
        if data.draw(st.booleans())
    ]
    component = Component(lefts, rights, edges)
    flows = set(flows_of(edges, dict(lefts), dict(rights)))
    best = min(worth(component, flow) for flow in flows)
    winners = [flow for flow in flows if worth(component, flow) == best]
    solved = least_total(component)
    assert solved.key == best
    assert solved.ties == len(winners) - 1
    assert solved.common == frozenset.intersection(*winners)


def flows_of(edges: Sequence[Edge], lefts: dict[int, int], rights: dict[int, int]) -> Iterator[Flow]:
    if not edges:
        yield frozenset()
        return
    edge = edges[0]
    for k in range(min(lefts[edge.left], rights[edge.right]) + 1):
        left_rest, right_rest = (
            {**lefts, edge.left: lefts[edge.left] - k},
            {**rights, edge.right: rights[edge.right] - k},
        )
        for rest in flows_of(edges[1:], left_rest, right_rest):
            yield rest | {(edge.left, edge.right, k)} if k else rest
