"""Breaks of matches whose sides differ, in the amount or in a figure beside it."""

from decimal import Decimal

import pyarrow as pa
import pytest

from recon.breaks.ids import break_id
from recon.breaks.lifecycle import find_breaks
from recon.breaks.settings import BreakSettings
from recon.close.proof import proof_ok, prove
from recon.model.tables import SUM
from tests.unit.breaks.books import RULESET, Books, Row, hashed, table_of

DIFFERENCES = pa.schema(
    [(name, pa.string()) for name in ("ruleset", "match_id", "entry_id", "currency", "field", "card")]
    + [(name, SUM) for name in ("left_amount", "right_amount", "difference")]
)


def one_match(left: str, right: str, kind: str | None, **more: object) -> Books:
    books = Books()
    books.entry("left", "a", left, ref_merchant="M1", **more)
    books.entry("right", "b", right, **more)
    books.match("m", "a", "b", variance_kind=kind)
    return books


@pytest.mark.parametrize(
    ("left", "right", "variance_kind", "kind"),
    [
        ("100", "99.99", "rounding", "rounding"),
        ("100", "98", "fee", "fee_overcharge"),
        ("100", "101", "fee", "fee_undercharge"),
        ("-100", "-102", "fee", "fee_overcharge"),
        ("100", "97", "fx", "fx_difference"),
        ("100", "97", "short", "amount_mismatch"),
        ("100", "103", "over", "amount_mismatch"),
        ("100", "100.004", None, "rounding"),
        ("100", "100.01", None, "amount_mismatch"),
        ("100", "100.004", "over", "amount_mismatch"),
    ],
)
def test_the_kind_of_a_variance(left: str, right: str, variance_kind: str | None, kind: str) -> None:
    (row,) = one_match(left, right, variance_kind).breaks()
    assert row["kind"] == kind
    assert row["amount"] == Decimal(left) - Decimal(right)
    assert (row["match_id"], row["entry_id"], row["reference"]) == ("m", "a", "M1")


def test_a_variance_under_one_minor_unit_depends_on_the_currency() -> None:
    (row,) = one_match("100", "100.5", None, currency="JPY").breaks()
    assert (row["kind"], row["amount"]) == ("rounding", Decimal("-0.5"))
    (row,) = one_match("100", "100.5", None, currency="XAU").breaks()
    assert row["kind"] == "amount_mismatch"


def test_the_sentence_says_who_has_how_much() -> None:
    (row,) = one_match("1000", "985.5", "fee").breaks()
    assert row["reason"] == (
        "matched by same reference: 1,000.00 on the left and 985.50 NGN on the right, 14.50 charged too much"
    )


def test_suggested_and_revoked_matches_have_no_variance_break() -> None:
    for state in ("suggested", "revoked"):
        books = Books()
        books.entry("left", "a", "100")
        books.entry("right", "b", "99")
        books.match("m", "a", "b", state=state, variance_kind="short")
        assert {row["match_id"] for row in books.breaks()} == {None}


def test_a_group_is_known_by_its_payout_and_by_its_first_left_entry() -> None:
    books = Books()
    for name in ("z", "y"):
        books.entry("left", name, "50", payout_id="P7", ref_merchant=name)
    books.entry("right", "b", "99")
    books.match("m", "z", "y", "b", variance_kind="short")
    (row,) = books.breaks()
    assert (row["break_id"], row["reference"]) == (break_id(RULESET, "left", "y"), "P7")


def with_figures(books: Books, *figures: tuple[str, str, str], card: str = "") -> list[Row]:
    rows = [
        {
            "ruleset": RULESET, "match_id": "m", "entry_id": "a", "currency": "NGN", "field": field, "card": card,
            "left_amount": Decimal(left), "right_amount": Decimal(right),
            "difference": Decimal(left) - Decimal(right),
        }
        for field, left, right in figures
    ]  # fmt: skip
    with books.engine() as engine:
        engine.register("differences", table_of(rows, DIFFERENCES))
        find_breaks(engine, {RULESET: BreakSettings()}, books.as_of)
        found: list[Row] = engine.table("SELECT * FROM breaks ORDER BY break_id").to_pylist()
        return found


def test_a_fee_that_differs_is_a_break_though_the_amounts_agree() -> None:
    (row,) = with_figures(one_match("100", "100", None), ("fee", "-1.5", "-2"))
    assert (row["kind"], row["amount"], row["match_id"]) == ("fee_overcharge", Decimal("0.5"), "m")
    assert (
        row["reason"]
        == "matched by same reference: fee -1.50 on the left and -2.00 NGN on the right, 0.50 charged too much"
    )
    (row,) = with_figures(one_match("100", "100", None), ("fee", "-1.5", "-1"))
    assert row["kind"] == "fee_undercharge"


def test_of_several_figures_the_largest_counts() -> None:
    (row,) = with_figures(one_match("100", "100", None), ("fee", "-1", "-2"), ("original_amount", "9", "5"))
    assert (row["kind"], row["amount"]) == ("fx_difference", Decimal(4))
    (row,) = with_figures(one_match("100", "97", "short"), ("net", "9", "5"))
    assert (row["kind"], row["amount"]) == ("amount_mismatch", Decimal(3)), (
        "other figures follow from the amount"
    )


def test_a_variance_does_not_hide_a_fee_that_differs() -> None:
    books = one_match("100", "97", "short")
    rows = with_figures(books, ("fee", "-1", "-2"), ("net", "99", "95"))
    told = sorted((row["side"], row["entry_id"], row["kind"], row["amount"]) for row in rows)
    assert told == [("left", "a", "amount_mismatch", Decimal(3)), ("right", "b", "fee_overcharge", Decimal(1))]
    assert {row["match_id"] for row in rows} == {"m"}
    with books.engine() as engine:
        figures = [
            {
                "ruleset": RULESET, "match_id": "m", "entry_id": "a", "currency": "NGN", "field": "fee", "card": "",
                "left_amount": Decimal(-1), "right_amount": Decimal(-2), "difference": Decimal(1),
            }
        ]  # fmt: skip
        engine.register("differences", table_of(figures, DIFFERENCES))
        find_breaks(engine, {RULESET: BreakSettings()}, books.as_of)
        prove(engine, hashed)
        assert proof_ok(engine)
        classes = engine.rows("SELECT class, amount FROM bridge WHERE class NOT IN ('total', 'residual')")
    assert classes == [("amount_mismatch", Decimal(3))], (
        "a fee beside the amounts is no difference of the books"
    )


def test_a_fee_beside_a_variance_of_entries_of_one_side_is_known_by_the_second() -> None:
    books = Books()
    books.entry("left", "a", "100")
    books.entry("left", "b", "-97")
    books.match("m", "a", "b", variance_kind="short")
    rows = with_figures(books, ("fee", "-1", "-2"))
    assert sorted(row["entry_id"] for row in rows) == ["a", "b"]


def test_a_variance_that_is_the_difference_of_fees_is_one() -> None:
    (row,) = with_figures(one_match("100", "97", "short"), ("fee", "-1", "-4"))
    assert (row["kind"], row["amount"]) == ("fee_overcharge", Decimal(3))


def test_a_fee_against_a_rate_card_names_the_card() -> None:
    (row,) = with_figures(one_match("100", "100", None), ("fee", "-1.5", "-2"), card="acquirer")
    assert (row["kind"], row["amount"]) == ("fee_overcharge", Decimal("0.5"))
    assert row["reason"].endswith(
        "fee -1.50 by rate card acquirer and -2.00 NGN charged, 0.50 charged too much"
    )
