"""Files that are broken as real ones are, one of each kind: what is read of them, to the cent and the day."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest

from recon.sources.intake.settle import Movements, statement_rows
from tests.unit.sources_bank.reading import Read, read

HERE: Final = Path(__file__).parent / "broken"
FORMATS: Final = {
    ".sta": "mt940",
    ".xml": "camt",
    ".ofx": "ofx",
    ".bai2": "bai2",
    ".nai": "bai2",
    ".qif": "qif",
}
AMOUNTS: Final = {
    "30-february.sta": "250.00 -50.00",
    "reversal-marks.sta": "-120.00 120.00 80.00 -80.00",
    "wrapped-61.sta": "1000.50 1.25",
    "two-86.sta": "15.00",
    "cr-only.sta": "2.00 -0.50",
    "latin-1.sta": "7.00",
    "interim-balances.sta": "10.00 -30.00",
    "previous-closing.xml": "-50.00",
    "batch-entries.xml": "60.00 1.00",
    "several-currencies.xml": "-10.00 5.00",
    "empty-ledger-balance.ofx": "-3.50 10.00",
    "plus-blank-comma.ofx": "12.34 -2.00",
    "continuations.bai2": "700000.00 -2000.00",
    "trailing-minus.nai": "100.00",
    "year-with-apostrophe.qif": "-1500.25 20.00 5.00",
}


def of(name: str, tmp_path: Path) -> Read:
    reader = FORMATS[Path(name).suffix]
    return read(reader, (HERE / name).read_bytes(), tmp_path, currency=None if reader != "qif" else "EUR")


@pytest.mark.parametrize("name", sorted(path.name for path in HERE.iterdir()))
def test_every_amount_is_read_and_nothing_refused(name: str, tmp_path: Path) -> None:
    found = of(name, tmp_path)
    assert found.refused == []
    assert found.column("amount") == [Decimal(text) for text in AMOUNTS[name].split()]
    assert not any(said.control_ok is False for said in found.statements)


@pytest.mark.parametrize(
    "name", [name for name in sorted(AMOUNTS) if name.endswith((".sta", "closing.xml", "entries.xml", ".bai2"))]
)
def test_opening_and_movements_give_closing(name: str, tmp_path: Path) -> None:
    found = of(name, tmp_path)
    for said in found.statements:
        moved = [row["amount"] for row in found.rows if row["statement_no"] == said.statement_no]
        assert said.opening is not None
        if name != "continuations.bai2":  # its balances are of another day
            assert said.opening + sum(map(Decimal, map(str, moved)), Decimal(0)) == said.closing


def test_a_30_february_leaves_the_date_empty_and_a_warning(tmp_path: Path) -> None:
    found = of("30-february.sta", tmp_path)
    assert found.column("value_date") == [None, date(2026, 2, 27)]
    assert found.column("booking_date") == [date(2026, 3, 2), date(2026, 2, 27)]
    assert found.attribute("warning") == ["value date 260230 does not exist", None]


def test_reversals_are_marked(tmp_path: Path) -> None:
    assert of("reversal-marks.sta", tmp_path).column("is_reversal") == [False, True, False, True]


def test_a_wrapped_statement_line_keeps_its_reference(tmp_path: Path) -> None:
    found = of("wrapped-61.sta", tmp_path)
    assert found.column("ref_bank") == ["BANK-REFERENCE-1", "BANK-REF"]
    assert found.attribute("details") == [None, "second line of the field"]


def test_two_narratives_are_one_text(tmp_path: Path) -> None:
    assert of("two-86.sta", tmp_path).column("remittance") == ["First half of the words and the second half"]


def test_latin_1(tmp_path: Path) -> None:
    found = of("latin-1.sta", tmp_path)
    assert found.column("counterparty_name") == ["Jürgen Müßig"]
    assert found.column("remittance") == ["Gebühr für Straße"]


def test_pages_of_a_statement_each_have_their_balances(tmp_path: Path) -> None:
    found = of("interim-balances.sta", tmp_path)
    assert [(said.opening, said.closing) for said in found.statements] == [
        (Decimal(100), Decimal(110)),
        (Decimal(110), Decimal(80)),
    ]


def test_a_batch_entry_is_one_row_and_keeps_its_details(tmp_path: Path) -> None:
    found = of("batch-entries.xml", tmp_path)
    assert found.attribute("details") == ["3", None]
    assert found.attribute("end_to_end_ids") == ["A-1 A-2 A-3", None]
    assert found.column("ref_end_to_end") == [None, "B-1"]


def test_a_statement_keeps_its_balances_in_every_currency(tmp_path: Path) -> None:
    (said,) = of("several-currencies.xml", tmp_path).statements
    moved = {"EUR": Movements(1, Decimal(0), Decimal(10)), "USD": Movements(1, Decimal(5), Decimal(0))}
    rows = {row["currency"]: row for row in statement_rows(said, moved, "bank", "f")}
    kept = {code: (row["opening"], row["closing"], row["balance_ok"]) for code, row in rows.items()}
    assert kept == {"EUR": (100, 90, True), "USD": (10, 15, True), "CHF": (None, 7, None)}


def test_an_empty_balance_is_none(tmp_path: Path) -> None:
    assert [said.closing for said in of("empty-ledger-balance.ofx", tmp_path).statements] == [None]


def test_continuations_of_fields_and_of_a_text_with_marks(tmp_path: Path) -> None:
    found = of("continuations.bai2", tmp_path)
    words = ["WIRE TRANSFER FROM ACME, CORP / LONDON INVOICE 77", "CHEQUE 9"]
    assert found.column("remittance") == words
    assert [(said.opening, said.closing) for said in found.statements] == [(Decimal(5000), Decimal(703000))]


def test_a_minus_behind_an_amount(tmp_path: Path) -> None:
    (said,) = of("trailing-minus.nai", tmp_path).statements
    assert (said.opening, said.closing) == (Decimal("-134.67"), Decimal("-34.67"))


def test_years_of_quicken(tmp_path: Path) -> None:
    days = [date(2009, 1, 25), date(1999, 12, 31), date(2026, 2, 3)]
    assert of("year-with-apostrophe.qif", tmp_path).column("booking_date") == days
