"""Entries with the same key that another reference of the rule set tells apart."""

import json
from itertools import permutations
from typing import Any

import pytest

from recon.matchers.explain.facts import Verdict
from tests.unit.matchers.bench_of import Row, entry, matched, matches, ruleset
from tests.unit.matchers.looked_back import explained

ORDER: dict[str, Any] = {"name": "order", "same": ["ref_merchant"]}
CHARGE: dict[str, Any] = {"name": "charge", "same": {"ref_processor": "ref_bank"}}


def tried_again(*charges: str, days: tuple[int, ...] = (1, 1, 1)) -> list[Row]:
    """One order with several charges of one amount on both sides; those of the right come in the reverse order."""
    left = [
        entry(f"left{charge}", "left", "10.00", day=day, ref_merchant="O-1", ref_processor=charge)
        for charge, day in zip(charges, days, strict=False)
    ]
    right = [
        entry(f"right{charge}", "right", "10.00", day=day + 1, ref_merchant="O-1", ref_bank=charge)
        for charge, day in zip(charges, days, strict=False)
    ]
    return [*left, *reversed(right)]


def pairs(rows: list[Row], *passes: dict[str, Any]) -> set[tuple[str, str, str, str]]:
    return {(name, state, left[0], right[0]) for name, state, left, right in matched(ruleset(passes), rows)}


@pytest.mark.parametrize("charges", sorted(permutations(("A1", "B2", "C3"))))
@pytest.mark.parametrize("within", [None, {"days": 3}])
def test_twins_are_paired_by_the_reference_of_a_later_pass(
    charges: tuple[str, ...], within: dict[str, int] | None
) -> None:
    first = ORDER if within is None else {**ORDER, "within": within}
    found = pairs(tried_again(*charges), first, CHARGE)
    assert found == {("order", "confirmed", f"left{one}", f"right{one}") for one in charges}


def test_the_reference_goes_before_nearer_days() -> None:
    rows = tried_again("A1", "B2", days=(1, 2))
    found = pairs(rows, {**ORDER, "within": {"days": 3}}, CHARGE)
    assert found == {("order", "confirmed", f"left{one}", f"right{one}") for one in ("A1", "B2")}


def test_of_two_attempts_the_one_that_was_charged_is_matched() -> None:
    rows = [row for row in tried_again("A1", "B2") if row["name"] != "rightA1"]
    assert pairs(rows, ORDER, CHARGE) == {("order", "confirmed", "leftB2", "rightB2")}
    rows = [row for row in tried_again("A1", "B2") if row["name"] != "rightB2"]
    assert pairs(rows, ORDER, CHARGE) == {("order", "confirmed", "leftA1", "rightA1")}


def test_a_reference_that_is_only_weighed_tells_apart_as_well() -> None:
    likely = {"name": "rest", "likely": {"references": {"ref_processor": "ref_bank"}}, "within": {"days": 5}}
    found = pairs(tried_again("A1", "B2"), ORDER, likely)
    assert found == {("order", "confirmed", f"left{one}", f"right{one}") for one in ("A1", "B2")}


def test_the_gates_of_the_pass_hold() -> None:
    rows: list[Row] = [
        {**row, "amount": row["amount"] + (row["name"] == "rightA1")} for row in tried_again("A1", "B2")
    ]
    assert pairs(rows, ORDER, CHARGE) == {("order", "confirmed", "leftB2", "rightB2")}


def test_what_another_reference_does_not_tell_apart_is_paired_in_order() -> None:
    rows = tried_again("A1", "A1", "B2")
    names = [f"{row['name']}{n}" for n, row in enumerate(rows)]
    rows = [
        {**row, "name": name, "entry_id": f"{n:024x}"}
        for n, (row, name) in enumerate(zip(rows, names, strict=True))
    ]
    found = matches(ruleset([ORDER, CHARGE]), rows)
    assert [one["state"] for one in found] == ["confirmed"] * 3
    assert sorted(one["twins"] for one in found) == [False, True, True]


def test_a_pass_that_suggests_still_suggests() -> None:
    suggested = {**ORDER, "confirm": "suggest"}
    found = pairs(tried_again("A1", "B2"), suggested, {**CHARGE, "only": {"left": "amount > 100"}})
    assert found == {("order", "suggested", f"left{one}", f"right{one}") for one in ("A1", "B2")}


def test_what_told_them_apart_is_told() -> None:
    found = matches(ruleset([ORDER, CHARGE]), tried_again("A1", "B2"))
    assert {json.loads(one["evidence"])["told_by"] for one in found} == {"ref_processor = ref_bank"}
    first, _ = explained(ruleset([ORDER, CHARGE]), tried_again("A1", "B2"), "leftA1").passes
    assert first.verdict is Verdict.MATCHED


def test_days_and_amounts_tell_nothing_apart() -> None:
    rows = tried_again("A1", "B2", days=(1, 2))
    by_day = {"name": "by day", "same": {"ref_merchant": "ref_merchant", "business_date": "business_date"}}
    found = matches(ruleset([{**ORDER, "within": {"days": 3}}, by_day]), rows)
    assert not any("told_by" in json.loads(one["evidence"]) for one in found)


def test_without_another_reference_no_contested_keys_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise AssertionError("looked at, and there is nothing to tell them apart by")

    monkeypatch.setattr("recon.matchers.pairing.another._contested", refused)
    assert len(pairs(tried_again("A1", "B2"), ORDER)) == 2
    with pytest.raises(AssertionError, match="looked at"):
        pairs(tried_again("A1", "B2"), ORDER, CHARGE)
