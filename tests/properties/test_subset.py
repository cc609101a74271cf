"""Passes without a key keep their promises on any books: exact sums, nothing used twice, no guess, no order."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import combinations
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.matchers.bench_of import Row, entry, matches, ruleset

MOST = 3
RULES = ruleset(
    [
        {
            "name": "batch",
            "same": ["entity"],
            "subset": {"many": "left", "groups": ["counterparty_name"], "most": MOST, "chance": Decimal(1)},
            "within": {"amount": {"NGN": {"short": Decimal("0.01")}}, "days": {"before": 0, "after": 2}},
        }
    ]
)
EXACT = ruleset(
    [
        {
            "name": "batch",
            "subset": {"many": "right", "runs": False, "most": MOST, "chance": Decimal(1)},
            "within": {"days": 1},
        }
    ]
)
FIRST = datetime(2026, 10, 1)  # noqa: DTZ001  (the times of entries are UTC without a zone)


def several(side: str, most: int) -> st.SearchStrategy[list[Row]]:
    """Entries that may be added up, at times of their own."""
    one = st.tuples(
        st.integers(1, 900), st.integers(0, 71), st.sampled_from("AB"), st.sampled_from(["Ada", "Bo", None])
    )
    return st.lists(one, min_size=2, max_size=most).map(
        lambda found: [
            entry(
                f"m{place}",
                side,
                f"{cents / 100:.2f}",
                day=1 + hour // 24,
                event_time=FIRST + timedelta(hours=hour),
                entity=entity,
                counterparty_name=name,
            )
            for place, (cents, hour, entity, name) in enumerate(found)
        ]
    )


@st.composite
def books(draw: st.DrawFn, many: str, single: str) -> list[Row]:
    rows = draw(several(many, 8))
    singles = []
    for place in range(draw(st.integers(1, 3))):
        chosen = draw(
            st.lists(st.sampled_from(rows), min_size=1, max_size=4, unique_by=lambda row: row["name"])
        )
        total = sum((row["amount"] for row in chosen), Decimal(0)) + draw(st.integers(-1, 1)) * Decimal("0.01")
        day = draw(st.integers(1, 4))
        singles.append(entry(f"s{place}", single, str(total), day=day, entity=draw(st.sampled_from("AB"))))
    return [*rows, *singles]


def pool_of(rows: Sequence[Row], one: Row, low: int, high: int, key: str | None) -> list[Row]:
    """The entries that may be meant by one: in its window (days from it), and with its key."""
    others = [row for row in rows if row["side"] != one["side"]]
    days = [(row["business_date"] - one["business_date"]).days for row in others]
    return [
        row
        for row, day in zip(others, days, strict=True)
        if low <= day <= high and (not key or row[key] == one[key])
    ]


def sums(pool: Sequence[Row], most: int) -> list[tuple[Row, ...]]:
    return [chosen for size in range(1, most + 1) for chosen in combinations(pool, size)]


def total_of(rows: Sequence[Row]) -> Decimal:
    return sum((row["amount"] for row in rows), Decimal(0))


@settings(max_examples=5)
@given(books("left", "right"), st.randoms(use_true_random=False))
def test_matches_add_up_and_nothing_is_used_twice(rows: list[Row], random: Any) -> None:
    by_name = {row["name"]: row for row in rows}
    found = matches(RULES, rows)
    used = list[str]()
    for one in found:
        many, (single,) = (list(names) for names in one["sides"])
        pool = {row["name"] for row in pool_of(rows, by_name[single], -2, 0, "entity")}
        assert set(many) <= pool
        assert (
            Decimal(0)
            <= total_of([by_name[name] for name in many]) - by_name[single]["amount"]
            <= Decimal("0.01")
        )
        evidence = json.loads(one["evidence"])
        assert Decimal(evidence["expected"]) >= 0
        assert (evidence["because"] == "nothing else adds up as well") == (one["state"] == "confirmed")
        if one["state"] == "confirmed":
            assert len(many) > 1
            used += [*many, single]
        if evidence["found"] == "whole group" and one["state"] == "confirmed":
            names = {by_name[name]["counterparty_name"] for name in many}
            assert len(names) == 1
    assert len(used) == len(set(used))
    shuffled = random.sample(rows, len(rows))
    assert matches(RULES, shuffled) == found


@settings(max_examples=8)
@given(books("right", "left"))
def test_a_set_that_counts_is_the_only_one_of_its_pool(rows: list[Row]) -> None:
    by_name = {row["name"]: row for row in rows}
    found = matches(EXACT, rows)
    for one in (row for row in rows if row["side"] == "left"):
        pool = pool_of(rows, one, -1, 1, None)
        adding = [chosen for chosen in sums(pool, MOST) if total_of(chosen) == one["amount"]]
        mine = [match for match in found if match["sides"][0] == (one["name"],)]
        kinds = {tuple(sorted((row["amount"], row["business_date"]) for row in chosen)) for chosen in adding}
        assert bool(mine) == bool(kinds) or len(kinds) > 3
        for match in mine:
            chosen = tuple(
                sorted((by_name[name]["amount"], by_name[name]["business_date"]) for name in match["sides"][1])
            )
            assert chosen in kinds
            if match["state"] == "confirmed":
                assert len(adding) == 1
                assert len(pool) > 1
