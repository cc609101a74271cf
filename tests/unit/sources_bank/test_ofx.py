"""OFX in its two syntaxes and with the deviations of real banks."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from recon.errors import InputRefused
from recon.sources.bank import BankStatement
from tests.unit.sources_bank.reading import Read, read

HEADER = "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nENCODING:USASCII\nCHARSET:1252\n\n"
TRANSACTION = "<STMTTRN><TRNTYPE>POS<DTPOSTED>20260105<TRNAMT>-5.25<FITID>F1<NAME>Shop<MEMO>Coffee</STMTTRN>"


def document(
    body: str, header: str = HEADER, tail: str = "<LEDGERBAL><BALAMT>90.00<DTASOF>20260131</LEDGERBAL>"
) -> str:
    return (
        f"{header}<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>USD\n"
        f"<BANKACCTFROM><BANKID>1<ACCTID>77</BANKACCTFROM>\n<BANKTRANLIST><DTSTART>20260101<DTEND>20260131\n"
        f"{body}\n</BANKTRANLIST>{tail}</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
    )


def one(body: str, folder: Path) -> Read:
    return read("ofx", document(body), folder)


def test_a_transaction(tmp_path: Path) -> None:
    found = one(TRANSACTION, tmp_path)
    (row,) = found.rows
    assert row["amount"] == Decimal("-5.25")
    assert (row["account"], row["currency"], row["booking_date"]) == ("77", "USD", date(2026, 1, 5))
    assert (row["ref_bank"], row["counterparty_name"], row["remittance"]) == ("F1", "Shop", "Shop Coffee")
    assert (row["type"], row["type_raw"]) == ("payment", "POS")
    (said,) = found.statements
    assert (said.opening, said.closing, said.period_to) == (None, Decimal(90), date(2026, 1, 31))


@pytest.mark.parametrize(
    "header",
    [
        "",
        "\n\n\n" + HEADER,
        HEADER.replace("\n", ""),
        '<?xml version="1.0"?>\n<?OFX OFXHEADER="200" VERSION="211"?>\n',
        "\ufeff" + HEADER,
    ],
)
def test_any_header(header: str, tmp_path: Path) -> None:
    assert len(read("ofx", document(TRANSACTION, header), tmp_path).rows) == 1


def test_xml_syntax(tmp_path: Path) -> None:
    body = (
        "<STMTTRN>\n <TRNTYPE>FEE</TRNTYPE><DTPOSTED>20260105</DTPOSTED><TRNAMT>-1</TRNAMT><FITID/><MEMO/>\n"
        "<NAME>Fish &amp; Chips</NAME></STMTTRN>"
    )
    (row,) = one(body, tmp_path).rows
    assert (row["type"], row["counterparty_name"], row["ref_bank"]) == ("fee", "Fish & Chips", None)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("+1 006,60", "1006.60"),
        ("+ 12,34", "12.34"),
        ("-12.34", "-12.34"),
        ("1,234.56", "1234.56"),
        ("1.234,56", "1234.56"),
        ("-33.7200", "-33.72"),
        ("12-", "-12"),
        (".5", "0.5"),
    ],
)
def test_amounts(text: str, amount: str, tmp_path: Path) -> None:
    assert one(TRANSACTION.replace("-5.25", text), tmp_path).column("amount") == [Decimal(amount)]


@pytest.mark.parametrize("text", ["$120", "12..3", "1,234", "--5", "5 USD", "1e3"])
def test_what_is_no_certain_amount_is_refused(text: str, tmp_path: Path) -> None:
    found = one(TRANSACTION.replace("-5.25", text), tmp_path)
    assert [(row.field, row.value, row.code) for row in found.refused] == [("TRNAMT", text, "amount")]


def test_an_empty_amount_is_kept_as_information_and_a_missing_one_refused(tmp_path: Path) -> None:
    found = one("<STMTTRN><TRNAMT></TRNAMT><FITID>1</STMTTRN><STMTTRN><FITID>2</STMTTRN>", tmp_path)
    assert (found.column("status"), found.column("amount")) == (["info"], [Decimal(0)])
    assert found.attribute("warning") == ["no date; the amount is empty"]
    assert [row.code for row in found.refused] == ["amount"]


@pytest.mark.parametrize(
    ("text", "day", "moment"),
    [
        ("20260105", date(2026, 1, 5), None),
        ("20260105120000", date(2026, 1, 5), None),
        ("20260105003000[-3:BRT]", date(2026, 1, 5), datetime(2026, 1, 5, 3, 30)),  # noqa: DTZ001 - canonical UTC
        ("20260105003000.000[+5.30:IST]", date(2026, 1, 5), datetime(2026, 1, 4, 19, 0)),  # noqa: DTZ001 - as above
        ("00000000", None, None),
        ("20260230", None, None),
        ("", None, None),
    ],
)
def test_dates(text: str, day: date | None, moment: datetime | None, tmp_path: Path) -> None:
    found = one(TRANSACTION.replace("20260105", text), tmp_path)
    assert (found.column("booking_date"), found.column("event_time")) == ([day], [moment])
    assert (found.attribute("warning")[0] is None) is (day is not None)


def test_transactions_that_are_not_closed_end_where_the_next_begins(tmp_path: Path) -> None:
    body = TRANSACTION.replace("</STMTTRN>", "")
    assert len(one(body + body, tmp_path).rows) == 2


def test_an_empty_balance_is_no_balance(tmp_path: Path) -> None:
    text = document(TRANSACTION, tail="<LEDGERBAL><BALAMT></BALAMT><DTASOF></DTASOF></LEDGERBAL>")
    assert read("ofx", text, tmp_path).statements[0].closing is None


def test_an_unreadable_balance_is_a_refused_row(tmp_path: Path) -> None:
    text = document(TRANSACTION, tail="<LEDGERBAL><BALAMT>many</LEDGERBAL>")
    assert [row.field for row in read("ofx", text, tmp_path).refused] == ["LEDGERBAL/BALAMT"]


def test_several_accounts_of_several_kinds(tmp_path: Path) -> None:
    card = f"<CCSTMTRS><CURDEF>EUR<CCACCTFROM><ACCTID>88</CCACCTFROM>{TRANSACTION}</CCSTMTRS>"
    fund = f"<INVSTMTRS><CURDEF>GBP<INVACCTFROM><ACCTID>99</INVACCTFROM>{TRANSACTION}</INVSTMTRS>"
    found = read("ofx", document(TRANSACTION).replace("</OFX>", f"{card}{fund}</OFX>"), tmp_path)
    assert found.column("account") == ["77", "88", "99"]
    assert found.column("currency") == ["USD", "EUR", "GBP"]
    assert [said.statement_no for said in found.statements] == [1, 2, 3]


def test_the_currency_of_a_transaction_goes_before_that_of_the_statement(tmp_path: Path) -> None:
    body = TRANSACTION.replace("</STMTTRN>", "<CURRENCY><CURRATE>1.1<CURSYM>EUR</CURRENCY></STMTTRN>")
    assert one(body, tmp_path).column("currency") == ["EUR"]


def test_without_any_currency_rows_are_refused_unless_one_is_configured(tmp_path: Path) -> None:
    text = document(TRANSACTION).replace("<CURDEF>USD", "<CURDEF></CURDEF>")
    assert [row.code for row in read("ofx", text, tmp_path).refused] == ["currency-missing"]
    assert read("ofx", text, tmp_path, currency="BRL").column("currency") == ["BRL"]


@pytest.mark.parametrize(
    ("content", "name"),
    [("Café & Söhne".encode("cp1252"), "cp1252"), ("Café & Söhne".encode(), "utf-8")],
)
def test_encodings_and_bare_ampersands(content: bytes, name: str, tmp_path: Path) -> None:
    found = read("ofx", document(TRANSACTION).encode().replace(b"Shop", content), tmp_path)
    assert found.column("counterparty_name") == ["Café & Söhne"]
    assert found.encoding == name


def test_a_declared_single_byte_character_set_is_believed(tmp_path: Path) -> None:
    text = document(TRANSACTION, HEADER.replace("1252", "1251")).replace("Shop", "Магазин")
    assert read("ofx", text.encode("cp1251"), tmp_path).column("counterparty_name") == ["Магазин"]


def test_lines_are_counted_across_long_lines(tmp_path: Path) -> None:
    assert one(f"\n\n{TRANSACTION}", tmp_path).column("line_no") == [HEADER.count("\n") + 6]


def test_an_error_in_place_of_statements_is_told(tmp_path: Path) -> None:
    error = "<STATUS><CODE>15500<SEVERITY>ERROR<MESSAGE>Signon invalid</STATUS>"
    text = f"<OFX>{error}<STATUS><CODE>0<SEVERITY>INFO</STATUS></OFX>"
    found = read("ofx", text, tmp_path)
    (said,) = found.statements
    assert (found.rows, found.refused) == ([], [])
    assert isinstance(said, BankStatement)
    assert (said.control_ok, said.starts_message) == (False, False)
    assert said.control_note == "the bank answered with an error and no statement: 15500 Signon invalid"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (document(TRANSACTION)[:-60], "truncated"),
        (document(TRANSACTION)[: document(TRANSACTION).index("Coffee")], "truncated"),
        ("date,amount\n", "no-statement"),
        ('<!DOCTYPE OFX [<!ENTITY a "b">]>' + document(TRANSACTION, ""), "xml-doctype"),
    ],
)
def test_files_that_are_refused_whole(text: str, code: str, tmp_path: Path) -> None:
    with pytest.raises(InputRefused) as caught:
        read("ofx", text, tmp_path)
    assert [problem.code for problem in caught.value.problems] == [code]
