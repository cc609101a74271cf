"""One run on the terminal, as text and as JSON: exact, at most 100 columns, readable without colour."""

import io
import json
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from recon.model.wording import money
from recon.outputs.exact import percent, tidy
from recon.outputs.json import as_json, final_line
from recon.outputs.report import RunReport
from recon.outputs.terminal import FOLD, render_run
from recon.outputs.text import as_text


def test_text_fits_100_columns_and_one_screen_and_a_half(report: RunReport) -> None:
    lines = as_text(report, folder="runs/x", workbook="reports/x/reconciliation.xlsx").splitlines()
    assert max(map(len, lines)) <= 100
    assert len(lines) <= 60
    assert not any("\x1b" in line for line in lines)


@pytest.mark.parametrize("width", [40, 60, 80, 100])
def test_a_narrow_terminal_folds_names_and_cuts_no_number(report: RunReport, width: int) -> None:
    stream = io.StringIO()
    render_run(report, Console(file=stream, width=width, highlight=False), folder="runs/x")
    shown = stream.getvalue()
    for heading in ("overdue", "refused", "suggested"):
        assert heading in shown
    for line in report.breaks:
        assert f" {line.currency}" in shown
        assert f" {money(line.amount, line.currency)} " in shown
    assert shown.count(" d ") == len(report.breaks)
    assert FOLD not in shown
    for part in ("processor", "settlement", "internal", "statement"):
        assert not re.search(rf"(?<![a-z]){part[:-2]}(?!{part[-2:]})", shown), f"{part} is torn apart"


def test_colour_adds_nothing_to_the_words(report: RunReport) -> None:
    stream = io.StringIO()
    console = Console(file=stream, width=100, force_terminal=True, color_system="truecolor", highlight=False)
    render_run(report, console, folder="runs/x")
    from rich.text import Text

    plain = Text.from_ansi(stream.getvalue()).plain
    assert [line.rstrip() for line in plain.splitlines()] == as_text(report, folder="runs/x").splitlines()


def test_every_kind_of_break_stands_with_currency_amount_and_age(report: RunReport) -> None:
    text = " ".join(as_text(report).split())
    assert "missing in bank processor_settlement 1 NGN 44,100.00 95 d 0 1" in text
    assert "refund unmatched processor_settlement 1 USD -40.10 66 d 0 1" in text
    assert "fx difference processor_settlement 1 KWD 0.005 3 d 1 1" in text


def test_more_lines_than_a_screen_holds_are_counted(report: RunReport) -> None:
    many = replace(report, breaks=tuple(replace(report.breaks[0], count=2) for _ in range(38)))
    assert "and 12 breaks more, in the workbook" in as_text(many)


def test_failed_controls_are_named_and_the_verdict_warns(report: RunReport) -> None:
    broken = tuple(
        replace(check, actual=Decimal(1)) if n == 0 else check for n, check in enumerate(report.checks)
    )
    text = as_text(replace(report, checks=broken, verdict="incomplete"))
    assert "FAIL Tie-out: internal_vs_processor, statement 1" in text
    assert "INCOMPLETE - 1 check fails; do not rely on these figures" in text


def test_no_account_number_is_shown(report: RunReport) -> None:
    assert "0123456789" not in as_text(report, folder="runs/x")


def test_markup_in_names_is_text(report: RunReport) -> None:
    odd = replace(report.rulesets[0].passes[0], name="[bold]payout[/] :smile:")
    ruleset = replace(report.rulesets[0], passes=(odd,))
    stream = io.StringIO()
    render_run(replace(report, rulesets=(ruleset,)), Console(file=stream, width=100))
    assert "[bold]payout[/] :smile:" in stream.getvalue()


def test_json_says_amounts_as_text_at_their_currencys_digits(report: RunReport) -> None:
    document = json.loads(as_json(report), parse_float=_no_float)
    ngn = next(s for s in document["statements"] if s["account"] == "0123456789")
    assert (ngn["adjusted_left"], ngn["difference"]) == ("69800.00", "0.00")
    assert ngn["left"]["total"] == {"label": "Total in scope", "count": 65, "amount": "115150.76"}
    assert document["about"]["as_of"] == "2026-10-31"
    assert [line["amount"] for line in document["breaks"] if line["currency"] == "JPY"] == ["5400"]


def _no_float(text: str) -> Any:
    raise AssertionError(f"a float in JSON: {text}")


def test_the_final_line_for_cron(report: RunReport) -> None:
    line = final_line(report)
    assert json.loads(json.dumps(line)) == line
    assert (line["status"], line["run"], line["entries"], line["matched"], line["breaks"], line["refused"]) == (
        "breaks", "2026-10-31-5f0c9a1b", 475, 95, 13, 2,
    )  # fmt: skip


@pytest.mark.parametrize(("part", "whole", "shown"), [(9999, 10000, "99.9 %"), (1, 1, "100.0 %"), (0, 0, "-")])
def test_shares_are_cut_not_rounded_up(part: int, whole: int, shown: str) -> None:
    assert percent(part, whole) == shown


def test_equal_amounts_look_alike() -> None:
    assert str(tidy(Decimal("1E+3"))) == "1000"


def test_nothing_is_read_but_the_folder(report: RunReport, run_folder: Path) -> None:
    assert report.about.run_id == run_folder.name


def test_rates_of_a_run_that_continues_another_say_what_they_are_of(report: RunReport) -> None:
    words = "of what run 2026-10-30-99aa77bb left open and what is new since:"
    assert words in as_text(report)
    alone = replace(report, about=replace(report.about, previous_run=None))
    assert "left open and what is new" not in as_text(alone)
