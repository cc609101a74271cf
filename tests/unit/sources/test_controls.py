"""Controls of a table: totals by currency whatever the order of rows, and differences told with both figures."""

from collections.abc import Sequence
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon.sources.mapping.controls import Controls, Totals, compared

MONEY = pl.Decimal(24, 8)
AMOUNTS = st.decimals(min_value=-10_000, max_value=10_000, places=4)
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["A", "B"]), st.sampled_from(["EUR", "JPY"]), AMOUNTS, AMOUNTS,
        st.sampled_from(["p1", "p2", None]), st.sampled_from(["payment", "payout"]),
        st.sampled_from(["booked", "pending"]),
    ),
    max_size=30,
)  # fmt: skip


def frame(rows: Sequence[tuple[str, str, Decimal, Decimal, str | None, str, str]]) -> pl.DataFrame:
    return pl.DataFrame(
        rows,
        schema={
            "account": pl.String, "currency": pl.String, "amount": MONEY, "fee": MONEY, "payout_id": pl.String,
            "type": pl.String, "status": pl.String,
        },
        orient="row",
    )  # fmt: skip


def added(*frames: pl.DataFrame) -> Controls:
    controls = Controls(batches=True)
    for one in frames:
        controls.add(one, pl.Series(range(one.height), dtype=pl.Int64))
    return controls


@given(ROWS, st.randoms(use_true_random=False), st.integers(0, 30))
def test_order_and_chunks_change_nothing(
    rows: list[tuple[str, str, Decimal, Decimal, str | None, str, str]], random: object, cut: int
) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # a Random, which the strategy does not type
    whole, parts = added(frame(rows)), added(frame(shuffled[:cut]), frame(shuffled[cut:]))
    assert whole.totals == parts.totals
    for key in whole.totals:
        assert whole.verdict(key) == parts.verdict(key)
    booked = [row for row in rows if row[6] == "booked"]
    for currency in ("EUR", "JPY"):
        found = whole.of_currency(currency)
        assert found.count == sum(row[1] == currency for row in rows)
        assert found.sums["sum"] == sum((row[2] for row in booked if row[1] == currency), Decimal(0))
        assert found.sums["credits"] - found.sums["debits"] == found.sums["sum"]
        assert found.sums["fee_credits"] - found.sums["fee_debits"] == found.sums["fees"]


def totals(**sums: str) -> Totals:
    made = Totals(2)
    made.sums.update({name: Decimal(amount) for name, amount in sums.items()})
    return made


@pytest.mark.parametrize(
    ("stated", "found", "currency", "said"),
    [
        ({"sum": Decimal("1.10"), "count": 2}, totals(sum="1.1"), "EUR", []),
        ({"sum": Decimal("1.10")}, totals(sum="1.1049"), "EUR", []),
        ({"sum": Decimal("1.10")}, totals(sum="1.1051"), "EUR", ["sum stated as 1.1, found 1.1051"]),
        ({"sum": Decimal("1.10")}, totals(sum="1.11"), "EUR", ["sum stated as 1.1, found 1.11"]),
        ({"sum": Decimal(3)}, totals(sum="2.6"), "JPY", []),
        ({"debits": Decimal(-3)}, totals(debits="3"), "EUR", []),
        ({"gross": Decimal(-3)}, totals(gross="3"), "EUR", ["gross stated as -3, found 3"]),
        ({"count": 3}, totals(), "EUR", ["number of entries stated as 3, found 2"]),
        ({"fee_credits": Decimal(5), "fee_debits": Decimal(1)}, totals(fee_credits="1", fee_debits="5"), "EUR", []),
        ({"fee_credits": Decimal(5), "fee_debits": Decimal(2)}, totals(fee_credits="1", fee_debits="5"), "EUR",
         ["fee totals are stated as 2 and 5 and make 1 and 5"]),
    ],
)  # fmt: skip
def test_what_is_stated_is_compared(
    stated: dict[str, object], found: Totals, currency: str, said: list[str]
) -> None:
    assert compared(stated, found, currency) == said


def test_batches_that_do_not_close_are_told_and_not_too_many() -> None:
    rows = [("A", "EUR", Decimal(n), Decimal(0), f"p{n}", "payout", "booked") for n in range(1, 8)]
    verdict, notes = added(frame(rows)).verdict(("A", "EUR"))
    assert verdict is False
    assert notes[0] == "the lines of p1 and its payout are 1 EUR apart"
    assert notes[5:] == ["and 2 more"]
    still_open = [("A", "EUR", Decimal(5), Decimal(0), "p1", "payment", "booked")]
    assert added(frame(still_open)).verdict(("A", "EUR")) == (None, [])
