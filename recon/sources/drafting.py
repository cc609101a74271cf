"""A profile to start from, drafted from a file: what the content proves is stated, what is guessed is marked."""

import csv
import re
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import Final

from recon.sources.amounts import Writing
from recon.sources.delimited import DELIMITERS, regular_lines
from recon.sources.file import SourceFile
from recon.sources.guesses import Column, Table, marks, sign_by_balance, table_of
from recon.sources.text import guess_encoding

LOOKED_AT: Final = 500
_CREDIT: Final = ("credit", "deposit", "money in", "paid in", "haben", "crédit", "ingreso", "收入", "贷")
_DEBIT: Final = ("debit", "withdraw", "money out", "paid out", "soll", "débit", "gasto", "支出", "借")
_AMOUNT: Final = ("net", "amount", "betrag", "montant", "importe", "total", "金额")
_BALANCE: Final = ("balance", "saldo", "solde", "余额")
_FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "ref_end_to_end": ("end to end", "end-to-end"),
    "payout_id": ("payout", "settlement id", "batch"),
    "ref_merchant": ("order", "merchant ref", "商户订单"),
    "ref_processor": ("transaction id", "transaction ref", "psp", "交易号", "微信订单"),
    "ref_bank": ("reference", "ref", "receipt"),
    "counterparty_name": ("name", "payee", "beneficiary", "counterparty", "对方"),
    "remittance": ("narration", "description", "details", "remittance", "memo", "purpose", "remarks", "备注"),
}


def drafted(file: SourceFile, reader: str) -> str:
    """A profile as YAML text. Lines that end in `# check` are guesses."""
    source = _name(file.path)
    rows, layout = _rows(file, reader)
    head = [
        f"source: {source}",
        f"title: {source.replace('_', ' ')}  # check",
        f"files: inbox/*{file.path.suffix}  # check",
    ]
    table = table_of(rows) if rows else None
    if table is None:
        hint = [] if rows is None else ["# no header was found: see `layout` and `columns` in the schema"]
        return "\n".join([*head, f"reader: {reader}", *hint, ""])
    if table.end:
        layout.append(f"end: [{_quoted(table.end.split()[0])}]  # check")
    sections = ["layout:", *_indented(layout)] if layout else []
    lines = [*head, f"reader: {reader}", "account: UNKNOWN  # check", *sections, *_money(table), *_dates(table)]
    return "\n".join([*lines, *_columns(table), *_type(table), ""])


def _name(path: Path) -> str:
    name = re.sub(r"[^a-z0-9]+", "_", path.stem.casefold()).strip("_")
    return name if name[:1].isalpha() else f"source_{name}".rstrip("_")


def _rows(file: SourceFile, reader: str) -> tuple[list[list[str]] | None, list[str]]:
    """The first rows of a tabular file, with the settings of `layout` that they need."""
    if reader == "excel":
        from recon.sources.excel import first_rows

        return first_rows(file, LOOKED_AT), []
    if reader != "csv":
        return None, []
    head = file.head()
    encoding = guess_encoding(head)
    text = head.decode(encoding, errors="ignore")
    delimiter = max(DELIMITERS, key=lambda mark: regular_lines(text, mark))
    layout = [] if encoding in {"utf-8", "utf-8-sig"} else [f"encoding: {encoding}"]
    if delimiter != ",":
        layout.append(f"delimiter: {'tab' if delimiter == chr(9) else _quoted(delimiter)}")
    lines = text.splitlines()
    if file.size > len(head):
        lines = lines[:-1][:LOOKED_AT] + file.tail().decode(encoding, errors="ignore").splitlines()[1:]
    return list(csv.reader(StringIO("\n".join(lines)), delimiter=delimiter)), layout


def _money(table: Table) -> list[str]:
    amounts = [column for column in table.columns if column.kind == "amount"]
    decimal, thousands, doubt = marks(amounts)
    lines = [f'decimal: "{decimal}"' + (f"  # check: {doubt}" if doubt else "")]
    if thousands != "none":
        lines.append(f'thousands: "{thousands}"')
    currency = next((column for column in table.columns if column.kind == "currency"), None)
    lines.append(f"currency: {{column: {_quoted(currency.name)}}}" if currency else "currency: XXX  # check")
    credit, debit = _side(table, _CREDIT), _side(table, _DEBIT)
    if credit and debit and credit is not debit and "amount" in {credit.kind, debit.kind}:
        lines.append(f"amount: {{credit: {_quoted(credit.name)}, debit: {_quoted(debit.name)}}}")
    else:
        lines.append(_signed(table, amounts, Writing(decimal, thousands)))
    return ["money:", *_indented(lines)]


def _side(table: Table, words: Sequence[str]) -> Column | None:
    """The column of money in or out; in a short file one of the two may be empty throughout."""
    return table.named(*words, kind="amount") or table.named(*words, kind="empty")


def _signed(table: Table, amounts: Sequence[Column], writing: Writing) -> str:
    balance = table.named(*_BALANCE, kind="amount")
    candidates = [column for column in amounts if column is not balance]
    amount = table.named(*_AMOUNT, kind="amount")
    if amount is None or amount is balance:
        amount = candidates[0] if candidates else None
    if amount is None:
        return "amount: {column: UNKNOWN, plus: in}  # check: no column of amounts was found"
    proven = sign_by_balance(amount, balance, writing) if balance else None
    line = f"amount: {{column: {_quoted(amount.name)}, plus: {proven or 'in'}}}"
    return f"{line}  # proven by {balance.name}" if proven and balance else f"{line}  # check what a plus means"


def _dates(table: Table) -> list[str]:
    chosen: dict[str, str] = {}
    for column in table.columns:
        if column.kind == "date":
            first = column.formats[0]
            order = [one for one in column.formats if _without_order(one) == _without_order(first)]
            unclear = "  # check: no day above 12 was seen, it may be " + order[1] if len(order) > 1 else ""
            chosen.setdefault(first, unclear)
    if not chosen:
        return ["dates:", "  formats: [yyyy-MM-dd]  # check: no column of dates was found"]
    lines = ["dates:", "  formats:", *(f"    - {one}{doubt}" for one, doubt in chosen.items())]
    return [*lines, "  zone: UTC  # check"] if any("HH" in one for one in chosen) else lines


def _without_order(written: str) -> str:
    return re.sub(r"dd|MM(?!M)", "?", written)


def _columns(table: Table) -> list[str]:
    lines = []
    dates = [column for column in table.columns if column.kind == "date"]
    timed = [column for column in dates if "HH" in column.formats[0]]
    days = [column for column in dates if column not in timed]
    if timed:
        lines.append(f"event_time: {_quoted(timed[0].name)}")
    lines += [
        f"{field}: {_quoted(one.name)}"
        for field, one in zip(("booking_date", "value_date"), days, strict=False)
    ]
    taken: set[str] = set()
    for field, words in _FIELDS.items():
        column = table.named(*words, kind="text")
        if column and column.name not in taken:
            taken.add(column.name)
            lines.append(f"{field}: {_quoted(column.name)}")
    return ["columns:", *_indented(lines)] if lines else ["columns: {}  # check"]


def _type(table: Table) -> list[str]:
    column = table.named("type", "category", "kind", "业务类型", kind="word")
    if column is None:
        return []
    words = sorted(set(column.cells))
    return [
        "type:",
        f"  column: {_quoted(column.name)}",
        "  words:",
        *(f"    {_quoted(one)}: other  # check" for one in words),
    ]


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"  {line}" for line in lines]


def _quoted(text: str) -> str:
    """A text in double quotes, as YAML reads it back."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
