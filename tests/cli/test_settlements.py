"""Settlements: what is earned on an entry is due T+n by bank days; claims are approved and never paid."""

import json
from datetime import date
from pathlib import Path

import pytest

from recon.errors import ConfigError
from recon.payouts.desk.due_days import due_on
from recon.payouts.plan.payment import Hold
from tests.cli.payout_stage import Run, Stage, plan_text
from tests.unit.payouts.plans import TAIL, plan_of

T_PLUS_1 = "{negative: carry, open_break: pay, hold: {after_business_days: 1, calendar: CN}}"
FRIDAY, SATURDAY = "2026-10-30", "2026-10-31"


@pytest.fixture
def stage(project: Path, recon: Run) -> Stage:
    return Stage(project, recon)


def settles(payment: str = T_PLUS_1, purpose: str = "settle") -> str:
    text = plan_text("rate: {percent: 100}", payment=payment).replace("scope: payee", "scope: transaction")
    return text.replace("accumulate: period", "accumulate: none").replace(
        "currency: USD", f"currency: USD\npurpose: {purpose}"
    )


@pytest.mark.parametrize(
    ("day", "days", "calendar", "due"),
    [
        ("2026-10-08", 1, "CN", "2026-10-09"),
        ("2026-10-10", 1, "CN", "2026-10-12"),  # a Saturday: the next bank day is the first
        ("2026-09-30", 1, "CN", "2026-10-08"),  # National Day
        ("2026-10-03", 2, "CN", "2026-10-09"),
        ("2026-10-09", 2, "US", "2026-10-14"),  # Columbus Day
        ("2026-10-09", 0, None, "2026-10-09"),
        ("2026-10-10", 0, None, "2026-10-12"),
    ],
)
def test_a_day_is_due_so_many_bank_days_later(day: str, days: int, calendar: str | None, due: str) -> None:
    hold = Hold(after_business_days=days, calendar=calendar)
    assert due_on(hold, date.fromisoformat(day)) == date.fromisoformat(due)


def test_what_is_due_later_waits_and_a_day_that_takes_back_does_not(stage: Stage) -> None:
    stage.plan(settles())
    stage.night(
        [
            ("e1", "Ada", "100", "2026-10-29"), ("e2", "Ada", "30", FRIDAY), ("e3", "Ada", "12", SATURDAY),
            ("e4", "Bello", "80", "2026-10-05"), ("e5", "Bello", "-20", SATURDAY),
        ]
    )  # fmt: skip
    october = stage.close("2026-10")
    assert stage.shown(october) == {
        "Ada": {"earned": "142.00", "waiting": "-42.00", "net": "100.00", "paid": "100.00"},
        "Bello": {"earned": "60.00", "net": "60.00", "paid": "60.00"},
    }
    assert "waits until 2026-11-02" in {one["words"] for one in stage.explained("Ada", "2026-10")}
    (listed,) = json.loads(stage.recon("payouts", "list", "--format", "json").stdout)
    assert (listed["earned"], listed["waiting"], listed["net"]) == ("202.00", "-42.00", "160.00")
    assert stage.shown(stage.pay("2026-11")["payout"]) == {
        "Ada": {"waiting": "42.00", "net": "42.00", "paid": "42.00"}
    }


def test_what_is_held_does_not_wait_beside(stage: Stage) -> None:
    """A break holds one entry, a flag another, a hold everything: none of them waits for its day as well."""
    sales = [("e1", "Ada", "100", FRIDAY), ("e2", "Ada", "40", FRIDAY), ("e3", "Bello", "7", FRIDAY)]
    stage.plan(settles(T_PLUS_1.replace("open_break: pay", "open_break: hold")))
    stage.partners("facts", "payee,what,name,value\nBello,hold,letter of the court,\n")
    stage.night(sales, {"e1": "b1"})
    assert stage.shown(str(stage.pay("2026-10")["payout"])) == {
        "Ada": {"earned": "140.00", "held": "-100.00", "waiting": "-40.00"},
        "Bello": {"earned": "7.00", "held": "-7.00"},
    }


def test_a_risk_holds_even_where_breaks_do_not(stage: Stage) -> None:
    stage.plan(settles("{negative: carry, open_break: pay}"))
    stage.partners("facts", "payee,what,name,value\nAda,flag,reused card,e2\n")
    stage.night([("e1", "Ada", "100", FRIDAY), ("e2", "Ada", "40", FRIDAY)], {"e1": "b1"})
    assert stage.shown(str(stage.pay("2026-10")["payout"]))["Ada"]["held"] == "-40.00"


def test_a_settlement_pays_a_liability_and_a_claim_is_owed_to_us(stage: Stage) -> None:
    stage.plan(settles())
    stage.plan(
        settles("{negative: carry, open_break: pay}", "claim").replace("plan: sales", "plan: brand"), "brand"
    )
    stage.night([("e1", "Ada", "100", "2026-10-05"), ("e2", "Ada", "30", FRIDAY)])
    outcome = stage.recon("payouts", "run", "--period", "2026-10", "--by", "clerk")
    assert outcome.status == 0, outcome.stderr
    for plan in ("brand", "sales"):
        stage.close("2026-10", f"{plan}-2026-10")
    rows = json.loads(stage.recon("payouts", "journal", "--period", "2026-10", "--format", "json").stdout)
    assert [(row["side"], row["account"], row["amount"]) for row in rows] == [
        ("credit", "Campaign cost recovered", "130.00"),
        ("debit", "Receivable from funders", "130.00"),
        ("debit", "Merchant funds", "130.00"),
        ("credit", "Merchant funds not yet due", "30.00"),
        ("credit", "Merchant settlement payable", "100.00"),
    ]
    named = stage.recon("payouts", "export", "brand-2026-10")
    assert (named.status, "its payees owe it" in named.stderr) == (2, True)
    exported = json.loads(stage.recon("payouts", "export", "--format", "json").stdout)
    assert [(row["payments"], row["amount"]) for row in exported] == [(1, "100.00")]
    assert stage.recon("payouts", "export").stdout == ""


@pytest.mark.parametrize(
    ("hold", "message"),
    [
        ("{after_business_days: 1, calendar: Narnia}", 'no business-day calendar "Narnia"'),
        ("{after_days: 1, calendar: CN}", "none are counted"),
        ("{after_days: 1, after_business_days: 1}", "one amount has one due day"),
    ],
)
def test_a_waiting_time_that_says_too_much_is_refused(tmp_path: Path, hold: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        plan_of(
            tmp_path,
            "rate: {percent: 1}",
            tail=TAIL.replace("open_break: hold", f"open_break: hold, hold: {hold}"),
        )
