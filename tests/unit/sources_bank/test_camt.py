"""CAMT.052, 053 and 054: versions, batch entries, signs, balances, totals, and documents that are refused."""

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from recon.errors import InputRefused
from recon.sources.camt import xml
from tests.unit.sources_bank.reading import Read, read

ACCOUNT = "<Acct><Id><IBAN>DE14740618130000033626</IBAN></Id><Ccy>EUR</Ccy></Acct>"


def balance(code: str, amount: str, sign: str = "CRDT", currency: str = "EUR") -> str:
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="{currency}">{amount}</Amt>'
        f"<CdtDbtInd>{sign}</CdtDbtInd><Dt><Dt>2026-01-31</Dt></Dt></Bal>"
    )


def entry(inner: str = "", amount: str = "10.00", sign: str = "CRDT", currency: str = "EUR") -> str:
    return (
        f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd>'
        f"<BookgDt><Dt>2026-01-05</Dt></BookgDt><ValDt><Dt>2026-01-06</Dt></ValDt>{inner}</Ntry>"
    )


def details(*inner: str) -> str:
    return "<NtryDtls>" + "".join(f"<TxDtls>{text}</TxDtls>" for text in inner) + "</NtryDtls>"


def document(body: str, namespace: str = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.02") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{namespace}"><BkToCstmrStmt>\n'
        f"<Stmt><Id>S-1</Id>{ACCOUNT}\n{body}</Stmt></BkToCstmrStmt></Document>"
    )


def statement(body: str, folder: Path) -> Read:
    return read("camt", document(body), folder)


def one(inner: str, folder: Path, **changes: str) -> dict[str, object]:
    (row,) = statement(entry(inner, **changes), folder).rows
    return row


def test_an_entry(tmp_path: Path) -> None:
    row = one("<AcctSvcrRef>B-1</AcctSvcrRef><AddtlNtryInf>note</AddtlNtryInf>", tmp_path)
    assert row["amount"] == Decimal(10)
    assert (row["booking_date"], row["value_date"]) == (date(2026, 1, 5), date(2026, 1, 6))
    assert (row["account"], row["statement_id"], row["statement_no"]) == ("DE14740618130000033626", "S-1", 1)
    assert (row["ref_bank"], row["remittance"], row["status"]) == ("B-1", "note", "booked")


def test_an_amount_with_a_sign_of_its_own_is_taken_as_written_and_told(tmp_path: Path) -> None:
    row = one("", tmp_path, amount="-10.00", sign="DBIT")
    assert row["amount"] == Decimal(10)
    assert dict(row["attributes"]) == {"warning": "amount -10.00 has a sign of its own beside DBIT"}  # type: ignore[call-overload]  # a map


def test_a_status_may_be_in_small_letters(tmp_path: Path) -> None:
    assert one("<Sts><Cd>Pdng</Cd></Sts>", tmp_path)["status"] == "pending"


@pytest.mark.parametrize(
    "version", [f"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{n:02}" for n in (1, 2, 8, 14)]
)
def test_any_version(version: str, tmp_path: Path) -> None:
    assert len(read("camt", document(entry(), version), tmp_path).rows) == 1


@pytest.mark.parametrize("root", ["<Document>", '<Document xmlns:n="urn:x">', '<n:Document xmlns:n="urn:x">'])
def test_local_names_count_not_namespaces(root: str, tmp_path: Path) -> None:
    prefix = "n:" if root.startswith("<n:") else ""
    body = f"{root}<BkToCstmrStmt><Stmt><Id>1</Id>{ACCOUNT}{entry()}</Stmt></BkToCstmrStmt></Document>"
    if prefix:
        body = (
            body.replace("</", "</n:")
            .replace("<Bk", "<n:Bk")
            .replace("<Stmt", "<n:Stmt")
            .replace("<Id>", "<n:Id>")
        )
        for name in ("Acct", "IBAN", "Ccy>", "Ntry", "Amt", "Cdt", "Bookg", "Dt>", "ValDt"):
            body = body.replace(f"<{name}", f"<n:{name}")
    found = read("camt", body, tmp_path)
    assert found.column("amount") == [Decimal(10)]
    assert found.column("account") == ["DE14740618130000033626"]


@pytest.mark.parametrize("element", ["Rpt", "Ntfctn"])
def test_reports_and_notifications(element: str, tmp_path: Path) -> None:
    body = document(entry()).replace("Stmt>", f"{element}>").replace("BkToCstmr" + element, "BkToCstmrX")
    assert len(read("camt", body, tmp_path).rows) == 1


@pytest.mark.parametrize(("sign", "amount"), [("CRDT", "10"), ("DBIT", "-10")])
@pytest.mark.parametrize("reversal", ["true", "false"])
def test_the_sign_is_the_indicator_alone(sign: str, amount: str, reversal: str, tmp_path: Path) -> None:
    row = one(f"<RvslInd>{reversal}</RvslInd>", tmp_path, sign=sign)
    assert row["amount"] == Decimal(amount)
    assert row["is_reversal"] is (reversal == "true")


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("<Sts>BOOK</Sts>", "booked"),
        ("<Sts><Cd>PDNG</Cd></Sts>", "pending"),
        ("<Sts>INFO</Sts>", "info"),
        ("<Sts><Cd>FUTR</Cd></Sts>", "pending"),
        ("", "booked"),
    ],
)
def test_status(said: str, status: str, tmp_path: Path) -> None:
    assert one(said, tmp_path)["status"] == status


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (entry(amount="12..34"), "amount"),
        (entry(amount=""), "amount"),
        (entry(amount="12,34"), "amount"),
        (entry(amount="99999999999999999.00"), "amount"),
        (entry(sign="CRDD"), "sign"),
        (entry(currency="EUX"), "currency"),
        (entry("<Sts>WHAT</Sts>"), "status"),
    ],
)
def test_an_entry_that_is_not_certain_is_refused_with_its_line(body: str, code: str, tmp_path: Path) -> None:
    found = statement(f"{entry()}\n{body}", tmp_path)
    assert len(found.rows) == 1
    (refused,) = found.refused
    assert (refused.code, refused.line_no) == (code, 5)


@pytest.mark.parametrize(
    ("text", "amount"),
    [("0", "0"), ("1.23456", "1.23456"), ("5", "5"), (".5", ".5"), ("1E+2", "100"), ("4E-13", "0")],
)
def test_odd_amounts(text: str, amount: str, tmp_path: Path) -> None:
    found = statement(entry(amount=text), tmp_path)
    assert found.column("amount") == [Decimal(amount)]
    assert (found.attribute("warning")[0] is not None) is (text == "4E-13")


def test_a_date_and_time_with_a_zone_is_also_a_moment(tmp_path: Path) -> None:
    text = entry().replace("<Dt>2026-01-05</Dt>", "<DtTm>2026-01-05T00:30:00+01:00</DtTm>")
    (row,) = statement(text, tmp_path).rows
    assert row["booking_date"] == date(2026, 1, 5)
    assert row["event_time"] == datetime(2026, 1, 4, 23, 30)  # noqa: DTZ001 - canonical times are UTC without a zone


def test_a_date_that_does_not_exist_leaves_a_warning(tmp_path: Path) -> None:
    found = statement(entry().replace("2026-01-05", "2026-02-30"), tmp_path)
    assert found.column("booking_date") == [None]
    assert found.attribute("warning") == ["BookgDt 2026-02-30 does not exist"]


PARTY = "<RltdPties><Dbtr>{0}</Dbtr><DbtrAcct><Id>{1}</Id></DbtrAcct><Cdtr><Nm>We</Nm></Cdtr></RltdPties>"


@pytest.mark.parametrize("name", ["<Nm>Payer</Nm>", "<Pty><Nm>Payer</Nm></Pty>"])
@pytest.mark.parametrize(
    "account", ["<IBAN>NL91ABNA0417164300</IBAN>", "<Othr><Id>NL91ABNA0417164300</Id></Othr>"]
)
def test_the_counterparty_of_a_credit_is_the_debtor(name: str, account: str, tmp_path: Path) -> None:
    row = one(details(PARTY.format(name, account)), tmp_path)
    assert (row["counterparty_name"], row["counterparty_account"]) == ("Payer", "NL91ABNA0417164300")


def test_a_single_detail_fills_the_columns(tmp_path: Path) -> None:
    inner = details(
        "<Refs><EndToEndId>E-1</EndToEndId><UETR>u-1</UETR></Refs>"
        "<AmtDtls><InstdAmt><Amt Ccy='USD'>12.00</Amt><CcyXchg><XchgRate>1.2</XchgRate></CcyXchg></InstdAmt></AmtDtls>"
        "<RmtInf><Ustrd>Invoice</Ustrd><Ustrd>77</Ustrd>"
        "<Strd><CdtrRefInf><Ref>RF18</Ref></CdtrRefInf></Strd></RmtInf>"
    )
    row = one(inner, tmp_path, sign="DBIT")
    assert (row["ref_end_to_end"], row["ref_merchant"], row["remittance"]) == ("E-1", "RF18", "Invoice 77 RF18")
    assert (row["original_amount"], row["original_currency"], row["fx_rate"]) == (
        Decimal(-12),
        "USD",
        Decimal("1.2"),
    )


def test_a_batch_entry_is_one_row_with_its_details_in_raw(tmp_path: Path) -> None:
    inner = details(
        "<Refs><EndToEndId>E-1</EndToEndId></Refs><Amt Ccy='EUR'>4.00</Amt>",
        "<Refs><EndToEndId>E-2</EndToEndId></Refs>",
    )
    found = statement(entry(inner), tmp_path)
    assert found.column("amount") == [Decimal(10)]
    assert found.column("ref_end_to_end") == [None]
    assert found.attribute("end_to_end_ids") == ["E-1 E-2"]
    raw = str(found.rows[0]["raw"])
    assert raw.index("E-1") < raw.index("E-2")


def test_absent_references_by_name_are_none(tmp_path: Path) -> None:
    assert one(details("<Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>"), tmp_path)["ref_end_to_end"] is None


@pytest.mark.parametrize(
    ("codes", "kind"),
    [
        ("PMNT RCDT ESCT", "payment"),
        ("PMNT MDOP CHRG", "fee"),
        ("ACMT MDOP INTR", "interest"),
        ("PMNT ICDT BOOK", "transfer"),
        ("FORX SPOT OTHR", "conversion"),
        ("PMNT RDDT PRDD", "other"),
        ("XTND NTAV NTAV", "other"),
    ],
)
def test_bank_transaction_codes(codes: str, kind: str, tmp_path: Path) -> None:
    domain, family, sub = codes.split()
    text = f"<BkTxCd><Domn><Cd>{domain}</Cd><Fmly><Cd>{family}</Cd><SubFmlyCd>{sub}</SubFmlyCd></Fmly></Domn></BkTxCd>"
    row = one(text, tmp_path)
    assert (row["type"], row["type_raw"]) == (kind, f"{domain}/{family}/{sub}")


CHARGE = (
    "<Amt Ccy='EUR'>0.70</Amt><CdtDbtInd>DBIT</CdtDbtInd><ChrgInclInd>{0}</ChrgInclInd><Tp><Cd>BRKF</Cd></Tp>"
)


@pytest.mark.parametrize("inside", [True, False])
@pytest.mark.parametrize("record", ["<Rcrd>{0}</Rcrd>", "{0}"])
def test_charges(inside: bool, record: str, tmp_path: Path) -> None:
    row = one(f"<Chrgs>{record.format(CHARGE.format(str(inside).lower()))}</Chrgs>", tmp_path)
    assert row["fee_parts"] == [{"kind": "BRKF", "amount": Decimal("-0.70"), "currency": "EUR"}]
    money = (row["gross"], row["fee"], row["net"])
    assert money == ((Decimal("10.70"), Decimal("-0.70"), Decimal(10)) if inside else (None, None, None))


def test_balances(tmp_path: Path) -> None:
    body = balance("PRCD", "9", "DBIT") + balance("CLAV", "7") + balance("CLBD", "5") + balance("INFO", "1")
    (said,) = statement(body, tmp_path).statements
    assert (said.opening, said.closing, said.currency) == (Decimal(-9), Decimal(5), "EUR")


def test_the_opening_booked_balance_goes_before_the_previous_closing_one(tmp_path: Path) -> None:
    assert statement(balance("PRCD", "9") + balance("OPBD", "8"), tmp_path).statements[0].opening == Decimal(8)


def test_balances_in_several_currencies(tmp_path: Path) -> None:
    body = balance("OPBD", "9", currency="USD") + balance("OPBD", "8") + balance("CLBD", "7")
    (said,) = statement(body, tmp_path).statements
    assert (said.opening, said.closing, said.control_ok) == (Decimal(8), Decimal(7), None)


def test_a_closing_balance_in_another_currency_fails_the_control(tmp_path: Path) -> None:
    (said,) = statement(balance("OPBD", "9") + balance("CLBD", "9", currency="USD"), tmp_path).statements
    assert (said.closing_currency, said.control_ok) == ("USD", False)


def test_a_balance_without_an_amount_is_a_refused_row(tmp_path: Path) -> None:
    assert [row.code for row in statement(balance("OPBD", "x"), tmp_path).refused] == ["balance"]


@pytest.mark.parametrize(
    ("totals", "ok"),
    [
        ("<TtlNtries><NbOfNtries>2</NbOfNtries><Sum>14</Sum></TtlNtries>", True),
        ("<TtlNtries><NbOfNtries>3</NbOfNtries></TtlNtries>", False),
        ("<TtlCdtNtries><NbOfNtries>1</NbOfNtries><Sum>10.00</Sum></TtlCdtNtries>", True),
        ("<TtlCdtNtries><Sum>10.01</Sum></TtlCdtNtries>", False),
        ("<TtlDbtNtries><NbOfNtries>1</NbOfNtries><Sum>4</Sum></TtlDbtNtries>", True),
        ("<TtlDbtNtries><NbOfNtries>2</NbOfNtries></TtlDbtNtries>", False),
        ("<TtlNtries><TtlNetNtryAmt>6</TtlNetNtryAmt></TtlNtries>", True),
        ("<TtlNtries><TtlNetNtry><Amt>7</Amt></TtlNetNtry></TtlNtries>", False),
        ("<TtlNtries><Sum>x</Sum></TtlNtries>", False),
        ("", None),
    ],
)
def test_stated_totals(totals: str, ok: bool | None, tmp_path: Path) -> None:
    body = f"<TxsSummry>{totals}</TxsSummry>{entry()}{entry(amount='4', sign='DBIT')}"
    assert statement(body, tmp_path).statements[0].control_ok is ok


def test_several_statements_in_one_file(tmp_path: Path) -> None:
    second = f"<Stmt><Id>S-2</Id><Acct><Id><Othr><Id>77</Id></Othr></Id></Acct>{entry()}</Stmt>"
    text = document(entry()).replace("</BkToCstmrStmt>", f"{second}</BkToCstmrStmt>")
    found = read("camt", text, tmp_path)
    assert found.column("account") == ["DE14740618130000033626", "77"]
    assert [(said.statement_no, said.statement_id) for said in found.statements] == [(1, "S-1"), (2, "S-2")]


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "windows-1252", "UTF-16"])
def test_declared_encodings(encoding: str, tmp_path: Path) -> None:
    text = document(entry("<AddtlNtryInf>Gebühr</AddtlNtryInf>")).replace("UTF-8", encoding)
    found = read("camt", text.encode(encoding), tmp_path)
    assert found.column("remittance") == ["Gebühr"]
    assert found.encoding == encoding.lower()


BOMB = '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (document(entry()).replace("<Document", f"{BOMB}<Document"), "xml-doctype"),
        (
            document(entry()).replace("<Document", '<!DOCTYPE d SYSTEM "file:///etc/passwd"><Document'),
            "xml-doctype",
        ),
        (document(entry("<AddtlNtryInf>&x;</AddtlNtryInf>")), "xml"),
        (document("<a>" * 80 + "</a>" * 80), "xml-depth"),
        (document(entry(f"<AddtlNtryInf>{'x' * 1_100_000}</AddtlNtryInf>")), "xml-size"),
        (document(entry("<a>1</a>" * 10_001)), "xml-size"),
        (document("")[:-20], "truncated"),
        (document(entry())[:200], "truncated"),
        (document("").replace("<Stmt>", "<Other>").replace("</Stmt>", "</Other>"), "no-statement"),
        ("<Document><BkToCstmrStmt></Document>", "xml"),
        (document("").replace("UTF-8", "no-such"), "encoding"),
        ("", "truncated"),
    ],
)
def test_documents_that_are_refused_whole(text: str, code: str, tmp_path: Path) -> None:
    with pytest.raises(InputRefused) as caught:
        read("camt", text, tmp_path)
    (problem,) = caught.value.problems
    assert problem.code == code
    assert problem.place is not None
    assert problem.place.line is not None


def test_the_original_is_compact_json_with_every_text(tmp_path: Path) -> None:
    inner = details('<RmtInf><Ustrd>a "b"</Ustrd><Ustrd>ü\\</Ustrd></RmtInf>', "<AddtlTxInf>c</AddtlTxInf>")
    raw = str(one(f"{inner}<AddtlNtryInf>d</AddtlNtryInf>", tmp_path)["raw"])
    said = json.loads(raw)
    assert raw == json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    assert said["TxDtls"] == [{"RmtInf/Ustrd": ['a "b"', "ü\\"]}, {"AddtlTxInf": "c"}]
    assert (said["Amt@Ccy"], said["AddtlNtryInf"]) == ("EUR", "d")


def test_a_column_holds_what_all_details_agree_on(tmp_path: Path) -> None:
    def detail(reference: str, mandate: str) -> str:
        return f"<Refs><EndToEndId>{reference}</EndToEndId><MndtId>{mandate}</MndtId></Refs>"

    row = one(details(detail("E", "M-1"), detail("NOTPROVIDED", "M-2"), detail("E", "M-1")), tmp_path)
    assert row["ref_end_to_end"] == "E"
    assert "mandate" not in dict(row["attributes"] or [])  # type: ignore[call-overload]  # a map


def test_elements_beyond_those_remembered_are_read_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = statement(entry("<AddtlNtryInf>d</AddtlNtryInf>") + entry(), tmp_path)
    monkeypatch.setattr(xml, "MOST_PLACES", 3)
    assert statement(entry("<AddtlNtryInf>d</AddtlNtryInf>") + entry(), tmp_path) == before


def test_codes_of_currencies_may_be_in_small_letters(tmp_path: Path) -> None:
    text = document(balance("OPBD", "5.00") + entry())
    small = text.replace('Ccy="EUR"', 'Ccy="eur"').replace("<Ccy>EUR", "<Ccy>eur")
    assert small != text
    found, usual = read("camt", small, tmp_path), read("camt", text, tmp_path)
    assert (found.column("currency"), found.refused) == (["EUR"], [])
    assert found.statements == usual.statements


def test_the_currency_of_an_account_may_be_in_small_letters(tmp_path: Path) -> None:
    text = document(entry())
    (one,) = read("camt", text.replace("<Ccy>EUR", "<Ccy>eur"), tmp_path).statements
    assert one.currency == "EUR"
    several = document(balance("OPBD", "7.00").replace("EUR", "USD") + balance("OPBD", "5.00") + entry())
    (one,) = read("camt", several.replace("<Ccy>EUR", "<Ccy>eur"), tmp_path).statements
    assert (one.currency, one.opening) == ("EUR", Decimal("5.00"))


def test_blanks_may_stand_behind_the_mark_of_the_byte_order(tmp_path: Path) -> None:
    assert read("camt", "\ufeff\n  " + document(entry()), tmp_path).column("amount") == [Decimal(10)]
