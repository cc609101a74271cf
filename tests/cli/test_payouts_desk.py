"""The desk: nobody approves their own, nothing is approved that is not right, nothing is paid twice."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.payout_stage import Run, Stage, plan_text

OCTOBER = [("e1", "Ada", "100", "2026-10-05"), ("e2", "Bello", "50", "2026-10-20")]


@pytest.fixture
def stage(project: Path, recon: Run) -> Stage:
    made = Stage(project, recon)
    made.plan(plan_text())
    made.partners(
        "facts",
        "payee,what,name,value\nAda,word,name,Ada Obi\nAda,word,bank_account,0123456789\nBello,word,name,=1+1\n",
    )
    made.night(OCTOBER)
    return made


def test_four_people_take_part_and_nobody_twice(stage: Stage) -> None:
    payout = stage.pay("2026-10")["payout"]
    for words, message in (
        (("approve", payout, "--by", "boss"), "has not been reviewed"),
        (("review", payout, "--by", "clerk"), "clerk had a hand in"),
    ):
        refused = stage.recon("payouts", *words)
        assert refused.status in {2, 4}
        assert message in refused.stderr
    assert stage.recon("payouts", "review", payout, "--by", "reviewer").status == 0
    for by, status in (
        ("clerk", 4),
        ("reviewer", 4),
        ("regional head", 0),
        ("regional head", 4),
        ("central", 0),
    ):
        assert stage.recon("payouts", "approve", payout, "--by", by).status == status, by
    again = stage.recon("payouts", "approve", payout, "--by", "somebody")
    assert again.status == 2
    acts = json.loads(stage.recon("payouts", "show", payout, "--acts", "--format", "json").stdout)
    assert [(row["act"], row["level"], row["by"]) for row in acts] == [
        ("calculated", "", "clerk"), ("reviewed", "", "reviewer"),
        ("approved", "regional", "regional head"), ("approved", "central", "central"),
    ]  # fmt: skip


def test_the_author_of_an_adjustment_cannot_approve_it(stage: Stage) -> None:
    header = "plan,payee,amount,reason,description,author,approver,period\n"
    stage.partners(
        "adjustments",
        f"{header}sales,Ada,2.50,bonus,launch,eve,mallory,2026-10\nsales,Ada,9,bonus,,eve,mallory,2026-11\n",
    )
    payout = stage.pay("2026-10")["payout"]
    assert stage.shown(payout)["Ada"]["adjusted"] == "2.50"
    refused = stage.recon("payouts", "review", payout, "--by", "eve")
    assert (refused.status, "eve wrote adjustments in" in refused.stderr) == (4, True)


def test_a_row_is_held_against_the_plans_of_its_own_period(stage: Stage) -> None:
    """A row of a plan that has ended stays in the file, and of a plan that is yet to come."""
    header = "plan,payee,amount,reason,description,author,approver,period\n"
    ended = plan_text(plan="autumn").replace(
        "effective: 2026-01-01", "effective: 2026-01-01\nuntil: 2026-10-31"
    )
    stage.plan(ended.replace("attainment: kept", "attainment: kept, reasons: [thanks]"), "autumn")
    stage.partners("adjustments", f"{header}autumn,Ada,1,thanks,,eve,mallory,2026-10\n")
    rows = json.loads(stage.recon("payouts", "run", "--period", "2026-10", "--format", "json").stdout)
    assert {row["plan"]: row["earned"] for row in rows}.keys() == {"autumn@2026-01-01", "sales@2026-01-01"}
    stage.close("2026-10", "sales-2026-10")
    assert stage.pay("2026-11")["became"] == "new"
    before = stage.recon("payouts", "explain", "Ada", "--period", "2025-12")
    assert (before.status, "no plan is in force in 2025-12" in before.stderr) == (2, True)
    for wrong, message in (
        ("autumn,Ada,1,thanks,,eve,mallory,2026-11", "known.csv:2:plan: no plan autumn is in force in 2026-11"),
        ("autum,Ada,1,thanks,,eve,mallory,2026-10", "known.csv:2:plan: no plan autum"),
        ("autumn,Ada,x,thanks,,eve,mallory,2026-10", "known.csv:2:amount: x is no plain number"),
    ):
        stage.partners("adjustments", f"{header}{wrong}\n")
        refused = stage.recon("payouts", "run", "--period", "2026-11")
        assert refused.status == 3
        assert message in refused.stderr


def test_a_rejection_needs_a_reason_and_starts_the_approvals_anew(stage: Stage) -> None:
    payout = stage.pay("2026-10")["payout"]
    stage.recon("payouts", "review", payout, "--by", "reviewer")
    stage.recon("payouts", "approve", payout, "--by", "regional head")
    assert stage.recon("payouts", "reject", payout, "--by", "central").status == 2
    assert stage.recon("payouts", "reject", payout, "--by", "central", "--note", "look again").status == 0
    (row,) = json.loads(stage.recon("payouts", "list", "--format", "json").stdout)
    assert row["state"] == "calculated"
    assert stage.pay("2026-10")["became"] == "unchanged"
    stage.close("2026-10", payout)


def test_periods_are_closed_in_order(stage: Stage) -> None:
    stage.pay("2026-10")
    november = stage.pay("2026-11")["payout"]
    stage.recon("payouts", "review", november, "--by", "reviewer")
    refused = stage.recon("payouts", "approve", november, "--by", "regional head")
    assert refused.status == 2
    assert "builds on it" in refused.stderr


def test_a_version_is_never_edited_once_it_has_paid(stage: Stage) -> None:
    stage.close("2026-10")
    stage.plan(plan_text("rate: {percent: 12}"))
    refused = stage.recon("payouts", "run", "--period", "2026-11")
    assert refused.status == 2
    assert "configs/plans/sales.yaml: sales@2026-01-01 was changed after it paid 2026-10" in refused.stderr


def test_approved_payouts_are_exported_once(stage: Stage) -> None:
    assert "no approved payout is left" in stage.recon("payouts", "export").stderr
    payout = stage.pay("2026-10")["payout"]
    assert stage.recon("payouts", "export", payout).status == 2
    stage.close("2026-10", payout)
    done = stage.recon("payouts", "export", "--output", "pay.csv", "--format", "json")
    (total,) = json.loads(done.stdout)
    assert (total["currency"], total["payments"], total["amount"]) == ("USD", 2, "15.00")
    written = (stage.folder / "pay.csv").read_bytes()
    rows = list(csv.DictReader(io.StringIO(written.decode())))
    assert [(row["payee"], row["name"], row["bank_account"], row["amount"]) for row in rows] == [
        ("Ada", "Ada Obi", "0123456789", "10.00"),
        ("Bello", "'=1+1", "", "5.00"),
    ]
    assert "no approved payout is left" in stage.recon("payouts", "export").stderr
    assert stage.recon("payouts", "export", "--again", total["batch"], "--output", "again.csv").status == 0
    assert (stage.folder / "again.csv").read_bytes() == written
    kept = stage.folder / "store" / "batches" / total["batch"] / "payments.csv"
    kept.write_bytes(written.replace(b"0123456789", b"0123456780"))
    for words in (("check-payments",), ("sent", total["batch"], "--by", "clerk")):
        refused = stage.recon("payouts", *words)
        assert (refused.status, "payments.csv: the file's bytes are not those" in refused.stderr) == (4, True)
    kept.write_bytes(written)
    assert stage.recon("payouts", "check-payments").status == 0
    assert stage.recon("payouts", "sent", total["batch"], "--by", "clerk").status == 0
    assert stage.recon("payouts", "sent", total["batch"], "--by", "clerk").status == 2
    assert stage.recon("payouts", "paid", total["batch"], "--by", "clerk").status == 0
    (row,) = json.loads(stage.recon("payouts", "list", "--format", "json").stdout)
    assert row["state"] == "paid"


def test_what_was_changed_by_hand_is_not_approved(stage: Stage) -> None:
    payout = stage.pay("2026-10")["payout"]
    path = stage.folder / "store" / "payouts" / payout / "payouts.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    refused = stage.recon("payouts", "review", payout, "--by", "reviewer")
    assert refused.status == 4
    assert "payouts.parquet" in refused.stderr
    assert stage.recon("runs", "verify").status == 4


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("Ada,figure,quota,many,,", "known.csv:2:value: many is no plain number"),
        ("Ada,figur,quota,1,,", "known.csv:2:what: figur is no kind of fact"),
        ("Ada,figure,quota,1,2026-13-01,", "known.csv:2:from: 2026-13-01 is no day"),
        ("Ada,figure,quota,1,2026-02-01,2026-01-01", "known.csv:2:until: ends on 2026-01-01"),
        ("Ada,figure,quota,1,,\nAda,figure,quota,2,,", "known.csv:3: Ada has another figure quota"),
        ("Ada,owns,terminal,T1,,\nBello,owns,terminal,T1,2026-01-01,", "both own terminal T1"),
    ],
)
def test_facts_that_cannot_be_are_refused_at_their_place(stage: Stage, rows: str, message: str) -> None:
    stage.partners("facts", f"payee,what,name,value,from,until\n{rows}\n")
    refused = stage.recon("payouts", "run", "--period", "2026-10")
    assert refused.status == 3
    assert message in refused.stderr


def test_facts_and_adjustments_come_from_workbooks_too(stage: Stage) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["plan", "payee", "amount", "reason", "description", "author", "approver"])
    sheet.append(["sales", "Ada", 2.5, "bonus", "launch", "eve", "mallory"])
    book.save(stage.folder / "by_hand.xlsx")
    row = stage.pay("2026-10", "--adjustments", "by_hand.xlsx")
    assert stage.shown(row["payout"])["Ada"]["adjusted"] == "2.50"
