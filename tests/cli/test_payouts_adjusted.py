"""Adjustments by hand are paid once: not in each period, not twice for two equal rows, and not never."""

from pathlib import Path

import pytest

from tests.cli.payout_stage import Run, Stage, plan_text

HEAD = "plan,payee,amount,reason,description,author,approver,period\n"
ROW = "sales,Ada,5,bonus,best month,al,bo,{}\n"


@pytest.fixture
def stage(project: Path, recon: Run) -> Stage:
    made = Stage(project, recon)
    made.plan(plan_text())
    made.night([("e1", "Ada", "100", "2026-10-10"), ("e2", "Ada", "100", "2026-11-10")])
    return made


def test_a_row_without_a_period_would_be_paid_in_each(stage: Stage) -> None:
    stage.partners("adjustments", HEAD + ROW.format(""))
    refused = stage.recon("payouts", "run", "--period", "2026-10", "--by", "clerk")
    assert refused.status == 3
    assert "known.csv:2:period: is empty: the row would be paid in every period" in refused.stderr
    row = stage.pay("2026-10", "--adjustments", "configs/partners/adjustments/known.csv")
    assert row["paid"] == "15.00 USD"


def test_two_rows_that_say_the_same_would_be_paid_twice(stage: Stage) -> None:
    stage.partners("adjustments", HEAD + ROW.format("2026-10") * 2)
    refused = stage.recon("payouts", "run", "--period", "2026-10", "--by", "clerk")
    assert (refused.status, "known.csv:3: says the same as line 2" in refused.stderr) == (3, True)
    stage.partners("adjustments", HEAD + ROW.format("2026-10") + ROW.format("2026-10").replace("best", "first"))
    assert stage.pay("2026-10")["paid"] == "20.00 USD"


def test_a_row_of_a_closed_period_would_never_be_paid(stage: Stage) -> None:
    """What October was paid with may stay; what comes after its end has to say November."""
    stage.partners("adjustments", HEAD + ROW.format("2026-10"))
    stage.close("2026-10")
    stage.partners("adjustments", HEAD + ROW.format("2026-10") + ROW.format("2026-10").replace("best", "first"))
    refused = stage.recon("payouts", "run", "--period", "2026-11", "--by", "clerk")
    assert refused.status == 3
    assert "2026-10 of sales is closed and was paid without it" in refused.stderr
    preview = stage.recon("payouts", "calculate", "--period", "2026-11")
    assert preview.status == 3
    stage.partners("adjustments", HEAD + ROW.format("2026-10") + ROW.format("2026-11").replace("best", "first"))
    assert stage.pay("2026-11")["paid"] == "15.00 USD"
