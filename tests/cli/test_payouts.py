"""`recon payouts`: amounts over a published run, and their explanation down to file and line."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recon.cli import app
from recon.cli.terminal.help import CONFIGURE, WORK
from recon.model.tables import BREAKS, FILES, MATCHES, MEMBERS
from recon.payouts.tables import PAYOUT_ROWS
from recon.project.workspace import open_project
from recon.store.parquet import write_table
from recon.store.publish import publishing
from recon.store.store import Store
from tests.cli.conftest import Outcome
from tests.cli.test_plans import PLAN
from tests.unit.payouts.books import BREAK, MATCH, MEMBER, entries

Run = Callable[..., Outcome]


@pytest.fixture(autouse=True)
def _registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands are on the command line, whether or not it lists them already."""
    known = {entry.module for entry in app.COMMANDS}
    wanted = [
        app.Registered("recon.cli.payouts", WORK, "payouts"),
        app.Registered("recon.cli.plans", CONFIGURE, "plans"),
    ]
    missing = [entry for entry in wanted if entry.module not in known]
    monkeypatch.setattr(app, "COMMANDS", (*app.COMMANDS, *missing))


def sale(agent: str, amount: str) -> dict[str, object]:
    money = {"amount": Decimal(amount), "gross": Decimal(amount) + Decimal("1.20")}
    return {**money, "attributes": [("agent", agent), ("points", "-7.5")]}


@pytest.fixture
def paid(project: Path) -> Path:
    """A project with one plan, three sales of which two reconciled, and a published run."""
    (project / "configs" / "plans").mkdir()
    (project / "configs" / "plans" / "sales.yaml").write_text(PLAN, encoding="utf-8")
    file = {
        "file_id": "f1", "source": "orders", "path": "inbox/orders.csv", "sha256": "0", "size": 1, "reader": "csv",
        "lines": 3, "entries": 3, "known": 0, "refused": 0, "recognised": 0, "proof_ok": True,
    }  # fmt: skip
    store = Store.open(open_project(project))
    with publishing(store, "ingest", "i1", store.ingests_folder, {}) as publication:
        rows = [sale("Ada", "80"), sale("Ada", "40"), sale("Bello", "50")]
        write_table(entries(rows), publication.folder / "entries.parquet")
        write_table(pa.Table.from_pylist([file], schema=FILES), publication.folder / "files.parquet")
    with publishing(store, "run", "r1", store.runs_folder, {"ingests": ["i1"]}) as publication:
        members = [{**MEMBER, "entry_id": one} for one in ("e000", "e002")]
        write_table(pa.Table.from_pylist(members, schema=MEMBERS), publication.folder / "members.parquet")
        write_table(pa.Table.from_pylist([MATCH], schema=MATCHES), publication.folder / "matches.parquet")
        breaks = [{**BREAK, "entry_id": "e002"}]
        write_table(pa.Table.from_pylist(breaks, schema=BREAKS), publication.folder / "breaks.parquet")
        publication.content |= {"previous_run": None}
    return project


def test_only_what_reconciled_is_paid(recon: Run, paid: Path) -> None:
    assert paid.is_dir()
    outcome = recon("payouts", "calculate", "--period", "2026-01", "--format", "json")
    assert outcome.status == 0, outcome.stderr
    assert [(row["payee"], row["earned"], row["held"], row["paid"]) for row in json.loads(outcome.stdout)] == [
        ("Ada", "8.00", "0.00", "8.00"),
        ("Bello", "5.00", "-5.00", "0.00"),
    ]


def test_an_amount_is_explained_down_to_the_line_of_the_file(recon: Run, paid: Path) -> None:
    assert paid.is_dir()
    rows = json.loads(recon("payouts", "explain", "Ada", "--period", "2026-01", "--format", "json").stdout)
    assert [
        (row["kind"], row["words"], row["units"], row["rate"], row["amount"], row["place"]) for row in rows
    ] == [
        ("band", "all at band 0 to 100", "80", "10%", "8.00", ""),
        ("entry", "entry e000 of 2026-01-15", "80.00", "", None, "inbox/orders.csv:1"),
    ]
    assert sum(Decimal(row["amount"]) for row in rows if row["amount"]) == 8


@pytest.mark.parametrize(
    ("measure", "word", "units"),
    [
        ("sum: gross, less: [amount]", "entry e000 of 2026-01-15, 80.00 USD", "1.20"),
        ("sum: points", "entry e000 of 2026-01-15, 80.00 USD", "-7.50"),
        ("sum: gross", "entry e000 of 2026-01-15, 80.00 USD", "81.20"),
        ("count: transactions", "entry e000 of 2026-01-15, 80.00 USD", "1"),
        ("count: sales", "entry e000 of 2026-01-15, 80.00 USD", None),
    ],
)
def test_entries_show_what_they_add_to_the_measure(
    recon: Run, paid: Path, measure: str, word: str, units: str | None
) -> None:
    plan = paid / "configs" / "plans" / "sales.yaml"
    plan.write_text(PLAN.replace("measure: {sum: amount}", f"measure: {{{measure}}}"), encoding="utf-8")
    assert measure in plan.read_text(encoding="utf-8")
    rows = json.loads(recon("payouts", "explain", "Ada", "--period", "2026-01", "--format", "json").stdout)
    assert [(row["words"], row["units"]) for row in rows if row["kind"] == "entry"] == [(word, units)]


def test_the_journal_balances(recon: Run, paid: Path) -> None:
    assert paid.is_dir()
    rows = json.loads(recon("payouts", "journal", "--period", "2026-01", "--format", "json").stdout)
    assert [(row["side"], row["account"], row["amount"]) for row in rows] == [
        ("debit", "Commission expense", "8.00"),
        ("credit", "Commission payable", "8.00"),
    ]


HEADER = "plan,payee,amount,reason,description,author,approver\n"


def test_adjustments_by_hand_are_added(recon: Run, paid: Path) -> None:
    (paid / "by_hand.csv").write_text(HEADER + "sales,Ada,2.50,bonus,launch,eve,mallory\n", encoding="utf-8")
    words = ("payouts", "calculate", "--period", "2026-01", "--adjustments", "by_hand.csv", "--format", "json")
    rows = json.loads(recon(*words).stdout)
    assert [(row["payee"], row["adjusted"], row["paid"]) for row in rows] == [
        ("Ada", "2.50", "10.50"),
        ("Bello", "0.00", "0.00"),
    ]


def test_adjustments_need_a_reason_and_a_second_person(recon: Run, paid: Path) -> None:
    wrong = (
        "sales,Ada,2.50,bonus,,eve,eve\n"
        "sales,Ada,-5,refund,,eve,mallory\n"
        "sale,Ada,x,bonus,,eve,mallory\n"
        "sales,Ada,1,,,eve,\n"
    )
    (paid / "by_hand.csv").write_text(HEADER + wrong, encoding="utf-8")
    outcome = recon("payouts", "calculate", "--period", "2026-01", "--adjustments", "by_hand.csv")
    assert outcome.status == 3
    for message in (
        "by_hand.csv:2: eve cannot approve their own adjustment of 2.50",
        "by_hand.csv:3: description is required when creating a clawback (-5 for Ada)",
        "by_hand.csv:4:plan: no plan sale",
        "by_hand.csv:4:amount: x is no plain number",
        "by_hand.csv:5:reason: is empty",
        "by_hand.csv:5:approver: is empty",
    ):
        assert message in outcome.stderr


def test_a_hold_names_its_break(recon: Run, paid: Path) -> None:
    assert paid.is_dir()
    rows = json.loads(recon("payouts", "explain", "Bello", "--period", "2026-01", "--format", "json").stdout)
    assert [row["words"] for row in rows if row["kind"] in {"hold", "held entry"}] == [
        "held: 1 entry with open breaks: b1 (amount_mismatch)",
        "entry e002 is held by the break b1 (amount_mismatch)",
    ]


def test_rows_go_to_a_file(recon: Run, paid: Path) -> None:
    assert recon("payouts", "rows", "--period", "2026-01", "--output", "rows.parquet").status == 0
    table = pq.read_table(paid / "rows.parquet")
    assert table.column_names == PAYOUT_ROWS.names
    assert [(row["payee"], row["entries"], row["amount"]) for row in table.to_pylist()] == [
        ("Ada", 1, Decimal(8)),
        ("Bello", 1, Decimal(5)),
    ]


def test_a_payee_who_earns_nothing_is_said(recon: Run, paid: Path) -> None:
    assert paid.is_dir()
    outcome = recon("payouts", "explain", "Chidi", "--period", "2026-01")
    assert outcome.status == 2
    assert "Chidi earns nothing in 2026-01" in outcome.stderr


def test_facts_of_payees_are_checked_row_by_row(recon: Run, paid: Path) -> None:
    path = paid / "facts.csv"
    path.write_text("payee,what,name,value\nAda,figure,quota,many\nAda,wrd,class,a\n", encoding="utf-8")
    outcome = recon("payouts", "calculate", "--period", "2026-01", "--facts", "facts.csv")
    assert outcome.status == 3
    assert "facts.csv:2:value: many is no plain number" in outcome.stderr
    assert "facts.csv:3:what: wrd is no kind of fact" in outcome.stderr


def test_a_changed_plan_is_simulated_over_a_past_period(recon: Run, paid: Path) -> None:
    draft = paid / "draft.yaml"
    draft.write_text(PLAN.replace("to: 100, percent: 10", "to: 60, percent: 12"), encoding="utf-8")
    outcome = recon("plans", "simulate", "draft.yaml", "--period", "2026-01", "--format", "json")
    assert outcome.status == 0, outcome.stderr
    assert [
        (row["payee"], row["before"], row["after"], row["difference"]) for row in json.loads(outcome.stdout)
    ] == [
        ("Ada", "8.00", "4.00", "-4.00"),
        ("Bello", "5.00", "6.00", "1.00"),
    ]
    assert "1 gain, 1 lose, -3.00 USD more in all" in outcome.stderr
    changes = json.loads(
        recon("plans", "diff", "configs/plans/sales.yaml", "draft.yaml", "--format", "json").stdout
    )
    assert [(row["change"], row["says"]) for row in changes] == [
        ("was", "0 to 100: 10%"),
        ("will be", "0 to 60: 12%"),
        ("was", "above 100: 5%"),
        ("will be", "above 60: 5%"),
    ]
    draft.write_text(draft.read_text("utf-8").replace("hold}", "hold, minimum: {amount: 5, below: carry}}"))
    outcome = recon("plans", "simulate", "draft.yaml", "--since", "2025-12", "--period", "2026-01")
    assert "the changed plan leaves for later: carried 4.00 USD" in outcome.stderr
    assert recon("plans", "simulate", "draft.yaml", "--since", "2026-02", "--period", "2026-01").status == 2


def test_fees_are_verified_by_a_rate_card(recon: Run, paid: Path) -> None:
    card = PLAN.replace("plan: sales", "plan: card").replace("scope: payee", "scope: transaction")
    card = card[: card.index("tests:")].replace("accumulate: period", "accumulate: none")
    (paid / "configs" / "plans" / "card.yaml").write_text(card, encoding="utf-8")
    words = ("payouts", "verify-fees", "--period", "2026-01", "--tolerance", "0.01", "--format", "json")
    outcome = recon(*words, "--card", "card")
    assert outcome.status == 1
    assert [
        (row["entry_id"], row["kind"], row["expected"], row["place"]) for row in json.loads(outcome.stdout)
    ] == [
        ("e000", "fee_not_stated", "8.00", "inbox/orders.csv:1"),
        ("e002", "fee_not_stated", "5.00", "inbox/orders.csv:3"),
    ]
    assert recon(*words, "--card", "sales").status == 2
    assert (
        recon("payouts", "verify-fees", "--card", "card", "--period", "2026-01", "--tolerance", "x").status == 2
    )


def test_shipped_plans_pay_nobody_before_they_are_taken_over(recon: Run, paid: Path) -> None:
    assert paid.is_dir()
    refused = recon("payouts", "run", "--period", "2026-01", "--plan", "pos_withdrawal")
    assert refused.status == 2
    assert "no plan pos_withdrawal" in refused.stderr
    assert "`recon plans library`" in refused.stderr
