"""Nothing is paid on entries with open breaks that come late, or whose sale is undone, until these are resolved."""

from pathlib import Path

import pytest

from tests.cli.payout_stage import Run, Stage, plan_text

SALE, LATE = ("e1", "Ada", "500", "2026-10-06"), ("e2", "Ada", "100", "2026-10-05")


@pytest.fixture
def stage(project: Path, recon: Run) -> Stage:
    found = Stage(project, recon)
    found.plan(plan_text())
    return found


def test_a_late_sale_with_an_open_break_is_held_until_it_is_resolved(stage: Stage) -> None:
    """It was paid at once, as only what a period held when it was closed was looked at."""
    stage.night([SALE])
    assert stage.shown(stage.close("2026-10")) == {"Ada": {"earned": "50.00", "net": "50.00", "paid": "50.00"}}
    stage.night([LATE], breaks={"e2": "b1"})
    assert stage.shown(stage.close("2026-11")) == {"Ada": {"corrected": "10.00", "held": "-10.00"}}
    assert "late in 2026-10, held: 1 entry with open breaks: b1 (amount_mismatch)" in [
        row["words"] for row in stage.explained("Ada", "2026-11")
    ]
    stage.run({"e2": "b1"})
    stage.close("2026-12")
    stage.run({})
    assert stage.shown(stage.close("2027-01")) == {
        "Ada": {"released": "10.00", "net": "10.00", "paid": "10.00"}
    }


def test_what_was_paid_is_not_held_where_its_break_opens_later(stage: Stage) -> None:
    stage.night([SALE])
    stage.close("2026-10")
    stage.run({"e1": "b1"})
    assert stage.shown(stage.close("2026-11")) == {}


def test_a_held_sale_that_is_refunded_later_takes_back_nothing_else(stage: Stage) -> None:
    """The refund came off other sales, though its own was never paid and its break stays open."""
    stage.night([SALE, LATE], breaks={"e2": "b1"})
    assert stage.shown(stage.close("2026-10")) == {
        "Ada": {"earned": "60.00", "held": "-10.00", "net": "50.00", "paid": "50.00"}
    }
    more = {"e3": {"type": "refund", "ref_original": "e2"}}
    stage.night(
        [("e3", "Ada", "-100", "2026-11-20"), ("e4", "Ada", "500", "2026-11-06")], {"e2": "b1"}, more=more
    )
    assert stage.shown(stage.close("2026-11")) == {
        "Ada": {"earned": "50.00", "released": "10.00", "corrected": "-10.00", "net": "50.00", "paid": "50.00"}
    }
    stage.run({})
    assert stage.shown(stage.close("2026-12")) == {}


def test_of_two_held_sales_one_is_refunded_and_the_other_released(stage: Stage) -> None:
    stage.night([SALE, LATE], breaks={"e1": "b1", "e2": "b2"})
    stage.close("2026-10")
    more = {"e3": {"type": "refund", "ref_original": "e2"}}
    stage.night([("e3", "Ada", "-100", "2026-11-20")], {"e1": "b1", "e2": "b2"}, more=more)
    assert stage.shown(stage.close("2026-11")) == {"Ada": {"released": "10.00", "corrected": "-10.00"}}
    stage.run({"e2": "b2"})
    assert stage.shown(stage.close("2026-12")) == {
        "Ada": {"released": "50.00", "net": "50.00", "paid": "50.00"}
    }


def test_a_refund_in_the_month_of_its_held_sale_waits_with_it(stage: Stage) -> None:
    """The sale was held and its refund was not, so that 10.00 of other sales were kept back."""
    more = {"e3": {"type": "refund", "ref_original": "order 2"}, "e2": {"ref_merchant": "order 2"}}
    stage.night([SALE, LATE, ("e3", "Ada", "-40", "2026-10-20")], {"e2": "b1"}, more=more)
    held = {"earned": "56.00", "held": "-6.00", "net": "50.00", "paid": "50.00"}
    assert stage.shown(stage.close("2026-10")) == {"Ada": held}
    stage.run({})
    assert stage.shown(stage.close("2026-11")) == {"Ada": {"released": "6.00", "net": "6.00", "paid": "6.00"}}
