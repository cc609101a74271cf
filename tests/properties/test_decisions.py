"""Accepted matches stand, rejected ones are not made, and the order of anything changes nothing."""

from collections.abc import Sequence
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from recon.model.ids import content_id
from recon.runs.decisions import ACCEPTED, REJECTED, Decision
from tests.unit.matchers.bench_of import Row, entry, matches, ruleset

RULES = ruleset(
    [
        {"name": "order", "same": ["ref_merchant"]},
        {
            "name": "payout",
            "group": {"left": "payout_id"},
            "same": {"payout_id": "ref_payout"},
            "confirm": "suggest",
        },
        {"name": "near", "within": {"amount": Decimal(2), "days": 3}},
    ]
)


def side(name: str, payout: str) -> st.SearchStrategy[list[Row]]:
    values: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
        {
            "amount": st.sampled_from(["10.00", "10.50", "11.00", "21.00"]),
            "day": st.integers(1, 6),
            "ref_merchant": st.sampled_from(["A1", "A2", None, None]),
            payout: st.sampled_from(["P1", "P2", None]),
        }
    )
    return st.lists(values, min_size=2, max_size=7).map(
        lambda found: [entry(f"{name}{number}", name, **one) for number, one in enumerate(found)]
    )


def decision(number: int, verdict: str, match: dict[str, Any]) -> Decision:
    left, right = (tuple(content_id([name], 24) for name in names) for names in match["sides"])
    return Decision(
        number, "2026-11-01T09:00:00Z", verdict, "ada", "seen", match["match_id"], "left_vs_right", match["pass"], "r1",
        left, right,
    )  # fmt: skip


def members(match: dict[str, Any]) -> set[str]:
    return {*match["sides"][0], *match["sides"][1]}


def shape(found: Sequence[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return sorted((one["match_id"], one["pass"], one["state"], one["rank"], one["sides"]) for one in found)


@given(
    left=side("left", "payout_id"),
    right=side("right", "ref_payout"),
    verdicts=st.lists(st.sampled_from([ACCEPTED, REJECTED, None]), min_size=12, max_size=12),
    seed=st.integers(0, 99),
)
@settings(max_examples=5)
def test_decisions_are_honoured(
    left: list[Row], right: list[Row], verdicts: list[str | None], seed: int
) -> None:
    entries = [*left, *right]
    offered = [one for one in matches(RULES, entries) if one["state"] == "suggested"]
    decided, accepted, rejected, claimed = list[Decision](), list[str](), list[dict[str, Any]](), set[str]()
    for number, (verdict, match) in enumerate(zip(verdicts, offered, strict=False), start=1):
        if verdict == REJECTED:
            decided.append(decision(number, verdict, match))
            rejected.append(match)
        elif verdict == ACCEPTED and not claimed & members(match):
            decided.append(decision(number, verdict, match))
            accepted.append(match["match_id"])
            claimed |= members(match)
    found = matches(RULES, entries, decided)
    by_hand = {one["match_id"] for one in found if one["state"] == "manual"}
    assert by_hand == set(accepted)
    counted = [name for one in found if one["state"] != "suggested" for name in members(one)]
    assert len(counted) == len(set(counted))
    assert not {one["sides"] for one in rejected} & {one["sides"] for one in found}
    suggested = [name for one in found if one["state"] == "suggested" for name in members(one)]
    assert not set(counted) & set(suggested)
    Random(seed).shuffle(entries)
    assert shape(matches(RULES, entries, decided[::-1])) == shape(found)
