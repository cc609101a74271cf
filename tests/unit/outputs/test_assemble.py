"""The report rests on the run's own files, ties out for every run, and says so when it does not."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from recon.breaks.ageing import BUCKETS
from recon.errors import ControlFailed
from recon.outputs.adjusted import NOT_PLACED, AdjustedStatement, Item
from recon.outputs.assemble import assemble
from recon.outputs.palette import AGES
from recon.outputs.report import RunReport
from tests.unit.outputs.builder import RunBuilder
from tests.unit.outputs.story import KWD_BANK, NGN_BANK, month


def statement(report: RunReport, ruleset: str, account: str, currency: str) -> AdjustedStatement:
    (found,) = [
        s for s in report.statements if (s.ruleset, s.account, s.currency) == (ruleset, account, currency)
    ]
    return found


def test_the_bank_statement_of_the_story_line_by_line(report: RunReport) -> None:
    ngn = statement(report, "processor_vs_bank", NGN_BANK, "NGN")
    assert ngn.left.total == Item("Total in scope", 65, Decimal("115150.76"))
    assert ngn.left.open == (
        Item("in_transit", 1, Decimal("1250.75")),
        Item("missing_in_bank", 1, Decimal(44100)),
    )
    assert ngn.left.adjustments == (Item("rounding", 1, Decimal("-0.01")),)
    assert ngn.right.total == Item("Total in scope", 24, Decimal(129640))
    assert ngn.right.excluded == (Item("bank charge", 2, Decimal(-160)),)
    assert ngn.right.open == (Item("unexpected_credit", 1, Decimal(60000)),)
    assert ngn.adjusted_left == ngn.adjusted_right == Decimal(69800)
    assert (ngn.difference, ngn.open_count, ngn.oldest_days) == (Decimal(0), 3, 95)


def test_balances_stand_beside_the_statement_and_are_checked(report: RunReport) -> None:
    first, second = statement(report, "processor_vs_bank", NGN_BANK, "NGN").balances
    assert (first.computed, first.difference) == (Decimal("319611.50"), Decimal(0))
    assert (second.closing, second.difference) == (Decimal(379611), Decimal("0.50"))
    assert not statement(report, "processor_vs_bank", KWD_BANK, "KWD").balances
    (note,) = [check for check in report.checks if "closing balance" in check.what]
    assert (note.actual, note.result, note.control) == (Decimal(1), "look", False)


def test_a_variance_is_taken_off_the_left(report: RunReport) -> None:
    fx = statement(report, "processor_vs_bank", KWD_BANK, "KWD")
    assert fx.left.adjustments == (Item("fx_difference", 1, Decimal("-0.005")),)
    assert fx.adjusted_left == fx.adjusted_right == Decimal("12.34")


def test_left_items_are_placed_only_where_one_account_is_possible(report: RunReport) -> None:
    unplaced = statement(report, "processor_vs_bank", NOT_PLACED, "USD")
    assert unplaced.left.open == (Item("in_transit", 1, Decimal("87.1")),)
    assert unplaced.right.total.count == 0
    assert unplaced.adjusted_left == unplaced.adjusted_right == 0


def test_a_group_over_two_accounts_belongs_to_one_and_is_named_in_both() -> None:
    report = assemble_built(two_accounts())
    here, there = (statement(report, "a_vs_b", account, "USD") for account in accounts_by_home(report))
    moved = here.right.adjustments[0].amount
    assert here.right.adjustments[0].label == f"matched here, booked on {there.account}"
    assert there.right.adjustments == (Item(f"booked here, matched on {here.account}", 1, moved.copy_negate()),)
    assert here.left.total.amount == Decimal(30)
    assert here.difference == there.difference == 0


def two_accounts() -> RunBuilder:
    run = RunBuilder()
    run.ruleset("a_vs_b", "a", "b", passes=["p"])
    run.match("a_vs_b", "USD", [("l", "30")], [("r1", "10"), ("r2", "20")])
    return run


def accounts_by_home(report: RunReport) -> list[str]:
    return [s.account for s in sorted(report.statements, key=lambda s: -s.left.total.count)]


def assemble_built(run: RunBuilder, **manifest: object) -> RunReport:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        return assemble(run.write(Path(folder) / "run", **manifest))


def test_suggestions_match_nothing(report: RunReport) -> None:
    suggested = [line for line in report.matches if line.state == "suggested"]
    assert [(line.matches, line.left_amount) for line in suggested] == [(1, Decimal(10))]
    (rate,) = [r for r in report.rulesets[0].rates if (r.side, r.currency) == ("left", "NGN")]
    assert (rate.count, rate.matched_count) == (64, 61)
    assert rate.amount - rate.matched_amount == Decimal(18200 + 950 + 10)


def test_offsets_count_as_matched_and_change_no_balance(report: RunReport) -> None:
    (line,) = [line for line in report.matches if line.kind == "offset"]
    assert (line.left_count, line.right_count, line.left_amount, line.variance) == (
        2,
        0,
        Decimal(0),
        Decimal(0),
    )


def test_breaks_by_kind_and_age(report: RunReport) -> None:
    (line,) = [b for b in report.breaks if b.kind == "missing_in_bank"]
    assert (line.count, line.amount, line.oldest_days, line.overdue) == (1, Decimal(44100), 95, 1)
    assert (line.new, line.persisting, line.reopened) == (0, 1, 0)
    (aged,) = [a for a in report.ageing if a.kind == "missing_in_bank"]
    assert aged.counts == (0, 0, 0, 0, 0, 1)
    assert sum(sum(line.counts) for line in report.ageing) == report.break_count == 13


@pytest.mark.parametrize(
    ("age", "label"),
    [
        (-1, "0-1 days"), (0, "0-1 days"), (1, "0-1 days"), (2, "2-7 days"), (7, "2-7 days"), (8, "8-30 days"),
        (30, "8-30 days"), (31, "31-60 days"), (60, "31-60 days"), (61, "61-90 days"), (90, "61-90 days"),
        (91, "over 90 days"), (500, "over 90 days"),
    ],
)  # fmt: skip
def test_the_report_ages_breaks_by_the_one_ageing_profile(age: int, label: str) -> None:
    run = RunBuilder()
    run.ruleset("a_vs_b", "a", "b", passes=["p"])
    run.open("a_vs_b", "left", "l", "NGN 1", "in_transit", age=age)
    (line,) = assemble_built(run).ageing
    assert BUCKETS[line.counts.index(1)].label == label
    assert len(line.counts) == len(line.amounts) == len(BUCKETS) == len(AGES)


def test_resolved_breaks_are_history() -> None:
    run = RunBuilder()
    run.ruleset("a_vs_b", "a", "b", passes=["p"])
    run.match("a_vs_b", "NGN", [("l", "5")], [("r", "5")])
    run.open("a_vs_b", "left", "l", "NGN 7", "in_transit")
    run._break("a_vs_b", "left", "missing_in_bank", "l", currency="NGN", amount=Decimal(5), age=9, state="resolved",
               entry_id="gone")  # fmt: skip
    assert [line.kind for line in assemble_built(run).breaks] == ["in_transit"]


def test_proof_that_disagrees_with_the_tables_makes_the_report_incomplete() -> None:
    run = month()
    run.tally["processor_vs_bank", "left", "mid-001", "NGN"]["matched"] = (63, Decimal("69800.02"))
    run.tally["processor_vs_bank", "left", "mid-001", "NGN"]["new"] = (64, Decimal("71050.77"))
    report = assemble_built(run)
    assert report.verdict == "incomplete"
    failed = {check.area for check in report.checks if check.result == "FAIL"}
    assert failed == {"Tie-out", "Listings"}
    assert statement(report, "processor_vs_bank", NGN_BANK, "NGN").difference == Decimal("0.01")


def test_an_open_item_without_a_break_is_found() -> None:
    run = month()
    run.rows["breaks"] = [row for row in run.rows["breaks"] if row["kind"] != "missing_in_bank"]
    report = assemble_built(run)
    (check,) = [check for check in report.checks if check.what == "Open items without a break"]
    assert (check.actual, check.result, report.verdict) == (Decimal(1), "FAIL", "incomplete")
    ngn = statement(report, "processor_vs_bank", NGN_BANK, "NGN")
    assert Item("unclassified", 1, Decimal(44100)) in ngn.left.open


def test_a_residual_makes_the_report_incomplete() -> None:
    run = month()
    run._prove()
    run.rows["bridge"][0]["amount"] = Decimal("0.01")
    run._prove = lambda: None  # type: ignore[method-assign]  # the bridge above is the one to write
    assert assemble_built(run).verdict == "incomplete"


def test_the_runs_own_failed_proof_is_believed() -> None:
    assert assemble_built(month(), proof="failed", verdict="incomplete").verdict == "incomplete"
    assert assemble_built(month(), proof="failed").verdict == "incomplete"


def test_a_changed_or_missing_file_is_refused(tmp_path: Path) -> None:
    folder = month().write(tmp_path / "run")
    with (folder / "members.parquet").open("ab") as file:
        file.write(b"\0")
    with pytest.raises(ControlFailed, match=r"members\.parquet.*SHA-256"):
        assemble(folder)
    (folder / "members.parquet").unlink()
    with pytest.raises(ControlFailed, match=r"members\.parquet.*gone"):
        assemble(folder)
    (folder / "manifest.json").unlink()
    with pytest.raises(ControlFailed, match="manifest"):
        assemble(folder)


def test_the_order_of_rows_changes_nothing(report: RunReport, tmp_path: Path) -> None:
    run = month()
    for rows in run.rows.values():
        rows.reverse()
    turned = assemble(run.write(tmp_path / "2026-10-31-5f0c9a1b"))
    assert replace(turned, rulesets=()) == replace(report, rulesets=())
    assert turned.rulesets == report.rulesets
