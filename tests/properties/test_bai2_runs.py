"""Transactions of BAI2 taken as whole units say what reading them line by line says, wherever a text is cut."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon.errors import InputRefused
from recon.sources import bank
from recon.sources.bai2 import READER, runs
from recon.sources.bank import BankOptions
from recon.sources.file import SourceFile

_WORDS = st.text('aé ,/"\\\t\xa016', max_size=8) | st.sampled_from(
    ["", "/", " /", "x" * 80, "y" * 52, "z" * 76]
)
_FUNDS = st.sampled_from(
    ["", "Z", "0", "V,260103,", "V,260103,0900", "V,269903,", "V,,", "S,1,2,3", "D,1,0,5", "v"]
)
_CODES = st.sampled_from(["142", "165", "475", "721", "905", "960", "000", "1A2", "14"])
_AMOUNTS = st.sampled_from(["100", "0", "007", "", "100-", "+5", "1.5", "9" * 16, "9" * 17, "9" * 25])
_REFERENCES = st.sampled_from(["B1", "0", "", " B2 ", "A/B", '"', "\xa0"])
_TRANSACTION = st.builds(
    "16,{},{},{},{},{},{}{}".format,
    _CODES, _AMOUNTS, _FUNDS, _REFERENCES, _REFERENCES, _WORDS, st.sampled_from(["", "/", "/ ", "/ 16,142,5,,,,X/"]),
)  # fmt: skip
_PLAIN = st.builds(
    "16,{},{},Z,B1,{},{}".format, st.sampled_from(["195", "495"]), st.integers(1, 999), _REFERENCES, _WORDS
)
_OTHER = st.sampled_from(
    ["", " ", "text", "88", "88,/", " 88,x", "16,142", "16", "49,1,1/", "50,a", "02,R,S,1,260105,,EUR,2/", "03,78,,/",
     "03,79,JPY,010,5,,/", "03,80,???,/", "98,1,1,1/", "99,1,1,1/"]
)  # fmt: skip
_LINES = _PLAIN | _PLAIN | _WORDS.map("88,{}".format) | _TRANSACTION | _OTHER
_BEGINS = ("01,S,R,260105,0800,1,80,,2/\n", "01,S,R,260105,0800,1,80/\n")


@settings(max_examples=300)
@given(
    begins=st.sampled_from(_BEGINS),
    lines=st.lists(_LINES, max_size=14),
    ended=st.booleans(),
    at_once=st.sampled_from([1, 2, 3, 5, 4_000]),
    rows=st.sampled_from([1, 2, 1_000]),
)
def test_a_run_says_what_its_lines_say(
    begins: str, lines: list[str], ended: bool, at_once: int, rows: int
) -> None:
    content = f"{begins}02,R,S,1,260104,,USD,2/\n03,77,,010,5,,/\n" + "".join(f"{line}\n" for line in lines)
    content += "49,5,3/\n98,5,1,5/\n99,5,1,7/\n" if ended else ""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(bank, "_LINES_AT_ONCE", at_once)
        patched.setattr(runs, "ROWS_AT_ONCE", rows)
        taken = _told(content)
        patched.setattr(runs, "_is_plain", lambda _: False)
        assert taken == _told(content)


def test_transactions_in_the_usual_form_are_taken_as_runs() -> None:
    text = '16,195,5,Z,B,C,"a"\n88,b/\n16,495,7,V,260103,,B,C,\n49,12,3/\n'
    first, last = list(runs.parts([text]))
    assert isinstance(first, runs.Run)
    assert (first.line_no, first.lines, first.last, len(first.found)) == (1, 3, 3, 2)
    assert [record.pieces for record in first.records()] == [
        ['195,5,Z,B,C,"a" ', "b"],
        ["495,7,V,260103,,B,C,"],
    ]
    assert not isinstance(last, runs.Run)
    assert (last.code, last.line_no) == ("49", 4)


def _told(content: str) -> object:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "report"
        path.write_text(content, encoding="utf-8")
        try:
            with SourceFile(path, "report") as file:
                batches = list(READER.read(file, BankOptions()))
        except InputRefused as refusal:
            return str(refusal), refusal.problems
        return [
            (batch.entries.to_pylist(), batch.refused, batch.statements, batch.lines, batch.recognised)
            for batch in batches
        ]
