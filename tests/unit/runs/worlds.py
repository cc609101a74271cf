"""Small worlds of three books (orders, settlement lines, bank credits), written as CSV files of a real project.

What each book holds is known here in plain Python, so that a test can say what a run must find without asking it.
"""

import random
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from recon.project.workspace import Project, open_project
from recon.runs.match import RunOutcome, match
from recon.sources.intake.ingest import ingest
from recon.store.store import Store

FIRST = date(2026, 10, 5)
BOOKS = ("orders", "lines", "bank")
HEADERS = {
    "orders": "order_no,kind,status,day,gross,fee,net",
    "lines": "order_no,kind,day,gross,fee,net,payout",
    "bank": "day,reference,amount,text",
}
SETTINGS = '[project]\nname = "world"\n\n[run]\nmax_refused = 99\n'
_MONEY = """\
money:
  decimal: "."
  currency: NGN
"""
_DATES = "dates:\n  formats: [yyyy-MM-dd]\n"
CONFIGS = {
    "sources/orders.yaml": f"""\
source: orders
title: Order book
files: inbox/orders_*.csv
reader: csv
account: ORDERS
{_MONEY}  gross: {{column: gross, plus: in}}
  fee: {{column: fee, plus: in}}
  net: {{column: net, plus: in}}
  amount: {{same_as: net}}
{_DATES}columns: {{booking_date: day, ref_merchant: order_no}}
type: {{column: kind, words: {{SALE: payment, REFUND: refund}}}}
status: {{column: status, words: {{PAID: booked, FAILED: failed}}}}
""",
    "sources/lines.yaml": f"""\
source: lines
title: Settlement lines
files: inbox/lines_*.csv
reader: csv
account: PROCESSOR
{_MONEY}  gross: {{column: gross, plus: in}}
  fee: {{column: fee, plus: in}}
  net: {{column: net, plus: in}}
  amount: {{same_as: net}}
{_DATES}columns: {{booking_date: day, ref_merchant: order_no, payout_id: payout}}
type: {{column: kind, words: {{SALE: payment, REFUND: refund}}}}
""",
    "sources/bank.yaml": f"""\
source: bank
title: Bank account
files: inbox/bank_*.csv
reader: csv
account: BANK
{_MONEY}  amount: {{column: amount, plus: in}}
{_DATES}columns: {{booking_date: day, ref_payout: reference, remittance: text}}
type: payout
""",
    "rules/orders_vs_lines.yaml": """\
ruleset: orders_vs_lines
left: orders
right: lines
compare: gross
exclude:
  - {side: left, where: status = 'failed', reason: the order was never paid}
passes:
  - name: order number
    same: [ref_merchant, type]
    within: {amount: 0.01}
verify:
  - {field: net, within: 0.50}
breaks:
  left: {open: missing_in_processor, due: {days: 2}}
  right: {open: missing_in_internal}
""",
    "rules/lines_vs_bank.yaml": """\
ruleset: lines_vs_bank
left: lines
right: bank
compare: {left: net, right: amount}
passes:
  - name: payout reference
    group: {left: payout_id, right: ref_payout}
    within: {amount: 0.01}
breaks:
  left: {open: missing_in_bank, due: {days: 2}}
  right: {open: missing_in_processor}
""",
    "rules/to_bank.yaml": """\
chain: to_bank
title: From the order to the bank
legs: [orders_vs_lines, lines_vs_bank]
final: settled
""",
}
ONE_RULE_SET = {
    name: CONFIGS[name] for name in ("sources/orders.yaml", "sources/lines.yaml", "rules/orders_vs_lines.yaml")
}
"""The order book against its settlement lines alone: where the bank is not asked, nights are shorter by a third."""
SIDES = {"orders_vs_lines": ("orders", "lines"), "lines_vs_bank": ("lines", "bank")}
COMPARED = {
    ("orders_vs_lines", "orders"): 0,
    ("orders_vs_lines", "lines"): 0,
    ("lines_vs_bank", "lines"): 1,
    ("lines_vs_bank", "bank"): 0,
}
"""Which of a row's amounts each side compares."""


@dataclass(frozen=True)
class Row:
    """One row of a book: its text, its amounts as compared, and whether it is left out or cannot be read."""

    book: str
    text: str
    amounts: tuple[Decimal, ...] = (Decimal(0), Decimal(0))
    day: date = FIRST
    excluded: bool = False
    refused: bool = False


@dataclass(frozen=True)
class File:
    """A file of a book, by its name within the inbox, and the night on which it arrives."""

    name: str
    rows: tuple[Row, ...]
    night: int = 0

    def write(self, inbox: Path) -> None:
        """Write the file, header first."""
        book = self.name.partition("_")[0]
        lines = [HEADERS[book], *(row.text for row in self.rows)]
        (inbox / self.name).write_text("\n".join(lines) + "\n", encoding="utf-8")


@dataclass(frozen=True)
class Sale:
    """What happened to one order. `fee` is what the processor took, `off` how far its gross is off the book's."""

    number: int
    cents: int
    day: int = 0
    refund: bool = False
    failed: bool = False
    booked: bool = True
    settled: bool = True
    off: int = 0
    fee_off: int = 0
    payout: int = 0

    def rows(self) -> list[Row]:
        """Its rows in the order book and among the settlement lines."""
        sign, kind = (-1, "REFUND") if self.refund else (1, "SALE")
        day, order = FIRST + timedelta(self.day), f"T{self.number:05}"
        gross, net = sign * Decimal(self.cents) / 100, sign * Decimal(self.cents - 40) / 100
        found = []
        if self.booked:
            status = "FAILED" if self.failed else "PAID"
            text = f"{order},{kind},{status},{day},{gross},{net - gross},{net}"
            found.append(Row("orders", text, (gross, net), day, excluded=self.failed))
        if self.settled and not self.failed:
            theirs = gross + Decimal(self.off) / 100
            left = net + Decimal(self.off - self.fee_off) / 100
            payout = f"P{self.payout:03}"
            text = f"{order},{kind},{day},{theirs},{left - theirs},{left},{payout}"
            found.append(Row("lines", text, (theirs, left), day))
        return found


@dataclass(frozen=True)
class World:
    """All rows of the three books."""

    rows: tuple[Row, ...]

    def of(self, book: str, *, good: bool = True) -> list[Row]:
        """The rows of a book that can be read, or those that cannot."""
        return [row for row in self.rows if row.book == book and row.refused is not good]

    def files(self, seed: int = 0, most: int = 1, nights: int = 1) -> list[File]:
        """The rows dealt out to files and nights. Equal rows stay together: apart they would be one entry."""
        chance = random.Random(seed)
        found = []
        for book in BOOKS:
            places: dict[str, int] = {}
            parts: list[list[Row]] = [[] for _ in range(most)]
            shuffled = [row for row in self.rows if row.book == book]
            chance.shuffle(shuffled)
            for row in shuffled:
                parts[places.setdefault(row.text, chance.randrange(most))].append(row)
            for number, part in enumerate(parts):
                if part:
                    name = f"{book}_{chance.randrange(10**6):06}_{number}.csv"
                    found.append(File(name, tuple(part), number * nights // most))
        return found


def world_of(sales: Iterable[Sale], unpaid: Sequence[int] = (), strays: Sequence[Row] = ()) -> World:
    """The world in which these sales happened; payouts arrive at the bank a day late, but for those `unpaid`."""
    rows = [row for sale in sales for row in sale.rows()]
    payouts: dict[str, list[Row]] = {}
    for row in rows:
        if row.book == "lines":
            payouts.setdefault(row.text.rpartition(",")[2], []).append(row)
    for reference, lines in sorted(payouts.items()):
        if int(reference[1:]) not in unpaid:
            amount = sum((line.amounts[1] for line in lines), Decimal(0))
            day = max(line.day for line in lines) + timedelta(1)
            text = f"{day},{reference},{amount},payout of the day"
            rows.append(Row("bank", text, (amount,), day))
    return World((*rows, *strays))


def refused_row(book: str, number: int) -> Row:
    """A row whose day is none."""
    text = {
        "orders": f"B{number},SALE,PAID,soon,1.00,0.00,1.00",
        "lines": f"B{number},SALE,soon,1.00,0.00,1.00,P999",
        "bank": f"soon,B{number},1.00,no day",
    }[book]
    return Row(book, text, refused=True)


def new_project(folder: Path, settings: str = SETTINGS, configs: Mapping[str, str] = CONFIGS) -> Project:
    """A project without files."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "inbox").mkdir(parents=True)
    (folder / "recon.toml").write_text(settings, encoding="utf-8")
    for name, text in configs.items():
        path = folder / "configs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return open_project(folder)


def night(project: Project, files: Iterable[File], as_of: date) -> RunOutcome:
    """Files arrive, are taken in and matched."""
    for file in files:
        file.write(project.root / "inbox")
    store = Store.open(project)
    ingest(project, store, sources=None)
    return match(project, store, as_of=as_of)


def everyday() -> World:
    """One of everything: matched, paid in one payout, missing on either side, failed, off, refused, twins."""
    sales = [
        Sale(1, 10_000),
        Sale(2, 20_000, day=1),
        Sale(3, 30_000, day=1, booked=False),
        Sale(4, 40_000, day=1, settled=False),
        Sale(5, 50_000, failed=True),
        Sale(6, 60_000, off=1),
        Sale(7, 70_000, fee_off=90),
        Sale(8, 10_000, day=2, refund=True, payout=1),
        Sale(9, 90_000, day=2, payout=1),
        Sale(10, 15_000, day=2, payout=2),
    ]
    world = world_of(sales, unpaid=[2], strays=[refused_row("orders", 1), refused_row("bank", 2)])
    twins = [row for row in Sale(11, 12_000).rows() if row.book == "orders"]
    stray = Row("bank", f"{FIRST},X77,12.00,who is this", (Decimal(12),))
    return replace(world, rows=(*world.rows, *twins, *twins, stray))


def of_chance(seed: int, sales: int = 30) -> World:
    """A world of many sales, each reference once, with breaks of every kind that does not rest on a guess."""
    chance = random.Random(seed)
    made = [
        Sale(
            number,
            chance.randrange(200, 10**7),
            day=chance.randrange(9),
            refund=chance.random() < 0.1,
            failed=chance.random() < 0.1,
            booked=chance.random() < 0.9,
            settled=chance.random() < 0.9,
            off=chance.choice((0, 0, 0, 0, 1, -1, 2, 700)),
            fee_off=chance.choice((0, 0, 0, 0, 30, 75, -75)),
            payout=chance.randrange(6),
        )
        for number in range(chance.randrange(sales // 2, sales + 1))
    ]
    strays = [refused_row(chance.choice(BOOKS), number) for number in range(chance.randrange(3))]
    return world_of(made, unpaid=[number for number in range(6) if chance.random() < 0.2], strays=strays)
