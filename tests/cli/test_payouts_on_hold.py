"""A payee on hold is paid nothing: not what waited, was carried or in reserve, nor what is added by hand."""

from pathlib import Path

import pytest

from tests.cli.payout_stage import Run, Stage, plan_text

HELD = "payee,what,name,value,from,until\nAda,hold,fraud,,2026-11-01,2026-12-15\n"
BONUS = (
    "plan,payee,amount,reason,description,author,approver,period\nsales,Ada,25,bonus,best month,al,bo,2026-11\n"
)
OCTOBER, NOVEMBER = ("e1", "Ada", "100", "2026-10-30"), ("e2", "Ada", "70", "2026-11-10")
NOTHING = {"earned": "7.00", "held": "-7.00"}


@pytest.fixture
def stage(project: Path, recon: Run) -> Stage:
    return Stage(project, recon)


def paid_by(stage: Stage, rule: str, adjustments: str = "") -> list[dict[str, str]]:
    """What Ada has in October, in November and December on hold on their last days or not, after October was paid."""
    stage.plan(plan_text(payment=f"{{negative: carry, open_break: hold{rule}}}"))
    stage.night([OCTOBER])
    found = [stage.shown(stage.close("2026-10"))]
    stage.partners("facts", HELD)
    if adjustments:
        stage.partners("adjustments", adjustments)
    stage.night([NOVEMBER])
    found += [stage.shown(stage.close(month)) for month in ("2026-11", "2026-12")]
    return [one.get("Ada", {}) for one in found]


@pytest.mark.parametrize("rule", ["hold: {after_days: 30}", "hold: {after_business_days: 3}"])
def test_what_has_waited_goes_on_waiting(stage: Stage, rule: str) -> None:
    october, november, december = paid_by(stage, f", {rule}")
    assert (october, november) == ({"earned": "10.00", "waiting": "-10.00"}, NOTHING)
    assert december == {"released": "7.00", "waiting": "10.00", "net": "17.00", "paid": "17.00"}


def test_what_is_carried_stays_carried_though_it_reaches_the_minimum(stage: Stage) -> None:
    _, november, december = paid_by(stage, ", minimum: {amount: 12, below: forfeit}", BONUS)
    assert november == {**NOTHING, "adjusted": "25.00", "carried_out": "-25.00"}
    assert december == {"released": "7.00", "carried_in": "25.00", "net": "32.00", "paid": "32.00"}
    words = [row["words"] for row in stage.explained("Ada", "2026-11")]
    assert "on hold: fraud, carried on" in words


def test_reserves_stay(stage: Stage) -> None:
    """Half of October's 10.00 is free on 20 November, and half of the 7.00 is kept anew in December."""
    _, november, december = paid_by(stage, ", reserve: {percent: 50, release_after_days: 20}")
    assert november == NOTHING
    assert december == {"released": "7.00", "reserved": "1.50", "net": "8.50", "paid": "8.50"}


def test_late_facts_and_adjustments_are_carried(stage: Stage) -> None:
    stage.plan(plan_text())
    stage.night([OCTOBER])
    stage.close("2026-10")
    stage.partners("facts", HELD)
    stage.partners("adjustments", BONUS)
    stage.night([("e3", "Ada", "50", "2026-10-20")])
    assert stage.shown(stage.close("2026-11"))["Ada"] == {
        "corrected": "5.00",
        "adjusted": "25.00",
        "carried_out": "-30.00",
    }
    assert stage.shown(stage.close("2026-12"))["Ada"] == {
        "carried_in": "30.00",
        "net": "30.00",
        "paid": "30.00",
    }
