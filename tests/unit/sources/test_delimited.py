"""CSV: quotes, lines, encodings, and the place of everything that is refused."""

from decimal import Decimal
from pathlib import Path

import pytest

from recon.errors import InputRefused, Problem
from recon.sources import text
from recon.sources.tables import records
from tests.unit.sources.workbench import BASIC, HEADER, profile, read_bytes, read_text

QUOTED_NEWLINE = '2026-10-01,"two\nlines",1\n'


def problem(folder: Path, content: bytes, *changes: tuple[str, str]) -> Problem:
    with pytest.raises(InputRefused) as refused:
        read_bytes(folder, content, profile(folder, BASIC, *changes))
    assert len(refused.value.problems) == 1
    return refused.value.problems[0]


def test_a_cell_over_two_lines_keeps_its_first_line_number(tmp_path: Path) -> None:
    result = read_text(tmp_path, HEADER + QUOTED_NEWLINE + "2026-10-02,B,2\n")
    assert result.column("line_no") == [2, 4]
    assert result.column("ref_merchant") == ["two\nlines", "B"]
    assert (result.lines, result.recognised) == (4, 2)


def test_quotes_doubled_and_delimiters_inside(tmp_path: Path) -> None:
    result = read_text(tmp_path, HEADER + '2026-10-01,"say ""hi"", Ada","1"\n2026-10-02,5" pipe,2\n')
    assert result.column("ref_merchant") == ['say "hi", Ada', '5" pipe']


def test_text_after_a_closing_quote_refuses_the_row(tmp_path: Path) -> None:
    result = read_text(tmp_path, HEADER + '2026-10-01,"A"x,1\n2026-10-02,B,2\n')
    assert result.column("ref_merchant") == ["B"]
    assert [(row.line_no, row.code, row.text) for row in result.refused] == [(2, "quotes", '2026-10-01,"A"x,1')]


def test_a_quote_that_is_never_closed_refuses_the_file(tmp_path: Path) -> None:
    found = problem(tmp_path, (HEADER + '2026-10-01,A,1\n2026-10-02,"B,2\n2026-10-03,C,3\n').encode())
    assert found.code == "unclosed-quote"
    assert str(found.place) == "till.csv:3:12"


def test_a_quote_that_swallows_rows_refuses_every_one_of_them(tmp_path: Path) -> None:
    body = '2026-10-01,"A,1\n2026-10-02,B,2\n2026-10-03,C",3\n2026-10-04,D,4\n'
    swallowing = body.replace('C"', 'C",x,y')
    result = read_text(tmp_path, HEADER + swallowing)
    assert result.column("ref_merchant") == ["D"]
    assert [row.line_no for row in result.refused] == [2, 3, 4]
    assert result.conserved


def test_a_row_of_too_many_lines_refuses_the_file(tmp_path: Path) -> None:
    body = '2026-10-01,"' + "\n" * (records.LONGEST_ROW + 5) + '",1\n'
    assert problem(tmp_path, (HEADER + body).encode()).code == "unclosed-quote"


def test_quotes_without_meaning(tmp_path: Path) -> None:
    change = ("money:\n", "layout:\n  quote: none\nmoney:\n")
    result = read_text(tmp_path, HEADER + '2026-10-01,"A,1\n', change)
    assert result.column("ref_merchant") == ['"A']


@pytest.mark.parametrize(("row", "count"), [("2026-10-01,A", 2), ("2026-10-01,A,1,x", 4)])
def test_rows_with_the_wrong_number_of_cells(tmp_path: Path, row: str, count: int) -> None:
    result = read_text(tmp_path, HEADER + row + "\n2026-10-02,B,2\n")
    assert result.column("ref_merchant") == ["B"]
    assert [(one.line_no, one.code) for one in result.refused] == [(2, "cells")]
    assert f"has {count} cells and the header 3" in result.refused[0].reason


def test_empty_cells_after_the_last_do_not_matter(tmp_path: Path) -> None:
    assert len(read_text(tmp_path, HEADER + "2026-10-01,A,1,,\n").rows) == 1


def test_short_rows_are_filled_when_the_profile_says_so(tmp_path: Path) -> None:
    changes = (
        ("money:\n", "layout:\n  short_rows: fill\nmoney:\n"),
        ("  ref_merchant: Ref\n", "  remittance: Note\n"),
    )
    result = read_text(tmp_path, "Date,Amount,Note\n2026-10-01,1\n", *changes)
    assert result.column("remittance") == [None]


def test_a_header_by_line_number_and_by_names(tmp_path: Path) -> None:
    by_line = ("money:\n", "layout:\n  header: 2\nmoney:\n")
    assert len(read_text(tmp_path, "Date,Ref,Amount\n" + HEADER + "2026-10-01,A,1\n", by_line).rows) == 1
    by_names = ("money:\n", "layout:\n  header: [Date, Ref, Amount]\nmoney:\n")
    result = read_text(tmp_path, "2026-10-01,A,1\n", by_names)
    assert result.column("line_no") == [1]


def test_a_preamble_is_recognised(tmp_path: Path) -> None:
    result = read_text(tmp_path, 'My Bank\nAccount "Main\n\n' + HEADER + "2026-10-01,A,1\n")
    assert result.column("line_no") == [5]
    assert (result.lines, result.recognised) == (5, 4)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(tmp_path: Path, end: str) -> None:
    content = (HEADER + "2026-10-01,A,1\n2026-10-02,B,2").replace("\n", end).encode()
    result = read_bytes(tmp_path, content, profile(tmp_path))
    assert result.column("line_no") == [2, 3]
    assert result.lines == 3


@pytest.mark.parametrize(("delimiter", "mark"), [('";"', ";"), ("tab", "\t"), ('"|"', "|")])
def test_delimiters(tmp_path: Path, delimiter: str, mark: str) -> None:
    change = ("money:\n", f"layout:\n  delimiter: {delimiter}\nmoney:\n")
    result = read_text(tmp_path, (HEADER + '2026-10-01,A,"1"\n').replace(",", mark), change)
    assert result.column("amount") == [Decimal(1)]


@pytest.mark.parametrize(
    ("encoding", "declared", "found"),
    [
        ("utf-8-sig", "utf-8", "utf-8"),
        ("utf-16", "utf-8", "utf-16"),
        ("gb18030", "gb18030", "gb18030"),
        ("cp1252", "cp1252", "cp1252"),
        ("utf-16-le", "utf-16-le", "utf-16-le"),
    ],
)
def test_encodings(tmp_path: Path, encoding: str, declared: str, found: str) -> None:
    word = "订单" if encoding != "cp1252" else "Käse"
    content = (HEADER + f"2026-10-01,{word},1\n").encode(encoding)
    loaded = profile(tmp_path, BASIC, ("money:\n", f"layout:\n  encoding: {declared}\nmoney:\n"))
    result = read_bytes(tmp_path, content, loaded)
    assert result.column("ref_merchant") == [word]
    assert result.encoding == found


def test_a_byte_of_another_encoding_has_its_place_and_a_hint(tmp_path: Path) -> None:
    found = problem(tmp_path, (HEADER + "2026-10-01,A,1\n2026-10-02,Bärbel,2\n").encode("cp1252"))
    assert found.code == "encoding"
    assert str(found.place) == "till.csv:3:13"
    assert "0xe4" in found.message
    assert found.hint is not None
    assert "cp1252" in found.hint


def test_chinese_text_in_another_encoding_is_named(tmp_path: Path) -> None:
    found = problem(tmp_path, (HEADER + "2026-10-01,支付宝交易订单,1\n").encode("gbk"))
    assert found.hint is not None
    assert "gb18030" in found.hint


def test_a_bad_byte_far_into_a_file_has_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "BLOCK_BYTES", 50)
    good = "".join(f"2026-10-01,é{n},1\n" for n in range(100)).encode()
    found = problem(tmp_path, HEADER.encode() + good + b"2026-10-02,\xff,2\n")
    assert str(found.place) == "till.csv:102:12"


def test_a_nul_character_refuses_its_row(tmp_path: Path) -> None:
    result = read_text(tmp_path, HEADER + "2026-10-01,A\0,1\n2026-10-02,B,2\n")
    assert [(row.line_no, row.code) for row in result.refused] == [(2, "nul")]
    assert result.column("ref_merchant") == ["B"]


def test_an_endless_line_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "LONGEST_LINE", 1000)
    found = problem(tmp_path, HEADER.encode() + b"2026-10-01,A,1\n" + b"x" * 5000)
    assert (found.code, str(found.place)) == ("line-too-long", "till.csv:3")


@pytest.mark.parametrize("content", [b"", b"\n\n  \n", b"\xef\xbb\xbf"])
def test_an_empty_file(tmp_path: Path, content: bytes) -> None:
    assert problem(tmp_path, content).code == "empty-file"


def test_a_file_with_a_header_alone_is_an_empty_day(tmp_path: Path) -> None:
    result = read_text(tmp_path, HEADER)
    assert (result.rows, result.lines, result.recognised) == ([], 1, 1)


def test_blocks_make_no_difference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body = "".join(
        f'2026-10-01,"r{n}"\n'.replace("\n", ",1\n") if n % 3 else f'2026-10-01,"r\n{n}",1\n' for n in range(60)
    )
    whole = read_text(tmp_path, HEADER + body)
    for size in (7, 64, 301):
        monkeypatch.setattr(text, "BLOCK_BYTES", size)
        assert read_text(tmp_path, HEADER + body) == whole
    assert whole.conserved
    assert len(whole.rows) == 60


def test_quoted_cells_between_tabs_may_end_with_an_empty_one(tmp_path: Path) -> None:
    text = 'Date\tRef\tAmount\n"2026-10-01"\t"A"\t"1"\t""\n'
    result = read_text(tmp_path, text, ("reader: csv\n", "reader: csv\nlayout: {delimiter: tab}\n"))
    assert (result.column("ref_merchant"), result.refused) == (["A"], [])


def test_a_last_column_without_a_name_is_there_where_a_profile_wants_it(tmp_path: Path) -> None:
    wanted = ("ref_merchant: Ref", 'ref_merchant: "#4"')
    result = read_text(tmp_path, "Date,Ref,Amount, \n2026-10-01,A,1,S\n", wanted)
    assert (result.column("ref_merchant"), result.refused) == (["S"], [])
    usual = read_text(tmp_path, "Date,Ref,Amount, \n2026-10-01,A,1,\n2026-10-02,B,2\n")
    assert usual.column("ref_merchant") == ["A", "B"]
