"""`recon breaks` and `recon matches`: from the list of breaks down to the line of a file, and why not."""

import json
import shutil
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from recon.cli.app import run
from recon.model.ids import content_id
from recon.model.tables import ENTRIES, FILES, RAW, REFUSED, STATEMENTS
from recon.project.workspace import open_project
from recon.store.parquet import write_table
from recon.store.publish import publishing
from recon.store.store import Store
from tests.cli.conftest import Outcome

pytestmark = pytest.mark.usefixtures("matched")
Run = Callable[..., Outcome]
SOURCE = """\
# Its entries are published ready made; this profile only makes the source known to the rules.
source: {name}
title: Entries made for a test
files: inbox/{name}/*.parquet
reader: parquet
account: {account}
money:
  decimal: "."
  currency: {{column: currency}}
  amount: {{column: amount, plus: in}}
dates:
  formats: [yyyy-MM-dd]
columns:
  booking_date: booking_date
"""
RULES = """\
ruleset: orders_vs_bank
left: orders
right: bank
passes:
  - name: order number
    same: [ref_merchant]
    within: {amount: 1.00, days: 2}
  - name: order number, written differently
    same: [ref_merchant]
    normalise: {ignore: [case, separators]}
    within: {amount: 1.00, days: 2}
"""
ACCOUNT = "0123456789"


def row(source: str, line: int, order: str, amount: str, day: int) -> dict[str, Any]:
    return {
        "entry_id": content_id([source, str(line)], 24), "source": source, "file_id": f"f-{source}", "line_no": line,
        "account": ACCOUNT if source == "bank" else "ORDERS", "entity": "Shop 7", "business_date": date(2026, 10, day),
        "amount": Decimal(amount), "currency": "NGN", "is_reversal": False, "type": "payment", "status": "booked",
        "ref_merchant": order,
    }  # fmt: skip


ROWS = [
    row("orders", 2, "ORD-1", "100.00", 1), row("bank", 2, "ORD-1", "99.50", 1),  # matched, 0.50 short
    row("orders", 3, "ORD-2", "200.00", 2), row("bank", 3, "ORD-2", "150.00", 2),  # 49.00 beyond what is allowed
    row("orders", 4, "ORD-3", "300.00", 3), row("bank", 4, "ORD-3", "300.00", 9),  # 4 days too late
    row("orders", 5, "ORD-9", "40.00", 20),  # nothing near
]  # fmt: skip


def file_row(source: str) -> dict[str, Any]:
    return {
        "file_id": f"f-{source}", "source": source, "path": f"inbox/{source}/october.csv", "sha256": "0" * 64,
        "size": 9, "reader": "csv", "lines": 9, "entries": 4, "known": 0, "refused": 0, "recognised": 5,
        "proof_ok": True,
    }  # fmt: skip


def publish(
    project: Path, name: str, rows: list[dict[str, Any]], refused: list[dict[str, Any]] | None = None
) -> None:
    """Publish rows as an ingest would."""
    store = Store.open(open_project(project))
    with publishing(store, "ingest", name, store.ingests_folder, {"files": []}) as publication:
        folder = publication.folder
        write_table(pa.Table.from_pylist(rows, schema=ENTRIES), folder / "entries.parquet")
        raw = [
            {
                "entry_id": one["entry_id"],
                "raw": json.dumps({"order": one["ref_merchant"], "iban": one["account"]}),
            }
            for one in rows
        ]
        write_table(pa.Table.from_pylist(raw, schema=RAW), folder / "raw.parquet")
        files = [file_row(source) for source in sorted({one["source"] for one in rows})]
        write_table(pa.Table.from_pylist(files, schema=FILES), folder / "files.parquet")
        write_table(STATEMENTS.empty_table(), folder / "statements.parquet")
        write_table(pa.Table.from_pylist(refused or [], schema=REFUSED), folder / "refused.parquet")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose only run matched one order; three orders and two bank entries are open. Never changed."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "recon.toml").write_text('[project]\nname = "acme"\n', encoding="utf-8")
    for name in ("sources", "rules"):
        (folder / "configs" / name).mkdir(parents=True)
    for name, account in (("orders", "ORDERS"), ("bank", ACCOUNT)):
        text = SOURCE.format(name=name, account=account)
        (folder / "configs" / "sources" / f"{name}.yaml").write_text(text, encoding="utf-8")
    (folder / "configs" / "rules" / "orders_vs_bank.yaml").write_text(RULES, encoding="utf-8")
    publish(folder, "i1", ROWS)
    assert run(["--project", str(folder), "--quiet", "match", "--as-of", "2026-10-31"]) == 1
    return folder


@pytest.fixture
def matched(made: Path, project: Path) -> Path:
    """A copy of that project, which is the working folder."""
    shutil.copytree(made, project, dirs_exist_ok=True)
    return project


def listed(outcome: Outcome) -> list[dict[str, Any]]:
    assert outcome.status == 0, outcome.stderr
    rows: list[dict[str, Any]] = json.loads(outcome.stdout)
    return rows


def test_a_mistyped_filter_is_no_empty_answer(recon: Run, project: Path) -> None:
    for option, name, told in (
        ("--currency", "EUT", "there is no currency `EUT`"),
        ("--account", "99", "there is no account `99`"),
    ):
        outcome = recon("breaks", "list", option, name)
        assert (outcome.status, outcome.stdout) == (2, "")
        assert told in outcome.stderr
        assert ACCOUNT not in outcome.stderr, "account numbers are masked"
    assert listed(recon("breaks", "list", "--currency", "usd", "--format", "json")) == []
    assert (
        listed(recon("breaks", "list", "--account", ACCOUNT[-4:], "--currency", "USD", "--format", "json"))
        == []
    )
    assert listed(recon("breaks", "list", "--owner", "ada", "--format", "json")) == [], "anybody may be one"
    toml = project / "recon.toml"
    toml.write_text(toml.read_text(encoding="utf-8") + '[people.ada]\ntitle = "Ada Obi"\n', encoding="utf-8")
    assert listed(recon("breaks", "list", "--owner", "ada", "--format", "json")) == []
    for command in (("breaks", "list"), ("cases", "list")):
        outcome = recon(*command, "--owner", "adda")
        assert (outcome.status, "there is no owner `adda`" in outcome.stderr) == (2, True)
        assert "did you mean `ada`?" in outcome.stderr


def test_breaks_are_listed_the_oldest_first(recon: Run) -> None:
    rows = listed(recon("breaks", "list", "--format", "json"))
    assert list(rows[0]) == [
        "id", "kind", "state", "amount", "currency", "date", "age", "due", "reference", "counterparty", "reason",
        "prior", "owner", "status", "priority", "tags", "comment",
    ]  # fmt: skip
    assert [row["age"] for row in rows] == sorted((row["age"] for row in rows), reverse=True)
    assert {row["reference"] for row in rows} == {"ORD-1", "ORD-2", "ORD-3", "ORD-9"}
    assert {row["amount"] for row in rows if row["reference"] == "ORD-3"} == {"300.00"}


@pytest.mark.parametrize(
    ("options", "references"),
    [
        (("--side", "left", "--min-amount", "150"), {"ORD-2", "ORD-3"}),
        (("--older-than", "28"), {"ORD-1", "ORD-2"}),
        (("--account", "6789"), {"ORD-2", "ORD-3"}),
        (("--currency", "usd"), set()),
        (("--ruleset", "orders_vs_bank", "--older-than", "29"), {"ORD-1"}),
        (("--state", "resolved"), set()),
    ],
)
def test_breaks_are_filtered(recon: Run, options: tuple[str, ...], references: set[str]) -> None:
    rows = listed(recon("breaks", "list", *options, "--format", "json"))
    assert {row["reference"] for row in rows} == references


def test_a_table_shows_ids_as_short_as_they_can_be(recon: Run) -> None:
    table = recon("breaks", "list", "--side", "left", "--format", "table").stdout
    (row,) = listed(
        recon(
            "breaks", "list", "--side", "left", "--older-than", "27", "--min-amount", "300", "--format", "json"
        )
    )
    assert row["id"][:8] in table
    assert row["id"] not in table
    assert (
        json.loads(recon("breaks", "show", row["id"][:8], "--format", "json").stdout)["break"]["break_id"]
        == row["id"]
    )


def test_filters_that_make_no_sense_are_refused(recon: Run) -> None:
    outcome = recon("breaks", "list", "--min-amount", "a lot")
    assert (outcome.status, "is not an amount" in outcome.stderr) == (2, True)
    assert recon("breaks", "list", "--kind", "gone").status == 2


def test_a_break_is_shown_with_its_entry_as_it_was_read(recon: Run) -> None:
    shown = recon("breaks", "show", content_id(["bank", "3"], 24)).stdout
    assert "inbox/bank/october.csv:3" in shown
    assert "…6789" in shown
    assert ACCOUNT not in shown
    assert "first seen 2026-10-31" in shown
    assert ACCOUNT in recon("breaks", "show", content_id(["bank", "3"], 24), "--unmasked").stdout


def test_a_break_of_a_variance_is_shown_with_its_match(recon: Run) -> None:
    shown = recon("breaks", "show", "ORD-1").stdout
    assert "variance  0.50 NGN" in shown
    assert "inbox/orders/october.csv:2" in shown
    assert "inbox/bank/october.csv:2" in shown


def test_a_break_is_followed_through_the_runs(recon: Run, matched: Path) -> None:
    publish(matched, "i2", [row("bank", 5, "ORD-9", "40.00", 21)])
    assert recon("match", "--as-of", "2026-11-01").status == 1
    seen = json.loads(recon("breaks", "show", "ORD-9", "--format", "json").stdout)["history"]
    assert [(one["as_of"], one["state"]) for one in seen] == [("2026-10-31", "new"), ("2026-11-01", "resolved")]


def test_a_name_of_several_breaks_lists_them(recon: Run) -> None:
    outcome = recon("breaks", "explain", "ord2")
    assert outcome.status == 2
    assert "`ord2` is the name of 2 breaks" in outcome.stderr
    assert outcome.stderr.count("orders_vs_bank, ") == 2


def test_a_mistyped_reference_gets_a_hint(recon: Run) -> None:
    outcome = recon("breaks", "explain", "ORDX-9")
    assert outcome.status == 2
    assert "did you mean `ORD-9`?" in outcome.stderr


def test_a_reference_that_differs_in_digits_is_nobody_elses(recon: Run) -> None:
    """Another number is another customer's order."""
    for words in (("breaks", "explain"), ("breaks", "show"), ("matches", "show"), ("where",)):
        outcome = recon(*words, "ORD-8")
        assert outcome.status == 2
        assert "did you mean" not in outcome.stderr
    asked = recon("cases", "open", "where is it", "--asked-by", "Miller", "--about", "ORD-8")
    assert (asked.status, "no break, entry or reference `ORD-8`" in asked.stderr) == (2, True)


def test_a_matched_reference_is_told_with_its_match(recon: Run, matched: Path) -> None:
    """Whoever asks where money is need not know that nothing is wrong with it."""
    publish(matched, "i2", [row("bank", 5, "ORD-9", "40.00", 21)])
    assert recon("match", "--as-of", "2026-11-01").status == 1
    found = json.loads(recon("where", "ord9", "--format", "json").stdout)
    (order, line) = found["stops"]
    (match,) = order["standings"][0]["matches"]
    assert (order["entry"]["source"], line["entry"]["source"], line["entry"]["line_no"]) == (
        "orders",
        "bank",
        5,
    )
    assert [one["standings"][0]["state"] for one in (order, line)] == ["matched", "matched"]
    told = recon("where", "ORD-9").stdout
    assert "orders: inbox/orders/october.csv:5  2026-10-20  40.00 NGN" in told
    assert f"matched by order number with 1 entry of bank, 40.00 NGN (match {match})" in told
    for words in (("breaks", "explain", "ORD-9"), ("matches", "show", "ORD-9")):
        assert f"Match {match}" in recon(*words).stdout
    assert json.loads(recon("matches", "show", "ORD-9", "--format", "json").stdout)["match_id"] == match


def test_where_tells_what_is_open_and_what_a_match_left(recon: Run) -> None:
    """What is left between two sides stands beside their match; an open item says why, and what comes next."""
    short = recon("where", "ORD-1").stdout
    assert "amount mismatch 0.50 NGN: matched by order number: 100.00 on the left and 99.50" in short
    missing = recon("where", "ORD-3").stdout
    assert "orders_vs_bank: open: missing" in missing
    assert "`recon breaks explain " in missing
    in_none = recon("matches", "show", "ORD-3")
    assert (in_none.status, "`ORD-3` is in no match: inbox/orders/october.csv:4" in in_none.stderr) == (2, True)


def test_the_answer_of_a_case_adds_up_and_says_what_came_short(recon: Run, matched: Path) -> None:
    """Two orders are paid together, less than they come to; each amount is told with what was charged."""
    trusted = '[project]\nname = "acme"\n[four_eyes]\ntrust_by = true\n'
    (matched / "recon.toml").write_text(trusted, encoding="utf-8")
    rules = (
        RULES
        + "  - {name: together, group: {left: payout_id, right: ref_payout}, within: {amount: {short: 20}}}\n"
    )
    (matched / "configs" / "rules" / "orders_vs_bank.yaml").write_text(rules, encoding="utf-8")
    charged = {"gross": Decimal(2000), "fee": Decimal("-15.50"), "tax": Decimal("-1.25"), "payout_id": "P1"}
    orders = [
        row("orders", 6, "ORD-5", "1983.25", 21) | charged | {"net": Decimal("1983.25")},
        row("orders", 7, "ORD-6", "10000.00", 21) | {"payout_id": "P1"},
    ]
    credit = row("bank", 6, "", "11973.25", 22) | {"ref_merchant": None, "ref_payout": "P1"}
    publish(matched, "i2", [*orders, credit])
    assert recon("match", "--as-of", "2026-11-01").status == 1
    asked = ("cases", "open", "where is it", "--asked-by", "Miller", "--by", "ada", "--about")
    (told,) = recon(*asked, "ORD-5").stderr.splitlines()
    assert told.startswith(
        "Payment ORD-5, 1,983.25 NGN (gross 2,000.00 less fee 15.50 and tax 1.25) of 2026-10-21: "
    )
    assert "paid on 2026-10-22, bank, in batch P1, 11,973.25 NGN for 2 entries" in told
    assert "still open: amount mismatch of 10.00 NGN, matched by together: 11,983.25 on the left" in told


def test_the_answer_of_a_case_adds_no_two_currencies(recon: Run, matched: Path) -> None:
    trusted = '[project]\nname = "acme"\n[four_eyes]\ntrust_by = true\n'
    (matched / "recon.toml").write_text(trusted, encoding="utf-8")
    sold = [row("orders", 6, "ORD-5", "30.00", 21), row("orders", 7, "ORD-6", "4.00", 21) | {"currency": "USD"}]
    publish(matched, "i2", [one | {"payout_id": "P2"} for one in sold])
    assert recon("match", "--as-of", "2026-11-01").status == 1
    asked = recon("cases", "open", "where is it", "--asked-by", "Miller", "--by", "ada", "--about", "P2")
    assert "2 entries of P2, 30.00 NGN and 4.00 USD of 2026-10-21: " in asked.stderr


def test_where_tells_what_was_left_out_and_refused(recon: Run, matched: Path) -> None:
    rules = RULES + 'exclude:\n  - {side: left, where: "amount > 900", reason: sold elsewhere}\n'
    (matched / "configs" / "rules" / "orders_vs_bank.yaml").write_text(rules, encoding="utf-8")
    refused = {
        "file_id": "f-orders", "source": "orders", "line_no": 7, "field": "amount", "value": "x", "code": "no-number",
        "reason": "x is no number", "text": "ORD-77,x",
    }  # fmt: skip
    publish(matched, "i2", [row("orders", 6, "ORD-5", "990.00", 21)], [refused])
    assert recon("match", "--as-of", "2026-11-01").status == 1
    assert "orders_vs_bank: left out: sold elsewhere" in recon("where", "ORD-5").stdout
    assert "left out: sold elsewhere" in recon("matches", "show", "ORD-5").stderr
    assert "left out: sold elsewhere" in recon("breaks", "show", "ORD-5").stdout
    assert "refused: inbox/orders/october.csv:7: x is no number" in recon("where", "ORD-77").stdout


def test_where_does_not_follow_a_match_that_was_taken_back(recon: Run, matched: Path) -> None:
    (one, *_) = json.loads(recon("matches", "list", "--format", "json").stdout)
    (matched / "recon.toml").write_text(
        '[project]\nname = "acme"\n[four_eyes]\ntrust_by = true\nalone = {unmatch = {NGN = 1000}}\n',
        encoding="utf-8",
    )
    done = recon("matches", "unmatch", one["id"], "--reason", "another order", "--by", "ada")
    assert done.status == 0, done.stderr
    assert one["id"] not in recon("where", "ORD-1").stdout


def test_why_not_pass_by_pass(recon: Run) -> None:
    told = recon("breaks", "explain", content_id(["orders", "3"], 24))
    assert told.status == 0
    assert told.stderr == ""
    assert "1. order number: failed" in told.stdout
    assert (
        "NO  amount        200.00 against 150.00 NGN: 50.00 short, 49.00 more than the 1.00 allowed"
        in told.stdout
    )
    assert "ok  days" in told.stdout
    told = recon("breaks", "explain", content_id(["bank", "4"], 24))
    assert "6 days after, 4 days too far; allowed is at most 2 days apart" in told.stdout
    assert "nothing near" in recon("breaks", "explain", "ORD-9").stdout


def test_why_not_as_json(recon: Run) -> None:
    explanation = json.loads(
        recon("breaks", "explain", content_id(["orders", "3"], 24), "--format", "json").stdout
    )
    first = explanation["passes"][0]
    assert (first["verdict"], first["candidates"][0]["entry"]["file"]) == ("failed", "inbox/bank/october.csv")
    (gate,) = [gate for gate in first["candidates"][0]["gates"] if not gate["passed"]]
    assert (gate["gate"], gate["left"], gate["right"], gate["by_how_much"]) == (
        "amount",
        "200",
        "150",
        "49.00000000",
    )


def test_a_matched_entry_is_explained_by_its_match(recon: Run) -> None:
    told = recon("breaks", "explain", content_id(["bank", "2"], 24)).stdout
    assert "1. order number: matched" in told
    assert "variance  0.50 NGN, short" in told


def test_rules_that_changed_since_are_said(recon: Run, matched: Path) -> None:
    path = matched / "configs" / "rules" / "orders_vs_bank.yaml"
    path.write_text(RULES.replace("1.00", "60.00"), encoding="utf-8")
    entry = content_id(["orders", "3"], 24)
    told = recon("breaks", "explain", entry)
    assert told.status == 0
    assert "configs/rules/orders_vs_bank.yaml changed since run" in told.stderr
    assert "by the rules that made it" in told.stderr
    assert "1. order number: fits" not in told.stdout
    now = recon("breaks", "explain", entry, "--now")
    assert "by the rules as they are now" in now.stderr
    assert "1. order number: fits" in now.stdout


def test_rules_that_are_gone_still_explain_what_they_made(recon: Run, matched: Path) -> None:
    before = recon("breaks", "explain", content_id(["orders", "3"], 24))
    (matched / "configs" / "rules" / "orders_vs_bank.yaml").write_text("ruleset: [", encoding="utf-8")
    after = recon("breaks", "explain", content_id(["orders", "3"], 24))
    assert (after.status, after.stdout) == (before.status, before.stdout)
    assert "changed since run" in after.stderr


def test_matches_are_listed_and_shown(recon: Run) -> None:
    (match,) = listed(recon("matches", "list", "--format", "json"))
    assert (match["pass"], match["state"], match["variance"]) == ("order number", "confirmed", "0.50")
    assert listed(recon("matches", "list", "--state", "suggested", "--format", "json")) == []
    assert listed(recon("matches", "list", "--pass", "order number", "--format", "json")) == [match]
    shown = recon("matches", "show", match["id"][:6])
    assert "left   inbox/orders/october.csv:2" in shown.stdout
    assert "right  inbox/bank/october.csv:2" in shown.stdout
    members = json.loads(recon("matches", "show", match["id"], "--format", "json").stdout)["members"]
    assert [member["side"] for member in members] == ["left", "right"]


def test_a_match_that_is_not_there(recon: Run) -> None:
    outcome = recon("matches", "show", "ffffffffff")
    assert (outcome.status, "no match `ffffffffff`" in outcome.stderr) == (2, True)


def test_a_run_that_is_not_there(recon: Run) -> None:
    outcome = recon("breaks", "list", "--run", "2025")
    assert (outcome.status, "no run `2025`" in outcome.stderr) == (2, True)
