"""Plans that have ended: what becomes known late is still taken back and trued up, and nothing is said otherwise."""

import json
from pathlib import Path

import pytest

from tests.cli.payout_stage import Run, Stage, plan_text

ENDED = plan_text(plan="promotion").replace("2026-01-01", "2026-10-01\nuntil: 2026-10-31")
OTHER = plan_text(plan="sales")
SALES = [("s1", "Ada", "1000", "2026-10-20"), ("s2", "Ada", "500", "2026-10-21")]
BACK = {"r1": {"type": "refund", "ref_original": "s1"}}


@pytest.fixture
def stage(project: Path, recon: Run) -> Stage:
    return Stage(project, recon)


def close_all(stage: Stage, period: str) -> dict[str, str]:
    """Run, review and approve all payouts of a period."""
    outcome = stage.recon("payouts", "run", "--period", period, "--by", "clerk", "--format", "json")
    rows = json.loads(outcome.stdout)
    for row in rows:
        stage.close(period, row["payout"])
    return {row["plan"].partition("@")[0]: row["became"] for row in rows}


def ran(stage: Stage, period: str) -> dict[str, str]:
    """The payouts of a period, by plan, and what became of each."""
    outcome = stage.recon("payouts", "run", "--period", period, "--by", "clerk", "--format", "json")
    assert outcome.status == 0, outcome.stderr
    return {row["plan"].partition("@")[0]: row["became"] for row in json.loads(outcome.stdout)}


def test_a_refund_after_the_end_of_a_plan_takes_back_what_it_paid(stage: Stage) -> None:
    stage.plan(ENDED, "promotion")
    stage.night(SALES)
    assert stage.earned(stage.close("2026-10")) == {"Ada": "150.00"}
    stage.night([("r1", "Ada", "-1000", "2026-11-10")], more=BACK)
    assert ran(stage, "2026-11") == {"promotion": "new"}
    back = stage.close("2026-11")
    assert stage.shown(back) == {"Ada": {"corrected": "-100.00", "carried_out": "100.00"}}
    assert ran(stage, "2026-11") == {"promotion": "unchanged"}


def test_a_plan_that_ended_is_silent_where_nothing_is_late(stage: Stage) -> None:
    stage.plan(ENDED, "promotion")
    stage.plan(OTHER)
    stage.night(SALES)
    close_all(stage, "2026-10")
    stage.night([("n1", "Ada", "100", "2026-11-10")])
    assert ran(stage, "2026-11") == {"sales": "new"}


def test_a_month_without_a_payout_does_not_hide_its_refunds(stage: Stage) -> None:
    """The refund of November is known in December, and no payout of the plan is about November."""
    stage.plan(ENDED, "promotion")
    stage.night(SALES)
    stage.close("2026-10")
    stage.night([("r1", "Ada", "-1000", "2026-11-10")], more=BACK)
    assert stage.shown(stage.close("2026-12")) == {"Ada": {"corrected": "-100.00", "carried_out": "100.00"}}
    assert ran(stage, "2026-12") == {"promotion": "unchanged"}


def test_a_plan_that_has_ended_pays_no_bonus_or_floor_again(stage: Stage) -> None:
    """October paid 100 on sales, a bonus of 100, and no floor; after the refund the floor of 150 is due for it."""
    bonus = (
        "  - {name: bonus, activity: {of: matched, source: orders}, measure: {figure: bonus}, scope: payee, "
        "accumulate: none, below_zero: reverses, rate: {percent: 100}}\n"
    )
    floor = plan_text(more="limits: [{floor: 150, recoverable: false, per: period}]", plan="promotion")
    ended = floor.replace("2026-01-01", "2026-10-01\nuntil: 2026-10-31")
    stage.plan(ended.replace("components:\n", f"components:\n{bonus}"), "promotion")
    stage.partners("facts", "payee,what,name,value\nAda,figure,bonus,100\nAda,word,plan,promotion\n")
    stage.night(SALES[:1])
    assert stage.earned(stage.close("2026-10")) == {"Ada": "200.00"}
    stage.night([("r1", "Ada", "-1000", "2026-11-10")], more=BACK)
    assert stage.shown(stage.close("2026-11")) == {"Ada": {"corrected": "-50.00", "carried_out": "50.00"}}


def test_a_late_sale_of_a_plan_that_ended_is_trued_up(stage: Stage) -> None:
    stage.plan(ENDED, "promotion")
    stage.night(SALES)
    stage.close("2026-10")
    stage.night([("s3", "Bo", "200", "2026-10-30")])
    assert stage.shown(stage.close("2026-11")) == {
        "Bo": {"corrected": "20.00", "net": "20.00", "paid": "20.00"}
    }


def test_a_period_before_one_that_took_it_back_is_left_alone(stage: Stage) -> None:
    stage.plan(ENDED, "promotion")
    stage.plan(OTHER.replace("2026-01-01", "2026-11-01\nuntil: 2026-11-30"))
    stage.night(SALES)
    stage.close("2026-10")
    stage.night([("r1", "Ada", "-1000", "2026-12-10")], more=BACK)
    assert close_all(stage, "2026-12") == {"promotion": "new"}
    assert ran(stage, "2026-11") == {"sales": "new"}


@pytest.mark.parametrize(("below", "paid"), [("carry", "5.00"), ("forfeit", None)])
def test_what_is_below_the_minimum_is_paid_once_the_plan_has_ended(
    stage: Stage, below: str, paid: str | None
) -> None:
    """5.00 of 12: nothing comes after the end that could bring it up to the minimum."""
    rule = f"{{negative: carry, open_break: hold, minimum: {{amount: 12, below: {below}}}}}"
    text = plan_text(plan="promotion", payment=rule)
    stage.plan(text.replace("2026-01-01", "2026-10-01\nuntil: 2026-10-31"), "promotion")
    stage.plan(OTHER)
    stage.night([("s1", "Ada", "50", "2026-10-20")])
    close_all(stage, "2026-10")
    assert stage.shown("promotion-2026-10") == {"Ada": {"earned": "5.00", "carried_out": "-5.00"}}
    assert ("promotion" in close_all(stage, "2026-11")) == (paid is not None)
    if paid is not None:
        assert stage.shown("promotion-2026-11") == {"Ada": {"carried_in": paid, "net": paid, "paid": paid}}
    assert "promotion" not in ran(stage, "2026-12")


CAPPED = "limits: [{cap: 5, excess: later, per: period}]"


def test_what_a_cap_left_for_later_is_paid_once_the_plan_has_ended(stage: Stage) -> None:
    """10.00 under a cap of 5.00: the other 5.00 come in November, and nothing after that."""
    text = plan_text(plan="promotion", more=CAPPED)
    stage.plan(text.replace("2026-01-01", "2026-10-01\nuntil: 2026-10-31"), "promotion")
    stage.plan(OTHER)
    stage.night([("s1", "Ada", "100", "2026-10-20")])
    close_all(stage, "2026-10")
    assert stage.earned("promotion-2026-10") == {"Ada": "5.00"}
    assert "promotion" in close_all(stage, "2026-11")
    assert stage.shown("promotion-2026-11") == {"Ada": {"earned": "5.00", "net": "5.00", "paid": "5.00"}}
    assert "promotion" not in ran(stage, "2026-12")


def test_a_version_without_the_cap_pays_what_it_left_for_later(stage: Stage) -> None:
    stage.plan(plan_text(more=CAPPED).replace("2026-01-01", "2026-01-01\nuntil: 2026-10-31"))
    stage.plan(plan_text().replace("2026-01-01", "2026-11-01"), "next")
    stage.night([("s1", "Ada", "100", "2026-10-20"), ("s2", "Ada", "20", "2026-11-20")])
    assert stage.earned(stage.close("2026-10")) == {"Ada": "5.00"}
    assert stage.earned(stage.close("2026-11")) == {"Ada": "7.00"}
    stage.night([("s3", "Ada", "30", "2026-12-20")])
    assert stage.earned(stage.close("2026-12")) == {"Ada": "3.00"}
