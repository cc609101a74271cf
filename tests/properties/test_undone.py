"""However often a sale is refunded, charged back and won back in later months, it pays what is left of it."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon.model.periods import Period
from recon.payouts.periods.period import Known
from recon.payouts.review.simulation import Month, simulate
from tests.unit.payouts.books import books
from tests.unit.payouts.plans import TAIL, plan_of

MONTHS = [Period.parse(f"2026-0{number}") for number in (1, 2, 3, 4)]
UNDONE = st.lists(
    st.tuples(
        st.sampled_from(["refund", "chargeback", "chargeback_reversal"]),
        st.integers(1, 150),
        st.integers(1, 3),  # the month
    ),
    max_size=6,
)


@pytest.mark.parametrize("policy", ["original_rate", "recompute", "blended", "lifo"])
@settings(max_examples=12, deadline=None)
@given(undone=UNDONE)
def test_a_sale_pays_what_is_left_of_it(undone: list[tuple[str, int, int]], policy: str) -> None:
    """A tenth of 100, less what was taken off and not won back: never less than nothing, never more than all of it."""
    rows = [
        {"amount": Decimal(100), "business_date": date(2026, 1, 5), "ref_merchant": "S1", "entry_id": "sale"}
    ]
    left = 100
    for number, (kind, amount, month) in enumerate(sorted(undone, key=lambda one: one[2])):
        back = kind == "chargeback_reversal"
        left = min(left + amount, 100) if back else max(left - amount, 0)
        day = date(2026, month + 1, number + 1)
        rows.append({
            "amount": Decimal(amount if back else -amount), "business_date": day, "type": kind,
            "ref_original": "S1", "entry_id": f"u{number}",
        })  # fmt: skip
    entries = [{**row, "attributes": [("agent", "Ada")]} for row in rows]
    with TemporaryDirectory() as folder, books(entries) as (engine, held):
        what = plan_of(Path(folder), "rate: {percent: 10}", tail=TAIL.replace("recompute", policy, 1))
        found = simulate(engine, what, held, [Month(one, None, Known()) for one in MONTHS])
    assert sum((one.after for one in found.changes), Decimal(0)) == Decimal(left) / 10
