# ruff: noqa: RUF001 - the keys of one format are Russian words
"""Whatever the bytes: entries, refused rows or a refused file; and no flipped bit changes totals in silence."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon.errors import InputRefused
from recon.sources.bank import bank_amount, original_json
from recon.sources.camt.known import Known
from recon.sources.file import SourceFile
from recon.sources.mt940 import fields as mt940_fields
from recon.sources.reader import Statement, raw_json
from recon.sources.registry import reader
from tests.unit.sources_bank import national_files

MT940: Final = (
    ":20:STARTUMS\n:25:12345678/1234567890\n:28C:7/1\n:60F:C260101EUR100,00\n"
    ":61:2601020102CR30,00NTRFNONREF//B1\n:86:166?00CREDIT?20EREF+E-1?21SVWZ+Invoice 1?32Name\n"
    ":61:2601020102DR5,50NTRFNONREF//B2\n:86:/EREF/E-2//REMI/USTD//Order 2/\n"
    ":61:2601030103RD1,25NRTINONREF\nmore\n:86:text of\na return\n:62F:C260131EUR125,75\n-\n"
)
MT942: Final = (
    ":20:A\n:25:1\n:28C:1/1\n:34F:EUR0,00\n:13D:2601021200+0100\n:61:260102C5,00NTRFNONREF\n:86:text\n"
    ":61:260102D1,10NTRFNONREF\n:90D:1EUR1,10\n:90C:1EUR5,00\n-\n"
)
CAMT: Final = (
    '<?xml version="1.0"?>\n<Document><BkToCstmrStmt><Stmt><Id>1</Id><Acct><Id><IBAN>X</IBAN></Id></Acct>'
    '<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>'
    '<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">7.50</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>'
    '<Ntry><Amt Ccy="EUR">10.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><RvslInd>true</RvslInd></Ntry>'
    '<Ntry><Amt Ccy="EUR">3.50</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><ValDt><Dt>2026-01-02</Dt></ValDt></Ntry>'
    "</Stmt></BkToCstmrStmt></Document>"
)
OFX: Final = (
    "OFXHEADER:100\nCHARSET:1252\n\n<OFX><STMTRS><CURDEF>USD<BANKACCTFROM><ACCTID>77</BANKACCTFROM><BANKTRANLIST>\n"
    "<STMTTRN><TRNTYPE>POS<DTPOSTED>20260105120000[-3:X]<TRNAMT>-5.25<FITID>F1<NAME>A &amp; B</STMTTRN>\n"
    "</BANKTRANLIST><LEDGERBAL><BALAMT>90.00</LEDGERBAL></STMTRS></OFX>\n"
)
BAI2: Final = (
    "01,S,R,260105,0800,1,80,,2/\n02,R,S,1,260104,,USD,2/\n03,77,,010,500,,,015,10000,,,100,10000,1,,400,500,1,/\n"
    "16,142,10000,V,260103,,B1,C1,WIRE IN/\n88,FROM A/\n16,475,500,,B2,,CHEQUE/\n"
    "49,31500,5/\n98,31500,1,7/\n99,31500,1,9/\n"
)
QIF: Final = "!Account\nNCard\n^\n!Type:CCard\nD1/31/95\nT-1,500.25\nPShop\nSA\n$-1.00\n^\nD1/25' 9\nT2.00\n^\n"
ONEC: Final = (
    "1CClientBankExchange\nРасчСчет=40702810000000000001\nСекцияРасчСчет\nРасчСчет=40702810000000000001\n"
    "НачальныйОстаток=100.00\nКонечныйОстаток=150.00\nКонецРасчСчет\nСекцияДокумент=Платежное поручение\nНомер=1\n"
    "Сумма=50.00\nПлательщикСчет=1\nПолучательСчет=40702810000000000001\nКонецДокумента\nКонецФайла\n"
)
_STRIDE: Final = 5
"""Every so manyth of all flipped bits is tried; it has no factor in common with 8, so every bit has its turn."""
SAMPLES: Final = {
    "mt940": (MT940, MT942),
    "camt": (CAMT,),
    "ofx": (OFX,),
    "bai2": (BAI2,),
    "qif": (QIF,),
    "onec": (ONEC,),
    **national_files.SAMPLES,
}
FORMATS: Final = sorted(SAMPLES)
CONTROLLED: Final = ("mt940", "camt", "bai2", *national_files.SAMPLES)
"""Formats whose samples state totals or both balances of everything in them."""


@dataclass(frozen=True)
class Outcome:
    """What a reader made of some bytes: sums of booked entries, and whether it raised a doubt about them.

    `tied` says that every statement has totals or both balances, and that they tie.
    """

    sums: dict[str, Decimal]
    doubted: bool
    tied: bool = False


def outcome(name: str, content: bytes) -> Outcome:
    """Read bytes as a format; any exception but `InputRefused` is a defect."""
    sums: dict[str, Decimal] = {}
    by_statement: dict[tuple[object, str], Decimal] = {}
    statements: list[Statement] = []
    refused = False
    with TemporaryDirectory() as folder:
        path = Path(folder) / "statement"
        path.write_bytes(content)
        try:
            with SourceFile(path) as file:
                bank = reader(name)
                bank.sniff(file.head(), path)
                for batch in bank.read(file, bank.options.model_validate({"currency": "EUR"})):
                    assert batch.lines >= 0
                    refused = refused or bool(batch.refused)
                    statements += batch.statements
                    for row in batch.entries.to_pylist():
                        if row["status"] == "booked":
                            sums[row["currency"]] = sums.get(row["currency"], Decimal(0)) + row["amount"]
                            place = (row["statement_no"], row["currency"])
                            by_statement[place] = by_statement.get(place, Decimal(0)) + row["amount"]
        except InputRefused as refusal:
            vague = [problem for problem in refusal.problems if not problem.place or not problem.message]
            return Outcome({"vague": Decimal(len(vague))} if vague else {}, not vague)
    doubted = refused or any(_fails(said, by_statement) for said in statements)
    proven = all(
        said.control_ok or (said.opening is not None and said.closing is not None) for said in statements
    )
    return Outcome(sums, doubted, bool(statements) and proven and not doubted)


def _fails(said: Statement, sums: dict[tuple[object, str], Decimal]) -> bool:
    if said.control_ok is False:
        return True
    if said.opening is None or said.closing is None:
        return False
    return said.opening + sums.get((said.statement_no, said.currency or ""), Decimal(0)) != said.closing


def mutations(name: str) -> Iterator[tuple[bytes, bytes]]:
    for text in SAMPLES[name]:
        content = text.encode()
        for position in range(len(content)):
            for bit in range(8):
                yield (
                    content,
                    content[:position] + bytes([content[position] ^ 1 << bit]) + content[position + 1 :],
                )


@pytest.mark.parametrize("name", FORMATS)
def test_the_samples_themselves_raise_no_doubt(name: str) -> None:
    for text in SAMPLES[name]:
        assert outcome(name, text.encode()).doubted is False


@pytest.mark.parametrize("name", CONTROLLED)
def test_no_flipped_bit_changes_totals_in_silence(name: str) -> None:
    silent = []
    for index, (before, after) in enumerate(mutations(name)):
        if index % _STRIDE:
            continue
        told = outcome(name, after)
        if not told.doubted and told.sums != outcome_of_sample(name, before).sums:
            silent.append(after)
    assert silent == []


_KNOWN: dict[bytes, Outcome] = {}


def outcome_of_sample(name: str, content: bytes) -> Outcome:
    if content not in _KNOWN:
        _KNOWN[content] = outcome(name, content)
    return _KNOWN[content]


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=30)
@given(data=st.data())
def test_any_bytes_are_rows_or_refused(name: str, data: st.DataObject) -> None:
    outcome(name, data.draw(st.binary(max_size=300)))


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=60)
@given(data=st.data())
def test_pieces_of_files_in_any_order_are_rows_or_refused(name: str, data: st.DataObject) -> None:
    pieces = [line for text in SAMPLES[name] for line in text.splitlines(keepends=True)]
    pieces += [text[:40] for text in SAMPLES[name]] + ["\r", "\x00", "é", "-\n", ":61:", "?20", "\n\n"]
    chosen = data.draw(st.lists(st.one_of(st.sampled_from(pieces), st.text(max_size=12)), max_size=14))
    outcome(name, "".join(chosen).encode("utf-8", errors="replace"))


@pytest.mark.parametrize("name", CONTROLLED)
@settings(max_examples=60)
@given(data=st.data())
def test_a_cut_file_is_refused_or_its_totals_fail_or_nothing_is_lost(name: str, data: st.DataObject) -> None:
    content = data.draw(st.sampled_from(SAMPLES[name])).encode()
    end = data.draw(st.integers(0, len(content) - 1))
    told = outcome(name, content[:end])
    whole = outcome_of_sample(name, content)
    assert told.doubted or told.sums == whole.sums or b":34F:" in content


@given(st.decimals(0, 10**12, places=2))
def test_amounts_read_as_they_were_written(amount: Decimal) -> None:
    text = f"{amount:f}"
    whole, _, cents = text.partition(".")
    grouped = f"{int(whole):,}"
    written = [
        text,
        f"{whole},{cents}",
        f"{grouped.replace(',', '.')},{cents}",
        f"{grouped.replace(',', ' ')},{cents}",
    ]
    assert {bank_amount(one) for one in written} == {amount}


@given(st.text(max_size=20))
def test_an_amount_is_read_exactly_or_not_at_all(text: str) -> None:
    amount = bank_amount(text)
    assert amount is None or (amount >= 0 and amount == amount.quantize(Decimal("1e-8")))


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=20), max_size=4))
def test_original_fields_are_written_as_everywhere(fields: dict[str, str]) -> None:
    assert original_json(fields) == raw_json(fields)


@pytest.mark.parametrize("version", range(1, 15))
@pytest.mark.parametrize("message", ["52", "53", "54"])
def test_camt_of_every_version_with_and_without_a_name_space(message: str, version: int) -> None:
    element = {"52": "BkToCstmrAcctRpt/Rpt", "53": "BkToCstmrStmt/Stmt", "54": "BkToCstmrDbtCdtNtfctn/Ntfctn"}
    root, holder = element[message].split("/")
    entry = "<Ntry><Amt Ccy='EUR'>2.50</Amt><CdtDbtInd>DBIT</CdtDbtInd>{status}{party}</Ntry>"
    status = "<Sts><Cd>BOOK</Cd></Sts>" if version >= 7 else "<Sts>BOOK</Sts>"
    name = "<Pty><Nm>Shop</Nm></Pty>" if version >= 8 else "<Nm>Shop</Nm>"
    party = f"<NtryDtls><TxDtls><RltdPties><Cdtr>{name}</Cdtr></RltdPties></TxDtls></NtryDtls>"
    body = f"<{root}><{holder}><Id>1</Id>{entry.format(status=status, party=party)}</{holder}></{root}>"
    space = f' xmlns="urn:iso:std:iso:20022:tech:xsd:camt.0{message}.001.{version:02}"'
    bare = outcome("camt", f"<Document>{body}</Document>".encode())
    assert bare.sums == {"EUR": Decimal("-2.50")}
    assert outcome("camt", f"<Document{space}>{body}</Document>".encode()) == bare
    prefixed = body.replace("</", "</c:").replace("<", "<c:").replace("<c:/c:", "</c:")
    assert (
        outcome("camt", f"<c:Document{space.replace('xmlns', 'xmlns:c')}>{prefixed}</c:Document>".encode())
        == bare
    )


def _camt_of(texts: list[tuple[str, str, str]]) -> bytes:
    entries = "".join(
        f'<Ntry>\n<Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><AddtlNtryInf>{words}'
        f"</AddtlNtryInf>{more}</Ntry>\n"
        for amount, words, more in texts
    )
    padding = f"<GrpHdr><MsgId>{'x' * 66_000}</MsgId></GrpHdr>"  # the first block of bytes is always parsed
    return f"<Document><BkToCstmrStmt>{padding}<Stmt><Id>1</Id>{entries}</Stmt></BkToCstmrStmt></Document>".encode()


@settings(max_examples=40)
@given(data=st.data())
def test_an_entry_of_a_known_form_says_what_parsing_it_says(data: st.DataObject) -> None:
    words = st.text("ab \n\r\t&;<>\"'é\ufffe\x01", max_size=6) | st.sampled_from(
        ["&amp;", "&lt;", "&#65;", "]]>", " ", ""]
    )
    more = st.sampled_from(
        ["", "<X/>", "<!-- <Ntry> -->", "<NtryRef>1</NtryRef>", "<NtryRef>2</NtryRef>", "<NtryRef></NtryRef>"]
    )
    amounts = st.sampled_from(["1.00", "2", "x", "", "3.5 "])
    texts = data.draw(st.lists(st.tuples(amounts, words, more), min_size=1, max_size=8))
    plain = [("1.00", "a", ""), ("1.00", "a", "<NtryRef>1</NtryRef>")] * 2
    content = _camt_of([*plain, *texts, *plain])
    told = [_rows(content)]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Known, "_is_plain", lambda *_: False)
        told.append(_rows(content))
    assert told[0] == told[1]


def _rows(content: bytes, name: str = "camt") -> object:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "statement"
        path.write_bytes(content)
        try:
            with SourceFile(path, "statement") as file:
                bank = reader(name)
                batches = list(bank.read(file, bank.options()))
        except InputRefused as refusal:
            return str(refusal)
        return [(batch.entries.to_pylist(), batch.refused, batch.statements, batch.lines) for batch in batches]


_USUAL_LINES: Final = st.from_regex(
    r"260[12]\d\d(01\d\d)?R?[CD]\d{1,5},\d{0,2}[NSF][A-Z]{3}[A-Z0-9/ ]{0,18}(//[A-Z0-9]{1,6})?",
    fullmatch=True,
) | st.sampled_from(
    [
        "260102C1,00NTRFNONREF//B",
        "260102C1,NTRNONREF",
        "260102D1,0NTRFnonref",
        "260230C1,NTRFA",
        "x",
        '260102C1,NTRF"\\',
    ]
)
_TEXTS: Final = st.sampled_from(
    ["", " ", "a  b", "x" * 21, "x" * 22, "x" * 26, "x" * 27, " " * 27, "+", "?", "a?1", "/", "a/", "NOTPROVIDED",
     "EREF", "NAME", 'é"', "SV", "BIC+", "a+b", "USTD"]
)  # fmt: skip
_PARTS: Final = st.sampled_from(
    ["?00", "?20", "?20EREF+", "?20SVWZ+", "?21", "?21SVWZ+", "?22KREF+", "?22BIC+", "?22IBAN+", "?30", "?31", "?32",
     "?33", "?35", "?60", "/EREF/", "/NAME/", "/IBAN/", "/REMI/USTD//", "/REMI/", "/MARF/", "/CNTP/", "/BIC/"]
)  # fmt: skip


@settings(max_examples=120)
@given(data=st.data())
def test_a_run_of_movements_says_what_the_closer_look_says(data: st.DataObject) -> None:
    parts = data.draw(st.lists(_PARTS, min_size=1, max_size=5))
    starts = st.sampled_from(["166", "166", "", "", " ", "16", "a"])
    more = st.sampled_from(
        ["", "", "", "", "", "", "\nmore", "\n:86:more", "\n:NS:01more", "\n-", "\n:x", "\n:6\n1:"]
    )
    lines = []
    for _ in range(data.draw(st.integers(1, 8))):
        words = data.draw(starts) + "".join(part + data.draw(_TEXTS) for part in parts)
        lines.append(f":61:{data.draw(_USUAL_LINES)}\n:86:{words}{data.draw(more)}\n")
    before = data.draw(st.sampled_from([":20:A\n:25:1\n", "", "prose\n:x\n"]))
    before += data.draw(st.sampled_from([":60F:C260101EUR100,00\n", ""]))
    content = (before + "".join(lines) + ":62F:C260131EUR125,75\n-\n").encode()
    told = _rows(content, "mt940")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(mt940_fields, "_LONGEST_RUN", 0)
        assert _rows(content, "mt940") == told
