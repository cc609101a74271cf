"""Searching small pools beside trying every set, and estimates of coincidence beside what chance really makes."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import accumulate, combinations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon.matchers.subset.chance import RUNGS, Walk, Wanted, expected_runs, rung_of
from recon.matchers.subset.search import PoolEntry, search, useful, work_of

CENT = Decimal("0.01")


def cents(amount: int) -> Decimal:
    return amount * CENT


def every_set(entries: Sequence[PoolEntry], most: int) -> Iterator[tuple[PoolEntry, ...]]:
    for size in range(1, most + 1):
        yield from combinations(entries, size)


@settings(max_examples=200)
@given(st.data())
def test_every_set_that_adds_up_is_found_once(data: st.DataObject) -> None:
    amounts = data.draw(st.lists(st.integers(-30, 60), max_size=8))
    entries = [
        PoolEntry(place, cents(amount), data.draw(st.integers(0, 2))) for place, amount in enumerate(amounts)
    ]
    most, target = data.draw(st.integers(1, 5)), data.draw(st.integers(-40, 120))
    short, over = data.draw(st.integers(0, 2)), data.draw(st.integers(0, 2))
    wanted = Wanted(cents(target), cents(target - short), cents(target + over), "NGN")
    searched = search(wanted, useful(wanted, entries), most, 1000)
    real = [one for one in entries if one.amount]
    hits = {
        tuple(sorted(Counter((one.amount, one.day) for one in chosen).items()))
        for chosen in every_set(real, most)
        if wanted.low <= sum((one.amount for one in chosen), Decimal(0)) <= wanted.high
    }
    assert searched.count == len(hits)
    by_number = {one.number: one for one in entries}
    found = [
        tuple(sorted(Counter((by_number[no].amount, by_number[no].day) for no in one.numbers).items()))
        for one in searched.sets
    ]
    assert len(found) == len(set(found))
    assert set(found) == hits
    for one in searched.sets:
        assert one.total == sum((by_number[no].amount for no in one.numbers), Decimal(0))
        days = [by_number[no].day for no in one.numbers]
        assert one.spread == max(days) - min(days)
        left_out = [each for each in real if each.number not in one.numbers]
        alike = {(by_number[no].amount, by_number[no].day) for no in one.numbers}
        assert one.twins == any((each.amount, each.day) in alike for each in left_out)


def test_the_order_of_entries_changes_nothing() -> None:
    random = Random(3)
    entries = [PoolEntry(no, cents(random.randint(1, 60) * 25), no % 3) for no in range(14)]
    wanted = Wanted(cents(1500), cents(1500), cents(1500), "NGN")
    first = search(wanted, useful(wanted, entries), 4, 10)
    random.shuffle(entries)
    assert search(wanted, useful(wanted, entries), 4, 10) == first
    assert first.count > 1


def test_work_is_known_before() -> None:
    assert work_of(10, 5) == 2 * (1 + 5 + 10 + 10 + 5 + 1)
    assert work_of(40, 5) < 50_000


@pytest.mark.parametrize("text", ["0.01", "0.05", "1.10", "7.00", "50.00", "1500.00", "0.00"])
def test_how_round_an_amount_is(text: str) -> None:
    amount = Decimal(text)
    fits = [number for number, step in enumerate(RUNGS, start=1) if amount % step == 0]
    assert rung_of(amount) == max(fits, default=0)


def odd(random: Random) -> int:
    return random.randint(2_000, 300_000)


def partly_round(random: Random) -> int:
    return 5_000 * random.randint(1, 40) if random.random() < 0.6 else random.randint(2_000, 300_000)


Draw = Callable[[Random], int]


@pytest.mark.parametrize("draw", [odd, partly_round])
def test_pools_are_hit_as_often_as_estimated(draw: Draw) -> None:
    """Strangers to a pool are hit by its sets about as often as the estimates say, and not much oftener."""
    random, hits, expected = Random(11), 0, Decimal(0)
    for _ in range(220):
        entries = [PoolEntry(no, cents(draw(random)), 0) for no in range(12)]
        target = cents(sum(draw(random) for _ in range(3)))
        wanted = Wanted(target, target, target, "NGN")
        searched = search(wanted, useful(wanted, entries), 5, 1)
        hits += searched.count
        expected += searched.expected
    assert hits <= 2 * expected + 3
    assert expected <= 4 * hits + 8


@pytest.mark.parametrize("draw", [odd, partly_round])
def test_runs_are_hit_as_often_as_estimated(draw: Draw) -> None:
    random, hits, expected = Random(5), 0, Decimal(0)
    for _ in range(400):
        amounts = [draw(random) for _ in range(300)]
        sums = list(accumulate(amounts, initial=0))
        target = sum(draw(random) for _ in range(random.randint(2, 30)))
        reached = set(sums)
        hits += sum(total + target in reached for total in sums[:-1])
        exact = [cents(amount) for amount in amounts]
        grown = sum(exact, Decimal(0))
        walk = Walk(Counter(map(rung_of, exact)), grown, grown)
        expected += expected_runs(Wanted(cents(target), cents(target), cents(target), "NGN"), [walk])
    assert hits <= 2 * expected + 3
    assert expected <= 4 * hits + 8
