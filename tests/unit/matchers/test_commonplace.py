"""References on thousands of entries: they prove nothing for single entries, and all for groups."""

import json
from typing import Any

import pytest

from recon.matchers.explain.facts import Verdict
from recon.matchers.pairing import commonplace
from tests.unit.matchers.bench_of import Row, entry, matched, matches, ruleset
from tests.unit.matchers.looked_back import verdict_of

SAME = {"name": "order", "same": ["ref_merchant"]}


@pytest.fixture(autouse=True)
def _few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commonplace, "MOST_OF_ONE", 5)


def books(entries: int, step: int = 1) -> list[Row]:
    """Both sides with as many entries of one reference, and one of another."""
    rows = [
        entry(f"{side}{n}", side, f"{10 + step * n}.00", ref_merchant="SHOP1", remittance="SHOP1")
        for side in ("left", "right")
        for n in range(entries)
    ]
    return [
        *rows,
        *(entry(f"{side}z", side, "10.00", ref_merchant="T1", remittance="T1") for side in ("left", "right")),
    ]


def states(item: dict[str, Any], rows: list[Row]) -> dict[str, str]:
    return {left[0]: state for _, state, left, _ in matched(ruleset([item]), rows)}


@pytest.mark.parametrize(
    "item", [SAME, {"name": "order", "contains": {"right.remittance": "left.ref_merchant"}}]
)
def test_a_reference_on_very_many_entries_is_suggested(item: dict[str, Any]) -> None:
    assert set(states(item, books(5)).values()) == {"confirmed"}
    assert states(item, books(6)) == {"leftz": "confirmed", **{f"left{n}": "suggested" for n in range(6)}}
    assert set(states({**item, "confirm": "automatic"}, books(6)).values()) == {"confirmed"}


def test_equal_amounts_of_one_reference_stay_twins() -> None:
    assert set(states(SAME, books(6, step=0)).values()) == {"confirmed"}


def test_a_combination_of_columns_is_what_counts() -> None:
    rows: list[Row] = [{**row, "ref_bank": row["name"][-1]} for row in books(6)]
    assert set(states({**SAME, "same": ["ref_merchant", "ref_bank"]}, rows).values()) == {"confirmed"}


def test_groups_of_many_count() -> None:
    rows = [*books(6), entry("sum", "right", "75.00", ref_payout="P1")]
    paid = [{**row, "payout_id": "P1"} for row in rows if row["name"] != "leftz"]
    group = {"name": "payout", "group": {"left": "payout_id", "right": "ref_payout"}}
    ((_, state, left, _),) = matched(ruleset([group]), [row for row in paid if "right" not in row["name"]])
    assert (state, len(left)) == ("confirmed", 6)


def test_why_it_is_suggested_is_told() -> None:
    first, *_ = [one for one in matches(ruleset([SAME]), books(6)) if one["state"] == "suggested"]
    assert "common" in json.loads(first["evidence"])
    verdict = verdict_of(ruleset([SAME]), books(6), "left0")
    assert verdict.verdict is Verdict.SUGGESTED
    assert "entries have the reference; a person confirms" in verdict.reason
