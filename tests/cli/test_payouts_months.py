"""Payouts from month to month: what is kept, carried, held, released, trued up, and never changed once it is closed."""

import json
from pathlib import Path
from unittest.mock import Mock

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recon.payouts.books.run_books import books_of
from recon.payouts.desk import open_books, running
from tests.cli.payout_stage import Run, Stage, plan_text

OCTOBER = [("e1", "Ada", "100", "2026-10-05"), ("e2", "Bello", "50", "2026-10-20")]


@pytest.fixture
def stage(project: Path, recon: Run) -> Stage:
    made = Stage(project, recon)
    made.plan(plan_text())
    return made


def test_running_twice_changes_nothing_and_says_so(stage: Stage) -> None:
    stage.night(OCTOBER)
    first = stage.pay("2026-10")
    assert (first["state"], first["became"], first["paid"]) == ("calculated", "new", "15.00 USD")
    head = stage.store.ledger.head()
    again = stage.pay("2026-10")
    assert (again["payout"], again["became"]) == (first["payout"], "unchanged")
    assert stage.store.ledger.head() == head


def test_a_payout_is_replayed_byte_by_byte_even_after_the_plan_was_edited(stage: Stage) -> None:
    stage.partners("facts", "payee,what,name,value\nAda,word,class,a\n")
    stage.night(OCTOBER)
    payout = stage.pay("2026-10")["payout"]
    stage.plan(plan_text("rate: {percent: 99}"))
    (stage.folder / "configs" / "partners" / "facts" / "known.csv").unlink()
    outcome = stage.recon("payouts", "replay", payout, "--format", "json")
    assert outcome.status == 0, outcome.stderr
    assert {"payouts.parquet", "manifest.json", "inputs/plan.yaml"} <= {
        row["file"] for row in json.loads(outcome.stdout)
    }


def test_a_payout_that_was_changed_is_told_by_file_and_row(stage: Stage) -> None:
    stage.night(OCTOBER)
    payout = stage.pay("2026-10")["payout"]
    folder = stage.store.payouts_folder / payout
    table = pq.read_table(folder / "payouts.parquet")
    rows = [{**row, "paid": row["paid"] + 1} for row in table.to_pylist()]
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), folder / "payouts.parquet")
    (folder / "journal.parquet").unlink()
    refused = stage.recon("payouts", "replay", payout)
    assert refused.status == 4
    assert "payouts.parquet:1: paid is 11.00000000, replayed 10.00000000" in refused.stderr
    assert "journal.parquet: the replay gives this file, and it is not there" in refused.stderr


def test_a_late_file_before_approval_is_simply_calculated_again(stage: Stage) -> None:
    stage.night(OCTOBER)
    first = stage.pay("2026-10")["payout"]
    stage.recon("payouts", "review", first, "--by", "reviewer")
    stage.night([("e3", "Ada", "30", "2026-10-30")])
    refused = stage.recon("payouts", "approve", first, "--by", "regional head")
    assert refused.status == 2
    assert "is no longer right: run r2 has other entries for it" in refused.stderr
    second = stage.pay("2026-10")
    assert (second["became"], second["state"], second["paid"]) == ("new", "calculated", "18.00 USD")
    rows = json.loads(stage.recon("payouts", "list", "--all", "--format", "json").stdout)
    assert [(row["payout"], row["stands"]) for row in rows] == [(first, False), (second["payout"], True)]
    assert stage.recon("payouts", "review", "sales-2026-10", "--by", "reviewer").status == 0
    assert stage.recon("payouts", "review", first, "--by", "reviewer").status == 2


def test_a_night_that_changes_nothing_for_the_plan_keeps_the_review(stage: Stage) -> None:
    stage.night(OCTOBER)
    payout = stage.pay("2026-10")["payout"]
    stage.recon("payouts", "review", payout, "--by", "reviewer")
    stage.night([("e9", "Ada", "30", "2026-11-03")])
    assert stage.recon("payouts", "approve", payout, "--by", "regional head").status == 0


def test_a_closed_period_keeps_its_cents_and_late_facts_are_trued_up(stage: Stage) -> None:
    stage.night(OCTOBER)
    october = stage.close("2026-10")
    before = stage.shown(october)
    stage.night([("e3", "Ada", "30", "2026-10-30"), ("e4", "Ada", "200", "2026-11-10")])
    assert stage.pay("2026-10")["became"] == "closed"
    november = stage.close("2026-11")
    assert stage.shown(october) == before
    assert stage.shown(november) == {
        "Ada": {"earned": "20.00", "corrected": "3.00", "net": "23.00", "paid": "23.00"}
    }
    stage.night([("e5", "Bello", "-50", "2026-10-31")])
    december = stage.pay("2026-12")["payout"]
    assert stage.shown(december) == {"Bello": {"corrected": "-5.00", "carried_out": "5.00"}}
    rows = stage.explained("Bello", "2026-12")
    assert [row["words"] for row in rows] == [
        "late facts of 2026-10: 0 less 5 paid",
        "negative balance, carried on",
    ]


def test_true_ups_hold_under_a_cap_over_the_quarter(stage: Stage) -> None:
    """Cap 25 a quarter: October paid 15, November 10 of 20; 5 more of October leave November 5 less."""
    stage.plan(plan_text(more="limits: [{cap: 25, excess: lost, per: quarter}]"))
    stage.night([("e1", "Ada", "150", "2026-10-05"), ("e2", "Ada", "200", "2026-11-05")])
    stage.close("2026-10")
    stage.close("2026-11")
    stage.night([("e3", "Ada", "50", "2026-10-06")])
    december = stage.pay("2026-12")["payout"]
    assert stage.shown(december) == {}
    told = stage.recon("payouts", "show", december, "--format", "json").stdout
    assert json.loads(told)["recomputed"] == ["2026-10", "2026-11"]
    rows = stage.explained("Ada", "2026-12")
    words = [(row["words"], row["amount"]) for row in rows if row["kind"] == "true-up"]
    assert words == [
        ("late facts of 2026-10: 20 less 15 paid", "5.00"),
        ("late facts of 2026-11: 5 less 10 paid", "-5.00"),
    ]


def test_period_preserving_reverses_and_books_anew(stage: Stage) -> None:
    stage.plan(plan_text(closed="period_preserving"))
    stage.night(OCTOBER)
    stage.close("2026-10")
    stage.night([("e3", "Ada", "30", "2026-10-30")])
    stage.pay("2026-11")
    rows = stage.explained("Ada", "2026-11")
    assert [(row["words"], row["amount"]) for row in rows] == [
        ("2026-10 as it was paid, reversed", "-10.00"),
        ("2026-10 as it is known now", "13.00"),
    ]


def test_a_break_holds_and_its_resolution_releases(stage: Stage) -> None:
    stage.night(OCTOBER, {"e2": "b7"})
    october = stage.close("2026-10")
    assert stage.shown(october) == {
        "Ada": {"earned": "10.00", "net": "10.00", "paid": "10.00"},
        "Bello": {"earned": "5.00", "held": "-5.00"},
    }
    stage.run({"e2": "b7"})
    november = stage.close("2026-11")
    assert stage.shown(november) == {}
    stage.run({})
    december = stage.pay("2026-12")["payout"]
    assert stage.shown(december) == {"Bello": {"released": "5.00", "net": "5.00", "paid": "5.00"}}
    rows = stage.explained("Bello", "2026-12")
    assert [(row["words"], row["place"]) for row in rows] == [("held in 2026-10, resolved: b7", "b7")]


def test_every_row_about_an_entry_has_its_file_and_line(stage: Stage) -> None:
    alone = plan_text(accumulate="none").replace("scope: payee", "scope: transaction")
    stage.plan(alone.replace("below_zero", "each: {at_most: 8}\n    below_zero"))
    stage.night([*OCTOBER, ("e3", "Ada", "30", "2026-10-06"), ("e4", "Ada", "7", "2026-10-07")], {"e3": "b7"})
    stage.pay("2026-10")
    rows = stage.explained("Ada", "2026-10")
    assert [(row["kind"], row["units"], row["amount"], row["place"]) for row in rows] == [
        ("rate", "100", "10.00", "inbox/1.csv:1"),
        ("floor or cap of a transaction", None, "-2.00", "inbox/1.csv:1"),
        ("rate", "30", "3.00", "inbox/1.csv:3"),
        ("rate", "7", "0.70", "inbox/1.csv:4"),
        ("hold", None, "-3.00", "b7"),
        ("held entry", None, None, "inbox/1.csv:3"),
        ("entry", "100.00", None, "inbox/1.csv:1"),
        ("entry", "30.00", None, "inbox/1.csv:3"),
        ("entry", "7.00", None, "inbox/1.csv:4"),
    ]


def test_a_held_sale_that_turns_out_void_is_never_paid(stage: Stage) -> None:
    """The break ends because the sale was reversed in its own month: true-up and release cancel out."""
    stage.night(OCTOBER, {"e2": "b7"})
    stage.close("2026-10")
    stage.night([("e3", "Bello", "-50", "2026-10-21")])
    november = stage.pay("2026-11")["payout"]
    assert stage.shown(november) == {"Bello": {"released": "5.00", "corrected": "-5.00"}}


def test_a_flagged_entry_and_a_payee_on_hold_are_kept_back(stage: Stage) -> None:
    stage.partners(
        "facts",
        "payee,what,name,value,from,until\n"
        "Ada,flag,structuring,e1,,\nBello,hold,documents expired,,2026-10-15,2026-11-30\n",
    )
    stage.night([*OCTOBER, ("e3", "Ada", "40", "2026-10-21")])
    october = stage.close("2026-10")
    assert stage.shown(october) == {
        "Ada": {"earned": "14.00", "held": "-10.00", "net": "4.00", "paid": "4.00"},
        "Bello": {"earned": "5.00", "held": "-5.00"},
    }
    rows = stage.explained("Bello", "2026-10")
    assert ("hold", "held: documents expired") in [(row["kind"], row["words"]) for row in rows]
    stage.partners(
        "facts", "payee,what,name,value,from,until\nBello,hold,documents expired,,2026-10-15,2026-11-30\n"
    )
    november = stage.close("2026-11")
    assert stage.shown(november) == {"Ada": {"released": "10.00", "net": "10.00", "paid": "10.00"}}
    december = stage.pay("2026-12")["payout"]
    assert stage.shown(december) == {"Bello": {"released": "5.00", "net": "5.00", "paid": "5.00"}}


def test_small_balances_are_carried_until_they_reach_the_minimum(stage: Stage) -> None:
    stage.plan(plan_text(payment="{negative: carry, open_break: hold, minimum: {amount: 12, below: carry}}"))
    stage.night([*OCTOBER, ("e3", "Bello", "80", "2026-11-03")])
    assert stage.shown(stage.close("2026-10"))["Bello"] == {"earned": "5.00", "carried_out": "-5.00"}
    assert stage.shown(stage.pay("2026-11")["payout"]) == {
        "Ada": {"carried_in": "10.00", "carried_out": "-10.00"},
        "Bello": {"earned": "8.00", "carried_in": "5.00", "net": "13.00", "paid": "13.00"},
    }


def test_a_reserve_is_released_on_its_day(stage: Stage) -> None:
    stage.plan(
        plan_text(payment="{negative: carry, open_break: hold, reserve: {percent: 20, release_after_days: 45}}")
    )
    stage.night(OCTOBER)
    assert stage.shown(stage.close("2026-10"))["Ada"] == {
        "earned": "10.00", "reserved": "-2.00", "net": "8.00", "paid": "8.00",
    }  # fmt: skip
    assert stage.shown(stage.close("2026-11")) == {}
    assert stage.shown(stage.pay("2026-12")["payout"])["Ada"] == {
        "reserved": "2.00",
        "net": "2.00",
        "paid": "2.00",
    }


def test_a_hold_of_thirty_days_pays_a_month_later_and_clawbacks_do_not_wait(stage: Stage) -> None:
    stage.plan(
        plan_text(payment="{negative: carry, open_break: hold, hold: {after_days: 30, exempt: [clawback]}}")
    )
    stage.night(OCTOBER)
    assert stage.shown(stage.close("2026-10"))["Ada"] == {"earned": "10.00", "waiting": "-10.00"}
    stage.night([("e3", "Ada", "-40", "2026-10-30")])
    assert stage.shown(stage.pay("2026-11")["payout"]) == {
        "Ada": {"corrected": "-4.00", "waiting": "10.00", "net": "6.00", "paid": "6.00"},
        "Bello": {"waiting": "5.00", "net": "5.00", "paid": "5.00"},
    }


def test_a_draw_is_recovered_from_later_months(stage: Stage) -> None:
    limit = "{draw: 20, recover_percent: 100, recover_from_period: 2, never_pay_below_draw: false, per: period}"
    stage.plan(plan_text(more=f"limits: [{limit}]"))
    stage.night([("e1", "Ada", "120", "2026-10-05"), ("e2", "Ada", "300", "2026-11-05")])
    assert stage.shown(stage.close("2026-10"))["Ada"]["earned"] == "20.00"
    assert stage.shown(stage.pay("2026-11")["payout"])["Ada"]["earned"] == "22.00"


def test_a_budget_of_the_year_runs_out_and_a_clawback_gives_back(stage: Stage) -> None:
    budget = "{budget: 20, exhausts: first_come, clawback_returns_budget: true, per: year}"
    stage.plan(plan_text(more=f"limits: [{budget}]\nfunding: {{shares: {{bank: 60, network: 40}}}}"))
    stage.night([*OCTOBER, ("e3", "Bello", "80", "2026-11-03"), ("e4", "Ada", "90", "2026-11-02")])
    assert stage.shown(stage.close("2026-10"))["Ada"]["earned"] == "10.00"
    november = stage.close("2026-11")
    assert stage.earned(november) == {"Ada": "5.00"}
    stage.night([("e5", "Ada", "-60", "2026-10-21"), ("e6", "Bello", "40", "2026-12-01")])
    december = stage.shown(stage.pay("2026-12")["payout"])
    assert december["Ada"]["corrected"] == "-2.00"
    assert december["Bello"] == {"corrected": "2.00", "net": "2.00", "paid": "2.00"}
    journal = json.loads(stage.recon("payouts", "journal", "--period", "2026-11", "--format", "json").stdout)
    assert [(row["side"], row["account"], row["amount"]) for row in journal] == [
        ("debit", "Commission expense: bank", "3.00"),
        ("debit", "Commission expense: network", "2.00"),
        ("credit", "Commission payable", "5.00"),
    ]


def test_a_refund_after_the_last_step_of_a_clawback_schedule_takes_nothing_back_and_is_told_once(
    stage: Stage,
) -> None:
    """Sold on 5 October: what is undone by 4 November is taken back whole, by 4 December half of it, then nothing."""
    schedule = "clawback_schedule: [{within_days: 30, percent: 100}, {within_days: 60, percent: 50}]"
    stage.plan(plan_text(accumulate="year").replace("attainment: kept", f"attainment: reduced, {schedule}"))
    sold = {"e1": {"ref_merchant": "S1"}, "e2": {"ref_merchant": "S2"}}
    stage.night([("e1", "Ada", "100", "2026-10-05"), ("e2", "Bello", "50", "2026-10-05")], more=sold)
    stage.close("2026-10")
    back = {"type": "refund", "ref_original": "S2"}
    stage.night([("e3", "Bello", "-50", "2026-12-04")], more={"e3": back})
    stage.pay("2026-11")
    stage.close("2026-11")
    stage.night([("e4", "Ada", "-100", "2026-12-05")], more={"e4": {**back, "ref_original": "S1"}})
    december = stage.pay("2026-12")["payout"]
    assert stage.shown(december) == {"Bello": {"corrected": "-2.50", "carried_out": "2.50"}}
    told = [row for row in stage.explained("Ada", "2026-12") if row["kind"] == "correction"]
    assert [row["amount"] for row in told] == ["0.00"]
    assert told[0]["words"].endswith("undone 61 days after the sale, after 60 days: nothing is taken back")
    assert stage.recon("payouts", "replay", december).status == 0
    stage.close("2026-12", december)
    stage.night([("e5", "Ada", "10", "2027-01-05")])
    assert stage.shown(stage.pay("2027-01")["payout"])["Ada"] == {
        "earned": "1.00",
        "net": "1.00",
        "paid": "1.00",
    }
    assert not [row for row in stage.explained("Ada", "2027-01") if row["kind"] == "correction"]


def test_entries_in_another_currency_are_told_and_kept_until_a_plan_pays_them(stage: Stage) -> None:
    """Bello sells in euros only: nothing is paid, and whoever looks at the payout sees it."""
    more = {"e2": {"currency": "EUR"}, "e3": {"currency": "EUR"}}
    stage.night([*OCTOBER, ("e3", "Ada", "40", "2026-10-06")], more=more)
    ran = stage.recon("payouts", "run", "--period", "2026-10", "--by", "clerk", "--format", "json")
    said = "2 entries of sales are not in USD, 90.00 EUR; pay them by a plan with `currency: EUR`"
    assert f"sales@2026-01-01: {said}" in ran.stderr
    payout = json.loads(ran.stdout)[0]["payout"]
    for words in (("show", payout), ("calculate", "--period", "2026-10")):
        assert said in stage.recon("payouts", *words).stderr
    shown = json.loads(stage.recon("payouts", "show", payout, "--format", "json").stdout)
    assert [(one["component"], one["entries"], one["amount"]) for one in shown["left_out"]] == [
        ("sales", 2, "90")
    ]
    assert [(one["payee"], one["amount"]) for one in shown["other_currencies"]] == [
        ("Ada", "40.00"),
        ("Bello", "50.00"),
    ]
    explained = stage.explained("Bello", "2026-10")
    assert [(row["kind"], row["words"], row["place"]) for row in explained] == [
        ("left out", "not paid for, because not in USD: 1 entry, 50.00 EUR", ""),
        ("left out entry", "entry e2 of 2026-10-20", "inbox/1.csv:2"),
    ]
    assert stage.recon("payouts", "replay", payout).status == 0
    assert _next_steps(stage) == {
        "Ada": "pay them by a plan with `currency: EUR`",
        "Bello": "pay them by a plan with `currency: EUR`",
    }
    stage.plan(plan_text(plan="euros").replace("currency: USD", "currency: EUR"), "euros")
    assert _next_steps(stage) == {"Ada": "paid by euros@2026-01-01", "Bello": "paid by euros@2026-01-01"}
    calculated = stage.recon("payouts", "calculate", "--period", "2026-10")
    assert calculated.stderr == "", "each plan pays what the other leaves out"


def _next_steps(stage: Stage) -> dict[str, str]:
    rows = json.loads(stage.recon("payouts", "left-out", "--period", "2026-10", "--format", "json").stdout)
    return {row["payee"]: row["next_step"] for row in rows}


def test_ownership_that_moved_counts_by_the_day(stage: Stage) -> None:
    credit = "{to: agent, owner_of: terminal, when_moved: owner_on_the_day_of_the_transaction}"
    stage.plan(plan_text(credit=credit))
    owners = "payee,what,name,value,from,until\nAda,owns,terminal,T1,,2026-10-15\nBello,owns,terminal,T1,2026-10-16,\n"
    stage.partners("facts", owners)
    more = {name: {"attributes": [("terminal", "T1")]} for name in ("e1", "e2")}
    more["e3"] = {"attributes": [("terminal", "T2")]}
    stage.night([*OCTOBER, ("e3", "Ada", "70", "2026-10-20")], more=more)
    payout = stage.pay("2026-10")
    assert stage.earned(payout["payout"]) == {
        "Ada": "10.00",
        "Bello": "5.00",
    }
    left = json.loads(stage.recon("payouts", "show", payout["payout"], "--format", "json").stdout)["left_out"]
    assert [(one["entries"], one["amount"]) for one in left] == [(1, "70")]
    explained = stage.explained("Bello", "2026-10")
    assert [row["place"] for row in explained if row["kind"] == "entry"] == ["inbox/1.csv:2"]
    stage.plan(
        plan_text(
            credit=credit.replace("owner_on_the_day_of_the_transaction", "owner_at_the_end_of_the_period")
        )
    )
    assert stage.earned(stage.pay("2026-10")["payout"]) == {"Bello": "15.00"}


def test_a_manager_who_moved_earns_overrides_on_the_days_before(stage: Stage) -> None:
    more = "overrides: {of: commission, basis: same_base, vacant: retain, levels: [{level: aggregator, percent: 50}]}"
    stage.plan(plan_text(more=more))
    stage.partners(
        "facts",
        "payee,what,name,value,from,until\n"
        "Ada,person,aggregator,Chidi,,2026-10-15\nAda,person,aggregator,Dayo,2026-10-16,\n",
    )
    stage.night([("e1", "Ada", "100", "2026-10-05"), ("e2", "Ada", "300", "2026-10-20")])
    shown = stage.shown(stage.pay("2026-10")["payout"])
    assert {who: one["earned"] for who, one in shown.items()} == {
        "Ada": "40.00",
        "Chidi": "5.00",
        "Dayo": "15.00",
    }


def test_late_ownership_is_trued_up_between_the_owners(stage: Stage) -> None:
    credit = "{to: agent, owner_of: terminal, when_moved: owner_on_the_day_of_the_transaction}"
    stage.plan(plan_text(credit=credit))
    stage.partners("facts", "payee,what,name,value,from,until\nAda,owns,terminal,T1,2026-01-01,\n")
    stage.night(OCTOBER, more={name: {"attributes": [("terminal", "T1")]} for name in ("e1", "e2")})
    assert stage.shown(stage.close("2026-10"))["Ada"]["earned"] == "15.00"
    stage.partners(
        "facts",
        "payee,what,name,value,from,until\n"
        "Ada,owns,terminal,T1,2026-01-01,2026-10-15\nBello,owns,terminal,T1,2026-10-16,\n",
    )
    assert {who: one["corrected"] for who, one in stage.shown(stage.pay("2026-11")["payout"]).items()} == {
        "Ada": "-5.00", "Bello": "5.00",
    }  # fmt: skip


def test_rates_of_exchange_stay_frozen_for_what_is_corrected(stage: Stage) -> None:
    fx = "{negative: carry, open_break: hold, fx: {to: EUR, rate_of: period_end, source: treasury}}"
    stage.plan(plan_text(payment=fx))
    rates = (
        "payee,what,name,value,from,until\n"
        "Ada,figure,fx_rate,0.9,2026-10-01,2026-10-31\nAda,figure,fx_rate,0.8,2026-11-01,2026-11-30\n"
    )
    stage.partners("facts", rates)
    stage.night([("e1", "Ada", "1000", "2026-10-05"), ("e2", "Ada", "1000", "2026-11-05")])
    assert stage.shown(stage.close("2026-10"))["Ada"]["paid"] == "90.00"
    stage.night([("e3", "Ada", "-100", "2026-10-06")])
    assert stage.shown(stage.pay("2026-11")["payout"])["Ada"] == {
        "earned": "100.00", "corrected": "-10.00", "net": "90.00", "paid": "71.00",
    }  # fmt: skip


WHOLE = """tiers:
      method: whole
      boundary: lower_inclusive
      outside: refuse
      bands: [{to: 1000, percent: 10}, {percent: 20}]"""


@pytest.mark.parametrize(
    ("policy", "back"), [("original_rate", "-100.00"), ("recompute", "-150.00"), ("blended", "-100.00")]
)
def test_a_refund_takes_back_what_its_own_sale_was_paid(stage: Stage, policy: str, back: str) -> None:
    """October paid 20% of 1,000; November pays 10%. A refund of 500 takes back by October's rate, once."""
    stage.plan(plan_text(WHOLE).replace("reversal: recompute", f"reversal: {policy}"))
    more = {
        "e1": {"ref_merchant": "S1"},
        "r1": {"ref_merchant": "R1", "ref_original": "S1", "type": "refund"},
    }
    stage.night([("e1", "Ada", "1000", "2026-10-05")], more=more)
    stage.close("2026-10")
    stage.night([("r1", "Ada", "-500", "2026-11-03"), ("e2", "Ada", "600", "2026-11-05")], more=more)
    november = stage.close("2026-11")
    shown = stage.shown(november)["Ada"]
    assert (shown["earned"], shown["corrected"]) == ("60.00", back)
    explained = stage.explained("Ada", "2026-11")
    places = {(row["kind"], row["place"]) for row in explained}
    assert {("correction", "inbox/1.csv:1"), ("entry", "inbox/1.csv:1")} <= places
    entries = [(row["units"], bool(row["component"])) for row in explained if row["kind"] == "entry"]
    assert entries == [("600.00", True), ("-500.00", False)], "the refund is no part of what November counted"
    assert stage.shown(stage.pay("2026-12")["payout"]).get("Ada", {}).get("corrected") is None


MARGINAL = """tiers:
      method: marginal
      boundary: upper_inclusive
      outside: refuse
      bands: [{to: 1500, percent: 10}, {percent: 20}]"""


def test_a_refund_reduces_attainment_once_also_where_closed_periods_are_computed_again(stage: Stage) -> None:
    """October sells 1,400; November takes 1,000 of it back, so that a year's bands go on from 400, and from 900."""
    plan = plan_text(MARGINAL, accumulate="year").replace("attainment: kept", "attainment: reduced")
    stage.plan(plan)
    more = {"e1": {"ref_merchant": "S1"}, "r1": {"ref_original": "S1", "type": "refund"}}
    stage.night([("e1", "Ada", "1000", "2026-10-05"), ("e2", "Ada", "400", "2026-10-06")], more=more)
    stage.close("2026-10")
    stage.night([("r1", "Ada", "-1000", "2026-11-03"), ("e3", "Ada", "500", "2026-11-05")], more=more)
    november = stage.shown(stage.close("2026-11"))["Ada"]
    assert (november["earned"], november["corrected"]) == ("50.00", "-100.00")
    stage.night([("e4", "Ada", "300", "2026-12-05"), ("e5", "Ada", "50", "2026-10-07")])
    december = stage.shown(stage.pay("2026-12")["payout"])["Ada"]
    assert (december["earned"], december["corrected"]) == ("30.00", "5.00")


def test_a_campaign_that_ended_still_releases_what_it_held(stage: Stage) -> None:
    stage.plan(plan_text().replace("effective: 2026-01-01", "effective: 2026-01-01\nuntil: 2026-10-31"))
    stage.night(OCTOBER, {"e2": "b7"})
    stage.close("2026-10")
    stage.run({})
    november = stage.close("2026-11")
    assert stage.shown(november) == {"Bello": {"released": "5.00", "net": "5.00", "paid": "5.00"}}
    assert stage.recon("payouts", "run", "--period", "2026-12").status == 2


def test_periods_that_share_days_are_refused(stage: Stage) -> None:
    stage.night(OCTOBER)
    stage.pay("2026-10")
    refused = stage.recon("payouts", "run", "--period", "2026-10-20..2026-11-10")
    assert refused.status == 2
    assert "2026-10-20..2026-11-10 shares days with 2026-10" in refused.stderr


def test_a_period_that_no_run_covers_is_only_looked_at(stage: Stage) -> None:
    """Nothing of it is kept, for any plan; the next run may know more of its last days."""
    stage.plan(plan_text(plan="bonus"), "bonus")
    stage.night(OCTOBER)
    stage.run({}, as_of="2026-10-30")
    refused = stage.recon("payouts", "run", "--period", "2026-10")
    assert refused.status == 2
    assert "no run covers 2026-10 as a whole: run r2 is as of 2026-10-30" in refused.stderr
    assert "`recon run --period 2026-10` makes one" in refused.stderr
    assert stage.recon("payouts", "list", "--format", "json").stdout.strip() == "[]"
    looked = stage.recon("payouts", "calculate", "--period", "2026-10", "--format", "json")
    assert (looked.status, len(json.loads(looked.stdout))) == (0, 4)
    assert "a preview, not to be paid: no run covers 2026-10 as a whole" in looked.stderr
    assert stage.recon("payouts", "run", "--period", "2026-10-01..2026-10-30").status == 0


def test_a_payout_kept_before_its_period_was_over_is_not_approved(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.night(OCTOBER)
    stage.run({}, as_of="2026-10-30")
    with monkeypatch.context() as before:
        before.setattr(running, "why_early", lambda *_: [])
        payout = stage.pay("2026-10")["payout"]
    refused = stage.recon("payouts", "review", payout, "--by", "reviewer")
    assert refused.status == 2
    assert "no run covers 2026-10 as a whole" in refused.stderr


def test_no_period_of_a_plan_is_skipped(stage: Stage) -> None:
    stage.night(OCTOBER)
    told = stage.recon("payouts", "run", "--period", "2026-10", "--by", "clerk").stderr
    assert "sales: this is its first payout, and nothing here pays 2026-01-01..2026-09-30" in told
    stage.close("2026-10", "sales-2026-10")
    refused = stage.recon("payouts", "run", "--period", "2027-01")
    assert refused.status == 2
    assert "sales: 2026-11-01..2026-12-31 is not paid, and 2027-01 comes after it" in refused.stderr
    assert "`recon payouts run --period 2026-11 --plan sales` comes first" in refused.stderr
    stage.close("2026-11")
    stage.pay("2026-12")
    assert stage.pay("2027-01")["became"] == "new"


def test_days_on_which_no_version_is_in_force_need_no_payout(stage: Stage) -> None:
    stage.plan(plan_text().replace("effective: 2026-01-01", "effective: 2026-01-01\nuntil: 2026-10-31"))
    stage.plan(plan_text().replace("effective: 2026-01-01", "effective: 2026-12-01"), "second")
    stage.night(OCTOBER)
    stage.close("2026-10")
    assert stage.pay("2026-12")["became"] == "new"


def test_the_books_are_opened_once_for_all_plans(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """One with a line per sale, one with a limit of its own, one with what it measures: as if each were paid alone."""
    more = (
        "figures: [{figure: sold, activity: {of: matched, source: orders}, measure: {sum: amount}, over: year}]"
    )
    stage.plan(
        plan_text("rate: {percent: 5}\n    limits: [{cap: 4, excess: later, per: period}]", plan="capped"), "b"
    )
    stage.plan(plan_text("rate: {percent: 1}", plan="measured", more=more), "c")
    stage.night(OCTOBER, {"e2": "b1"})
    alone = stage.recon("payouts", "calculate", "--period", "2026-10", "--plan", "capped", "--format", "json")
    opening = Mock(side_effect=books_of)
    monkeypatch.setattr(open_books, "books_of", opening)
    together = json.loads(stage.recon("payouts", "calculate", "--period", "2026-10", "--format", "json").stdout)
    assert opening.call_count == 1
    assert [row for row in together if row["plan"].startswith("capped")] == json.loads(alone.stdout)
    assert {(row["plan"][:4], row["payee"], row["earned"], row["held"]) for row in together} == {
        ("capp", "Ada", "4.00", "0.00"), ("capp", "Bello", "2.50", "-2.50"), ("meas", "Ada", "1.00", "0.00"),
        ("meas", "Bello", "0.50", "-0.50"), ("sale", "Ada", "10.00", "0.00"), ("sale", "Bello", "5.00", "-5.00"),
    }  # fmt: skip
    assert stage.recon("payouts", "run", "--period", "2026-10", "--by", "clerk").status == 0
    assert stage.recon("payouts", "run", "--period", "2026-10", "--by", "clerk").status == 0
    assert opening.call_count == 2
    told = stage.recon(
        "payouts", "explain", "Ada", "--period", "2026-10", "--plan", "measured", "--format", "json"
    )
    lines = [(row["kind"], row["component"], row["units"], row["place"]) for row in json.loads(told.stdout)]
    assert ("figure", "sold", "100", "") in lines
    assert ("entry", "sold", "100.00", "inbox/1.csv:1") in lines


def test_tax_of_a_fiscal_year_goes_on_over_new_year_and_ends_in_march(stage: Stage) -> None:
    """Over 15,000 from April to March 5% is withheld; what comes late of January is taxed with February."""
    tax = (
        "year_begins: 04-01\ntaxes: [{name: TDS, percent: 5, direction: withheld, "
        "threshold: {over: 15000, per: year, catch_up: false}}]"
    )
    stage.plan(plan_text("rate: {percent: 100}", more=tax))
    stage.night([("e1", "Ada", "10000", "2026-12-05"), ("e2", "Ada", "10000", "2027-01-20")])
    assert stage.shown(stage.close("2026-12"))["Ada"]["net"] == "10000.00"
    january = stage.shown(stage.close("2027-01"))["Ada"]
    assert (january["tax"], january["paid"]) == ("-250.00", "9750.00")
    stage.night([("e3", "Ada", "100", "2027-01-30"), ("e4", "Ada", "900", "2027-02-10")])
    february = stage.shown(stage.close("2027-02"))["Ada"]
    assert (february["corrected"], february["tax"], february["paid"]) == ("100.00", "-50.00", "950.00")
    stage.night([("e5", "Ada", "15000", "2027-04-30"), ("e6", "Ada", "100", "2027-05-30")])
    stage.close("2027-03")
    assert "tax" not in stage.shown(stage.close("2027-04"))["Ada"]
    assert stage.shown(stage.close("2027-05"))["Ada"]["tax"] == "-5.00"


def test_a_draw_ends_and_what_is_owed_is_still_recovered(stage: Stage) -> None:
    """Advanced in October and November, 80 and 60; December, which earns 90, pays back no more than 40."""
    draw = (
        "limits: [{draw: 100, draw_until_period: 2, recover_percent: 50, recover_from_period: 1, "
        "recover_at_most: 40, never_pay_below_draw: true, per: period}]"
    )
    stage.plan(plan_text(more=draw))
    stage.night([("e1", "Ada", "200", "2026-10-05"), ("e2", "Ada", "400", "2026-11-05")])
    assert [stage.earned(stage.close(month)) for month in ("2026-10", "2026-11")] == [{"Ada": "100.00"}] * 2
    stage.night([("e3", "Ada", "900", "2026-12-05")])
    assert stage.earned(stage.close("2026-12")) == {"Ada": "50.00"}
    words = [row["words"] for row in stage.explained("Ada", "2026-12")]
    assert "recovery of the draw at 50%, at most 40 in a period" in words


def test_a_deferred_commission_becomes_expense_month_by_month(stage: Stage) -> None:
    """10.00 over three months: 3.34, 3.33 and 3.33, of which two months are over; what is payable is as ever."""
    stage.plan(plan_text(more="deferral: {months: 3}"))
    stage.night([("e1", "Ada", "100", "2026-10-05")])
    stage.close("2026-10")
    journal = json.loads(stage.recon("payouts", "journal", "--period", "2026-10", "--format", "json").stdout)
    assert [(row["side"], row["account"], row["amount"]) for row in journal] == [
        ("debit", "Commission expense", "10.00"),
        ("credit", "Commission payable", "10.00"),
        ("debit", "Deferred commission", "10.00"),
        ("credit", "Commission expense (contra)", "10.00"),
    ]
    accounts = stage.folder / "configs" / "accounts.yaml"
    accounts.write_text("journals: []\npayouts: {Commission expense: 6700 Commissions}\n", encoding="utf-8")
    stage.run({}, as_of="2026-11-30")
    waiting = json.loads(stage.recon("journals", "list", "--waiting", "--format", "json").stdout)
    later = [(row["day"], row["account"], row["debit"], row["credit"]) for row in waiting[4:]]
    assert later == [
        ("2026-10-31", "6700 Commissions", "3.34", None),
        ("2026-10-31", "Deferred commission", None, "3.34"),
        ("2026-11-30", "6700 Commissions", "3.33", None),
        ("2026-11-30", "Deferred commission", None, "3.33"),
    ]


def test_periods_that_are_due_are_those_of_the_plan(stage: Stage) -> None:
    stage.plan(plan_text(payment="{negative: carry, open_break: hold, every: half_month}"))
    stage.night([("e1", "Ada", "100", "2026-10-05"), ("e2", "Ada", "50", "2026-10-31")])

    def due(*more: str) -> list[list[str]]:
        rows = json.loads(stage.recon("payouts", "due", *more, "--format", "json").stdout)
        return [[row["period"], row["state"]] for row in rows]

    halves = ["2026-10-01..2026-10-15", "2026-10-16..2026-10-31"]
    assert due() == [[one, "not calculated"] for one in halves]
    assert due("--as-of", "2026-10-31") == [[halves[0], "not calculated"]]
    assert due("--as-of", "2026-10-31", "--all") == [[halves[0], "not calculated"], [halves[1], "not over yet"]]
    refused = stage.recon("payouts", "run", "--period", "2026-10", "--by", "clerk")
    assert refused.status == 2
    assert "sales pays every half month, and 2026-10 is none" in refused.stderr
    assert "`recon payouts run --period 2026-10-01..2026-10-15`" in refused.stderr
    stage.close(halves[0])
    stage.pay(halves[1])
    assert due() == [[halves[1], "calculated"]]
