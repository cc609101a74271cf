"""What profiles can say of columns, one saying each: alternatives, parts of cells, zones, currencies, records."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon.errors import ConfigError, InputRefused
from tests.unit.sources.workbench import BASIC, HEADER, Result, at, profile, read_bytes, read_text

AMOUNT = "amount: {column: Amount, plus: in}"
REF = "ref_merchant: Ref"
BOOKED = "booking_date: Date"


def test_the_first_filled_of_several_columns(tmp_path: Path) -> None:
    content = "Date,Ref,Other,Amount\n2026-10-01,,B,1\n2026-10-01,A,B,1\n2026-10-01,,,1\n"
    result = read_text(tmp_path, content, (REF, "ref_merchant: {first: [Ref, Absent, Other]}"))
    assert result.column("ref_merchant") == ["B", "A", None]


def test_a_part_of_a_cell(tmp_path: Path) -> None:
    result = read_text(tmp_path, HEADER + '2026-10-01,"TX12XT batch",1\n2026-10-01,none,1\n',
                       (REF, "ref_merchant: {column: Ref, find: '(TX[0-9]+XT)'}"))  # fmt: skip
    assert result.column("ref_merchant") == ["TX12XT", None]


def test_other_names_of_columns_hold_for_every_rule(tmp_path: Path) -> None:
    names = "layout:\n  other_names: {Amount: [Betrag, Montant], Kind: [Art]}\n  ignore: {Kind: [memo]}\nmoney:"
    result = read_text(
        tmp_path, "Date,Ref,Montant,Art\n2026-10-01,A,1,x\n2026-10-01,B,2,memo\n", ("money:", names)
    )
    assert result.column("amount") == [Decimal(1)]
    with pytest.raises(InputRefused, match='the column "Amount" or "Betrag" or "Montant" is missing'):
        read_text(tmp_path, "Date,Ref,Value,Art\n2026-10-01,A,1,x\n", ("money:", names))


def test_columns_that_make_an_amount_together(tmp_path: Path) -> None:
    rule = (AMOUNT, "amount: {sum_of: [A, B, C], plus: out}")
    result = read_text(tmp_path, "Date,Ref,A,C\n2026-10-01,x,1.5,-0.25\n2026-10-01,y,,2\n", rule)
    assert result.column("amount") == [Decimal("-1.25"), Decimal(-2)]
    with pytest.raises(InputRefused, match='"A" or "B" or "C" is missing'):
        read_text(tmp_path, "Date,Ref,D\n2026-10-01,x,1\n", rule)


def test_an_account_where_the_file_names_none(tmp_path: Path) -> None:
    content = "Date,Ref,Amount,Account\n2026-10-01,A,1,TILL-2\n2026-10-01,A,1,\n"
    result = read_text(tmp_path, content, (REF, f"{REF}\n  account: {{column: Account, optional: true}}"))
    assert result.column("account") == ["TILL-2", "SHOP"]


def test_a_currency_from_a_second_column(tmp_path: Path) -> None:
    content = "Date,Ref,Amount,Paid,Due\n2026-10-01,A,1,,eur\n2026-10-01,A,1,USD,EUR\n2026-10-01,A,1,,\n"
    result = read_text(tmp_path, content, ("currency: EUR", "currency: {column: Paid, fallback: Due}"))
    assert result.column("currency") == ["EUR", "USD"]
    assert [one.line_no for one in result.refused] == [4]


def test_the_longest_beginning_counts_and_an_absent_column_is_empty(tmp_path: Path) -> None:
    beginnings = "beginnings: {T: other, T1: refund, T12: fee}"
    words = f"type: {{column: Kind, words: {{T1: payment}}, {beginnings}, empty: reserve%s}}\n"
    content = (
        "Date,Ref,Amount,Kind\n2026-10-01,A,1,T1\n2026-10-01,A,1,T129\n2026-10-01,A,1,T13\n2026-10-01,A,1,T\n"
    )
    text = BASIC + words % ""
    result = read_bytes(tmp_path, content.encode(), profile(tmp_path, text))
    assert result.column("type") == ["payment", "fee", "refund", "other"]
    text = BASIC + words % ", optional: true"
    result = read_bytes(tmp_path, (HEADER + "2026-10-01,A,1\n").encode(), profile(tmp_path, text))
    assert result.column("type") == ["reserve"]


def zoned(folder: Path, *zones: str) -> Result:
    """Noon of a day in different zones."""
    changes = (
        ("[yyyy-MM-dd]", "[yyyy-MM-dd HH:mm]\n  zone: {column: Zone, words: {X: Asia/Tokyo}, empty: UTC}"),
        (BOOKED, "event_time: Date"),
    )  # fmt: skip
    content = "Date,Ref,Amount,Zone\n" + "".join(f"2026-07-01 12:00,A,1,{zone}\n" for zone in zones)
    return read_text(folder, content, *changes)


def test_zones_by_row(tmp_path: Path) -> None:
    result = zoned(tmp_path, "", "X", "PST", "pdt", "America/Los_Angeles", "NOWHERE")
    hours = [str(moment)[11:13] for moment in result.column("event_time")]
    assert hours == ["12", "03", "20", "19", "19"]
    assert [(one.line_no, one.value) for one in result.refused] == [(7, "NOWHERE")]


def test_a_z_is_an_offset(tmp_path: Path) -> None:
    changes = (
        ("formats: [yyyy-MM-dd]", "formats: [\"yyyy-MM-dd'T'HH:mm:ssXXX\"]\n  zone: UTC"),
        (BOOKED, "event_time: Date"),
    )
    content = HEADER + "2026-07-01T12:00:00Z,A,1\n2026-07-01T12:00:00+02:00,A,1\n"
    assert read_text(tmp_path, content, *changes).column("event_time") == [
        at("2026-07-01T12:00"),
        at("2026-07-01T10:00"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (AMOUNT, "amount: {sum_of: [A]}", "say what a plus means in the columns of `sum_of`"),
        (REF, "ref_merchant: {column: Ref, find: 'TX[0-9]+'}", "has not exactly one group"),
        (REF, "ref_merchant: {column: Ref, find: '(TX'}", "not a regular expression"),
        (REF, "ref_merchant: {column: Ref, first: [A]}", "give exactly one of"),
        ("[yyyy-MM-dd]", "[yyyy-MM-dd]\n  zone: {column: Z, empty: Nowhere}", '"Nowhere" is no time zone'),
        (AMOUNT, f"{AMOUNT}\n  fx_tolerance: '0.01'", "`fx_tolerance` checks"),
        ("reader: csv", "reader: csv\nlooks_like: '('", "is no regular expression"),
        ("reader: csv", "reader: csv\ntype: {column: Kind}", "give `words`"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        profile(tmp_path, BASIC, (old, new))


RECORDS = BASIC.replace("source: till", "source: records").replace(
    "money:", "layout:\n  records: {header: H, rows: [R], others: [F], carry: {S: [section, Day]}}\nmoney:"
)
LINES = st.lists(
    st.sampled_from(
        ["H,Date,Ref,Amount", "H,Date,Amount,Ref", "S,one,2", "F,1", "R,2026-10-01,A,1.50", "R,2026-10-01,A,x",
         "R,2026-10-01", 'R,2026-10-01,"a', 'b",2', "X,1", "", '"R",2026-10-01,"q""q",3', "R,2026-10-01,A,1,2,3", ",",
         '"']
    ),
    max_size=12,
)  # fmt: skip


@given(LINES)
@settings(max_examples=150)
def test_records_are_conserved_or_the_file_is_refused(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("records")
    loaded = profile(folder, RECORDS)
    try:
        result = read_bytes(folder, "\n".join(lines).encode(), loaded, "records.csv")
    except InputRefused:
        return
    assert result.conserved
    assert sorted({row["line_no"] for row in result.rows}) == [row["line_no"] for row in result.rows]


def test_rows_carry_what_their_section_says(tmp_path: Path) -> None:
    text = RECORDS.replace(REF, "ref_merchant: section").replace("[R], others: [F]", "[R], others: []")
    content = (
        "H,Date,Ref,Amount\nR,2026-10-01,A,1\nS,one,2\nR,2026-10-01,A,1\nH,Date,Amount\nR,2026-10-01,3\nF,1\n"
    )
    result = read_bytes(tmp_path, content.encode(), profile(tmp_path, text))
    assert result.column("ref_merchant") == [None, "one", "one"]
    assert result.column("amount") == [Decimal(1), Decimal(1), Decimal(3)]
    assert [(one.line_no, one.code) for one in result.refused] == [(7, "record")]
    with pytest.raises(InputRefused, match=r'no line of column names \("H"\)'):
        read_bytes(tmp_path, b"R,2026-10-01,A,1\n", profile(tmp_path, text))


@pytest.mark.parametrize("many", [1, 49, 50, 120])
def test_long_runs_of_rows_are_read_like_short_ones(tmp_path: Path, many: int) -> None:
    text = RECORDS.replace(REF, "ref_merchant: section")
    rows = [
        "R,2026-10-01,A,1.50",
        'R,2026-10-01,"a, b",2',
        "R,2026-10-01,A,x",
        "R,2026-10-01,A,1,2",
        '"R",2026-10-01,A,3',
    ]
    content = "\n".join(
        ["H,Date,Ref,Amount", *rows * many, "S,one,2", *rows * many, 'R,2026-10-01,"a', 'b",4', "F,1"]
    )
    result = read_bytes(tmp_path, content.encode(), profile(tmp_path, text))
    assert result.conserved
    assert result.column("amount") == [Decimal("1.5"), Decimal(2), Decimal(3)] * many * 2 + [Decimal(4)]
    assert result.column("ref_merchant") == [None] * 3 * many + ["one"] * (3 * many + 1)
    assert {one.code for one in result.refused} == {"amount", "cells"}
    lines = content.split("\n")
    assert all(lines[row["line_no"] - 1].lstrip('"').startswith("R") for row in result.rows)
