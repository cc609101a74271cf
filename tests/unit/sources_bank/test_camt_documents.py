"""Several CAMT documents behind each other in one file, as they come where the files of some days are put together."""

from pathlib import Path

import pytest

from recon.errors import InputRefused
from recon.sources.camt import documents
from tests.unit.sources_bank.reading import read
from tests.unit.sources_bank.test_camt import balance, document, entry


@pytest.mark.parametrize("gap", ["", "\n", "\r\n\n  "])
@pytest.mark.parametrize("block", [7, 64, 300, documents.BLOCK_BYTES])
def test_all_are_read(gap: str, block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "BLOCK_BYTES", block)
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


@pytest.mark.parametrize("gap", ["", "\n", "\r\n\ufeff", "\0\0\n\x1a"])
@pytest.mark.parametrize("block", [7, 300, documents.BLOCK_BYTES])
def test_documents_need_no_declaration(
    gap: str, block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "BLOCK_BYTES", block)
    first = document(balance("OPBD", "100.00") + entry())
    bare = document(entry(amount="4.00", sign="DBIT")).partition("\n")[2]
    found = read("camt", gap.join([first, bare, bare, ""]), tmp_path)
    assert found.column("statement_no") == [1, 2, 3]
    assert [str(row["amount"]) for row in found.rows] == ["10.00000000", "-4.00000000", "-4.00000000"]


def test_documents_inside_another_element_are_one_file(tmp_path: Path) -> None:
    bare = document(entry()).partition("\n")[2]
    found = read("camt", f'<?xml version="1.0"?><Envelope><Body>{bare}{bare}</Body></Envelope>', tmp_path)
    assert found.column("statement_no") == [1, 2]


def test_what_is_not_in_the_declared_encoding_is_read_as_what_it_is(tmp_path: Path) -> None:
    text = document(entry("<AddtlNtryInf>Gebühr € Café</AddtlNtryInf>"))
    for encoding in ("utf-16", "cp1252"):
        found = read("camt", text.encode(encoding), tmp_path)
        assert found.column("remittance") == ["Gebühr € Café"]
        assert found.encoding == encoding
    declared = text.replace("UTF-8", "ISO-8859-15")
    assert read("camt", declared.encode("iso-8859-15"), tmp_path).column("remittance") == ["Gebühr € Café"]
