"""Plans that look for what no source brings are refused where they would pay, and shown where they are checked."""

from pathlib import Path

import pytest

from tests.cli.payout_stage import Run, Stage, plan_text

PROFILE = """\
source: {source}
title: What a test reads
files: inbox/{source}_*.csv
reader: csv
account: A
money:
  decimal: "."
  currency: {{column: currency}}
  amount: {{column: amount, plus: in}}
dates: {{formats: [yyyy-MM-dd]}}
columns: {{booking_date: day, attributes: {{agent: agent}}}}
type: payment
"""
MISSPELT = plan_text().replace("source: orders", "source: orders, where: {agnet: Ada}")


@pytest.fixture
def stage(project: Path, recon: Run) -> Stage:
    made = Stage(project, recon)
    made.night([("e1", "Ada", "100", "2026-10-05")])
    return made


def profile(stage: Stage, source: str) -> None:
    folder = stage.folder / "configs" / "sources"
    folder.mkdir(exist_ok=True)
    (folder / f"{source}.yaml").write_text(PROFILE.format(source=source), encoding="utf-8")


@pytest.mark.parametrize(
    "words",
    [
        ("payouts", "run", "--period", "2026-10"),
        ("payouts", "calculate", "--period", "2026-10"),
        ("plans", "simulate", "configs/plans/sales.yaml", "--period", "2026-10"),
    ],
)
def test_nothing_is_paid_by_a_misspelt_plan(stage: Stage, words: tuple[str, ...]) -> None:
    profile(stage, "orders")
    stage.plan(MISSPELT)
    refused = stage.recon(*words)
    assert refused.status == 2, refused.stderr
    assert "configs/plans/sales.yaml:8:" in refused.stderr
    assert "no entry of orders has `agnet`" in refused.stderr
    assert "did you mean `agent`?" in refused.stderr
    stage.plan(plan_text())
    assert stage.recon(*words).status == 0


def test_a_plan_of_a_source_that_nobody_has_is_refused_and_shown(stage: Stage) -> None:
    profile(stage, "orders")
    stage.plan(plan_text().replace("source: orders", "source: wallet"))
    refused = stage.recon("payouts", "run", "--period", "2026-10")
    assert refused.status == 2
    assert "there is no source `wallet`" in refused.stderr
    checked = stage.recon("plans", "check", "--format", "csv")
    assert checked.status == 2
    assert "unknown-source" in checked.stdout


def test_what_a_source_brought_before_its_profile_went_is_still_paid(stage: Stage) -> None:
    profile(stage, "bank")
    stage.plan(plan_text())
    assert stage.pay("2026-10")["paid"] == "10.00 USD"


def test_a_source_to_come_may_be_accepted(stage: Stage) -> None:
    profile(stage, "orders")
    accepted = "accepted: [{finding: unknown-source, because: the wallet begins in January}]"
    stage.plan(plan_text(more=accepted).replace("source: orders", "source: wallet"))
    assert stage.earned(stage.pay("2026-10")["payout"]) == {}
