"""Each kind of pass on a few entries whose right answer is plain."""

from decimal import Decimal
from typing import Any

import pytest

from recon.engines.relations import Relation
from recon.matchers.pairing.compiled import CompiledPass, compiled
from recon.matchers.results.written import _Results
from recon.rules.ruleset import Pass, RuleSet
from tests.unit.engines.bare import bare_engine
from tests.unit.matchers.bench_of import entry, matched, matches, ruleset, run_on

SAME = ruleset([{"name": "order", "same": ["ref_merchant"]}])


def test_equal_reference_and_amount_match() -> None:
    rows = [
        entry("a", "left", "10.00", ref_merchant="A1"),
        entry("b", "right", "10.00", ref_merchant="A1"),
        entry("c", "right", "10.00", ref_merchant="A2"),
    ]
    assert matched(SAME, rows) == [("order", "confirmed", ("a",), ("b",))]


def test_absent_references_never_match() -> None:
    rows = [entry("a", "left", "10.00"), entry("b", "right", "10.00")]
    assert matched(SAME, rows) == []


def test_currencies_are_never_mixed() -> None:
    rows = [
        entry("a", "left", "10.00", "NGN", ref_merchant="A1"),
        entry("b", "right", "10.00", "USD", ref_merchant="A1"),
    ]
    assert matched(SAME, rows) == []


def test_another_amount_is_no_match() -> None:
    rows = [
        entry("a", "left", "10.00", ref_merchant="A1"),
        entry("b", "right", "10.01", ref_merchant="A1"),
    ]
    assert matched(SAME, rows) == []


def test_tolerance_is_exact_at_its_boundary_and_by_direction() -> None:
    rules = ruleset(
        [
            {
                "name": "order",
                "same": ["ref_merchant"],
                "within": {"amount": {"NGN": {"short": Decimal("0.05"), "over": Decimal("0.01")}}},
            }
        ]
    )
    cases = {"9.95": True, "9.94999999": False, "10.01": True, "10.01000001": False}
    for right, expected in cases.items():
        rows = [
            entry("a", "left", "10.00", ref_merchant="A1"),
            entry("b", "right", right, ref_merchant="A1"),
        ]
        assert bool(matched(rules, rows)) is expected, right


@pytest.mark.parametrize(("variance", "kind"), [("0.01", "rounding"), ("0.04", "short"), ("-0.04", "over")])
def test_variance_is_kept_and_named(variance: str, kind: str) -> None:
    rules = ruleset([{"name": "order", "same": ["ref_merchant"], "within": {"amount": Decimal("0.05")}}])
    right = str(Decimal("10.00") - Decimal(variance))
    rows = [entry("a", "left", "10.00", ref_merchant="A1"), entry("b", "right", right, ref_merchant="A1")]
    (match,) = matches(rules, rows)
    assert (match["variance"], match["variance_kind"]) == (Decimal(variance), kind)


def test_twins_are_paired_in_order_and_marked() -> None:
    rows = [entry(f"l{n}", "left", "10.00", day=n, ref_merchant="A1") for n in (1, 2, 3)]
    rows += [entry(f"r{n}", "right", "10.00", day=n + 1, ref_merchant="A1") for n in (1, 2)]
    found = matches(SAME, rows)
    assert sorted(match["sides"] for match in found) == [(("l1",), ("r1",)), (("l2",), ("r2",))]
    assert all(match["twins"] for match in found)


def test_normalised_references() -> None:
    rules = ruleset(
        [
            {
                "name": "order",
                "same": ["ref_merchant"],
                "normalise": {"ignore": ["case", "separators", "leading_zeros"], "first": 6},
            }
        ]
    )
    rows = [
        entry("a", "left", "10.00", ref_merchant="00-mx/1234"),
        entry("b", "right", "10.00", ref_merchant="MX1234567"),
    ]
    assert matched(rules, rows) == [("order", "confirmed", ("a",), ("b",))]


def test_references_that_go_on_differently_are_suggested_unless_the_author_confirms() -> None:
    order = {"name": "order", "same": ["ref_merchant"], "normalise": {"ignore": ["separators"], "first": 10}}
    rows = [
        entry("a", "left", "10.00", ref_merchant="ORD-2026-0001"),
        entry("b", "right", "10.00", ref_merchant="ORD-2026-0007"),
        entry("c", "left", "10.00", ref_merchant="TX-778812-0001"),
        entry("d", "right", "10.00", ref_merchant="TX-778812-00"),
    ]
    cut = ("order", "confirmed", ("c",), ("d",))
    assert matched(ruleset([order]), rows) == [cut, ("order", "suggested", ("a",), ("b",))]
    sure = matched(ruleset([{**order, "confirm": "automatic"}]), rows)
    assert sure == [("order", "confirmed", ("a",), ("b",)), cut]


def test_what_one_is_the_beginning_of_comes_before_what_only_begins_alike() -> None:
    rules = ruleset(
        [{"name": "order", "same": ["ref_merchant"], "normalise": {"first": 8}, "within": {"days": 3}}]
    )
    rows = [
        entry("a", "left", "10.00", ref_merchant="ORD-2026-0001"),
        entry("b", "right", "10.00", ref_merchant="ORD-2026-0007"),
        entry("c", "right", "10.00", day=3, ref_merchant="ORD-2026-00"),
    ]
    assert matched(rules, rows) == [("order", "confirmed", ("a",), ("c",))]


def test_key_may_be_an_expression() -> None:
    rules = ruleset(
        [{"name": "order", "same": {"ref_merchant": "regexp_extract(remittance, 'ORDER ([A-Z0-9]+)')"}}]
    )
    rows = [
        entry("a", "left", "10.00", ref_merchant="A1"),
        entry("b", "right", "10.00", remittance="PAID ORDER A1 THANKS"),
    ]
    assert matched(rules, rows) == [("order", "confirmed", ("a",), ("b",))]


def test_window_of_days_takes_the_nearest() -> None:
    rules = ruleset([{"name": "order", "same": ["ref_merchant"], "within": {"days": 3}}])
    rows = [
        entry("a", "left", "10.00", day=10, ref_merchant="A1"),
        entry("b", "right", "10.00", day=12, ref_merchant="A1"),
        entry("c", "right", "10.00", day=11, ref_merchant="A1"),
        entry("d", "right", "10.00", day=14, ref_merchant="A1"),
    ]
    assert matched(rules, rows) == [("order", "confirmed", ("a",), ("c",))]


def test_business_days_skip_weekend_and_holiday() -> None:
    within = {"days": {"business": 1, "calendar": "NG"}}
    rules = ruleset([{"name": "order", "same": ["ref_merchant"], "within": within}])
    # Thursday 1 October 2026 is a public holiday in Nigeria: Wednesday 30 September + 1 is Friday 2 October.
    rows = [
        entry("a", "left", "10.00", day=2, ref_merchant="A1"),
        entry("b", "right", "10.00", day=5, ref_merchant="A1"),
        entry("c", "left", "10.00", day=2, ref_merchant="A2"),
        entry("d", "right", "10.00", day=6, ref_merchant="A2"),
    ]
    assert matched(rules, rows) == [("order", "confirmed", ("a",), ("b",))]


def test_equally_near_candidates_are_suggested_with_alternatives() -> None:
    rules = ruleset([{"name": "order", "same": ["ref_merchant"], "within": {"days": 3}}])
    rows = [
        entry("a", "left", "10.00", day=10, ref_merchant="A1"),
        entry("b", "right", "10.00", day=11, ref_merchant="A1"),
        entry("c", "right", "10.00", day=9, ref_merchant="A1"),
    ]
    found = matches(rules, rows)
    assert {(match["state"], match["alternatives"], match["sides"]) for match in found} == {
        ("suggested", 1, (("a",), ("b",))),
        ("suggested", 1, (("a",), ("c",))),
    }


def test_author_may_take_the_first() -> None:
    rules = ruleset([{"name": "order", "same": ["ref_merchant"], "within": {"days": 3}, "ambiguous": "first"}])
    rows = [
        entry("a", "left", "10.00", day=10, ref_merchant="A1"),
        entry("b", "right", "10.00", day=11, ref_merchant="A1"),
        entry("c", "right", "10.00", day=9, ref_merchant="A1"),
    ]
    (match,) = matches(rules, rows)
    assert match["state"] == "confirmed"


def test_amount_and_date_alone_only_suggest() -> None:
    rules = ruleset([{"name": "amount", "within": {"amount": Decimal(0), "days": 2}}])
    rows = [entry("a", "left", "10.00", day=10), entry("b", "right", "10.00", day=11)]
    assert matched(rules, rows) == [("amount", "suggested", ("a",), ("b",))]


def test_band_pairs_the_mutual_best() -> None:
    rules = ruleset([{"name": "near", "within": {"amount": Decimal(1), "days": 2}, "confirm": "automatic"}])
    rows = [
        entry("a", "left", "10.00"),
        entry("b", "left", "10.60"),
        entry("c", "right", "10.10"),
        entry("d", "right", "11.50"),
        entry("e", "left", "-0.40"),
        entry("f", "right", "0.50"),
    ]
    assert matched(rules, rows) == [
        ("near", "confirmed", ("a",), ("c",)),
        ("near", "confirmed", ("b",), ("d",)),
        ("near", "confirmed", ("e",), ("f",)),
    ]


def test_group_sums_one_side() -> None:
    rules = ruleset([{"name": "payout", "group": {"left": "payout_id", "right": "ref_payout"}}])
    rows = [
        entry("a", "left", "60.00", payout_id="P1"),
        entry("b", "left", "40.00", payout_id="P1"),
        entry("c", "right", "100.00", ref_payout="P1"),
        entry("d", "left", "5.00", payout_id="P2"),
        entry("e", "right", "6.00", ref_payout="P2"),
    ]
    (match,) = matches(rules, rows)
    assert match["sides"] == (("a", "b"), ("c",))
    assert (match["kind"], match["left_count"], match["variance"]) == ("N:1", 2, Decimal(0))


def test_group_many_to_many_within_tolerance() -> None:
    rules = ruleset(
        [
            {
                "name": "payout",
                "group": {"left": "payout_id", "right": "ref_payout"},
                "within": {"amount": Decimal("0.10")},
            }
        ]
    )
    rows = [
        entry("a", "left", "60.00", payout_id="P1"),
        entry("b", "left", "40.00", payout_id="P1"),
        entry("c", "right", "70.00", ref_payout="P1"),
        entry("d", "right", "29.95", ref_payout="P1"),
    ]
    (match,) = matches(rules, rows)
    assert (match["kind"], match["variance"], match["variance_kind"]) == ("N:M", Decimal("0.05"), "short")


def test_reference_inside_a_text_is_found_as_whole_words() -> None:
    rules = ruleset(
        [
            {
                "name": "payout in text",
                "group": {"left": "payout_id"},
                "contains": {"right.remittance": "left.payout_id"},
            }
        ]
    )
    rows = [
        entry("a", "left", "60.00", payout_id="po-77"),
        entry("b", "left", "40.00", payout_id="po-77"),
        entry("c", "right", "100.00", remittance="SETTLEMENT PO 77 OCTOBER"),
        entry("d", "right", "100.00", remittance="SETTLEMENT PO 771 OCTOBER"),
    ]
    assert matched(rules, rows) == [("payout in text", "confirmed", ("a", "b"), ("c",))]


def test_twins_are_paired_in_order_where_a_text_is_searched() -> None:
    rules = ruleset(
        [{"name": "text", "contains": {"right.remittance": "left.ref_merchant"}, "within": {"days": 3}}]
    )
    twice = [entry(name, "right", "10.00", day=2, remittance="PAID A-1001") for name in ("b", "c")]
    order = entry("a", "left", "10.00", ref_merchant="A-1001")
    (match,) = matches(rules, [order, *twice])
    assert (match["state"], match["twins"], match["sides"][0]) == ("confirmed", True, ("a",))
    (match,) = matches(rules, [order, entry("d", "left", "10.00", ref_merchant="A-1001"), twice[0]])
    assert (match["state"], match["twins"], match["sides"][1]) == ("confirmed", True, ("b",))
    both = matches(rules, [order, entry("d", "left", "10.00", ref_merchant="A-1001"), *twice])
    assert [match["state"] for match in both] == ["confirmed"] * 2


def test_texts_that_differ_are_no_twins() -> None:
    rules = ruleset([{"name": "text", "contains": {"right.remittance": "left.ref_merchant"}}])
    rows = [
        entry("a", "left", "10.00", ref_merchant="A-1001"),
        entry("b", "right", "10.00", remittance="PAID A-1001 ADA"),
        entry("c", "right", "10.00", remittance="PAID A-1001 BOB"),
        entry("d", "left", "20.00", ref_merchant="A-1002"),
        entry("e", "left", "20.00", ref_merchant="A-1003"),
        *(entry(name, "right", "20.00", remittance="A-1002 AND A-1003") for name in ("f", "g")),
    ]
    assert {state for _, state, _, _ in matched(rules, rows)} == {"suggested"}


def test_offset_pairs_a_reversal_with_its_original() -> None:
    rules = ruleset(
        [
            {"name": "reversed", "offset": {"side": "right", "same": ["ref_bank"]}},
            {"name": "order", "same": ["ref_merchant"]},
        ]
    )
    rows = [
        entry("a", "right", "10.00", ref_bank="B1", ref_merchant="A1"),
        entry("b", "right", "-10.00", ref_bank="B1"),
        entry("c", "left", "10.00", ref_merchant="A1"),
    ]
    (match,) = matches(rules, rows)
    assert (match["kind"], match["sides"], match["variance"]) == ("offset", ((), ("a", "b")), Decimal(0))


def test_confirmed_entries_leave_later_passes_and_suggestions() -> None:
    rules = ruleset(
        [
            {"name": "weak", "within": {"amount": Decimal(0), "days": 2}},
            {"name": "order", "same": ["ref_merchant"]},
        ]
    )
    rows = [
        entry("a", "left", "10.00", ref_merchant="A1"),
        entry("b", "right", "10.00", ref_merchant="A1"),
        entry("c", "left", "7.00"),
        entry("d", "right", "7.00"),
    ]
    assert matched(rules, rows) == [
        ("order", "confirmed", ("a",), ("b",)),
        ("weak", "suggested", ("c",), ("d",)),
    ]


def test_excluded_entries_are_not_matched() -> None:
    rules = ruleset(
        [{"name": "order", "same": ["ref_merchant"]}],
        exclude=[{"side": "right", "where": "type = 'fee'", "reason": "fees are not orders"}],
    )
    rows = [
        entry("a", "left", "10.00", ref_merchant="A1"),
        entry("b", "right", "10.00", ref_merchant="A1", type="fee"),
    ]
    assert matched(rules, rows) == []


def test_net_comparison_keeps_the_fee_as_variance() -> None:
    rules = RuleSet.model_validate(
        {
            "ruleset": "left_vs_right",
            "left": "left",
            "right": "right",
            "passes": [
                {"name": "net", "same": ["ref_merchant"], "compare": {"left": "net", "right": "amount"}}
            ],
        }
    )
    rows = [
        entry("a", "left", "10.00", net=Decimal("9.50"), ref_merchant="A1"),
        entry("b", "right", "9.50", ref_merchant="A1"),
    ]
    (match,) = matches(rules, rows)
    assert (match["variance"], match["variance_kind"]) == (Decimal("0.50"), "fee")


def test_equal_amounts_by_the_thousand_are_paired_not_multiplied() -> None:
    rules = ruleset([{"name": "amount", "within": {"amount": Decimal("0.05"), "days": 1}}])
    rows = [entry(f"l{n}", "left", "10.00") for n in range(2000)]
    rows += [entry(f"r{n}", "right", "10.00") for n in range(1990)]
    found = matches(rules, rows)
    assert len(found) == 1990
    assert all(match["twins"] for match in found)


def test_orders_that_share_a_cut_off_number_are_no_twins() -> None:
    rules = ruleset([{"name": "first six", "same": {"left(ref_merchant, 6)": "ref_merchant"}}])
    rows = [
        entry("a", "left", "10.00", ref_merchant="ABCDEF01"),
        entry("b", "left", "10.00", ref_merchant="ABCDEF02"),
        entry("c", "right", "10.00", ref_merchant="ABCDEF"),
    ]
    assert matched(rules, rows) == [
        ("first six", "suggested", ("a",), ("c",)),
        ("first six", "suggested", ("b",), ("c",)),
    ]


@pytest.mark.parametrize(
    ("days", "undone", "left"),
    [((1, 2, 3), ("b", "r"), "a"), ((1, 4, 3), ("a", "r"), "b"), ((4, 5, 3), ("a", "r"), "b")],
)
def test_a_reversal_undoes_the_last_booking_before_it(
    days: tuple[int, int, int], undone: tuple[str, str], left: str
) -> None:
    rules = ruleset(
        [
            {"name": "reversed", "offset": {"side": "left", "same": ["ref_merchant"]}},
            {"name": "order", "same": ["ref_merchant"]},
        ]
    )
    rows = [
        entry(name, "left", amount, day=day, ref_merchant="A1")
        for name, amount, day in zip("abr", ("10.00", "10.00", "-10.00"), days, strict=True)
    ]
    rows.append(entry("x", "right", "10.00", day=6, ref_merchant="A1"))
    found = {match["pass"]: match["sides"] for match in matches(rules, rows)}
    assert found == {"reversed": (undone, ()), "order": ((left,), ("x",))}


def test_an_offset_by_the_number_that_a_refund_holds_leaves_an_equal_charge_alone() -> None:
    rules = ruleset(
        [{"name": "undone", "offset": {"side": "right", "same": ["coalesce(ref_original, ref_processor)"]}}]
    )
    rows = [
        *(entry(name, "right", "9.00", ref_merchant="IN1", ref_processor=name.upper()) for name in ("c", "d")),
        entry("r", "right", "-9.00", day=3, ref_merchant="IN1", ref_processor="R", ref_original="D"),
    ]
    assert matched(rules, rows) == [("undone", "confirmed", (), ("d", "r"))]


@pytest.mark.parametrize(
    "how", [{"same": {"ref_original": "remittance"}}, {"contains": {"right.remittance": "left.ref_original"}}]
)
def test_equal_instalments_are_paired_so_that_as_many_as_possible_are(how: dict[str, object]) -> None:
    """The second payment is nearest to the third instalment, but then the third payment is too late for the second."""
    rules = ruleset([{"name": "loan", **how, "within": {"days": {"before": 5, "after": 10}}}])
    rows = [
        entry("a", "left", "432.23", day=13, ref_original="LN-710564", ref_merchant="INV-2"),
        entry("b", "left", "432.23", day=20, ref_original="LN-710564", ref_merchant="INV-3"),
        entry("x", "right", "432.23", day=18, remittance="LN-710564"),
        entry("y", "right", "432.23", day=24, remittance="LN-710564"),
    ]
    assert matched(rules, rows) == [
        ("loan", "confirmed", ("a",), ("x",)),
        ("loan", "confirmed", ("b",), ("y",)),
    ]


def test_passes_to_which_nothing_is_left_are_not_gone_through(monkeypatch: pytest.MonkeyPatch) -> None:
    left = entry("l", "left", "10.00", ref_merchant="A1")
    right = entry("r", "right", "10.00", ref_merchant="A1")
    others: list[dict[str, object]] = [
        {"name": "second", "same": ["payout_id"]},
        {"name": "grouped", "group": {"right": "ref_merchant"}, "same": ["ref_merchant"]},
        {"name": "text", "contains": {"right.remittance": "left.ref_merchant"}},
        {"name": "undone", "offset": {"side": "left", "same": ["ref_merchant"]}},
        {"name": "amount", "within": {"amount": 1, "days": 3}},
    ]
    gone_through = list[str]()

    def noted(item: Pass, *more: Any) -> CompiledPass:
        gone_through.append(item.name)
        return compiled(item, *more)

    monkeypatch.setattr("recon.matchers.ruleset_run.compiled", noted)
    rules = ruleset([{"name": "first", "same": ["ref_merchant"]}, *others])
    assert [match["pass"] for match in matches(rules, [left, right])] == ["first"]
    assert gone_through == ["first"]
    gone_through.clear()
    with bare_engine() as engine:
        outcomes = run_on(engine, rules, [left])
    assert gone_through == ["undone"]  # the one pass over the left alone
    assert [(one.confirmed, one.suggested, one.unsearched) for one in outcomes] == [(0, 0, 0)] * 6


def test_where_all_candidates_are_taken_at_once_nothing_is_left_to_look_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refused(*_: object) -> None:
        raise AssertionError("looked at")

    monkeypatch.setattr("recon.matchers.pairing.assign.Assignment._remaining", refused)
    near = {"name": "near", "same": ["ref_merchant"], "within": {"amount": 1, "days": 3}}
    rows = [
        entry(f"{side}{number}", side, amount, day=day, ref_merchant=f"A{number // 2}")
        for side, amount, day in (("left", "10.00", 1), ("right", "10.20", 2))
        for number in range(3)
    ]
    found = matched(ruleset([near]), rows)
    assert [state for _, state, _, _ in found] == ["confirmed"] * 3
    assert {left for _, _, left, _ in found} == {("left0",), ("left1",), ("left2",)}
    rival = entry("right3", "right", "10.30", day=3, ref_merchant="A1")
    with pytest.raises(AssertionError, match="looked at"):
        matched(ruleset([near]), [*rows, rival])


def test_groups_whose_condition_no_entry_of_a_side_meets_are_not_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refused(*_: object) -> None:
        raise AssertionError("counted")

    monkeypatch.setattr("recon.matchers.pairing.one_pass.pair_unique_units", refused)
    grouped = {"name": "grouped", "group": {"right": "ref_merchant"}, "same": ["ref_merchant"]}
    rows = [entry(f"{side}0", side, "10.00", ref_merchant="A1") for side in ("left", "right")]
    assert matched(ruleset([{**grouped, "only": {"right": "type = 'refund'"}}]), rows) == []
    with pytest.raises(AssertionError, match="counted"):
        matched(ruleset([grouped]), rows)


def test_only_what_passes_found_is_laid_out(monkeypatch: pytest.MonkeyPatch) -> None:
    passes: list[dict[str, object]] = [
        {"name": "first", "same": ["ref_merchant"]},
        {"name": "grouped", "group": {"right": "payout_id"}, "same": ["payout_id"]},
        {"name": "last", "same": ["ref_bank"]},
    ]
    laid_out = list[Relation]()
    own = _Results._matches

    def noted(results: _Results, pairs: Relation) -> Relation:
        laid_out.append(pairs)
        return own(results, pairs)

    def refused(*_: object, **__: object) -> None:
        raise AssertionError("nothing is suggested")

    monkeypatch.setattr(_Results, "_matches", noted)
    monkeypatch.setattr("recon.matchers.results.stale.entries_of", refused)
    names: dict[str, dict[str, Any]] = {
        "a": {"ref_merchant": "A1"},
        "b": {"ref_bank": "B1"},
        "c": {"ref_bank": "C1"},
    }
    rows = [
        entry(f"{side}-{name}", side, "10.00" if name < "c" or side == "left" else "7.00", **keys)
        for side in ("left", "right")
        for name, keys in names.items()
    ]
    found = matched(ruleset(passes), rows)
    assert found == [
        ("first", "confirmed", ("left-a",), ("right-a",)),
        ("last", "confirmed", ("left-b",), ("right-b",)),
    ]
    assert len(laid_out) == 1
    laid_out.clear()
    assert matched(ruleset(passes), rows[-1:]) == []
    assert len(laid_out) == 1
    with pytest.raises(AssertionError, match="nothing is suggested"):
        matched(ruleset([{**passes[0], "confirm": "suggest"}]), rows)
