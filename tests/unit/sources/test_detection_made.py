"""Statements made by choices of language, marks, signs, order and encoding are all understood as they were meant."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from recon.sources.choosing import draft_of
from recon.sources.detection.trial import loaded
from recon.sources.file import SourceFile
from recon.sources.reading import read
from tests.unit.sources.statement_maker import BANKS, Style, Truth, as_text, made
from tests.unit.sources.workbench import Result, gathered


@st.composite
def styles(draw: st.DrawFn) -> Style:
    """Any way of any bank."""
    bank = draw(st.sampled_from(BANKS))
    return Style(
        bank,
        date=draw(st.sampled_from(bank.dates)),
        marks=draw(st.sampled_from(bank.marks)),
        delimiter=draw(st.sampled_from(",;\t|")),
        encoding=draw(st.sampled_from(bank.encodings)),
        sign=draw(st.sampled_from(("signed", "two", "way"))),
        balance=draw(st.booleans()),
        newest_first=draw(st.booleans()),
        value_date=draw(st.booleans()),
        currency=draw(st.sampled_from(("column", "header", "preamble", "none"))),
        preamble=draw(st.integers(0, 3)),
        stated=draw(st.booleans()),
        footer=draw(st.booleans()),
        quote_all=draw(st.booleans()),
        trailing=draw(st.booleans()),
        ending=draw(st.sampled_from(("\n", "\r\n"))),
        rows=draw(st.sampled_from((6, 12, 40))),
    )


def understood(path: Path, reader: str) -> Result:
    """What a file gives when it is read by the profile that is drafted for it."""
    with SourceFile(path, path.name) as file:
        return gathered(list(read(file, loaded(draft_of(file), reader, "draft"))))


def check(style: Style, truth: Truth, result: Result) -> None:
    assert result.refused == []
    assert result.conserved
    assert result.column("amount") == truth.amounts
    assert days(result) == truth.days
    if style.currency != "none":
        assert set(result.column("currency")) == {style.bank.currency}
    if style.stated:
        assert (result.statements[0].opening, result.statements[0].closing) == (truth.opening, truth.closing)
    if style.balance:
        assert result.statements[0].control_ok is True


def days(result: Result) -> list[date]:
    return list(result.column("booking_date"))


@settings(max_examples=70)
@given(styles(), st.integers(0, 10_000))
def test_any_statement_is_understood(style: Style, seed: int) -> None:
    rows, truth = made(style, seed)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "export.csv"
        path.write_bytes(as_text(style, rows))
        check(style, truth, understood(path, "csv"))


@settings(max_examples=15)
@given(styles(), st.integers(0, 10_000), st.booleans())
def test_any_statement_is_understood_in_a_workbook(style: Style, seed: int, typed: bool) -> None:
    rows, truth = made(style, seed)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "export.xlsx"
        write(path, style, rows, truth, typed=typed)
        check(style, truth, understood(path, "excel"))


def write(path: Path, style: Style, rows: list[list[str]], truth: Truth, *, typed: bool) -> None:
    """The rows as a workbook: as texts, or with dates and amounts as the numbers that Excel keeps."""
    book = xlsxwriter.Workbook(str(path))
    sheet, day = book.add_worksheet("Statement"), book.add_format({"num_format": "dd/mm/yyyy"})
    written = {one.strftime(style.date): one for one in truth.days}
    decimal, thousands = style.marks
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            number = (
                cell.replace(thousands, "").replace(decimal, ".") if thousands else cell.replace(decimal, ".")
            )
            if typed and cell in written:
                sheet.write_datetime(at, column, written[cell], day)
            elif typed and is_number(number):
                sheet.write_number(at, column, float(number))
            else:
                sheet.write_string(at, column, cell)
    book.close()


def is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite() and any(mark in text for mark in ".0123456789")
    except ArithmeticError:
        return False
