"""Sales that are refunded and charged back as well, in parts, or won back: taken back once, and paid again once."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from recon.model.periods import Period
from recon.payouts.periods.period import Known
from recon.payouts.plan.plan import Plan
from recon.payouts.review.simulation import Month, simulate
from tests.unit.payouts.books import books
from tests.unit.payouts.plans import COMPONENT, TAIL, plan_of

MONTHS = [Period.parse(f"2026-0{number}") for number in (1, 2, 3, 4)]
POLICIES = ("original_rate", "recompute", "blended", "lifo")
TIERS = """\
tiers:
  method: marginal
  boundary: upper_inclusive
  outside: refuse
  bands: [{to: 1000, percent: 10}, {percent: 20}]
"""


def entry(day: str, amount: int, kind: str = "payment", **more: object) -> dict[str, object]:
    return {
        "amount": Decimal(amount), "attributes": [("agent", "Ada")], "business_date": date.fromisoformat(day),
        "type": kind, **more,
    }  # fmt: skip


def undoing(day: str, amount: int, kind: str = "refund", of: str = "S1", **more: object) -> dict[str, object]:
    return entry(day, amount, kind, ref_original=of, **more)


def plan(folder: Path, pays: str, policy: str, **corrections: object) -> Plan:
    built = plan_of(folder, pays, tail=TAIL.replace("recompute", policy, 1))
    return built.model_copy(update={"corrections": built.corrections.model_copy(update=corrections)})


def paid(what: Plan, *rows: dict[str, object]) -> list[int]:
    """What Ada earns in each month, what is taken back included."""
    with books(rows) as (engine, held):
        found = simulate(engine, what, held, [Month(one, None, Known()) for one in MONTHS])
    earned = {one.period: one.after for one in found.changes}
    return [int(earned.get(one, Decimal(0))) for one in MONTHS]


@pytest.mark.parametrize("policy", POLICIES)
def test_a_refund_and_a_chargeback_take_back_once(tmp_path: Path, policy: str) -> None:
    what = plan(tmp_path, "rate: {percent: 10}", policy)
    sale = entry("2026-01-05", 100, ref_merchant="S1")
    back = [undoing("2026-02-05", -60), undoing("2026-03-05", -100, "chargeback")]
    assert paid(what, sale, *back) == [10, -6, -4, 0]
    both = [undoing("2026-02-05", -100, "chargeback"), undoing("2026-02-07", -100)]
    assert paid(what, sale, *both) == [10, -10, 0, 0]


@pytest.mark.parametrize("policy", POLICIES)
def test_what_its_own_period_refunded_is_not_taken_back_again(tmp_path: Path, policy: str) -> None:
    """Of 400, 100 are refunded in January and counted there; the chargeback takes the 300 that are left."""
    what = plan(tmp_path, "rate: {percent: 10}", policy)
    sale = entry("2026-01-05", 400, ref_merchant="S1")
    back = [undoing("2026-01-20", -100), undoing("2026-02-05", -400, "chargeback")]
    assert sum(paid(what, sale, *back)) == 0


@pytest.mark.parametrize("policy", POLICIES)
def test_what_is_won_back_is_paid_as_it_was_taken(tmp_path: Path, policy: str) -> None:
    """Half of the commission is taken back by then; half of it comes back, and what nobody took does not."""
    schedule = plan_of(
        tmp_path, "rate: {percent: 10}",
        tail=TAIL.replace("delta}", "delta, clawback_schedule: [{within_days: 90, percent: 50}]}"),
    ).corrections.clawback_schedule  # fmt: skip
    what = plan(tmp_path, "rate: {percent: 10}", policy, clawback_schedule=schedule)
    rows = [
        entry("2026-01-05", 100, ref_merchant="S1"),
        undoing("2026-02-05", -100, "chargeback"),
        undoing("2026-04-20", 100, "chargeback_reversal"),
    ]
    assert paid(what, *rows) == [10, -5, 0, 5]
    assert paid(what, *rows, undoing("2026-04-21", 100, "chargeback_reversal")) == [10, -5, 0, 5]


@pytest.mark.parametrize("policy", ["recompute", "lifo"])
def test_a_second_refund_is_worked_out_without_the_first(tmp_path: Path, policy: str) -> None:
    """Sales of 1,000 and 1,000 pay 100 and 200. Whichever goes first takes 200, the other 100."""
    what = plan(tmp_path, TIERS, policy)
    sales = [entry("2026-01-05", 1000, ref_merchant="S1"), entry("2026-01-06", 1000, ref_merchant="S2")]
    first, second = ("2026-02-05", "2026-03-05")
    one = [undoing(first, -1000, of="S1"), undoing(second, -1000, of="S2")]
    other = [undoing(second, -1000, of="S1"), undoing(first, -1000, of="S2")]
    for back in (one, other):
        assert paid(what, *sales, *back) == [300, -200, -100, 0]


def test_parts_may_make_up_the_whole_sale(tmp_path: Path) -> None:
    """Once both halves are refunded, the sale is none any more, and its 5 go back as well."""
    second = COMPONENT.replace("{sum: amount}", "{count: transactions}").replace("commission", "spiff")
    component = second + "  rate: {per_unit: 5}\n" + COMPONENT
    what = plan_of(tmp_path, "rate: {percent: 10}", component=component)
    sale = entry("2026-01-05", 100, ref_merchant="S1")
    assert paid(what, sale, undoing("2026-02-05", -50), undoing("2026-03-05", -50)) == [15, -5, -10, 0]


@pytest.mark.parametrize("other", ["a0", "z9"])
@pytest.mark.parametrize("kind", ["refund", "fee"])
def test_fees_and_refunds_that_share_a_reference_are_no_sales(tmp_path: Path, other: str, kind: str) -> None:
    """A fee, or another refund, of the sale's own month has the sale's reference: it is not what is taken back."""
    sales_only = COMPONENT.replace("source: orders", "source: orders, where: {type: [payment, refund]}")
    what = plan_of(tmp_path, "rate: {percent: 10}", component=sales_only)
    rows = [
        entry("2026-01-05", 100, ref_processor="P1", entry_id="m5"),
        undoing("2026-01-06", -20, kind, of="P1", ref_processor="P1", entry_id=other),
        undoing("2026-02-05", -50, of="P1", ref_processor="P1", entry_id="m6"),
    ]
    assert paid(what, *rows)[1] == -5
