"""Rate cards and exchange rates from the files to a proven run: compared, verified, checked again from outside."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from recon.close.verify import verify_run
from recon.errors import Problem
from tests.cli.conftest import Outcome

Run = Callable[..., Outcome]
BOOK = """\
source: {name}
title: The {name}
files: inbox/{name}_*.csv
reader: csv
account: {account}
money:
  decimal: "."
  currency: {{column: currency}}
  amount: {{column: amount, plus: in}}
  fee: {{column: fee, plus: in, empty: none}}
  original_amount: {{column: original, plus: in, empty: none}}
  original_currency: {{column: original_currency}}
dates: {{formats: [yyyy-MM-dd]}}
columns:
  booking_date: day
  ref_merchant: order
  counterparty_name: payer
  attributes: {{channel: channel}}
type: payment
"""
HEADER = "day,order,amount,currency,fee,original,original_currency,payer,channel\n"
FILES = {
    "configs/sources/orders.yaml": BOOK.format(name="orders", account="ORDERS"),
    "configs/sources/bank_lines.yaml": BOOK.format(name="bank_lines", account="BANK"),
    "configs/rates/acquirer.yaml": """\
card: acquirer
currency: NGN
versions:
  - effective: 2026-01-01
    lines:
      - name: cards
        entries: {attributes.channel: card}
        percent: 1.5
        at_most: 2000
      - name: all other channels
        flat: 50
""",
    "configs/rates/fx_official.yaml": "rates: fx_official\nfile: fx_official.csv\noldest: 3\n",
    "configs/rates/fx_official.csv": "date,from,to,rate\n2026-10-01,USD,NGN,1500.25\n2026-10-05,USD,NGN,1510\n",
    "configs/rules/netted.yaml": """\
ruleset: netted
left: orders
right: bank_lines
compare: {left: expected_net, right: amount, card: acquirer}
convert: {side: left, by: fx_official, to: NGN}
breaks: {left: {open: missing_in_bank}}
passes:
  - name: order number
    same: [ref_merchant]
    within: {amount: {NGN: 600.00}}
  - name: payer
    similar: {left: counterparty_name, right: counterparty_name}
    within: {amount: 0, days: 2}
verify:
  - {field: fee, card: acquirer, read_from: left, within: 0.01}
""",
    "inbox/orders_1.csv": HEADER
    + """\
2026-10-01,A1,1000.00,NGN,,,,,card
2026-10-01,A2,200000.00,NGN,,,,,card
2026-10-02,A3,1000.00,NGN,,,,,transfer
2026-10-03,A4,10.00,USD,,,,,
2026-10-09,A5,20.00,USD,,,,,
2026-10-02,A6,700.00,NGN,,,,Acme Trading Ltd,transfer
""",
    "inbox/bank_lines_1.csv": HEADER
    + """\
2026-10-01,A1,985.00,NGN,-15.00,,,,
2026-10-01,A2,197500.00,NGN,,,,,
2026-10-02,A3,940.00,NGN,,,,,
2026-10-03,A4,15000.00,NGN,,,,,
2026-10-03,,650.00,NGN,,,,TRADING ACME,
""",
}


@pytest.fixture
def world(project: Path) -> Path:
    for name, text in FILES.items():
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return project


def listed(outcome: Outcome) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(outcome.stdout)
    return found


def found_wrong(world: Path) -> list[Problem]:
    """What the independent check finds in any run of the project."""
    ingests = sorted((world / "store/entries").iterdir())
    return [problem for run in sorted((world / "runs").iterdir()) for problem in verify_run(run, ingests)]


def test_from_the_files_to_a_proven_run(world: Path, recon: Run) -> None:
    assert recon("rules", "check").status == 0
    assert recon("ingest").status == 0
    assert "proof ok" in recon("match").stderr
    breaks = {
        row["reference"]: row for row in listed(recon("breaks", "list", "--format", "json")) if row["reference"]
    }
    assert {name: (row["kind"], row["amount"]) for name, row in breaks.items()} == {
        "A2": ("fee_overcharge", "500.00"),
        "A3": ("fee_overcharge", "10.00"),
        "A4": ("fx_difference", "2.50"),
        "A5": ("missing_in_bank", "20.00"),
        "A6": ("missing_in_bank", "650.00"),
    }
    assert recon("runs", "replay").status == 0
    assert recon("rules", "show", "netted", "--sql").status == 0
    (payer,) = listed(recon("matches", "list", "--state", "suggested", "--format", "json"))
    assert "names alike in 100 of 100, sharing ACME TRADING" in recon("matches", "show", payer["id"]).stdout
    assert found_wrong(world) == []


def test_the_next_night_keeps_the_rate_of_an_open_item(world: Path, recon: Run) -> None:
    lines = world / "inbox/orders_1.csv"
    lines.write_text(HEADER + "2026-10-06,B1,10.00,USD,,,,,\n", encoding="utf-8")
    (world / "inbox/bank_lines_1.csv").write_text(HEADER + "2026-10-06,X1,7.00,NGN,,,,,\n", encoding="utf-8")
    recon("run")
    rates = world / "configs/rates/fx_official.csv"
    rates.write_text("date,from,to,rate\n2026-10-05,USD,NGN,9000\n", encoding="utf-8")
    (world / "inbox/bank_lines_2.csv").write_text(
        HEADER + "2026-10-07,B1,15100.00,NGN,,,,,\n", encoding="utf-8"
    )
    recon("run")
    assert found_wrong(world) == []
    (match,) = [
        row for row in listed(recon("matches", "list", "--format", "json")) if row["pass"] == "order number"
    ]
    assert (match["left_amount"], match["right_amount"], match["currency"]) == (
        "15100.00",
        "15100.00",
        "NGN",
    )


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("card: acquirer}\nconvert", "card: acquierer}\nconvert", "there is no rate card `acquierer`"),
        ("by: fx_official", "by: fx_officail", "there is no table of exchange rates `fx_officail`"),
        ("to: NGN", "to: KES", "`fx_official` has no rate in KES"),
        ("by: fx_official, to: NGN", "to: NGN", "a stated amount has its currency"),
        (", card: acquirer}\nconvert", "}\nconvert", "`expected_net` needs a rate card"),
        ("field: fee, card", "field: net, card", "a rate card says nothing of net"),
    ],
)
def test_what_is_refused(world: Path, recon: Run, before: str, after: str, said: str) -> None:
    path = world / "configs/rules/netted.yaml"
    assert before in path.read_text(encoding="utf-8")
    path.write_text(path.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    outcome = recon("rules", "check")
    assert outcome.status == 2
    assert said in outcome.stderr
    assert "configs/rules/netted.yaml:" in outcome.stderr
