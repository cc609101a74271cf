"""Invoices that a transfer names, over two nights: matched, explained, replayed."""

import json
from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Outcome

Run = Callable[..., Outcome]
PROFILE = """\
source: {source}
title: {source}
files: inbox/{source}_*.csv
reader: csv
account: {source}
money: {{decimal: ".", currency: EUR, amount: {{column: amount, plus: in}}}}
dates: {{formats: [yyyy-MM-dd]}}
columns: {columns}
type: payment
"""
RULES = """\
ruleset: invoices_vs_bank
left: invoices
right: bank
passes:
  - name: invoice in the text
    contains: {right.remittance: left.ref_merchant}
  - name: invoices in the text
    lists: {right.remittance: left.ref_merchant}
    within: {days: {before: 0, after: 60}}
"""


def file(project: Path, name: str, text: str) -> None:
    (project / name).parent.mkdir(parents=True, exist_ok=True)
    (project / name).write_text(text, encoding="utf-8")


def project_of(project: Path) -> None:
    for source, columns in (
        ("invoices", "{booking_date: day, ref_merchant: number}"),
        ("bank", "{booking_date: day, remittance: text}"),
    ):
        file(project, f"configs/sources/{source}.yaml", PROFILE.format(source=source, columns=columns))
    file(project, "configs/rules/invoices_vs_bank.yaml", RULES)
    file(
        project,
        "inbox/invoices_1.csv",
        "day,number,amount\n2026-10-01,INV-10023,113.27\n2026-10-01,INV-10031,250.11\n2026-10-02,INV-10040,77.03\n"
        "2026-10-02,INV-10041,19.95\n2026-10-02,INV-10042,52.60\n",
    )


def listed(recon: Run, *words: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(recon("matches", "list", *words, "--format", "json").stdout)
    return found


def test_a_transfer_pays_the_invoices_that_it_names(recon: Run, project: Path) -> None:
    project_of(project)
    assert recon("run", "--as-of", "2026-10-05").status == 1
    file(
        project,
        "inbox/bank_1.csv",
        'day,amount,text\n2026-10-06,363.38,"RE INV 10023, 31"\n2026-10-06,140.00,INV-10040 INV-10041 INV-10042\n',
    )
    assert recon("run", "--as-of", "2026-10-06").status == 1
    (match,) = listed(recon)
    assert (match["state"], match["kind"], match["left_amount"]) == ("confirmed", "N:1", "363.38")
    shown = recon("matches", "show", str(match["id"])).stdout
    assert (
        "2 named in the text: each reference in the text names one open entry, and all of them add up" in shown
    )
    told = recon("breaks", "explain", "INV-10041").stdout
    assert "names 3 free entries that add up to 149.58 EUR, 9.58 more than its own 140.00 EUR" in " ".join(
        told.split()
    )
    assert recon("runs", "replay").status == 0
    assert recon("rules", "check").status == 0
