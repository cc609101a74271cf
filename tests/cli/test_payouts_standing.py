"""Payouts count what stands: neither entries that a corrected file took back, nor matches that a person took back."""

from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.cli.desk import ORDERS, Desk, Run, lay_out

PLAN = """\
plan: {of}
title: A tenth of the orders
effective: 2026-01-01
currency: EUR
credit: {{to: account, when_moved: owner_on_the_day_of_the_transaction}}
components:
  - name: orders
    activity: {{of: {of}, source: orders}}
    measure: {{sum: amount}}
    scope: payee
    accumulate: period
    below_zero: reverses
    rate: {{percent: 10}}
corrections: {{reversal: recompute, books_in: period_of_correction, attainment: kept, closed_periods: delta}}
payment: {{negative: carry, open_break: pay}}
rounding: {{at: payee, mode: half_even}}
"""
NIGHT = ("-q", "run", "--as-of", "2026-10-31", "--fail-on", "none")


@pytest.fixture
def desk(tmp_path: Path, recon: Run) -> Desk:
    folder = tmp_path / "acme"
    lay_out(folder)
    (folder / "configs" / "plans").mkdir()
    for of in ("all", "matched"):
        (folder / "configs" / "plans" / f"{of}.yaml").write_text(PLAN.format(of=of), encoding="utf-8")
    found = Desk(folder, recon)
    found(*NIGHT)
    return found


def earned(desk: Desk) -> dict[str, str]:
    rows = desk.rows("payouts", "calculate", "--period", "2026-10")
    return {row["plan"].partition("@")[0]: row["earned"] for row in rows}


def test_an_entry_that_a_corrected_file_took_back_is_not_paid(desk: Desk) -> None:
    """Order A-1001 was 120.00 and matched; it is 20.00. Both were paid where all entries count."""
    assert earned(desk) == {"all": "88.74", "matched": "45.44"}
    corrected = ORDERS.replace("A-1001,2026-10-05,EUR,120.00", "A-1001,2026-10-05,EUR,20.00")
    (desk.folder / "inbox" / "orders_2026-10.csv").write_text(corrected, encoding="utf-8")
    desk(*NIGHT)
    assert earned(desk) == {"all": "78.74", "matched": "33.44"}
    (desk.folder / "inbox" / "orders_2026-10.csv").write_text(ORDERS, encoding="utf-8")
    desk(*NIGHT)
    assert earned(desk) == {"all": "88.74", "matched": "45.44"}


def test_an_entry_whose_match_was_taken_back_is_matched_no_more(desk: Desk) -> None:
    """The run that made the match keeps it, so that it was paid on for ever."""
    (matches,) = desk.folder.glob("runs/*/matches.parquet")
    (match,) = [
        row["match_id"] for row in pq.read_table(matches).to_pylist() if row["left_amount"] == Decimal(240)
    ]
    desk("matches", "unmatch", match, "--reason", "another order", "--by", "ada")
    desk("breaks", "approve", "--all", "--by", "bob")
    desk(*NIGHT)
    assert earned(desk) == {"all": "88.74", "matched": "21.44"}
