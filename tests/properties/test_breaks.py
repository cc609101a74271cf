"""What breaks rest on: words for amounts, references, identities; and no dependence on the order of rows."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from recon.breaks.ids import break_id, break_id_sql
from recon.breaks.references import normalised
from recon.breaks.settings import BreakSettings
from recon.breaks.wording import amount_text
from recon.model.calendars import calendar
from tests.unit.breaks.books import Books

SLOW = settings(
    max_examples=6,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=9)
QUICK = settings(max_examples=40)


One = Callable[..., object]


@pytest.fixture(scope="module")
def one() -> Iterator[One]:
    """The value of an SQL expression over bound values."""
    with duckdb.connect() as connection:
        yield lambda sql, *values: connection.execute(f"SELECT {sql}", list(values)).fetchall()[0][0]


@QUICK
@given(amount=st.decimals(-(10**29), 10**29, places=8), digits=st.integers(0, 4))
def test_amounts_are_written_exactly_with_thousands_separated(one: One, amount: Decimal, digits: int) -> None:
    text = str(one(amount_text("CAST($1 AS DECIMAL(38,8))", "CAST($2 AS BIGINT)"), f"{amount:f}", digits))
    assert Decimal(text.replace(",", "")) == amount
    whole, _, fraction = text.partition(".")
    assert len(fraction) >= digits
    assert len(fraction) == digits or not fraction.endswith("0")
    assert re.fullmatch(r"-?\d{1,3}(,\d{3})*", whole)


@QUICK
@given(text=st.text(max_size=12))
def test_references_keep_letters_and_digits_without_leading_zeros(one: One, text: str) -> None:
    found = one(normalised("CAST($1 AS VARCHAR)"), text.replace("\x00", ""))
    plain = "".join(char for char in text if char.isascii() and char.isalnum()).upper().lstrip("0")
    if text.isascii():
        assert found == (plain or None)
    assert found is None or (re.fullmatch("[1-9A-Z][0-9A-Z]*", str(found)) and str(found).endswith(plain[-1:]))


@QUICK
@given(ruleset=TEXTS, side=TEXTS, entry=TEXTS)
def test_identities_are_the_same_in_sql_and_in_python(one: One, ruleset: str, side: str, entry: str) -> None:
    assert one(break_id_sql("$1", "$2", "$3"), ruleset, side, entry) == break_id(ruleset, side, entry)


@st.composite
def books(draw: st.DrawFn) -> Books:
    result = Books()
    for number in range(draw(st.integers(1, 12))):
        result.entry(
            draw(st.sampled_from(("left", "right"))),
            f"e{number:02}",
            draw(st.sampled_from(("100", "100", "60", "98", "-100"))),
            currency=draw(st.sampled_from(("NGN", "NGN", "USD"))),
            ref_merchant=draw(st.sampled_from((None, "M1", "m-1", "M2"))),
            ref_bank=draw(st.sampled_from((None, "M1"))),
            status=draw(st.sampled_from(("booked", "booked", "failed"))),
            type=draw(st.sampled_from(("payment", "payment", "refund", "chargeback"))),
            business_date=date(2026, 10, 25) + timedelta(days=draw(st.integers(0, 6))),
        )
    return result


DUE = BreakSettings.model_validate({"left": {"due": {"business": "2", "calendar": "NG"}}})


@SLOW
@given(books(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(run: Books, random: object) -> None:
    found = run.breaks(DUE)
    random.shuffle(run.scope)  # type: ignore[attr-defined]  # hypothesis types its Random as object
    assert run.breaks(DUE) == found


@SLOW
@given(books())
def test_every_open_item_is_one_break_with_its_age(run: Books) -> None:
    found = {row["entry_id"]: row for row in run.breaks(DUE)}
    assert set(found) == {row["entry_id"] for row in run.scope}
    nigeria, plain = calendar("NG"), calendar(None)
    for entry in run.scope:
        row, day = found[entry["entry_id"]], entry["business_date"]
        business = nigeria if entry["side"] == "left" else plain
        assert row["break_id"] == break_id(entry["ruleset"], entry["side"], entry["entry_id"])
        assert (row["amount"], row["currency"]) == (entry["compared"], entry["currency"])
        assert row["age_days"] == (run.as_of - day).days
        assert row["age_business_days"] == business.between(day, run.as_of)
        assert row["due_date"] == (nigeria.add(day, 2) if entry["side"] == "left" else day)
        assert row["kind"] != "in_transit" or row["due_date"] > run.as_of
        assert row["reason"]
        assert row["next_step"]
