"""A transaction of OFX that is known by its form says what its tags say one by one."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon.errors import InputRefused
from recon.sources.file import SourceFile
from recon.sources.ofx.runs import Forms
from recon.sources.registry import reader
from tests.properties.test_bank_readers import OFX


def _read(content: bytes) -> object:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "statement"
        path.write_bytes(content)
        try:
            with SourceFile(path, "statement") as file:
                bank = reader("ofx")
                batches = list(bank.read(file, bank.options()))
        except InputRefused as refusal:
            return str(refusal)
    told = [(batch.refused, batch.statements, batch.lines, batch.recognised) for batch in batches]
    return [row for batch in batches for row in batch.entries.to_pylist()], told


@settings(max_examples=150)
@given(data=st.data())
def test_a_transaction_of_a_known_form_says_what_its_tags_say(data: st.DataObject) -> None:
    words = st.text("ab \n\r\t&;<>\"'\\\\é\x01%", max_size=6) | st.sampled_from(
        ["&amp;", "&lt;", "&#65;", "]]>", "]", "<MEMO>", "<NAME<MEMO>x>", "<STMTTRN>", "</PAYEE>", "</STMTTRN>"]
    )
    tag = st.sampled_from(
        [
            "TRNTYPE",
            "TRNAMT",
            "DTPOSTED",
            "DTAVAIL",
            "FITID",
            "NAME",
            "MEMO",
            "EXTDNAME",
            "PAYEE",
            "/PAYEE",
            "CURRENCY",
            "CURSYM",
            "ORIGCURRENCY",
            "CURRATE",
            "/CURRENCY",
            "BANKACCTTO",
            "ACCTID",
            "CHECKNUM",
            "/NAME",
            "memo",
            "X:MEMO",
            "MEMO/",
            "LEDGERBAL",
            "BALAMT",
            "STMTRS",
            "/STMTRS",
            "/OFX",
            "OFX",
            "BANKTRANLIST",
            "CURDEF",
            "STMTTRN",
            "INTU.BID",
        ]
    )
    field = st.tuples(tag, words).map(lambda pair: f"<{pair[0]}>{pair[1]}")
    ends = st.sampled_from(["</STMTTRN>", "</STMTTRN>\n", "</STMTTRN>", "", "\n", "</BANKTRANLIST>"])
    one = st.tuples(st.lists(field, max_size=4).map("".join), ends)
    plain = "<STMTTRN><TRNTYPE>POS<DTPOSTED>20260105\n<TRNAMT>-5.25<FITID>F1<NAME>{}</STMTTRN>\n"
    usual = words.map(plain.format)
    body = st.lists(one.map(lambda pair: f"<STMTTRN><TRNAMT>1.00{''.join(pair)}") | usual, max_size=8).map(
        "".join
    )
    content = OFX.replace("<STMTTRN>", data.draw(body) + "<STMTTRN>", 1).encode("utf-8", "replace")
    content = content[: len(content) - data.draw(st.integers(0, 60))]
    told = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("recon.sources.file.CHUNK_BYTES", 64)
        patched.setattr("recon.sources.bank._BYTES_AT_ONCE", 64)
        told.append(_read(content))
        patched.setattr(Forms, "_form", lambda *_: None)
        told.append(_read(content))
    assert told[0] == told[1] == _read(content)
