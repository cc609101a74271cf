"""Several CAMT documents behind each other in one file, as they come where the files of some days are put together."""

from pathlib import Path

import pytest

from recon.errors import InputRefused
from recon.sources.camt import xml
from tests.unit.sources_bank.reading import read
from tests.unit.sources_bank.test_camt import balance, document, entry


@pytest.mark.parametrize("gap", ["", "\n", "\r\n\n  "])
@pytest.mark.parametrize("block", [7, 64, 300, xml.BLOCK_BYTES])
def test_all_are_read(gap: str, block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml, "BLOCK_BYTES", block)
    first = document(balance("OPBD", "100.00") + entry() + balance("CLBD", "110.00"))
    second = document(balance("OPBD", "110.00") + "\n" + entry(amount="4.00", sign="DBIT"))
    third = document(entry(amount="7.00")).replace("<Document", "<n:Document", 1)
    third = third.replace("</Document", "</n:Document").replace("xmlns=", "xmlns:n=")
    found = read("camt", gap.join([first, second, third]), tmp_path)
    assert [str(row["amount"]) for row in found.rows] == ["10.00000000", "-4.00000000", "7.00000000"]
    assert [row["statement_no"] for row in found.rows] == [1, 2, 3]
    assert [said.opening is not None for said in found.statements] == [True, True, False]


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    text = document("\n" + entry()) + "\n" + document("\n\n" + entry(amount="12..34"))
    found = read("camt", text, tmp_path)
    (refused,) = found.refused
    said = text.splitlines()[refused.line_no - 1]
    assert "12..34" in said
    assert len(found.rows) == 1


def test_what_is_no_document_is_refused_at_its_line(tmp_path: Path) -> None:
    text = document(entry()) + "\n" + document(entry())[:-20]
    with pytest.raises(InputRefused) as caught:
        read("camt", text, tmp_path)
    (problem,) = caught.value.problems
    assert problem.place is not None
    assert (problem.code, problem.place.line) == ("truncated", len(text.splitlines()))
    with pytest.raises(InputRefused, match="no XML"):
        read("camt", document(entry()) + "\nend of file", tmp_path)
