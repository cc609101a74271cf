"""Fixed-width records: places in characters or bytes, records of several kinds, nothing beyond the last column."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon.errors import ConfigError, InputRefused
from recon.sources.profiles.fixed_layout import place_of
from recon.sources.registry import fits
from tests.unit.sources.workbench import Result, profile, read_bytes

PROFILE = """\
source: clearing
title: Clearing file
files: inbox/*
reader: fixed
account: M1
layout:
  fixed:
    columns: {Kind: 1-2, Ref: 3-8, Name: 9-14, Sign: 15, Amount: 16-23}
    rows: ["20"]
    others: ["99"]
    carry: {"10": {Day: 3-10}}
money:
  decimal: "."
  currency: CNY
  minor_units: 2
  amount: {column: Amount, direction: {column: Sign, in: [C], out: [D]}}
dates: {formats: [yyyyMMdd]}
columns: {booking_date: Day, ref_merchant: Ref, counterparty_name: Name}
statement:
  lines: ['^99(?<count>[0-9]{6})(?<credits>[0-9]{8})(?<debits>[0-9]{8})']
"""
HEAD = "1020261001\n"
ROWS = "20000001Ada   C00001050\n20000002      D00000250\n"
TAIL = "990000020000105000000250\n"
GBK = (("layout:\n", "layout:\n  encoding: gb18030\n"), ("  fixed:\n", "  fixed:\n    units: bytes\n"))


def read(folder: Path, content: str | bytes, *changes: tuple[str, str]) -> Result:
    raw = content.encode() if isinstance(content, str) else content
    return read_bytes(folder, raw, profile(folder, PROFILE, *changes), "clearing.dat")


def test_rows_headers_and_trailers(tmp_path: Path) -> None:
    result = read(tmp_path, HEAD + ROWS + "1020261002\n" + ROWS.replace("0000", "0001", 1) + "\n\x1a\n" + TAIL)
    assert [str(day) for day in result.column("booking_date")] == ["2026-10-01"] * 2 + ["2026-10-02"] * 2
    assert result.column("amount")[:2] == [Decimal("10.50"), Decimal("-2.50")]
    assert result.column("counterparty_name")[:2] == ["Ada", None]
    assert result.conserved
    assert (result.recognised, result.lines) == (5, 9)
    (statement,) = result.statements
    assert (statement.stated_entries, statement.stated_credits, statement.stated_debits) == (
        2,
        Decimal("10.5"),
        Decimal("2.5"),
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("20000003Bob   C0000105", "the record has 22 characters and its columns 23"),
        ("20000003Bob   C00001050X", "something stands beyond the last column, which ends at 23"),
        ("30000003Bob   C00001050", 'no record begins with "30000003Bob "'),
        ("20000003Bob   X00001050", "the direction is none of C, D"),
        ("20000003Bob   C0000 050", "not an amount"),
    ],
)
def test_what_is_refused(tmp_path: Path, line: str, said: str) -> None:
    result = read(tmp_path, HEAD + ROWS + line + "\n" + TAIL)
    assert len(result.rows) == 2
    (refused,) = result.refused
    assert (refused.line_no, refused.text) == (4, line)
    assert said in refused.reason
    assert result.conserved


def test_short_records_may_be_filled_up(tmp_path: Path) -> None:
    changes = (("layout:\n", "layout:\n  short_rows: fill\n"), ("Amount: 16-23", "Amount: 16-23, Note: 24-30"))
    result = read(tmp_path, HEAD + ROWS + TAIL, *changes)
    assert (len(result.rows), result.refused) == (2, [])


def test_places_may_count_bytes(tmp_path: Path) -> None:
    text = HEAD + "20000001李四  C00001050\n20000002Ada   D00000250\n"
    result = read(tmp_path, text.encode("gb18030"), *GBK)
    assert result.column("counterparty_name") == ["李四", "Ada"]
    assert result.column("amount") == [Decimal("10.50"), Decimal("-2.50")]
    broken = read(tmp_path, text.replace("李四  ", "x李四 ").replace("Ada   ", "xxx李").encode("gb18030"), *GBK)
    assert [one.code for one in broken.refused] == ["record-length"]
    cut = read(tmp_path, (HEAD + "2000001李李四 C00001050\n").encode("gb18030"), *GBK)
    assert [one.code for one in cut.refused] == ["record-cut"]
    assert cut.conserved


def test_records_without_line_ends(tmp_path: Path) -> None:
    lines = (HEAD + ROWS + TAIL).splitlines()
    content = "".join(line.ljust(30) for line in lines)
    change = ("  fixed:\n", "  fixed:\n    record_length: 30\n")
    result = read(tmp_path, content, change)
    assert [row["line_no"] for row in result.rows] == [2, 3]
    assert result.conserved
    assert result.statements[0].stated_entries == 2
    torn = read(tmp_path, content[:-45], change)
    assert [one.code for one in torn.refused] == ["record-length"]
    with pytest.raises(InputRefused, match=r"clearing\.dat:2: the record is utf-8 text|not utf-8 text"):
        read(tmp_path, content.encode()[:40] + b"\xff" + content.encode()[41:], change)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("Ref: 3-8", "Ref: 2-8"), "Ref (2-8) and Kind (1-2) overlap"),
        (("Ref: 3-8", "Ref: 8-3"), '"8-3" is no place in a record'),
        (("Ref: 3-8", "Ref: 0-8"), '"0-8" is no place in a record'),
        (("{Day: 3-10}", "{Name: 3-10}"), "Name stands under both"),
        (("reader: fixed", "reader: fixed\nlooks_like: x"), None),
    ],
)
def test_the_layout_is_checked(tmp_path: Path, change: tuple[str, str], said: str | None) -> None:
    if said is None:
        assert profile(tmp_path, PROFILE, change).source == "clearing"
        return
    with pytest.raises(ConfigError) as caught:
        profile(tmp_path, PROFILE, change)
    assert said in str(caught.value)


def test_a_layout_is_needed(tmp_path: Path) -> None:
    start, end = PROFILE.index("layout:"), PROFILE.index("money:")
    with pytest.raises(ConfigError, match="say where the columns are in a record"):
        profile(tmp_path, PROFILE[:start] + PROFILE[end:])


def test_a_column_that_is_nowhere(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match='the column "Reference" is missing'):
        read(tmp_path, HEAD + ROWS, ("ref_merchant: Ref", "ref_merchant: Reference"))


def test_such_a_file_is_recognised() -> None:
    head = (ROWS.replace("Ada   ", "Ada   x") * 3).encode()
    assert "fixed" not in [name for name, _ in fits(head, Path("a.txt"))]
    same = "".join(f"20{number:06d}Ada          C{number:08d}\n" for number in range(5)).encode()
    assert [name for name, _ in fits(same, Path("a.txt"))] == ["fixed"]


CELLS = st.text(st.characters(codec="gb18030", exclude_categories=["Cc", "Cs", "Zl", "Zp", "Zs"]), max_size=6)


@settings(max_examples=60)
@given(
    rows=st.lists(st.tuples(CELLS, st.integers(0, 99_999_999)), min_size=1, max_size=8), in_bytes=st.booleans()
)
def test_what_was_laid_out_is_read(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, int]], in_bytes: bool
) -> None:
    """Names that fit their place come back whole; amounts to the cent."""

    def padded(name: str) -> bytes:
        raw = name.encode("gb18030") if in_bytes else name.encode()
        missing = 24 - len(raw) if in_bytes else 24 - len(name)
        return raw + b" " * missing

    first, last = place_of("9-32")
    assert last - first + 1 == 24
    records = [b"20%06d%bC%08d" % (n, padded(name), amount) for n, (name, amount) in enumerate(rows)]
    content = HEAD.encode() + b"\n".join(records)
    changes = [("Name: 9-14, Sign: 15, Amount: 16-23", "Name: 9-32, Sign: 33, Amount: 34-41")]
    folder = tmp_path_factory.mktemp("fixed")
    result = read(folder, content, *changes, *(GBK if in_bytes else ()))
    assert result.refused == []
    assert result.column("counterparty_name") == [name.strip() or None for name, _ in rows]
    assert result.column("amount") == [Decimal(amount) / 100 for _, amount in rows]
