"""Versions of a plan that are filed after a period they say they were in force in."""

from pathlib import Path

import pytest

from tests.cli.payout_stage import Run, Stage, plan_text

SALES = [("e1", "Ada", "1000", "2026-10-05"), ("e2", "Bo", "500", "2026-10-25")]
STYLES = {"delta": ["100.00"], "period_preserving": ["-100.00", "200.00"]}


@pytest.fixture
def stage(project: Path, recon: Run) -> Stage:
    return Stage(project, recon)


def version(effective: str, percent: int, closed: str = "delta") -> str:
    return plan_text(f"rate: {{percent: {percent}}}", closed=closed).replace("2026-01-01", effective)


def corrected(stage: Stage, payout: str) -> dict[str, str]:
    return {who: own["corrected"] for who, own in stage.shown(payout).items() if "corrected" in own}


@pytest.mark.parametrize("closed", STYLES)
def test_a_version_in_force_in_a_closed_period_is_trued_up_once(stage: Stage, closed: str) -> None:
    """October was paid at 10%; a version from 1 October says 20%, and one from December 30%."""
    stage.plan(version("2026-01-01", 10, closed))
    stage.night(SALES)
    stage.close("2026-10")
    stage.plan(version("2026-10-01", 20, closed), "second")
    stage.night([("e3", "Ada", "100", "2026-11-05")])
    november = stage.close("2026-11")
    assert corrected(stage, november) == {"Ada": "100.00", "Bo": "50.00"}
    assert stage.earned(november) == {"Ada": "20.00"}
    rows = [row for row in stage.explained("Ada", "2026-11") if row["kind"] == "true-up"]
    assert [row["amount"] for row in rows] == STYLES[closed]
    stage.plan(version("2026-12-01", 30, closed), "third")
    stage.night([("e4", "Ada", "100", "2026-12-05")])
    december = stage.close("2026-12")
    assert corrected(stage, december) == {}
    assert stage.earned(december) == {"Ada": "30.00"}
    for payout in (november, december):
        assert stage.recon("payouts", "replay", payout).status == 0


def test_a_version_within_a_closed_period_is_refused(stage: Stage) -> None:
    stage.plan(version("2026-01-01", 10))
    stage.night(SALES)
    stage.close("2026-10")
    stage.plan(version("2026-10-15", 20), "second")
    outcome = stage.recon("payouts", "run", "--period", "2026-11", "--by", "clerk")
    assert outcome.status == 2
    assert "sales@2026-10-15 takes effect within 2026-10, and sales@2026-01-01 paid all of it" in outcome.stderr
    assert "let it take effect on 2026-10-01" in outcome.stderr
    assert "or on 2026-11-01" in outcome.stderr
