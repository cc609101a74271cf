"""The narrow table of a period: amounts of any size stay exact, and what is absent is told by the entry."""

from decimal import Decimal
from pathlib import Path

import pytest

from recon.errors import InputRefused
from recon.model.periods import Period
from recon.payouts.period_rows import rows_table
from recon.payouts.periods.period import compute
from recon.payouts.sets.plan_rows import build_rows
from tests.unit.payouts.books import books
from tests.unit.payouts.plans import COMPONENT, plan_of

JANUARY = Period.parse("2026-01")
SINGLE = COMPONENT.replace("scope: payee", "scope: transaction").replace(
    "accumulate: period", "accumulate: none"
)
AMOUNTS = (
    "0.01", "0.001", "9999999999.99", "10000000000.01", "-10000000000.01", "999999999999.98", "1000000000000.01",
    "1234567890123456.12345678",
)  # fmt: skip


def sale(amount: str, **more: object) -> dict[str, object]:
    return {"amount": Decimal(amount), "attributes": [("agent", "Ada")], **more}


@pytest.mark.parametrize("amount", AMOUNTS)
@pytest.mark.parametrize("component", [COMPONENT, SINGLE], ids=["sums", "lines"])
def test_amounts_of_any_size_are_paid_exactly(tmp_path: Path, component: str, amount: str) -> None:
    plan = plan_of(tmp_path, "rate: {percent: 10}", component=component)
    with books([sale(amount), sale("0.02")]) as (engine, held):
        together = engine.table(build_rows(engine, plan, held, JANUARY).sql(JANUARY)).to_pylist()
        one_by_one = rows_table(compute(engine, plan, held, JANUARY)).drop_columns("position").to_pylist()
    assert together == one_by_one
    assert sum(row["units"] or 0 for row in together) == Decimal(amount) + Decimal("0.02")


@pytest.mark.parametrize("component", [COMPONENT, SINGLE], ids=["sums", "lines"])
def test_an_absent_figure_is_told_by_its_entry(tmp_path: Path, component: str) -> None:
    plan = plan_of(
        tmp_path, "rate: {percent: 10}", component=component.replace("sum: amount", "sum: fee_charged")
    )
    refused = pytest.raises(InputRefused, match="2 entries lack a figure that commission adds up, entry e001")
    with books([sale("5", fee=Decimal(-3)), sale("6"), sale("7")]) as (engine, held), refused:
        build_rows(engine, plan, held, JANUARY)
