"""A small project at work: an order book against a bank, run once, copied for each test."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.cli.conftest import Outcome

Run = Callable[..., Outcome]
SETTINGS = """\
[project]
name = "acme"

[people.ada]
users = []
roles = ["analyst"]

[people.bob]
users = []
roles = ["controller"]

[roles.analyst]
prepares = ["write_off", "adjust", "exclude", "manual_match", "unmatch"]
limits.write_off = {EUR = 40.00}

[roles.controller]
approves = ["write_off", "adjust", "exclude", "manual_match", "unmatch"]

[four_eyes]
trust_by = true
"""
ORDERS = """\
Order,Paid,Currency,Amount
A-1001,2026-10-05,EUR,120.00
A-1002,2026-10-05,EUR,75.50
A-1003,2026-10-06,EUR,18.90
A-1004,2026-10-07,EUR,240.00
A-1005,2026-10-08,EUR,33.00
A-1006,2026-10-08,EUR,400.00
"""
BANK = """\
Booked;Text;Amount
06.10.2026;PAYMENT A-1001 MILLER;120,00
06.10.2026;A-1002 THANK YOU;75,50
07.10.2026;ORDER A-1003;18,40
09.10.2026;TRANSFER A-1004;240,00
09.10.2026;CASH DEPOSIT;50,00
"""
CONFIGS = {
    "sources/orders.yaml": """\
source: orders
title: Orders of the shop
files: inbox/orders_*.csv
reader: csv
account: SHOP
money:
  decimal: "."
  currency: {column: Currency}
  amount: {column: Amount, plus: in}
dates: {formats: [yyyy-MM-dd]}
columns: {booking_date: Paid, ref_merchant: Order}
type: payment
""",
    "sources/bank.yaml": """\
source: bank
title: Current account
files: inbox/bank_*.csv
reader: csv
account: "4711001"
layout: {delimiter: ";"}
money:
  decimal: ","
  currency: EUR
  amount: {column: Amount, plus: in}
dates: {formats: [dd.MM.yyyy]}
columns: {booking_date: Booked, remittance: Text}
""",
    "rules/orders_vs_bank.yaml": """\
ruleset: orders_vs_bank
title: Orders against the bank account
left: orders
right: bank
passes:
  - name: order number in the text
    contains: {right.remittance: left.ref_merchant}
    within: {amount: {short: 1.00}, days: {before: 0, after: 5}}
breaks:
  left: {open: missing_in_bank, due: {business: 3, calendar: DE}}
  right: {open: missing_in_internal}
""",
}
AS_OF = "2026-10-09"


def lay_out(folder: Path) -> None:
    """Write the project's files."""
    (folder / "inbox").mkdir(parents=True)
    (folder / "recon.toml").write_text(SETTINGS, encoding="utf-8")
    (folder / "inbox" / "orders_2026-10.csv").write_text(ORDERS, encoding="utf-8")
    (folder / "inbox" / "bank_2026-10.csv").write_text(BANK, encoding="utf-8")
    for name, text in CONFIGS.items():
        path = folder / "configs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


class Desk:
    """The project in a folder, and the command line on it."""

    def __init__(self, folder: Path, recon: Run) -> None:
        self.folder = folder
        self._recon = recon

    def __call__(self, *words: str, status: int = 0) -> Outcome:
        """Run a command that has to end with this status."""
        done = self._recon("--project", str(self.folder), *words)
        assert done.status == status, f"{' '.join(words)}: {done.status}\n{done.stdout}\n{done.stderr}"
        return done

    def rows(self, *words: str) -> list[dict[str, Any]]:
        """The rows of a listing."""
        found: list[dict[str, Any]] = json.loads(self(*words, "--format", "json").stdout)
        return found

    def breaks(self) -> dict[str, dict[str, Any]]:
        """The living breaks by amount."""
        return {one["amount"]: one for one in self.rows("breaks", "list")}

    def id(self, amount: str) -> str:
        """The id of the break of an amount."""
        return str(self.breaks()[amount]["id"])

    def next_run(self) -> None:
        """Match again as of the same day."""
        self("-q", "match", "--as-of", AS_OF, "--fail-on", "none")


def copied(staged: Path, to: Path) -> Path:
    """A copy of a staged project."""
    shutil.copytree(staged, to)
    return to
