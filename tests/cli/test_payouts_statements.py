"""Statements: they add up, say who approved them, are the same bytes twice, and never hold a formula from outside."""

from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from tests.cli.payout_stage import Run, Stage, plan_text

SALES = [("e1", "Ada", "100", "2026-10-05"), ("e2", '=HYPERLINK("x")<b>', "50", "2026-10-20")]
PAYMENT = "{negative: carry, open_break: hold, reserve: {percent: 10, release_after_days: 30}}"


@pytest.fixture
def stage(project: Path, recon: Run) -> Stage:
    made = Stage(project, recon)
    made.plan(
        plan_text(payment=PAYMENT, more="taxes: [{name: withholding tax, percent: 5, direction: withheld}]")
    )
    made.partners("facts", "payee,what,name,value\nAda,word,name,Ada Obi\n")
    made.night(SALES)
    return made


def written(stage: Stage, *more: str) -> dict[str, bytes]:
    outcome = stage.recon("payouts", "statements", "--period", "2026-10", *more)
    assert outcome.status == 0, outcome.stderr
    folder = stage.folder / "reports" / "statements" / "2026-10"
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_a_statement_adds_up_from_lines_to_net(stage: Stage) -> None:
    stage.pay("2026-10")
    written(stage, "--payee", "Ada", "--as", "xlsx")
    path = stage.folder / "reports" / "statements" / "2026-10" / "Ada.xlsx"
    values, formulas = (openpyxl.load_workbook(path, data_only=shown)["Statement"] for shown in (True, False))
    rows = [[cell.value for cell in row] for row in values.iter_rows()]
    assert rows[0][0] == "Statement 2026-10"
    assert rows[1][0] == "Ada Obi (Ada) · acme"
    assert "DRAFT" in str(rows[2][0])
    amounts = {str(row[0]): Decimal(str(row[6])) for row in rows[6:] if row[6] is not None}
    assert amounts == {
        "Opening balance": Decimal(0), "Activity": Decimal(10), "Earned": Decimal(10), "Tax": Decimal("-0.5"),
        "Reserve": Decimal("-0.95"), "Net payout": Decimal("8.55"),
    }  # fmt: skip
    sums = [cell.value for row in formulas.iter_rows() for cell in row if str(cell.value).startswith("=")]
    assert sums == ["=ROUND(SUM(G8:G8),2)", "=ROUND(G7+SUM(G9:G11),2)"]


def test_text_from_outside_stays_text(stage: Stage) -> None:
    stage.pay("2026-10")
    files = written(stage)
    (strange,) = [name for name in files if name.endswith(".html") and not name.startswith("Ada")]
    page = files[strange].decode()
    assert "&lt;b&gt;" in page
    assert "<b>" not in page
    book = openpyxl.load_workbook(
        stage.folder / "reports" / "statements" / "2026-10" / strange.replace("html", "xlsx")
    )
    assert book["Statement"]["A2"].data_type == "s"


def test_the_same_payout_gives_the_same_bytes_and_approvals_appear(stage: Stage) -> None:
    payout = stage.pay("2026-10")["payout"]
    draft = written(stage)
    assert written(stage) == draft
    stage.close("2026-10", payout)
    final = written(stage)
    assert written(stage) == final
    page = final["Ada.html"].decode()
    assert "Approved: 8.55 USD" in page
    for words in (
        "calculated by clerk",
        "approved (regional) by regional head",
        "approved (central) by central head",
    ):
        assert words in page
    assert not any(tag in page for tag in ("<script", "http://", "https://", "<img", "@import"))


def test_without_a_payout_there_is_no_statement(stage: Stage) -> None:
    outcome = stage.recon("payouts", "statements", "--period", "2026-10")
    assert outcome.status == 2
    assert "`recon payouts run --period 2026-10` makes them" in outcome.stderr
    stage.pay("2026-10")
    assert stage.recon("payouts", "statements", "--period", "2026-10", "--payee", "Nobody").status == 2
