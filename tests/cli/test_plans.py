"""`recon plans`."""

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from recon.cli import app
from recon.cli.terminal.help import CONFIGURE
from tests.cli.conftest import Outcome

Run = Callable[..., Outcome]
PLAN = """\
plan: sales
title: Five percent of sales
effective: 2026-01-01
currency: USD
credit: {to: agent, when_moved: owner_on_the_day_of_the_transaction}
components:
  - name: sales
    activity: {of: matched, source: orders}
    measure: {sum: amount}
    scope: payee
    accumulate: period
    below_zero: reverses
    tiers:
      method: whole
      boundary: upper_inclusive
      outside: refuse
      bands:
        - {to: 100, percent: 10}
        - {percent: 5}
corrections: {reversal: recompute, books_in: period_of_correction, attainment: kept, closed_periods: delta}
payment: {negative: carry, open_break: hold}
rounding: {at: payee}
tests:
  - test: up to the boundary
    given: [{figures: {amount: 100}}]
    pays: 10
"""


@pytest.fixture(autouse=True)
def _registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands are on the command line, whether or not it lists them already."""
    if all(entry.module != "recon.cli.plans" for entry in app.COMMANDS):
        entry = app.Registered("recon.cli.plans", CONFIGURE, "plans")
        monkeypatch.setattr(app, "COMMANDS", (*app.COMMANDS, entry))


@pytest.fixture
def plan(project: Path) -> Path:
    path = project / "configs" / "plans" / "sales.yaml"
    path.parent.mkdir()
    path.write_text(PLAN, encoding="utf-8")
    return path


def test_check_says_where_one_more_unit_pays_less(recon: Run, plan: Path) -> None:
    outcome = recon("plans", "check", "--format", "json")
    assert outcome.status == 2
    (row,) = json.loads(outcome.stdout)
    assert row["plan"] == "sales@2026-01-01"
    assert row["place"] == "configs/plans/sales.yaml:19:11"
    assert row["finding"] == "pays-less"
    assert row["message"] == "one more pays less: 100 pays 10, 100.01 pays 5.0005"
    plan.write_text(PLAN.replace("percent: 5}", "percent: 12}"), encoding="utf-8")
    assert recon("plans", "check").status == 0


def test_test_runs_the_examples(recon: Run, plan: Path) -> None:
    assert recon("plans", "test").status == 0
    plan.write_text(PLAN.replace("pays: 10", "pays: 11"), encoding="utf-8")
    outcome = recon("plans", "test", "--format", "json")
    assert outcome.status == 2
    assert json.loads(outcome.stdout)[0]["wrong"] == "pays 10, must pay 11"


def test_show_says_it_in_words(recon: Run, plan: Path) -> None:
    assert plan.exists()
    outcome = recon("plans", "show", "sales")
    assert outcome.status == 0
    assert "the band reached pays for everything, back to the first unit" in outcome.stdout
    assert "  - 0 to 100: 10%" in outcome.stdout


def test_a_wrong_plan_is_refused_at_its_place(recon: Run, plan: Path) -> None:
    plan.write_text(PLAN.replace("boundary:", "boundry:"), encoding="utf-8")
    outcome = recon("plans", "check")
    assert outcome.status == 2
    assert "configs/plans/sales.yaml:15:7: unknown setting `boundry`" in outcome.stderr
    assert "did you mean `boundary`?" in outcome.stderr


def test_an_unknown_plan_gets_a_hint(recon: Run, plan: Path) -> None:
    assert plan.exists()
    outcome = recon("plans", "show", "sale")
    assert outcome.status == 2
    assert "did you mean `sales`?" in outcome.stderr


def test_a_second_version_needs_its_own_day(recon: Run, plan: Path) -> None:
    (plan.parent / "sales_again.yaml").write_text(PLAN, encoding="utf-8")
    outcome = recon("plans", "check")
    assert outcome.status == 2
    assert "a version is never edited in place" in outcome.stderr


def test_the_schema_takes_what_recon_takes(recon: Run, plan: Path) -> None:
    assert plan.exists()
    schema = json.loads(recon("plans", "schema").stdout)
    jsonschema.Draft7Validator.check_schema(schema)
    assert "tiers" in schema["definitions"]["Component"]["properties"]


@pytest.mark.usefixtures("plan")
def test_forecast_tells_what_a_growing_book_pays(recon: Run) -> None:
    """Ten contracts a month at 5, half of which leave: 50 earn a tenth; 75, 87.5 and 93.75 as well."""
    asked = (
        "plans",
        "forecast",
        "sales",
        "--months",
        "3",
        "--closings",
        "10",
        "--monthly",
        "5",
        "--churn",
        "50",
    )
    rows = json.loads(recon(*asked, "--format", "json").stdout)
    assert [tuple(row.values()) for row in rows] == [
        ("2026-01", "10", "50.00", "5.00"),
        ("2026-02", "15", "75.00", "7.50"),
        ("2026-03", "17.5", "87.50", "8.75"),
    ]


@pytest.mark.usefixtures("plan")
@pytest.mark.parametrize("churn", ["-1", "101", "two"])
def test_forecast_refuses_what_is_no_percentage(recon: Run, churn: str) -> None:
    outcome = recon(
        "plans", "forecast", "sales", "--months", "1", "--closings", "1", "--monthly", "5", "--churn", churn
    )
    assert outcome.status == 2
    assert f"--churn {churn} is no percentage from 0 to 100" in outcome.stderr


def test_a_shipped_plan_is_looked_at_by_name_and_pays_once_it_is_taken_over(recon: Run, project: Path) -> None:
    assert "0.5%" in recon("plans", "show", "pos_withdrawal").stdout
    assert recon("plans", "test", "pos_withdrawal").status == 0
    listed = json.loads(recon("plans", "library", "--format", "json").stdout)
    (row,) = (one for one in listed if one["plan"] == "pos_withdrawal")
    assert row["sources"] == "agent_transactions"
    path = project / "configs" / "plans" / "pos_withdrawal.yaml"
    path.parent.mkdir()
    assert recon("plans", "library", "pos_withdrawal", "--output", str(path)).status == 0
    assert recon("plans", "library", "pos_withdrawal").stdout == path.read_text(encoding="utf-8")
    assert "pos_withdrawal" in recon("plans", "show").stdout
    assert recon("plans", "library", "pos_withdrawal", "--output", str(path)).status == 2


def test_what_lies_in_a_library_is_not_in_force(recon: Run, plan: Path) -> None:
    (plan.parent / "library").mkdir()
    (plan.parent / "library" / "other.yaml").write_text(
        PLAN.replace("plan: sales", "plan: other"), encoding="utf-8"
    )
    assert "other" not in recon("plans", "show").stdout
    assert recon("plans", "show", "no_such_plan").status == 2
