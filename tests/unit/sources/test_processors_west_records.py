"""Shipped profiles of reports in records of several kinds: PayPal's, dLocal's, Trustly's, and their control totals."""

from decimal import Decimal
from pathlib import Path

import pytest

from recon.sources.file import SourceFile
from recon.sources.library import fitting, shipped_profile
from tests.unit.sources.channels import attributes, channel, rows
from tests.unit.sources.workbench import Result, at, read_bytes

SETTLEMENT = """\
"RH","2026/10/02 05:00:00 -0700","A","TAMARIND",9
"FH",1
"SH","2026/10/01 00:00:00 -0700","2026/10/01 23:59:59 -0700","TAMARINDUS",""
"CH","Transaction ID","Invoice ID","PayPal Reference ID","PayPal Reference ID Type","Transaction Event Code",\
"Transaction Initiation Date","Transaction Completion Date","Transaction Debit or Credit","Gross Transaction Amount",\
"Gross Transaction Currency","Fee Debit or Credit","Fee Amount","Fee Currency","Custom Field","Consumer ID",\
"Payment Tracking ID","Store ID","Bank Reference ID"
"SB","1AA","A-1","","","T0006","2026/10/01 08:00:00 -0700","2026/10/01 08:00:01 -0700","CR",10000,"USD","DR",349,\
"USD","vip","","","",""
"SB","2BB","A-2","","","T0006","2026/10/01 09:00:00 -0700","2026/10/01 09:00:01 -0700","CR",15000,"JPY","DR",4300,\
"JPY","","","","",""
"SB","3CC","A-1","1AA","TXN","T1107","2026/10/01 10:00:00 -0700","2026/10/01 10:00:01 -0700","DR",2500,"USD","CR",87,\
"USD","","","","",""
"SB","4DD","","","","T0400","2026/10/01 11:00:00 -0700","2026/10/01 11:00:01 -0700","DR",5000,"USD","","","","","",\
"","","BR77"
"SF","USD",10000,7500,87,349,"CR",0,"CR",2238,3
"SF","JPY",15000,0,0,4300,"CR",0,"CR",10700,1
"SC",4
"RF","USD",10000,7500,87,349,"CR",0,"CR",2238,3
"RF","JPY",15000,0,0,4300,"CR",0,"CR",10700,1
"RC",4
"FF",4
"""


def said(result: Result) -> list[tuple[str | None, bool | None, str | None]]:
    return [(one.currency, one.control_ok, one.control_note) for one in result.statements]


def test_a_paypal_settlement(tmp_path: Path) -> None:
    result = channel(tmp_path, "paypal_settlement", SETTLEMENT)
    assert rows(
        result, "account", "type", "amount", "fee", "net", "currency", "ref_original", "ref_payout"
    ) == [
        ("TAMARINDUS", "payment", "100", "-3.49", "96.51", "USD", None, None),
        ("TAMARINDUS", "payment", "150", "-43", "107", "JPY", None, None),
        ("TAMARINDUS", "refund", "-25", "0.87", "-24.13", "USD", "1AA", None),
        ("TAMARINDUS", "payout", "-50", None, "-50", "USD", None, "BR77"),
    ]
    assert result.rows[0]["event_time"] == at("2026-10-01T15:00:01")
    assert attributes(result, "custom") == ["vip", None, None, None]
    assert said(result) == [("USD", True, None), ("JPY", True, None)]
    assert [one.stated_entries for one in result.statements] == [3, 1]


@pytest.mark.parametrize(
    ("change", "note"),
    [
        (('"CR",10000,"USD"', '"CR",10010,"USD"'), "credits stated as 100, found 100.1"),
        (('"DR",349,', '"DR",348,'), "fee totals are stated as 0.87 and 3.49 and make 0.87 and 3.48"),
        (('"SF","USD",10000,7500,87,349,"CR",0,"CR",2238,3', '"SF","USD",10000,7500,87,349,"CR",0,"CR",2238,4'),
         "number of entries stated as 4, found 3"),
    ],
)  # fmt: skip
def test_a_paypal_footer_that_does_not_tie(tmp_path: Path, change: tuple[str, str], note: str) -> None:
    result = channel(tmp_path, "paypal_settlement", SETTLEMENT.replace(*change))
    assert said(result) == [("USD", False, note), ("JPY", True, None)]
    assert len(result.rows) == 4


def test_footers_of_sections_are_added_up(tmp_path: Path) -> None:
    lines = SETTLEMENT.splitlines(keepends=True)
    section = [line.replace("TAMARINDUS", "TAMARINDEU") for line in lines[2:11]]
    second = [line.replace('SB","', 'SB","9') for line in section]
    doubled = [
        line.replace("10000,7500,87,349", "20000,15000,174,698").replace(",3\n", ",6\n")
        for line in lines[11:12]
    ]
    content = "".join([*lines[:11], *second, *doubled])
    result = channel(tmp_path, "paypal_settlement", content)
    assert {(one.account, one.currency, one.control_ok) for one in result.statements} == {
        (account, currency, True) for account in ("TAMARINDUS", "TAMARINDEU") for currency in ("USD", "JPY")
    }
    assert len(result.rows) == 8


def test_an_unknown_record_a_fee_in_another_currency_and_a_word_are_refused(tmp_path: Path) -> None:
    content = SETTLEMENT.replace('"SC",4', '"XX",4').replace('"DR",349,"USD"', '"DR",349,"EUR"')
    content = content.replace('"DR",2500', '"??",2500')
    result = read_bytes(tmp_path, content.encode(), shipped_profile("paypal_settlement"))
    assert result.conserved
    assert [(one.line_no, one.field, one.value) for one in result.refused] == [
        (5, "fee", "EUR"), (7, "gross", "??"), (11, None, "XX")
    ]  # fmt: skip


def test_a_transaction_detail_report_without_section_header(tmp_path: Path) -> None:
    header = '"CH","Transaction ID","Invoice ID","PayPal Reference ID","PayPal Reference ID Type",' + (
        '"Transaction Event Code","Transaction Initiation Date","Transaction Completion Date",'
        '"Transaction Debit or Credit","Gross Transaction Amount","Gross Transaction Currency","Fee Debit or Credit",'
        '"Fee Amount","Fee Currency","Transactional Status","Insurance Amount","Sales Tax Amount","Shipping Amount",'
        '"Transaction Subject","Transaction Note","Payer\'s Account ID","Payer Address Status","Item Name"\n'
    )
    content = header + (
        '"SB","1AA","A-1","","","T0006","","2026/10/01 08:00:01 -0700","CR",10000,"USD","DR",349,"USD","S",,,0,'
        '"Boots\nwith laces","","ann@example.org","N","Boots"\n'
        '"SB","2BB","A-2","","","T0006","2026/10/01 08:05:00 -0700","","CR",500,"USD","","","","P",,,,"","","","",""\n'
        '"SB","3CC","A-3","","","T1201","","2026/10/01 08:06:00 -0700","DR",500,"USD","","","","D"\n'
    )
    result = channel(tmp_path, "paypal_transaction_detail", content)
    assert rows(result, "account", "type", "status", "amount", "counterparty_name", "remittance") == [
        ("paypal", "payment", "booked", "100", "ann@example.org", "Boots\nwith laces"),
        ("paypal", "payment", "pending", "5", None, None),
        ("paypal", "chargeback", "failed", "-5", None, None),
    ]
    assert result.rows[1]["event_time"] == at("2026-10-01T15:05")
    assert [row["line_no"] for row in result.rows] == [2, 4, 5]


DLOCAL = """\
ROW_TYPE,SETTLEMENT_CURRENCY,NUMBER_OF_ITEMS,GROSS_TOTAL_AMOUNT,FEE_TOTAL_AMOUNT,NET_TOTAL_AMOUNT,TRANSFER_DATE,\
TRANSFER_ID,,,,,,
HEADER,USD,3,27.03,-80.51,-53.48,2026-10-09,642,,,,,,
ROW_TYPE,MID,COUNTRY,CREATION_DATE,APPROVED_DATE,TRANSACTION_ID,DLOCAL_TRANSACTION_ID,LOCAL_AMOUNT,LOCAL_CURRENCY,\
FX_RATE,GROSS_AMOUNT,FEE_AMOUNT,NET_AMOUNT,PAYMENT_TYPE,PAYMENT_METHOD_CODE
PAYMENT,7,Brazil,2026-10-01 10:00:00,2026-10-01 10:00:01,A-1,T-1,200,BRL,6.460365,30.957771,-0.557909,30.399862,CARD,VI
REFUND,7,Brazil,2026-10-02 10:00:00,,A-1,R-1,-25.4,BRL,6.460365,-3.931666,0.05,-3.881666,CARD,VI
SETTLEMENT_FEE,7,,,,,642,0,,0,0,-80,-80,,
"""


def test_dlocal_totals_are_rounded_to_cents_and_fees_are_not(tmp_path: Path) -> None:
    result = channel(tmp_path, "dlocal_settlement", DLOCAL)
    assert rows(
        result, "type", "gross", "fee", "net", "currency", "payout_id", "original_amount", "value_date"
    ) == [
        ("payment", "30.957771", "-0.557909", "30.399862", "USD", "642", "200", "2026-10-09"),
        ("refund", "-3.931666", "0.05", "-3.881666", "USD", "642", "-25.4", "2026-10-09"),
        ("fee", "0", "-80", "-80", "USD", "642", "0", "2026-10-09"),
    ]
    assert result.rows[2]["event_time"] is None
    assert said(result) == [("USD", True, None)]


def test_dlocal_totals_that_do_not_tie(tmp_path: Path) -> None:
    result = channel(tmp_path, "dlocal_settlement", DLOCAL.replace("USD,3,27.03", "USD,4,27.04"))
    note = "number of entries stated as 4, found 3; gross stated as 27.04, found 27.026105"
    assert said(result) == [("USD", False, note)]


TRUSTLY = """\
H,P11KFUN,1.0.0,2026-10-02T12:00:00.000Z,2026-10-03T12:00:00.000Z,77,0001of0001
I,51,2026-10-02T09:00:00.000Z,50,77,Deferred,1,102,4444,A-1,Capture,Completed,2026-10-02T09:30:00.000Z,,USD,100.00,T1,,\
6301,Sale,U1,ptx-1,-0.75
I,52,2026-10-02T09:10:00.000Z,50,77,Deferred,1,102,4444,A-2,Capture,Denied,,2026-10-02T09:15:00.000Z,USD,-30.00,T1,R01,\
6301,Return,U2,ptx-2,0.00
F,Tamarind,,T1,USD,69.25,21,2026-10-01T10:00:00.000Z
L,2,70.00,2,69.25
"""


def test_trustly_funds_the_net_of_its_transactions(tmp_path: Path) -> None:
    result = channel(tmp_path, "trustly_funding", TRUSTLY)
    assert rows(
        result, "account", "type", "amount", "fee", "net", "payout_id", "ref_merchant", "event_time"
    ) == [
        ("77", "payment", "100", "-0.75", "99.25", "2026-10-03T12:00:00.000Z T1", "A-1", "2026-10-02 09:30:00"),
        ("77", "chargeback", "-30", "0", "-30", "2026-10-03T12:00:00.000Z T1", "A-2", "2026-10-02 09:15:00"),
    ]
    assert attributes(result, "return_code") == [None, "R01"]
    assert said(result) == [("USD", True, None)]
    assert result.statements[0].stated_sum == Decimal(70)


def test_a_trustly_funding_that_is_not_the_net(tmp_path: Path) -> None:
    result = channel(tmp_path, "trustly_funding", TRUSTLY.replace("USD,69.25", "USD,69.20"))
    assert said(result) == [("USD", False, "net stated as 69.2, found 69.25")]
    missing = channel(tmp_path, "trustly_funding", TRUSTLY.replace("L,2,70.00", "L,3,70.00"))
    assert said(missing) == [("USD", False, "number of entries stated as 3, found 2")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_settlement_is_known_whatever_its_lines_end_with(tmp_path: Path, end: str) -> None:
    path = tmp_path / "STL.csv"
    path.write_bytes(SETTLEMENT.replace("\n", end).encode())
    with SourceFile(path) as file:
        assert fitting(file)[0].loaded.source == "paypal_settlement"


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_a_settlement_is_known_whatever_is_between_its_cells(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "STL.csv"
    path.write_text(SETTLEMENT.replace(",", delimiter), encoding="utf-8")
    with SourceFile(path) as file:
        best = fitting(file)[0]
    assert (best.name, best.delimiter) == ("paypal_settlement", delimiter)
    assert [one.control_ok for one in read_bytes(tmp_path, path.read_bytes(), best.loaded).statements] == [
        True,
        True,
    ]
