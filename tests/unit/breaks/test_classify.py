"""The kind of an open item, and the sentence that says why."""

from datetime import date

import pytest

from recon.breaks.reasons import next_step_sql, reason_sql
from recon.breaks.settings import BreakSettings
from tests.unit.breaks.books import RULESET, Books, Row

BANK = BreakSettings.model_validate({"left": {"open": "missing_in_bank"}})
TWO_DAYS = BreakSettings.model_validate({"left": {"due": {"business": "2", "calendar": "NG"}}})


def by_entry(rows: list[Row]) -> dict[str, Row]:
    return {row["entry_id"]: row for row in rows}


def test_an_item_that_is_due_is_missing_on_the_other_side() -> None:
    books = Books()
    books.entry("left", "a", "1200", ref_merchant="MA-000123", counterparty_name="Ada Stores")
    books.entry("right", "b", "-70.5", business_date=date(2026, 10, 29), type="fee")
    rows = by_entry(books.breaks())
    assert rows["a"]["kind"] == "missing_in_processor"
    assert rows["a"]["reason"] == (
        "Payment of 1,200.00 NGN on 2026-10-30 with merchant reference MA-000123: "
        "not found in the processor's files up to 2026-10-29"
    )
    assert (rows["a"]["reference"], rows["a"]["counterparty"]) == ("MA-000123", "Ada Stores")
    assert rows["b"]["kind"] == "missing_in_internal"
    assert (
        rows["b"]["reason"] == "Fee of -70.50 NGN on 2026-10-29: not found in our own records up to 2026-10-30"
    )


def test_an_empty_other_side_is_said_so() -> None:
    books = Books()
    books.entry("left", "a", "1")
    assert books.breaks()[0]["reason"].endswith("the processor's files, of which this run holds none")


def test_an_item_is_in_transit_until_its_due_date() -> None:
    books = Books()
    books.entry("left", "due", "1", business_date=date(2026, 10, 28))
    books.entry("left", "early", "2", business_date=date(2026, 10, 30))
    rows = by_entry(books.breaks(TWO_DAYS))
    assert (rows["due"]["kind"], rows["due"]["due_date"]) == ("missing_in_processor", date(2026, 10, 30))
    assert (rows["early"]["kind"], rows["early"]["due_date"]) == ("in_transit", date(2026, 11, 3))
    assert rows["early"]["reason"].endswith(": not yet in the processor's files, due on 2026-11-03")


def test_the_same_thing_twice_on_one_side_is_a_duplicate_of_the_first() -> None:
    books = Books()
    for entry_id, day in (("first", 28), ("second", 29)):
        books.entry(
            "left", entry_id, "5", ref_merchant="M1", ref_bank=entry_id, business_date=date(2026, 10, day)
        )
    books.entry("left", "another amount", "6", ref_merchant="M1")
    books.entry("left", "another reference", "5", ref_merchant="M1", ref_end_to_end="E")
    books.entry("left", "another type", "5", ref_merchant="M1", type="adjustment")
    books.entry("left", "by its own number", "5", ref_processor="P1")
    books.entry("left", "by the same number", "5", ref_processor="P1")
    books.entry("left", "no reference", "5")
    books.entry("left", "no reference either", "5")
    kinds = books.kinds()
    assert {entry for entry, kind in kinds.items() if kind == "duplicate"} == {
        "second",
        "by the same number",
    }


def test_a_twin_of_a_matched_entry_is_a_duplicate() -> None:
    books = Books()
    books.entry("left", "a", "5", ref_merchant="M1")
    books.entry("left", "b", "5", ref_merchant="M1", business_date=date(2026, 10, 1))
    books.entry("right", "c", "5", ref_merchant="M1")
    books.match("m", "a", "c")
    rows = by_entry(books.breaks())
    assert rows["b"]["kind"] == "duplicate"
    assert rows["b"]["reason"].endswith("same reference, amount and type as entry a, which is matched")


def test_references_are_compared_without_case_zeros_and_punctuation_in_any_column() -> None:
    books = Books()
    books.entry("left", "a", "100", ref_merchant="00ab-12/3")
    books.entry("right", "b", "98", ref_end_to_end="AB123")
    rows = by_entry(books.breaks())
    assert {row["kind"] for row in rows.values()} == {"amount_mismatch"}
    assert rows["a"]["reason"].endswith(
        "98.00 NGN under the same reference in the processor's files, 2.00 less"
    )
    assert rows["b"]["reason"].endswith("100.00 NGN under the same reference in our own records, 2.00 more")


def test_batch_and_original_references_do_not_make_two_entries_the_same() -> None:
    books = Books()
    books.entry("left", "a", "100", ref_payout="P1", ref_original="O1")
    books.entry("right", "b", "98", ref_payout="P1", ref_original="O1")
    assert set(books.kinds().values()) == {"missing_in_processor", "missing_in_internal"}


@pytest.mark.parametrize(("paid", "kind"), [("90", "partial"), ("90.01", "amount_mismatch"), ("60", "partial")])
def test_a_part_is_at_most_nine_tenths(paid: str, kind: str) -> None:
    books = Books()
    books.entry("left", "a", "100", ref_merchant="M1")
    books.entry("right", "b", paid, ref_merchant="M1")
    assert set(books.kinds().values()) == {kind}


def test_parts_are_added_up_before_they_are_compared() -> None:
    books = Books()
    books.entry("left", "a", "100", ref_merchant="M1")
    books.entry("right", "b", "30", ref_merchant="M1")
    books.entry("right", "c", "40", ref_merchant="M1")
    rows = by_entry(books.breaks())
    assert {row["kind"] for row in rows.values()} == {"partial"}
    assert "70.00 NGN in 2 entries under the same reference" in rows["a"]["reason"]
    assert rows["b"]["reason"].endswith("30.00 more than 70.00 of 2 entries here")


def test_money_in_and_money_out_are_no_counterparts() -> None:
    books = Books()
    books.entry("left", "a", "100", ref_merchant="M1")
    books.entry("right", "b", "-50", ref_merchant="M1", type="refund")
    assert books.kinds() == {"a": "missing_in_processor", "b": "refund_unmatched"}


def test_wrong_currency() -> None:
    books = Books()
    books.entry("left", "a", "100", ref_merchant="M1", currency="USD")
    books.entry("right", "b", "90000", ref_merchant="M1")
    rows = by_entry(books.breaks())
    assert {row["kind"] for row in rows.values()} == {"wrong_currency"}
    assert rows["a"]["reason"].endswith("90,000.00 NGN under the same reference in the processor's files")


def test_status_mismatch_with_an_open_and_with_an_excluded_counterpart() -> None:
    books = Books()
    books.entry("left", "a", "100", ref_merchant="M1")
    books.entry("right", "b", "80", ref_merchant="M1", status="failed")
    books.entry("left", "c", "100", ref_merchant="M2")
    books.entry("right", "d", "100", ref_merchant="M2", status="pending")
    books.exclude("d", "not booked")
    books.entry("left", "e", "100", ref_merchant="M3")
    books.entry("right", "f", "100", ref_merchant="M3")
    books.exclude("f", "test account")
    rows = by_entry(books.breaks())
    assert {entry: row["kind"] for entry, row in rows.items()} == {
        "a": "status_mismatch",
        "b": "status_mismatch",
        "c": "status_mismatch",
        "e": "missing_in_processor",
    }
    assert rows["a"]["reason"].endswith("it is booked, and failed in the processor's files")
    assert rows["c"]["reason"].endswith("it is booked, and pending in the processor's files")


def test_a_suggestion_with_alternatives_is_ambiguous() -> None:
    books = Books()
    for entry_id in ("a", "x"):
        books.entry("left", entry_id, "10")
    for entry_id in ("b", "c", "y"):
        books.entry("right", entry_id, "10")
    books.match("m1", "a", "b", state="suggested", alternatives=1)
    books.match("m2", "a", "c", state="suggested", alternatives=1, rank=2)
    books.match("m3", "x", "y", state="suggested")
    rows = by_entry(books.breaks())
    assert {entry for entry, row in rows.items() if row["kind"] == "ambiguous"} == {"a", "b", "c"}
    assert rows["a"]["reason"].endswith("2 suggested matches fit equally well")
    assert rows["a"]["next_step"] == "choose among 2 suggested matches; the first is m1"
    assert rows["x"]["next_step"] == "confirm or refuse the suggested match m3"


def test_chargebacks_refunds_and_credits() -> None:
    books = Books()
    books.entry("right", "cb", "-9", type="chargeback")
    books.entry("right", "linked", "-9", type="chargeback", ref_original="M7")
    books.entry("right", "refund", "-9", type="refund")
    books.entry("right", "credit", "9", remittance="thanks")
    books.entry("right", "known", "11", ref_end_to_end="M9")
    books.entry("right", "debit", "-11")
    books.entry("left", "settled", "9", ref_merchant="M9")
    books.entry("right", "settles", "9")
    books.match("m", "settled", "settles")
    assert books.kinds(BANK) == {
        "cb": "chargeback_unlinked",
        "linked": "missing_in_internal",
        "refund": "refund_unmatched",
        "credit": "unexpected_credit",
        "known": "missing_in_internal",
        "debit": "missing_in_internal",
    }
    assert "unexpected_credit" not in books.kinds().values()


def test_the_rule_sets_own_rules_come_first_and_the_first_that_holds_wins() -> None:
    books = Books()
    books.entry("left", "a", "5", type="fee", attributes=[("channel", "pos")])
    books.entry("left", "b", "5", type="payment")
    books.entry("right", "c", "5", type="fee")
    settings = BreakSettings.model_validate(
        {
            "kinds": [
                {"side": "left", "where": "type = 'fee' and amount > 10", "kind": "residual"},
                {"side": "left", "where": "type = 'fee'", "kind": "fee_overcharge"},
                {"side": "left", "where": "attributes.channel = 'pos'", "kind": "rounding"},
            ]
        }
    )
    rows = by_entry(books.breaks(settings))
    assert {entry: row["kind"] for entry, row in rows.items()} == {
        "a": "fee_overcharge",
        "b": "missing_in_processor",
        "c": "missing_in_internal",
    }
    assert rows["a"]["reason"].endswith("; fee_overcharge by the rule type = 'fee'")


def test_rule_sets_do_not_see_each_other() -> None:
    books = Books()
    books.entry("left", "a", "100", ref_merchant="M1")
    books.entry("right", "b", "98", ref_merchant="M1", ruleset="other")
    books.entry("left", "a", "100", ref_merchant="M1", ruleset="other")
    rows = books.breaks(BANK, other=BreakSettings())
    found = {(row["ruleset"], row["entry_id"]): row["kind"] for row in rows}
    assert found == {
        (RULESET, "a"): "missing_in_bank",
        ("other", "a"): "amount_mismatch",
        ("other", "b"): "amount_mismatch",
    }


def test_open_items_of_a_rule_set_without_settings_are_a_defect() -> None:
    books = Books()
    books.entry("left", "a", "100", ruleset="unknown")
    with pytest.raises(ValueError, match="unknown"):
        books.breaks()


def test_only_findings_that_come_up_have_words() -> None:
    assert "under the same reference" not in reason_sql({"in_transit", "missing_in_bank"})
    assert reason_sql({"partial"}).count("under the same reference") == 1
    assert "find out which currency was paid" not in next_step_sql({"partial"})
    assert "find out which currency was paid" in next_step_sql({"wrong_currency"})
