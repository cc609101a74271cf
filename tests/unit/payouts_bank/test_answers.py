"""What banks answer: status reports of any version, statements, tables; each status by payment, at its place."""

from decimal import Decimal
from pathlib import Path

import pytest

from recon.errors import InputRefused
from recon.payouts.bank.answers import TWICE, Status, read_answers

ONE, TWO, THREE = "a" * 20, "b" * 20, "c" * 20
REPORT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.{version}"><CstmrPmtStsRpt>
<GrpHdr><MsgId>BANK-1</MsgId><CreDtTm>2026-11-04T08:00:00</CreDtTm></GrpHdr>
<OrgnlGrpInfAndSts><OrgnlMsgId>OURS-1</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>{group}</OrgnlGrpInfAndSts>
{parts}
</CstmrPmtStsRpt></Document>
"""
PART = "<OrgnlPmtInfAndSts><OrgnlPmtInfId>OURS-1</OrgnlPmtInfId>{status}{transactions}</OrgnlPmtInfAndSts>"
OF_ONE = "<TxInfAndSts><OrgnlEndToEndId>{id}</OrgnlEndToEndId>{status}{more}</TxInfAndSts>"
WHY = (
    "<StsRsnInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>Account</AddtlInf><AddtlInf>closed</AddtlInf></StsRsnInf>"
    '<OrgnlTxRef><Amt><InstdAmt Ccy="EUR">12.50</InstdAmt></Amt></OrgnlTxRef>'
)
MT940 = """{1:F01BANKNL2AXXXX0000000000}{2:I940BANKNL2AXXXXN}{4:
:20:STMT
:25:NL91ABNA0417164300
:28C:1/1
:60F:C261103EUR1000,00
:61:2611041104D12,50NTRFNONREF//B1
:86:/EREF/aaaaaaaaaaaaaaaaaaaa/REMI/commission
:61:2611051105C12,50NTRFNONREF//B2
:86:/EREF/aaaaaaaaaaaaaaaaaaaa/REMI/AC04 account closed
:61:2611051105D5,00NCHGNONREF//B3
:86:/EREF/aaaaaaaaaaaaaaaaaaaa/REMI/charges
:62F:C261105EUR995,00
-}
"""


def answered(folder: Path, name: str, text: str) -> list[tuple[str, str, str, str, Decimal | None]]:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    file = read_answers(path, name, {ONE, TWO, THREE})
    return [
        (one.payment_id or one.message, one.status.value, one.code, one.reason, one.amount)
        for one in file.answers
    ]


@pytest.mark.parametrize("version", ["03", "10", "14"])
def test_a_status_report_names_each_payment(version: str, tmp_path: Path) -> None:
    transactions = "".join(
        [
            OF_ONE.format(id=ONE, status="<TxSts>RJCT</TxSts>", more=WHY),
            OF_ONE.format(id=TWO, status="<TxSts>ACSC</TxSts>", more=""),
            OF_ONE.format(id=THREE, status="", more=""),
        ]
    )
    part = PART.format(status="<PmtInfSts>ACSP</PmtInfSts>", transactions=transactions)
    found = answered(
        tmp_path, "r.xml", REPORT.format(version=version, group="<GrpSts>PART</GrpSts>", parts=part)
    )
    assert found == [
        (ONE, "rejected", "AC04", "Account closed", Decimal("12.50")),
        (TWO, "paid", "", "", None),
        (THREE, "accepted", "", "", None),
    ]


def test_a_status_of_the_whole_file_names_the_file(tmp_path: Path) -> None:
    group = "<GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Prtry>LATE</Prtry></Rsn></StsRsnInf>"
    found = answered(tmp_path, "r.xml", REPORT.format(version="10", group=group, parts=""))
    assert found == [("OURS-1", "rejected", "LATE", "", None)]
    part = PART.format(status="<PmtInfSts>ACCP</PmtInfSts>", transactions="")
    found = answered(tmp_path, "p.xml", REPORT.format(version="10", group="", parts=part))
    assert found == [("OURS-1", "accepted", "", "", None)]


@pytest.mark.parametrize("code", sorted(TWICE))
def test_what_is_rejected_because_it_came_twice_is_with_the_bank(code: str, tmp_path: Path) -> None:
    group = f"<GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>{code}</Cd></Rsn></StsRsnInf>"
    found = answered(tmp_path, "r.xml", REPORT.format(version="10", group=group, parts=""))
    assert found == [("OURS-1", "accepted", code, "", None)]
    found = answered(tmp_path, "t.csv", f"payment_id,status,code\n{ONE},rejected,{code}\n")
    assert found == [(ONE, "accepted", code, "", None)]


def test_a_statement_pays_and_returns(tmp_path: Path) -> None:
    path = tmp_path / "s.sta"
    path.write_text(MT940, encoding="utf-8")
    file = read_answers(path, "s.sta", {ONE})
    assert [(one.payment_id, one.status, one.amount, one.currency) for one in file.answers] == [
        (ONE, Status.PAID, Decimal("12.50"), "EUR"),
        (ONE, Status.RETURNED, Decimal("12.50"), "EUR"),
    ]
    assert "account closed" in file.answers[1].reason
    assert file.others == 1
    assert f"{file.answers[1].place}" == "s.sta:8"


def test_a_table_says_what_it_likes_and_no_more(tmp_path: Path) -> None:
    found = answered(
        tmp_path, "t.csv", f"payment_id,status,reason,amount\n{ONE},Paid,,12.5\n{TWO},returned,closed,\n"
    )
    assert found == [(ONE, "paid", "", "", Decimal("12.5")), (TWO, "returned", "", "closed", None)]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("t.csv", f"payment_id,status\n{ONE},payed\n", "payed is no status"),
        ("t.csv", f"payment_id,status,amount\n{ONE},paid,1e3\n", "1e3 is no plain number"),
        ("x.txt", "hello\n", "no answer of a bank"),
        ("x.xml", "<CstmrPmtStsRpt><OrgnlGrpInf", "cannot be read"),
        ("x.xml", "<CstmrPmtStsRpt></CstmrPmtStsRpt>", "names no file"),
        ("x.xml", '<!DOCTYPE a [<!ENTITY b "c">]><CstmrPmtStsRpt>&b;</CstmrPmtStsRpt>', "DOCTYPE"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_place(name: str, text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(InputRefused) as refused:
        answered(tmp_path, name, text)
    assert said in f"{refused.value}"
    assert name in f"{refused.value.problems[0].place}"
