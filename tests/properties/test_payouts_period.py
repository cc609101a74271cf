"""Sums added up by the engine and transactions read one by one give the same money, in any order of entries."""

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from recon.model.periods import Period
from recon.payouts.periods import period
from tests.properties.test_payouts import RATE, bands, plan, tiers
from tests.unit.payouts.books import books

ENTRY = st.tuples(
    st.sampled_from(["Ada", "Bello", "Chidi"]),
    st.decimals(min_value=-500, max_value=20_000, places=3),
    st.sampled_from(["a", "b"]),
)


@settings(max_examples=15)
@given(
    entries=st.lists(ENTRY, min_size=1, max_size=12),
    rows=bands(),
    method=st.sampled_from(["marginal", "whole"]),
    percent=RATE,
    seed=st.randoms(use_true_random=False),
)
def test_sums_and_single_entries_agree(
    entries: list[tuple[str, Decimal, str]],
    rows: list[dict[str, str]],
    method: str,
    percent: Decimal,
    seed: Any,
) -> None:
    """A rate on each transaction adds up to the rate on the sum; marginal tiers over a running total, likewise."""
    activity = {"of": "matched", "source": "orders", "where": {"product": "a"}}
    pays = {"tiers": tiers(rows, method)} if method == "whole" else {"tiers": tiers(rows)}
    together = plan(component={"activity": activity, **pays})
    running = {"scope": "transaction", "order": "time_then_id"}
    apart = plan(component={"activity": activity, **pays, **running})
    flat = {"rate": {"percent": str(percent)}}
    written = [
        {"entry_id": f"e{n:03}", "amount": amount, "attributes": [("agent", who), ("product", product)]}
        for n, (who, amount, product) in enumerate(entries)
    ]
    shuffled = list(written)
    seed.shuffle(shuffled)
    month = Period.parse("2026-01")
    with books(written) as (engine, held), books(shuffled) as (other, other_held):
        for one, two in (
            (together, apart),
            (
                plan(component={"activity": activity, **flat}),
                plan(component={"activity": activity, **flat, **running}),
            ),
        ):
            sums = period.compute(engine, one, held, month).payees
            singles = period.compute(other, two, other_held, month).payees
            assert [pair for pair in sums if pair[1]] == [pair for pair in singles if pair[1]]
