"""Why a pass without a key matched an entry or not: every figure that is told is computed again here."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon.matchers.explain.explainer import Explainer
from recon.matchers.explain.facts import Gate, PassVerdict, Verdict
from tests.unit.matchers.bench_of import Row, entry, matched, ruleset
from tests.unit.matchers.looked_back import looked_back, verdict_by, verdict_of, verdicts_of

MOST = 3
RULES = ruleset(
    [
        {
            "name": "batch",
            "same": ["entity"],
            "subset": {"many": "left", "groups": ["counterparty_name"], "runs": False, "most": MOST},
            "within": {"days": {"before": 0, "after": 2}},
        }
    ]
)
ROWS = [
    entry("a", "left", "113.27", counterparty_name="Ada", entity="A"),
    entry("b", "left", "250.11", counterparty_name="Ada", entity="A", day=2),
    entry("c", "left", "77.03", counterparty_name="Bo", entity="A", day=3),
    entry("d", "left", "41.00", counterparty_name="Cy", entity="B", day=3),
    entry("x", "right", "370.00", entity="A", day=3),
    entry("y", "right", "10.00", entity="A", day=9),
]


@pytest.fixture(scope="module")
def explainer() -> Iterator[Explainer]:
    """The entries above, matched once."""
    with looked_back(RULES, ROWS) as one:
        yield one


def gates(verdict: PassVerdict, candidate: int = 0) -> dict[Gate, bool]:
    return {gate.gate: gate.passed for gate in verdict.candidates[candidate].gates}


def test_what_is_in_reach_of_an_open_entry_and_the_nearest_group_are_told(explainer: Explainer) -> None:
    verdict = verdict_by(explainer, "x", "right")
    assert verdict.verdict is Verdict.FAILED
    assert verdict.reason == (
        "3 free entries are in reach and add up to 440.41 NGN; no whole group or set of at most 3 of them adds up to "
        "its 370.00 NGN"
    )
    nearest = verdict.candidates[0]
    assert (nearest.entries, nearest.amount) == (2, Decimal("363.38"))
    (failed,) = nearest.failed
    assert (failed.gate, failed.by_how_much) == (Gate.AMOUNT, Decimal("6.62"))


def test_nothing_in_reach_is_told(explainer: Explainer) -> None:
    verdict = verdict_by(explainer, "y", "right")
    assert verdict.verdict is Verdict.NOTHING_NEAR
    assert verdict.reason == "no free entry of the left side is in reach of it"


def test_an_entry_that_may_be_a_part_is_told_what_has_it_in_reach(explainer: Explainer) -> None:
    verdict = verdict_by(explainer, "a")
    assert verdict.reason == "1 free entry has its 113.27 NGN in reach; no set with it that was tried adds up"
    assert gates(verdict) == {
        Gate.CONSIDERED: True, Gate.CURRENCY: True, Gate.KEY: True, Gate.AMOUNT: False, Gate.DAYS: True,
        Gate.FREE: True,
    }  # fmt: skip


def test_two_entries_are_told_gate_by_gate(explainer: Explainer) -> None:
    verdict = verdict_by(explainer, "d", "left", against="x")
    assert gates(verdict)[Gate.KEY] is False
    assert gates(verdict)[Gate.DAYS] is True
    verdict = verdict_by(explainer, "y", "right", against="a")
    assert gates(verdict)[Gate.KEY] is True
    assert gates(verdict)[Gate.DAYS] is False


def test_a_suggestion_is_told_with_its_chance() -> None:
    rows = [*ROWS, entry("z", "right", "113.27", entity="A", day=2)]
    verdict, other = verdicts_of(RULES, rows, ("z", "right"), ("a", "left"))
    assert verdict.verdict is Verdict.SUGGESTED
    assert "one entry alone" in verdict.reason
    assert gates(verdict)[Gate.CHANCE] is True
    assert other.verdict is Verdict.SUGGESTED
    assert other.candidates[0].amount == Decimal("113.27")


def test_several_sets_are_ambiguous() -> None:
    rows = [
        entry(f"e{n}", "left", amount, entity="A")
        for n, amount in enumerate(["10.11", "20.22", "5.11", "25.22"])
    ]
    rows.append(entry("x", "right", "30.33", entity="A"))
    verdict = verdict_of(RULES, rows, "x", "right")
    assert verdict.verdict is Verdict.AMBIGUOUS
    assert verdict.reason.startswith("2 sets add up: ")
    assert [candidate.entries for candidate in verdict.candidates] == [2, 2]
    assert gates(verdict)[Gate.ONLY_CHOICE] is False


def rows_of() -> st.SearchStrategy[list[Row]]:
    one = st.tuples(
        st.integers(1, 30), st.integers(1, 4), st.sampled_from("AB"), st.sampled_from(["Ada", "Bo"])
    )
    single = st.tuples(st.integers(5, 80), st.integers(1, 6), st.sampled_from("AB"))
    return st.tuples(st.lists(one, min_size=1, max_size=6), st.lists(single, min_size=1, max_size=2)).map(
        lambda found: [
            *(
                entry(f"m{n}", "left", f"{ten}.{n}7", day=day, entity=key, counterparty_name=name)
                for n, (ten, day, key, name) in enumerate(found[0])
            ),
            *(
                entry(f"s{n}", "right", f"{ten}.00", day=day, entity=key)
                for n, (ten, day, key) in enumerate(found[1])
            ),
        ]
    )


def reach(rows: Sequence[Row], one: Row) -> list[Row]:
    days = range(3)
    return [
        row
        for row in rows
        if row["side"] == "left" and row["entity"] == one["entity"]
        and (one["business_date"] - row["business_date"]).days in days
    ]  # fmt: skip


def whole_sums(rows: Sequence[Row], one: Row, free: Sequence[Row], used: set[str]) -> list[Decimal]:
    """The sums of the natural groups that lie in the window with all their free entries."""
    sums = []
    for name in {row["counterparty_name"] for row in free}:
        group = [
            row
            for row in rows
            if row["side"] == "left" and row["name"] not in used
            and (row["entity"], row["counterparty_name"]) == (one["entity"], name)
        ]  # fmt: skip
        if all(row in free for row in group):
            sums.append(sum((row["amount"] for row in group), Decimal(0)))
    return sums


@settings(max_examples=4)
@given(rows_of())
def test_what_is_told_of_open_entries_holds(rows: list[Row]) -> None:
    matches = matched(RULES, rows)
    used = {name for _, state, *sides in matches if state == "confirmed" for side in sides for name in side}
    still = [row for row in rows if row["side"] == "right" and row["name"] not in used]
    told = verdicts_of(RULES, rows, *((row["name"], "right") for row in still))
    for one, verdict in zip(still, told, strict=True):
        free = [row for row in reach(rows, one) if row["name"] not in used]
        total = sum((row["amount"] for row in free), Decimal(0))
        adds = any(
            sum((row["amount"] for row in chosen), Decimal(0)) == one["amount"]
            for size in range(1, MOST + 1)
            for chosen in combinations(free, size)
        )
        if not free:
            assert verdict.verdict is Verdict.NOTHING_NEAR
        elif verdict.verdict is Verdict.FAILED:
            assert not adds or len(free) < 2
            plural = f"{len(free)} free entries are in reach and add up to {total:.2f} NGN"
            assert verdict.reason.startswith(plural)
            sums = whole_sums(rows, one, free, used)
            candidate = verdict.candidates[0]
            assert gates(verdict)[Gate.DAYS] == bool(sums)
            if sums:
                assert candidate.amount is not None
                (failed,) = candidate.failed
                assert failed.by_how_much == abs(candidate.amount - one["amount"])
                assert failed.by_how_much == min(abs(each - one["amount"]) for each in sums)
        else:
            assert adds
