"""Workbooks: cells of every type as text, several sheets, and the ways a workbook is refused."""

import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from recon.errors import InputRefused, Problem
from recon.sources.facts import facts
from tests.unit.sources.workbench import BASIC, Result, at, profile, read_bytes

EXCEL = ("reader: csv", "reader: excel")


def workbook(path: Path, fill: Callable[[Any, Any], None]) -> bytes:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("October")
    fill(book, sheet)
    book.close()
    return path.read_bytes()


def table(book: Any, sheet: Any) -> None:
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.write_row(0, 0, ["My bank"])
    sheet.write_row(2, 1, ["Date", "Ref", "Amount"])
    for row, (when, ref, amount) in enumerate(
        [(at("2026-10-01 00:00:00"), 12345678901, 0.1 + 0.2), (at("2026-10-02 00:00:00"), "0012", -1234.5)], 3
    ):
        sheet.write_datetime(row, 1, when, day)
        sheet.write(row, 2, ref)
        sheet.write(row, 3, amount)
    sheet.write_string(5, 1, "2026-10-03")
    sheet.write_string(5, 2, "x")
    sheet.write_string(5, 3, "7.25")


def read(folder: Path, content: bytes, *changes: tuple[str, str]) -> Result:
    return read_bytes(folder, content, profile(folder, BASIC, EXCEL, *changes), "till.xlsx")


def refused(folder: Path, content: bytes, *changes: tuple[str, str]) -> Problem:
    with pytest.raises(InputRefused) as error:
        read(folder, content, *changes)
    return error.value.problems[0]


def test_cells_of_every_type(tmp_path: Path) -> None:
    result = read(tmp_path, workbook(tmp_path / "a.xlsx", table))
    assert result.column("booking_date") == [date(2026, 10, 1), date(2026, 10, 2), date(2026, 10, 3)]
    assert result.column("ref_merchant") == ["12345678901", "0012", "x"]
    assert result.column("amount") == [Decimal("0.3"), Decimal("-1234.5"), Decimal("7.25")]
    assert result.column("line_no") == [4, 5, 6]
    assert (result.lines, result.recognised) == (6, 3)


def test_numbers_and_text_beside_each_other_with_a_decimal_comma(tmp_path: Path) -> None:
    def fill(_book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["Date", "Ref", "Amount"])
        for row, amount in enumerate([1.234, 1234.5, "1.234", "1.234,50", 7, -0.5], 1):
            sheet.write_row(row, 0, ["2026-10-01", row, amount])

    change = ('  decimal: "."\n', '  decimal: ","\n  thousands: "."\n')
    result = read(tmp_path, workbook(tmp_path / "a.xlsx", fill), change)
    assert result.column("amount") == [
        Decimal("1.234"),
        Decimal("1234.5"),
        Decimal(1234),
        Decimal("1234.50"),
        Decimal(7),
        Decimal("-0.5"),
    ]


def test_several_sheets(tmp_path: Path) -> None:
    def fill(book: Any, sheet: Any) -> None:
        for one in (sheet, book.add_worksheet("November")):
            one.write_row(0, 0, ["Date", "Ref", "Amount"])
            one.write_row(1, 0, ["2026-10-01", one.name, 1])
            one.write_row(2, 0, ["Total", "", 1])

    content = workbook(tmp_path / "a.xlsx", fill)
    end = ("money:\n", "layout:\n  end: [Total]\nmoney:\n")
    assert read(tmp_path, content, end).column("ref_merchant") == ["October"]
    both = ("money:\n", "layout:\n  end: [Total]\n  sheets: all\nmoney:\n")
    assert read(tmp_path, content, both).column("ref_merchant") == ["October", "November"]
    named = ("money:\n", "layout:\n  end: [Total]\n  sheets: [November]\nmoney:\n")
    assert read(tmp_path, content, named).column("ref_merchant") == ["November"]
    missing = ("money:\n", "layout:\n  sheets: [December]\nmoney:\n")
    assert refused(tmp_path, content, missing).hint == "the workbook has: October, November"


def test_a_merged_header_is_refused(tmp_path: Path) -> None:
    def fill(_book: Any, sheet: Any) -> None:
        sheet.merge_range(0, 0, 1, 0, "Date")
        sheet.merge_range(0, 1, 0, 2, "Movement")
        sheet.write_row(1, 1, ["Ref", "Amount"])
        sheet.write_row(2, 0, ["2026-10-01", "A", 1])

    found = refused(tmp_path, workbook(tmp_path / "a.xlsx", fill))
    assert found.code == "merged-header"
    assert str(found.place) == "till.xlsx:2"
    assert "A1:A2" in found.message


def test_merged_cells_in_a_title_do_no_harm_and_in_a_row_refuse_it(tmp_path: Path) -> None:
    def fill(_book: Any, sheet: Any) -> None:
        sheet.merge_range(0, 0, 0, 2, "My bank")
        sheet.write_row(1, 0, ["Date", "Ref", "Amount"])
        sheet.write_row(2, 0, ["2026-10-01", "A", 1])
        sheet.merge_range(3, 1, 4, 1, "B")
        sheet.write_row(3, 0, ["2026-10-02"])
        sheet.write_row(4, 0, ["2026-10-02", "", 2])

    result = read(tmp_path, workbook(tmp_path / "a.xlsx", fill))
    assert result.column("ref_merchant") == ["A"]
    assert [(row.line_no, row.code) for row in result.refused] == [(4, "merged"), (5, "merged")]


def test_what_is_no_workbook(tmp_path: Path) -> None:
    assert refused(tmp_path, b"Date,Ref,Amount\n").code == "workbook"
    assert refused(tmp_path, b"PK\x03\x04 and nothing else").code == "workbook"
    assert refused(tmp_path, b"\xd0\xcf\x11\xe0" + b"\0" * 600).code == "workbook"
    assert refused(tmp_path, b"").code == "empty-file"


def test_a_bomb_is_refused_by_what_it_declares(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 20_000_000)
    assert refused(tmp_path, path.read_bytes()).code == "archive-bomb"


def test_a_flipped_bit_is_found_by_the_checksum(tmp_path: Path) -> None:
    content = bytearray(workbook(tmp_path / "a.xlsx", table))
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        member = archive.getinfo("xl/worksheets/sheet1.xml")
    content[member.header_offset + 60 + len(member.filename)] ^= 4
    assert refused(tmp_path, bytes(content)).code in {"workbook-damaged", "workbook"}


def test_a_doctype_is_refused(tmp_path: Path) -> None:
    source, target = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    workbook(source, table)
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/workbook.xml":
                content = content.replace(b"<workbook", b'<!DOCTYPE x [<!ENTITY a "b">]><workbook', 1)
            new.writestr(name, content)
    assert refused(tmp_path, target.read_bytes()).code == "doctype"


def test_times_of_day_and_days_as_numbers(tmp_path: Path) -> None:
    def fill(book: Any, sheet: Any) -> None:
        clock = book.add_format({"num_format": "hh:mm:ss"})
        sheet.write_row(0, 0, ["Date", "Ref", "Amount", "Time"])
        sheet.write_row(1, 0, [46296, "A", 1, 0.5])
        sheet.write_number(2, 0, 46297.75)
        sheet.write_row(2, 1, ["B", 2])
        sheet.write_number(2, 3, 0.25, clock)

    changes = (
        ("[yyyy-MM-dd]", "[excel]"),
        ("  ref_merchant: Ref\n", "  ref_merchant: Ref\n  remittance: Time\n"),
    )
    result = read(tmp_path, workbook(tmp_path / "a.xlsx", fill), *changes)
    assert result.column("booking_date") == [date(2026, 10, 1), date(2026, 10, 2)]
    assert result.column("remittance")[1] == "06:00:00"


def test_merged_cells_that_only_make_a_column_wider_do_no_harm(tmp_path: Path) -> None:
    def fill(_book: Any, sheet: Any) -> None:
        for row, cells in enumerate([("Date", "Ref"), ("2026-10-01", "A")]):
            sheet.merge_range(row, 0, row, 1, cells[0])
            sheet.merge_range(row, 2, row, 3, cells[1])
        sheet.write_row(0, 4, ["Amount"])
        sheet.write_row(1, 4, [1])

    result = read(tmp_path, workbook(tmp_path / "a.xlsx", fill))
    assert (result.column("ref_merchant"), result.refused) == (["A"], [])

    def beside(book: Any, sheet: Any) -> None:
        fill(book, sheet)
        sheet.write_row(2, 0, ["2026-10-02", "hidden under Date", "B", "", 2])

    assert refused(tmp_path, workbook(tmp_path / "b.xlsx", beside)).code == "merged-header"


def test_midnight_among_times_is_a_time(tmp_path: Path) -> None:
    def fill(book: Any, sheet: Any) -> None:
        clock = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.write_row(0, 0, ["Date", "Ref", "Amount"])
        for row, when in enumerate(("2026-10-01 12:30:00", "2026-10-14 00:00:00"), 1):
            sheet.write_datetime(row, 0, at(when), clock)
            sheet.write_row(row, 1, ["A", row])

    path = tmp_path / "till.xlsx"
    workbook(path, fill)
    assert facts(path).n_transactions == 2


def test_a_formula_without_its_value_is_refused_where_nothing_else_says_what_the_cell_is(
    tmp_path: Path,
) -> None:
    def fill(_book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["Date", "Ref", "Amount"])
        sheet.write_row(1, 0, ["2026-10-01", "A", -3])
        sheet.write_row(2, 0, ["2026-10-14", "B"])
        sheet.write_formula(2, 2, "=5+5", None, "")

    path = tmp_path / "till.xlsx"
    workbook(path, fill)
    with pytest.raises(InputRefused, match='cell C3 of sheet "October" holds a formula without its value'):
        facts(path)


@pytest.mark.parametrize("column", [2, 3], ids=["amount", "remark"])
def test_an_error_is_no_blank_cell(column: int, tmp_path: Path) -> None:
    def fill(_book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["Date", "Ref", "Amount", "Category"])
        sheet.write_row(1, 0, ["2026-10-01", "A", -3, "x"])
        sheet.write_row(2, 0, ["2026-10-14", "B", 4, "y"])
        sheet.write_formula(2, column, "=NA()", None, "#N/A")

    path = tmp_path / "till.xlsx"
    workbook(path, fill)
    if column == 3:
        assert facts(path).n_transactions == 2
        return
    with pytest.raises(InputRefused, match="3:amount: the amount is missing"):
        facts(path)
