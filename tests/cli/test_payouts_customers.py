"""Commission by the time of customers, over months: late first sales, refunds, and what an auditor reads."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.cli.payout_stage import Run, Stage, plan_text

CUSTOMERS = """\
customers:
  word: customer
  start: {of: matched, source: orders, where: {type: payment}}
  wholly_refunded: does_not_start
  for_each: customer
"""
FIRST = """of_customers: {first: {months: 1}}
    rate: {percent: 20}"""


def of_customer(name: str, **more: Any) -> dict[str, Any]:
    return {"attributes": [("customer", name)], **more}


def test_first_sales_that_come_late_or_are_refunded(project: Path, recon: Run) -> None:
    stage = Stage(project, recon)
    stage.plan(plan_text(FIRST, more=CUSTOMERS))
    sales = [
        ("a1", "Ada", "100", "2026-10-20"),
        ("b1", "Ada", "50", "2026-10-25"),
        ("n1", "Ada", "9", "2026-10-26"),
    ]
    more = {"a1": of_customer("A"), "b1": of_customer("B", ref_merchant="o1")}
    stage.night(sales, more=more)
    october = stage.close("2026-10")
    assert stage.earned(october) == {"Ada": "30.00"}
    told = stage.recon("payouts", "left-out", "--period", "2026-10").stdout
    assert "entries of sales name no customer, and it pays by the time of customers" in told

    # A's first sale was in August, so that October is out of its month; B's is refunded, and the next is the first.
    late = [
        ("a0", "Ada", "10", "2026-08-31"), ("r1", "Ada", "-50", "2026-11-03"),
        ("b2", "Ada", "200", "2026-11-30"), ("b5", "Bello", "70", "2026-12-31"),
        ("b3", "Ada", "1000", "2026-12-30"), ("b4", "Ada", "40", "2026-12-29"),
    ]  # fmt: skip
    more = {
        "a0": of_customer("A"), "r1": {"type": "refund", "ref_original": "o1"},
        **{name: of_customer("B") for name in ("b2", "b3", "b4", "b5")},
    }  # fmt: skip
    stage.night(late, more=more)
    november = stage.close("2026-11")
    shown = stage.shown(november)["Ada"]
    assert (shown["earned"], shown["corrected"]) == ("40.00", "-30.00")
    assert stage.earned(stage.close("2026-12")) == {"Ada": "8.00"}

    lines = {row["words"]: row for row in stage.explained("Ada", "2026-12")}
    counted = next(words for words in lines if words.startswith("entry b4"))
    assert "month 1 of customer B (counts: the first month), first sale 2026-11-30, inbox/1.csv:3" in counted
    (outside,) = (row for words, row in lines.items() if words.startswith("entry b3"))
    assert outside["kind"] == "out of time"
    assert "month 2 of customer B" in outside["words"]
    assert sum(Decimal(row["amount"]) for row in lines.values() if row["kind"] == "rate") == 8
    (nothing,) = stage.explained("Bello", "2026-12")
    assert nothing["kind"] == "out of time"
    again = stage.recon("payouts", "replay", november)
    assert again.status == 0, again.stderr
