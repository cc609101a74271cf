"""Cells that begin with a mark, blanks behind closing quotes, what only the name of a file says."""

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon.sources.profiles.columns import NO_REFERENCE
from tests.unit.sources.workbench import BASIC, HEADER, profile, read_bytes, read_text

MARKED = ("account: SHOP\n", 'account: SHOP\nlayout: {cell_mark: "`"}\n')


def test_a_delimiter_counts_only_in_front_of_a_mark(tmp_path: Path) -> None:
    result = read_text(tmp_path, HEADER + "`2026-10-01,`A, B,`1\n`2026-10-01,`,`2\n", MARKED)
    assert result.column("ref_merchant") == ["A, B", None]
    assert result.conserved


def test_the_original_line_is_kept(tmp_path: Path) -> None:
    lines = ["`2026-10-01,`A, B,`x", "`2026-10-01,`A", "2026-10-01,A,1"]
    result = read_text(tmp_path, HEADER + "\n".join(lines), MARKED)
    assert [one.text for one in result.refused] == lines
    assert [one.code for one in result.refused] == ["amount", "cells", "cells"]
    assert result.conserved


CELL = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp", "Zs"], exclude_characters="`")
)


@settings(max_examples=60)
@given(names=st.lists(CELL.map(str.strip), min_size=1, max_size=6))
def test_any_text_without_the_mark_comes_back(
    tmp_path_factory: pytest.TempPathFactory, names: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("marks")
    text = HEADER + "".join(f"`2026-10-01,`{name},`{number}\n" for number, name in enumerate(names, 1))
    result = read_bytes(folder, text.encode(), profile(folder, BASIC, MARKED))
    assert result.refused == []
    absent = pl.Series(names).str.contains(NO_REFERENCE)
    assert result.column("ref_merchant") == [
        None if not name or none else name for name, none in zip(names, absent, strict=True)
    ]


@pytest.mark.parametrize(
    ("line", "reference"),
    [
        ('2026-10-01,"A"\t,1', "A"),
        ('2026-10-01,"A, ""B""" ,"1" ', 'A, "B"'),
        ('2026-10-01,"A","1"\t', "A"),
    ],
)
def test_blanks_behind_a_closing_quote(tmp_path: Path, line: str, reference: str) -> None:
    result = read_text(tmp_path, f"{HEADER}{line}\n2026-10-02,Z,2\n")
    assert result.refused == []
    assert result.column("ref_merchant") == [reference, "Z"]


def test_other_text_behind_a_closing_quote_is_refused(tmp_path: Path) -> None:
    result = read_text(tmp_path, f'{HEADER}2026-10-01,"A"x,1\n')
    assert [one.code for one in result.refused] == ["quotes"]


def test_what_only_the_name_of_a_file_says(tmp_path: Path) -> None:
    change = ("  booking_date: Date\n", "  booking_date: {column: '#file', find: '_([0-9-]+)\\.'}\n")
    result = read_bytes(
        tmp_path, (HEADER + "x,A,1\n").encode(), profile(tmp_path, BASIC, change), "till_2026-10-14.csv"
    )
    assert [str(day) for day in result.column("booking_date")] == ["2026-10-14"]
    unsaid = read_bytes(tmp_path, (HEADER + "x,A,1\n").encode(), profile(tmp_path, BASIC, change), "till.csv")
    assert [one.code for one in unsaid.refused] == ["empty"]


def test_a_gross_amount_that_goes_either_way(tmp_path: Path) -> None:
    """The direction of an adjustment follows from its net."""
    text = BASIC.replace(
        "  amount: {column: Amount, plus: in}\n",
        "  gross: {column: Amount, direction: {column: Kind, in: [sale], out: [refund], unsaid: [adjustment]}}\n"
        "  fee: {column: Fee, plus: out}\n  net: {column: Net, plus: in}\n  amount: {same_as: net}\n",
    )
    rows = ("A,10,1,9,sale", "B,5,0,-5,adjustment", "C,5,0,5,adjustment", "D,5,0,4,refund")
    content = "\n".join(["Date,Ref,Amount,Fee,Net,Kind", *(f"2026-10-01,{row}" for row in rows)])
    result = read_bytes(tmp_path, content.encode(), profile(tmp_path, text))
    assert result.column("gross") == [10, -5, 5]
    assert [(one.line_no, one.field) for one in result.refused] == [(5, "net")]
