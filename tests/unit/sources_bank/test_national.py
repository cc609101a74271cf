"""CODA, Norma 43, CFONB 120 and ABO: places of their fields, signs, further records, totals, and files cut short."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from recon.errors import InputRefused
from tests.unit.sources_bank.national_files import MOVES, SAMPLES, abo, cfonb, coda, norma43
from tests.unit.sources_bank.reading import Read, read

FORMATS = sorted(SAMPLES)


def whole(name: str, folder: Path) -> Read:
    return read(name, SAMPLES[name][0], folder)


@pytest.mark.parametrize("name", FORMATS)
def test_amounts_days_and_balances(name: str, tmp_path: Path) -> None:
    found = whole(name, tmp_path)
    (said,) = found.statements
    assert (found.refused, found.column("amount")) == ([], [Decimal(250), Decimal("-50.5")])
    assert found.column("currency") == ["CZK" if name == "abo" else "EUR"] * 2
    assert (said.opening, said.closing, said.currency) == (
        Decimal(1000),
        Decimal("1199.5"),
        found.rows[0]["currency"],
    )
    assert (said.period_from, said.period_to) == (date(2026, 1, 1), date(2026, 1, 31))
    assert said.control_ok is (None if name == "cfonb" else True)
    assert found.column("booking_date") == [date(2026, 1, 15)] * 2
    assert found.column("value_date") == [date(2026, 1, 16)] * 2
    assert found.column("account") == [said.account] * 2


@pytest.mark.parametrize("name", FORMATS)
def test_lines_may_be_trimmed_blank_or_missing(name: str, tmp_path: Path) -> None:
    text, rows = SAMPLES[name][0], whole(name, tmp_path).rows
    kept = [{key: value for key, value in row.items() if key != "line_no"} for row in rows]
    for other in (
        "\n".join(line.rstrip() for line in text.splitlines()),
        text.replace("\n", "\r\n\r\n") + "\x1a",
        text.replace("\n", ""),
    ):
        found = read(name, other, tmp_path)
        assert [{key: value for key, value in row.items() if key != "line_no"} for row in found.rows] == kept
        assert (found.refused, found.statements) == ([], whole(name, tmp_path).statements)


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_no_record_is_refused_with_its_line(name: str, tmp_path: Path) -> None:
    lines = SAMPLES[name][0].splitlines()
    found = read(name, "\n".join([*lines[:2], "XYZ no record", *lines[2:]]), tmp_path)
    (refused,) = found.refused
    assert (refused.line_no, refused.code, refused.text) == (3, "record", "XYZ no record")
    assert len(found.rows) == len(MOVES)


@pytest.mark.parametrize(("name", "lines"), [("coda", 4), ("norma43", 3), ("cfonb", 4)])
def test_a_file_that_ends_inside_a_statement_is_refused(name: str, lines: int, tmp_path: Path) -> None:
    text = "\n".join(SAMPLES[name][0].splitlines()[:lines])
    with pytest.raises(InputRefused, match="ends inside the statement that begins at line") as refused:
        read(name, text, tmp_path)
    assert [(problem.code, bool(problem.hint)) for problem in refused.value.problems] == [("truncated", True)]


@pytest.mark.parametrize(
    ("name", "before", "after", "note"),
    [
        ("coda", "8000000000050500", "8000000000050600", "debits stated as 50.600, found 50.500"),
        ("coda", "000008000000", "000009000000", "number of records stated as 9, found 8"),
        ("norma43", "0000100000000005050", "0000100000000005051", "debits stated as 50.51, found 50.50"),
        ("norma43", "9000006", "9000007", "number of records stated as 7, found 6"),
        (
            "abo",
            "000000000250000017",
            "000000000250010017",
            "credits less debits stated as 199.51, found 199.50",
        ),
    ],
)
def test_totals_that_do_not_tie(name: str, before: str, after: str, note: str, tmp_path: Path) -> None:
    text = SAMPLES[name][0]
    assert text.count(before) == 1
    (said,) = read(name, text.replace(before, after), tmp_path).statements
    assert (said.control_ok, said.control_note) == (False, note)


def test_a_day_that_does_not_exist_is_told(tmp_path: Path) -> None:
    found = read("norma43", norma43().replace("22    1500260115", "22    1500260230", 1), tmp_path)
    assert found.column("booking_date") == [None, date(2026, 1, 15)]
    assert found.attribute("warning") == ["date 260230 does not exist", None]


def test_coda_takes_references_and_the_other_side_of_its_further_records(tmp_path: Path) -> None:
    row = whole("coda", tmp_path).rows[0]
    assert (row["account"], row["statement_id"], row["line_no"]) == ("BE68539007547034", "017", 3)
    assert (row["ref_bank"], row["ref_end_to_end"], row["remittance"]) == ("B1", "E-1", "INVOICE 17")
    assert (row["counterparty_name"], row["counterparty_account"]) == ("PARTY 1", "BE71096123456769")
    assert (row["type"], row["type_raw"]) == ("payment", "00150000")


def test_coda_counts_the_total_of_a_movement_and_keeps_its_parts(tmp_path: Path) -> None:
    part = f"2100020001{'B2':21}1{50500:015}16012680150000{'0'}{'PART':53}15012600110 0"
    found = read("coda", coda(more=[part, f"2200020001{'':53}{'E-PART':35}"]), tmp_path)
    assert found.column("amount") == [Decimal(250), Decimal("-50.5")]
    assert found.column("ref_end_to_end") == ["E-1", "E-2"]
    assert "PART" in str(found.rows[1]["raw"])
    assert found.statements[0].control_ok is True


def test_coda_takes_a_structured_communication_as_reference(tmp_path: Path) -> None:
    text = coda().replace(f"0{'INVOICE 17':53}", f"1{'101120000001747':53}")
    found = read("coda", text, tmp_path)
    assert found.column("ref_merchant") == ["120000001747", None]
    assert found.column("remittance") == [None, "RENT JANUARY"]


def test_several_coda_files_in_one(tmp_path: Path) -> None:
    found = read("coda", coda() + coda(opening=-500, moves=[(600, "X")]), tmp_path)
    assert found.column("statement_no") == [1, 1, 2]
    assert [said.control_ok for said in found.statements] == [True, True]
    assert [said.opening for said in found.statements] == [Decimal(1000), Decimal(-5)]


def test_norma_43_takes_the_currency_by_its_number(tmp_path: Path) -> None:
    found = read("norma43", norma43(number="840", opening=-1), tmp_path)
    assert (found.column("currency"), found.statements[0].opening) == (["USD", "USD"], Decimal("-0.01"))
    row = found.rows[0]
    assert (row["ref_bank"], row["ref_merchant"], row["remittance"]) == ("0000000001", "R1", "INVOICE 17")
    assert (row["account"], row["type"], row["type_raw"]) == ("004915000001234567", "payment", "03/017")
    unknown = read("norma43", norma43(number="280"), tmp_path)
    assert {row.code for row in unknown.refused} == {"currency-missing"}
    assert read("norma43", norma43(number="280"), tmp_path, currency="EUR").column("currency") == ["EUR", "EUR"]


@pytest.mark.parametrize("decimals", [0, 2, 3])
def test_cfonb_says_its_decimals(decimals: int, tmp_path: Path) -> None:
    found = read("cfonb", cfonb(decimals=decimals), tmp_path)
    assert found.column("amount") == [Decimal(amount).scaleb(-decimals) for amount, _ in MOVES]


def test_cfonb_takes_names_and_references_and_french_signs(tmp_path: Path) -> None:
    text = cfonb(moves=[(-5050, "PRLV"), (100, "VIR")]).replace("}", "è").replace("{", "é")
    found = read("cfonb", text.encode("latin-1"), tmp_path)
    assert found.column("amount") == [Decimal("-50.5"), Decimal(1)]
    row = found.rows[0]
    assert (row["counterparty_name"], row["ref_end_to_end"], row["ref_merchant"]) == ("PARTY 1", "E-1", "R1")
    assert (row["remittance"], row["type_raw"], row["account"]) == ("PRLV", "B1", "300040082800010123456")


def test_abo_takes_reversals_symbols_and_the_encoding(tmp_path: Path) -> None:
    moves = [(-5000, "Žluťoučký kůň"), (5000, "oprava"), (700, "x"), (-700, "y")]
    found = read("abo", abo(moves, codes=["1", "4", "2", "5"]).encode("cp1250"), tmp_path)
    assert found.column("amount") == [Decimal(-50), Decimal(50), Decimal(7), Decimal(-7)]
    assert found.column("is_reversal") == [False, True, False, True]
    assert (found.column("counterparty_name")[0], found.encoding) == ("Žluťoučký kůň", "cp1250")
    assert found.column("counterparty_account")[0] == "765/0800"
    assert found.attribute("variable_symbol") == ["4701", "4702", "4703", "4704"]
    assert found.statements[0].control_ok is True


def test_abo_without_a_currency_needs_the_configured_one(tmp_path: Path) -> None:
    assert {row.code for row in read("abo", abo(money="01101"), tmp_path).refused} == {"currency-missing"}
    found = read("abo", abo(money="01101"), tmp_path, currency="EUR")
    assert (found.column("currency"), found.statements[0].currency) == (["EUR", "EUR"], "EUR")
