"""Passes that weigh all that speaks for a pair: what is suggested first, what is left alone, and what is told of it."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from recon.matchers.explain.facts import Gate, Verdict
from recon.matchers.words import pass_words
from recon.project.models import ConfigModel
from recon.rules.ruleset import RuleSet
from tests.unit.engines.bare import bare_engine
from tests.unit.matchers.bench_of import Row, entry, matches, ruleset, run_on
from tests.unit.matchers.looked_back import explained

DAYS = {"days": 10}
LIKELY: Mapping[str, Any] = {
    "name": "what else it may be",
    "likely": {"references": ["ref_merchant"], "names": {"counterparty_name": "remittance"}},
    "within": DAYS,
}
RULES = ruleset([{"name": "order", "same": ["ref_merchant"], "within": {"days": 2}}, LIKELY])


def found(rows: list[Row], rules: RuleSet = RULES) -> list[tuple[int, tuple[str, ...], tuple[str, ...], str]]:
    """Rank, both sides and what speaks for it, of every suggestion."""
    return sorted(
        (one["rank"], *one["sides"], json.loads(one["evidence"]).get("speaks", ""))
        for one in matches(rules, rows)
        if one["state"] == "suggested"
    )


@pytest.mark.parametrize(
    ("written", "amount", "day", "said"),
    [
        ("SO-1286", "54.63", 2, "reference same but for zeros, amount equal"),
        ("so1286", "54.63", 2, "reference same but for zeros, amount equal"),
        ("SO-OOOO1286", "54.63", 2, "reference same but for zeros, amount equal"),
        ("SO-1286", "12.00", 30, "reference same but for zeros, amount another"),
        ("SO-12860", "54.63", 2, "reference another, amount equal"),
        ("SO-128", "54.63", 2, "reference another, amount equal"),
    ],
)
def test_zeros_before_a_number_and_the_letter_o_are_misread(
    written: str, amount: str, day: int, said: str
) -> None:
    rows = [
        entry("a", "left", "54.63", ref_merchant="SO-00001286"),
        entry("b", "right", amount, day=day, ref_merchant=written),
    ]
    assert found(rows) == ([] if "another, " in said else [(1, ("a",), ("b",), said)])


@pytest.mark.parametrize("written", ["SO-00011287", "SO-00110287", "SO-00111287", "SO-01001287", "SO-00101278"])
def test_what_is_wrong_in_the_middle_is_found_among_many_of_one_price(written: str) -> None:
    crowd = [
        entry(f"{side}{number}", side, "9.99", ref_merchant=f"{letter}-{number:08d}")
        for side, letter in (("left", "XX"), ("right", "YY"))
        for number in range(5_000_000, 50_000_000, 300_007)
    ]
    rows = [
        entry("a", "left", "9.99", ref_merchant="SO-00101287"),
        entry("b", "right", "9.99", ref_merchant=written),
    ]
    assert (("a",), ("b",)) in {(left, right) for _, left, right, _ in found([*crowd, *rows])}


@pytest.mark.parametrize(
    ("written", "amount", "day", "said"),
    [
        ("ORDER778812", "12.34", 1, "reference a part or one character off, amount equal"),
        ("PFX-TX-ORDER-77881", "12.34", 1, "reference another, amount equal"),
        ("TXORDER77881", "12.34", 3, "reference a part or one character off, amount equal"),
        ("TXORDER779912", "12.34", 1, "reference two characters off, amount equal"),
        ("TX-ORDER-778812", "12.34", 25, "reference same, amount equal"),
        ("TX-ORDER-778812", "12.00", 2, "reference same, amount within 10 %"),
        ("TX-ORDER-778812", "99.00", 2, "reference same, amount another"),
        (None, "12.34", 2, "reference absent, amount equal"),
    ],
)
def test_what_names_the_same_thing_badly_is_suggested(
    written: str | None, amount: str, day: int, said: str
) -> None:
    rows = [
        entry("a", "left", "12.34", ref_merchant="TX-ORDER-778812"),
        entry("b", "right", amount, day=day, ref_merchant=written),
        entry("c", "right", "77.70", day=2, ref_merchant="TX-ORDER-000001"),
    ]
    given = found(rows)
    assert given == ([] if "another, " in said else [(1, ("a",), ("b",), said)])


@pytest.mark.parametrize(
    ("ours", "theirs", "said"),
    [
        ("0000001209", "0000003209", "short and nearly the same"),
        ("0000005812", "00000O5812", "same but for zeros"),
        ("INV-2026/02274", "02274", "short and nearly the same"),
        ("0000002934", "000000294", "short and nearly the same"),
        ("0000018954", "0000018945", "short and nearly the same"),
        ("0000001209", "0000001387", None),
        ("77", "78", None),
    ],
)
def test_short_references_that_are_nearly_the_same_speak_for_a_pair(
    ours: str, theirs: str, said: str | None
) -> None:
    rows = [
        entry("a", "left", "19.99", ref_merchant=ours),
        entry("b", "right", "19.99", day=2, ref_merchant=theirs),
    ]
    assert found(rows) == ([(1, ("a",), ("b",), f"reference {said}, amount equal")] if said else [])


def test_a_short_reference_with_an_error_comes_before_none() -> None:
    rows = [
        entry("a", "left", "19.99", ref_merchant="0000001209"),
        entry("b", "right", "19.99"),
        entry("c", "right", "19.99", day=2, ref_merchant="0000003209"),
    ]
    assert next((rank, right) for rank, _, right, _ in found(rows)) == (1, ("c",))


def test_references_that_differ_speak_against_equal_amounts() -> None:
    rows = [
        entry("a", "left", "50.00", ref_merchant="ALPHA-0001"),
        entry("b", "right", "50.00", ref_merchant="OMEGA-9932"),
    ]
    assert found(rows) == []


def test_the_amount_may_be_another_figure_of_the_other_side() -> None:
    rows = [
        entry("a", "left", "100.00", ref_merchant="ORDER-1"),
        {**entry("b", "right", "98.50"), "gross": 100},
    ]
    ((rank, left, right, said),) = found(rows)
    assert (rank, left, right) == (1, ("a",), ("b",))
    assert said == "reference absent, amount equal to another figure"


def test_the_best_comes_first_and_what_is_far_behind_is_not_told() -> None:
    rows = [
        entry("a", "left", "40.00", ref_merchant="ORDER-55001", counterparty_name="Acme Lagos Ltd"),
        entry("b", "right", "40.00", remittance="ACME LAGOS"),
        entry("c", "right", "40.00", day=3, remittance="SOMEBODY"),
        entry("d", "right", "40.00", day=11, remittance="SOMEBODY"),
    ]
    given = found(rows)
    assert [(rank, right) for rank, _, right, _ in given] == [(1, ("b",)), (2, ("c",))]
    assert given[0][3].endswith("names alike")


def test_another_currency_is_never_weighed() -> None:
    rows = [
        entry("a", "left", "40.00", ref_merchant="ORDER-55001"),
        entry("b", "right", "40.00", "USD", ref_merchant="ORDER-55001"),
    ]
    assert found(rows) == []


def test_nothing_is_tried_of_what_too_many_share() -> None:
    rows = [entry(f"l{n}", "left", "40.00", ref_merchant=f"REF-{n:03}-{n * 7919 % 999:03}") for n in range(130)]
    rows += [entry(f"r{n}", "right", "40.00", remittance=f"NAME{n}") for n in range(130)]
    assert found(rows) == []
    assert len(found([*rows[:60], *rows[130:190]])) == 180


def test_equal_entries_are_one_class_and_paired_in_order() -> None:
    rows = [entry(f"{side[0]}{n}", side, "40.00") for side in ("left", "right") for n in range(300)]
    given = found(rows)
    assert (
        len({left for _, left, _, _ in given}) == len({right for _, _, right, _ in given}) == len(given) == 300
    )


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"within": {}}, "how far apart days"),
        ({"within": {"days": 3, "amount": 1}}, "weighed here"),
        ({"confirm": "automatic"}, "never confirmed"),
        ({"likely": {}}, "which references"),
        ({"group": {"left": "payout_id"}}, "cannot stand beside"),
    ],
)
def test_what_cannot_stand_beside_it_is_refused(changed: Mapping[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ruleset([{**LIKELY, **changed}])


def test_it_is_a_setting_with_words_for_every_field() -> None:
    model: type[ConfigModel] = type(RULES.passes[1].likely)  # type: ignore[assignment]  # it is given above
    assert all(one.description for one in model.model_fields.values())


def test_why_an_entry_is_suggested_or_not_is_told_in_points() -> None:
    rows = [
        entry("a", "left", "12.34", ref_merchant="TX-ORDER-778812"),
        entry("b", "right", "12.34", day=2, ref_merchant="TXORDER778813"),
        entry("c", "left", "50.00", ref_merchant="ALPHA-000001"),
        entry("d", "right", "50.00", ref_merchant="OMEGA-993277"),
    ]
    told = {name: explained(RULES, rows, name, "left").passes[1] for name in ("a", "c")}
    assert told["a"].verdict is Verdict.SUGGESTED
    (evidence,) = [gate for gate in told["a"].candidates[0].gates if gate.gate is Gate.EVIDENCE]
    assert (evidence.passed, evidence.words) == (
        True,
        "89 points speak for it (reference a part or one character off, amount equal), 45 asked",
    )
    assert told["c"].verdict is Verdict.FAILED
    (evidence,) = told["c"].candidates[0].failed
    assert (evidence.gate, evidence.by_how_much) == (Gate.EVIDENCE, 25)
    assert evidence.words == "20 points speak for it (reference another, amount equal), 45 asked"


def test_the_pass_is_said_in_words() -> None:
    item = RULES.passes[1]
    assert pass_words(item, RULES.compared(item)) == (
        "each left entry against each right entry, ref_merchant like ref_merchant, counterparty_name like remittance, "
        "amounts and days weighed together: 45 points of 100 asked, at most 10 days apart: suggested for a person to "
        "confirm"
    )


def test_what_is_suggested_by_its_reference_is_not_left_alone_for_its_amount() -> None:
    def outcome(known: int) -> tuple[int, int]:
        written = [f"{n * 7919 + 100_000}X{n * 104_729 + 100_000}" for n in range(202)]
        rows = [entry(f"a{n}", "left", "10.00", ref_merchant=written[n]) for n in range(101)]
        rows += [
            entry(f"b{n}", "right", "10.00", ref_merchant=written[n if n < known else n + 101])
            for n in range(101)
        ]
        with bare_engine() as engine:
            (found,) = run_on(engine, ruleset([LIKELY]), rows)
        return found.suggested, found.unsearched

    assert outcome(101) == (101, 0)
    assert outcome(90) == (90, 11)
