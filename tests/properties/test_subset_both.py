"""Passes that add up both sides keep their promises on any books; pairs of sets are those of trying all of them."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import combinations
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from recon.matchers.subset.both.zero_sums import Asked, useful, zero_sums
from recon.matchers.subset.search import PoolEntry
from tests.unit.matchers.bench_of import Row, entry, matches, ruleset

MOST, CENT = 3, Decimal("0.01")
SUBSET = {"many": "both", "most": MOST, "chance": Decimal(1)}
POOLS = ruleset(
    [{"name": "both", "subset": {**SUBSET, "runs": False}, "within": {"days": {"before": 0, "after": 2}}}]
)
ALL = ruleset(
    [
        {
            "name": "both",
            "same": ["entity"],
            "subset": {**SUBSET, "groups": ["counterparty_name"]},
            "within": {"amount": {"NGN": {"short": CENT}}, "days": {"before": 0, "after": 2}},
        }
    ]
)
FIRST = datetime(2026, 10, 1)  # noqa: DTZ001  (the times of entries are UTC without a zone)
Sets = tuple[frozenset[str], frozenset[str]]


@st.composite
def books(draw: st.DrawFn, most: int) -> list[Row]:
    """Entries of the left, and of the right sums of some of them, dealt out anew."""
    lefts = draw(st.lists(st.tuples(st.integers(1, 900), st.integers(0, 71)), min_size=2, max_size=most))
    rows, cents = list[Row](), list[int]()
    for place, (amount, hour) in enumerate(lefts):
        rows.append(_row(f"l{place}", "left", amount, hour, draw(st.sampled_from("AAB")), draw(NAMES)))
        cents.append(amount)
    while sum(cents) > 0 and len(rows) < 2 * most and draw(st.integers(0, 3)):
        amount = draw(st.integers(1, sum(cents))) if draw(st.booleans()) else draw(st.sampled_from(cents))
        cents.append(-amount)
        hour = draw(st.integers(0, 95))
        rows.append(_row(f"r{len(rows)}", "right", amount, hour, draw(st.sampled_from("AAB")), draw(NAMES)))
    if sum(cents) > 0:
        hour = draw(st.integers(24, 95))
        rows.append(_row("last", "right", sum(cents), hour, "A", draw(NAMES)))
    return rows


NAMES = st.sampled_from(["Ada", "Bo", None])


def _row(name: str, side: str, cents: int, hour: int, entity: str, whose: str | None) -> Row:
    return entry(
        name,
        side,
        f"{cents / 100:.2f}",
        day=1 + hour // 24,
        event_time=FIRST + timedelta(hours=hour),
        entity=entity,
        counterparty_name=whose,
    )


def total(rows: Sequence[Row]) -> Decimal:
    return sum((row["amount"] for row in rows), Decimal(0))


def are_near(lefts: Sequence[Row], rights: Sequence[Row]) -> bool:
    return all(
        0 <= (right["business_date"] - left["business_date"]).days <= 2 for left in lefts for right in rights
    )


def smallest(rows: Sequence[Row], most: int, over: Decimal = Decimal(0)) -> list[Sets]:
    """Every pair of sets that comes to the same and holds no other, by trying all of them."""
    sides = [[row for row in rows if row["side"] == side] for side in ("left", "right")]
    chosen = [
        [found for size in range(1, min(most, len(side)) + 1) for found in combinations(side, size)]
        for side in sides
    ]
    named = [
        (frozenset(row["name"] for row in left), frozenset(row["name"] for row in right))
        for left in chosen[0]
        for right in chosen[1]
        if 0 <= total(left) - total(right) <= over and are_near(left, right)
    ]
    return [one for one in named if not any(a <= one[0] and b <= one[1] and (a, b) != one for a, b in named)]


def is_noise(lefts: Sequence[Row], rights: Sequence[Row]) -> bool:
    """Whether sets that add up are to be expected among so few entries of such amounts by coincidence."""
    sides = [
        sorted(
            (PoolEntry(place, row["amount"], 0) for place, row in enumerate(rows)), key=lambda one: one.amount
        )
        for rows in (lefts, rights)
    ]
    asked = Asked(Decimal(0), CENT, "NGN")
    found = zero_sums(asked, sides[0], sides[1], 6)
    return found.pairs is None or any(found.expected(pair, asked) >= 1 for pair in found.pairs)


def sets_of(match: dict[str, Any]) -> Sets:
    left, right = match["sides"]
    return frozenset(left), frozenset(right)


@settings(max_examples=3)
@given(books(5))
def test_pairs_of_sets_out_of_a_pool_are_those_of_trying_all(rows: list[Row]) -> None:
    found = matches(POOLS, rows)
    tried, everything = smallest(rows, MOST), smallest(rows, 5)
    told = {sets_of(match): match for match in found}
    by_name = {row["name"]: row for row in rows}
    for one in set(told) - set(everything):
        lefts, rights = ([by_name[name] for name in side] for side in one)
        assert total(lefts) == total(rights)
        assert is_noise(lefts, rights), "what is told holds no smaller one"
    taken = {name for match in found if match["state"] == "confirmed" for one in match["sides"] for name in one}
    for pair in tried:
        names = pair[0] | pair[1]
        others = [one for one in tried if one != pair and (one[0] | one[1]) & names]
        match = told.get(pair)
        if match is not None and match["state"] == "confirmed":
            assert not others
            assert len(names) > 2
        elif not others and not names & taken:
            assert match is not None, "a pair that shares nothing with another is not left out"


@settings(max_examples=3)
@given(books(6), st.randoms(use_true_random=False))
def test_sums_tie_nothing_is_used_twice_and_no_order_matters(rows: list[Row], random: Any) -> None:
    by_name = {row["name"]: row for row in rows}
    found = matches(ALL, rows)
    used = list[str]()
    for match in found:
        lefts, rights = ([by_name[name] for name in side] for side in match["sides"])
        assert Decimal(0) <= total(lefts) - total(rights) <= CENT
        assert len({row["entity"] for row in (*lefts, *rights)}) == 1
        assert are_near(lefts, rights)
        inside = smallest([*lefts, *rights], 6, CENT)
        assert inside == [sets_of(match)] or is_noise(lefts, rights), "no smaller sets inside add up"
        evidence = json.loads(match["evidence"])
        assert Decimal(evidence["expected"]) >= 0
        assert evidence["pairs"] >= 1
        assert (evidence["because"] == "nothing else adds up as well") == (match["state"] == "confirmed")
        if match["state"] == "confirmed":
            used += [row["name"] for row in (*lefts, *rights)]
    assert len(used) == len(set(used))
    assert matches(ALL, random.sample(rows, len(rows))) == found


AMOUNTS = st.lists(st.integers(-400, 900).filter(bool), min_size=1, max_size=5)


@settings(max_examples=60)
@given(AMOUNTS, AMOUNTS, st.integers(0, 3))
def test_zero_sums_are_those_of_trying_all(lefts: list[int], rights: list[int], tolerance: int) -> None:
    asked = Asked(Decimal(0), tolerance * CENT, "NGN")
    sides = [
        [PoolEntry(place, cents * CENT, place) for place, cents in enumerate(side)] for side in (lefts, rights)
    ]
    kept = useful(asked, sides[0], sides[1])
    found = zero_sums(asked, kept[0], kept[1], MOST)
    sets = [
        [
            chosen
            for size in range(1, min(MOST, len(side)) + 1)
            for chosen in combinations(range(len(side)), size)
        ]
        for side in (lefts, rights)
    ]
    adding = [
        (set(left), set(right))
        for left in sets[0]
        for right in sets[1]
        if 0 <= sum(lefts[one] for one in left) - sum(rights[one] for one in right) <= tolerance
    ]
    least = [one for one in adding if not any(a <= one[0] and b <= one[1] and (a, b) != one for a, b in adding)]
    assert found.count == len(adding)
    assert found.pairs is not None
    assert sorted((sorted(pair.left), sorted(pair.right)) for pair in found.pairs) == sorted(
        (sorted(left), sorted(right)) for left, right in least
    )
    for pair in found.pairs:
        assert found.expected(pair, asked) >= 0
