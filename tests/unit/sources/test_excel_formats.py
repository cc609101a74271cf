"""Workbooks of every kind (.xlsx, .xlsb, .xls, .ods) give the same entries, and are understood without a profile."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter

from recon.sources.choosing import draft_of
from recon.sources.detection.trial import loaded
from recon.sources.facts import facts
from recon.sources.file import SourceFile
from recon.sources.reading import read
from tests.unit.sources.workbench import BASIC, Result, gathered, profile, read_bytes
from tests.unit.sources.workbooks import Rows, ods, serial, xls, xlsb


def xlsx(sheets: dict[str, Rows]) -> bytes:
    out = BytesIO()
    with xlsxwriter.Workbook(out) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, date):
                        sheet.write_datetime(number, column, cell, day)
                    elif isinstance(cell, str):
                        sheet.write_string(number, column, cell)
                    elif cell is not None:
                        sheet.write_number(number, column, cell)
    return out.getvalue()


Writer = Callable[[dict[str, Rows]], bytes]
KINDS: dict[str, Writer] = {".xlsx": xlsx, ".xlsb": xlsb, ".xls": xls, ".ods": ods}
EACH = pytest.mark.parametrize("kind", KINDS)


def understood(folder: Path, kind: str, sheets: dict[str, Rows]) -> tuple[Result, str]:
    """What a workbook gives when its own draft reads it, and the draft."""
    path = folder / f"export{kind}"
    path.write_bytes(KINDS[kind](sheets))
    with SourceFile(path, path.name) as file:
        text = draft_of(file)
        return gathered(list(read(file, loaded(text, "excel", "draft")))), text


@EACH
def test_cells_of_every_type(tmp_path: Path, kind: str) -> None:
    rows: Rows = [
        ["My bank"],
        [],
        ["Date", "Ref", "Amount"],
        [date(2026, 10, 1), 12345678901, 0.1 + 0.2],
        [date(2026, 10, 2), "0012", -1234.5],
        ["2026-10-03", "x", "7.25"],
    ]
    content = KINDS[kind]({"October": rows})
    result = read_bytes(
        tmp_path, content, profile(tmp_path, BASIC, ("reader: csv", "reader: excel")), f"till{kind}"
    )
    assert result.refused == []
    assert result.column("booking_date") == [date(2026, 10, 1), date(2026, 10, 2), date(2026, 10, 3)]
    assert result.column("ref_merchant") == ["12345678901", "0012", "x"]
    assert result.column("amount") == [Decimal("0.3"), Decimal("-1234.5"), Decimal("7.25")]
    assert result.column("line_no") == [4, 5, 6]


@EACH
def test_a_bank_statement_with_a_title_totals_and_long_numbers_is_understood(tmp_path: Path, kind: str) -> None:
    rows: Rows = [
        ["ACME Bank Singapore"],
        ["Account number", 1234567890123456.0, "SGD"],
        [],
        ["Date", "Description", "Counterparty account", "Withdrawal", "Deposit", "Balance"],
        [date(2026, 10, 1), "Salary", 987654321012345.0, None, 5000, 6000],
        [date(2026, 10, 14), "Cash withdrawal", None, 250.5, None, 5749.5],
        [date(2026, 10, 15), "Card purchase", 12, 49.5, None, 5700],
        ["Total", None, None, 300, 5000, None],
    ]
    result, text = understood(tmp_path, kind, {"Cover": [["Nothing here"]], "Statement": rows})
    assert result.refused == []
    assert result.column("amount") == [Decimal(5000), Decimal("-250.5"), Decimal("-49.5")]
    assert result.column("counterparty_account") == ["987654321012345", None, "12"]
    assert set(result.column("currency")) == {"SGD"}
    assert result.statements[0].control_ok is True
    assert 'sheets: ["Statement"]' in text
    assert 'end: ["Total"]' in text


@EACH
def test_texts_with_a_decimal_comma_beside_numbers(tmp_path: Path, kind: str) -> None:
    rows: Rows = [
        ["Buchungstag", "Verwendungszweck", "Betrag", "Währung"],
        ["01.10.2026", "Gehalt", "1.234,50", "EUR"],
        ["14.10.2026", "Miete", -800.25, "EUR"],
        ["15.10.2026", "Strom", "-1.000", "EUR"],
        ["16.10.2026", "Gas", "-0,5", "EUR"],
    ]
    result, _ = understood(tmp_path, kind, {"Umsätze": rows})
    assert result.refused == []
    assert result.column("amount") == [Decimal("1234.5"), Decimal("-800.25"), Decimal(-1000), Decimal("-0.5")]
    assert result.column("booking_date")[1] == date(2026, 10, 14)


@EACH
def test_days_that_are_plain_numbers(tmp_path: Path, kind: str) -> None:
    rows: Rows = [
        ["Date", "Details", "Amount", "Currency"],
        [serial(date(2026, 10, 1)), "Refund", 10, "EUR"],
        [serial(date(2026, 10, 14)), "Card payment", -4, "EUR"],
    ]
    result, text = understood(tmp_path, kind, {"Export": rows})
    assert result.refused == []
    assert result.column("booking_date") == [date(2026, 10, 1), date(2026, 10, 14)]
    assert "- excel  # the days are plain numbers" in text


def test_facts_of_workbooks_of_every_kind_are_the_same(tmp_path: Path) -> None:
    rows: Rows = [
        ["Fecha", "Concepto", "Importe", "Saldo"],
        [date(2026, 10, 1), "Nómina", 1500, 2500],
        [date(2026, 10, 14), "Recibo luz", -60.25, 2439.75],
    ]
    found = []
    for kind, writer in KINDS.items():
        (tmp_path / f"cuenta{kind}").write_bytes(writer({"Movimientos": rows}))
        found.append(facts(tmp_path / f"cuenta{kind}"))
    assert all(one == found[0] for one in found)
    assert (found[0].sum_credits, found[0].sum_debits) == ({"EUR": Decimal(1500)}, {"EUR": Decimal("60.25")})
    assert found[0].control_ok is True


@EACH
def test_every_sheet_of_the_same_columns_is_read_and_others_are_told(tmp_path: Path, kind: str) -> None:
    header = ("Date", "Text", "Debit", "Credit")
    months: dict[str, Rows] = {
        "September": [header, (date(2026, 9, 14), "a", 12.34, None), (date(2026, 9, 15), "b", None, 50)],
        "October": [header, (date(2026, 10, 14), "a", 1, None), (date(2026, 10, 15), "b", None, 50)],
        "Cards": [("Day", "Shop", "Amount"), (date(2026, 10, 14), "c", -3.5)],
    }
    path = tmp_path / f"year{kind}"
    path.write_bytes(KINDS[kind](months))
    found = facts(path)
    assert found.n_transactions == 4
    assert (sum(found.sum_credits.values()), sum(found.sum_debits.values())) == (Decimal(100), Decimal("13.34"))
    assert "worksheets: tables of other columns are not read: Cards" in found.doubts
