"""Refunds that were taken back, where the period of their sale is another amount since: the difference is booked."""

from pathlib import Path

import pytest

from tests.cli.payout_stage import Run, Stage, plan_text

TIERS = """tiers:
      method: whole
      boundary: lower_inclusive
      outside: refuse
      bands: [{to: 300, percent: 5}, {percent: 10}]"""
SALES = [("e1", "Ada", "100", "2026-10-05"), ("e2", "Ada", "100", "2026-10-06")]
REFUND = {"e3": {"type": "refund", "ref_original": "e1"}}


@pytest.fixture
def stage(project: Path, recon: Run) -> Stage:
    """October has two sales of 100.00, of which November takes one back: 10.00 earned, 5.00 given back."""
    found = Stage(project, recon)
    found.plan(plan_text(TIERS))
    found.night(SALES)
    found.close("2026-10")
    found.night([("e3", "Ada", "-100", "2026-11-20")], more=REFUND)
    assert found.shown(found.close("2026-11")) == {"Ada": {"corrected": "-5.00", "carried_out": "5.00"}}
    return found


def test_a_late_sale_that_raises_the_rate_of_a_refunded_one(stage: Stage) -> None:
    """October is 10% of 400.00 now, 10.00 of which was of the refunded sale; with its refund it is 30.00."""
    stage.night([("e4", "Ada", "200", "2026-10-07")])
    payout = stage.close("2026-12")
    assert stage.shown(payout) == {
        "Ada": {"corrected": "25.00", "carried_in": "-5.00", "net": "20.00", "paid": "20.00"}
    }
    words = [row["words"] for row in stage.explained("Ada", "2026-12")]
    assert "refund taken back of 2026-10 as it is known now: -10 instead of -5" in words
    assert stage.shown(stage.close("2027-01")) == {}


def test_a_version_that_is_filed_late_counts_for_refunds_as_well(stage: Stage) -> None:
    text = plan_text("rate: {percent: 20}").replace("effective: 2026-01-01", "effective: 2026-10-01")
    stage.plan(text, "sales-2")
    assert stage.shown(stage.close("2026-12"))["Ada"]["corrected"] == "15.00"


@pytest.mark.parametrize(
    "more",
    ["limits: [{budget: 100, per: year, exhausts: first_come, clawback_returns_budget: true}]", "attainment"],
)
def test_what_is_won_back_of_a_whole_sale(project: Path, recon: Run, more: str) -> None:
    """The sale was gone after its chargeback, so that nobody could be paid: the run was refused."""
    stage = Stage(project, recon)
    text = plan_text(accumulate="year", more="" if more == "attainment" else more)
    stage.plan(text.replace("attainment: kept", "attainment: reduced") if more == "attainment" else text)
    stage.night(SALES)
    stage.close("2026-10")
    lost = {"type": "chargeback", "ref_original": "e1"}
    won = {"type": "chargeback_reversal", "ref_original": "e1"}
    rows = [("e5", "Ada", "-100", "2026-11-20"), ("e6", "Ada", "100", "2026-11-27")]
    stage.night(rows, more={"e5": lost, "e6": won})
    words = [row["words"] for row in stage.explained("Ada", "2026-11")] if stage.close("2026-11") else []
    assert any(text.startswith("won back of e1") for text in words)
    assert stage.shown(stage.close("2026-12")) == {}
