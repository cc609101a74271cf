"""Listings: exact, safe for spreadsheets, masked where people look."""

import csv
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon.cli.terminal.listing import Column, Format, headed, print_listing
from recon.errors import UsageError

COLUMNS = ["id", "amount", "day", "account", "count", "note"]
ROWS: list[tuple[object, ...]] = [
    ("0012", Decimal("1234567890123456.10000000"), date(2026, 10, 31), "NG1234567890", 3, "=1+1"),
    ("0013", Decimal("-0.00000001"), None, None, 0, None),
]


def written(form: Format, path: Path, rows: list[tuple[object, ...]] | None = None) -> str:
    print_listing(COLUMNS, ROWS if rows is None else rows, form, path)
    return path.read_text(encoding="utf-8")


def test_json_keeps_amounts_as_text(tmp_path: Path) -> None:
    assert json.loads(written(Format.JSON, tmp_path / "x")) == [
        {
            "id": "0012",
            "amount": "1234567890123456.10000000",
            "day": "2026-10-31",
            "account": "NG1234567890",
            "count": 3,
            "note": "=1+1",
        },
        {"id": "0013", "amount": "-0.00000001", "day": None, "account": None, "count": 0, "note": None},
    ]


def test_json_lines_are_the_same_rows(tmp_path: Path) -> None:
    lines = written(Format.JSONL, tmp_path / "lines").splitlines()
    assert [json.loads(line) for line in lines] == json.loads(written(Format.JSON, tmp_path / "x"))


@pytest.mark.parametrize("form", [Format.JSON, Format.JSONL, Format.CSV])
def test_no_rows(tmp_path: Path, form: Format) -> None:
    assert (
        written(form, tmp_path / "x", [])
        == {"json": "[]\n", "jsonl": "", "csv": ",".join(COLUMNS) + "\n"}[form]
    )


def test_csv_is_safe_for_spreadsheets_and_leaves_numbers_alone(tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(written(Format.CSV, tmp_path / "x"))))
    assert (rows[0]["note"], rows[1]["amount"], rows[1]["day"]) == ("'=1+1", "-0.00000001", "")


@settings(max_examples=200)
@given(st.text(st.characters(codec="utf-8"), max_size=20))
def test_no_cell_of_a_csv_begins_like_a_formula(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("csv") / "x.csv"
    print_listing(["note"], [(text,)], None, path)
    with path.open(encoding="utf-8", newline="") as file:
        ((value,),) = list(csv.reader(file))[1:]
    assert not value.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert value in {text, f"'{text}"}


def test_parquet_keeps_types_and_every_digit(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    moment = datetime(2026, 10, 31, 23, 59, tzinfo=UTC)
    print_listing([*COLUMNS, "at"], [(*row, moment) for row in ROWS], None, path)
    table = pq.read_table(path)
    assert table["amount"].to_pylist() == [Decimal("1234567890123456.10000000"), Decimal("-0.00000001")]
    assert [str(field.type) for field in table.schema][:5] == [
        "string",
        "decimal128(38, 8)",
        "date32[day]",
        "string",
        "int64",
    ]
    assert pa.types.is_timestamp(table.schema.field("at").type)


def test_a_table_shows_every_character_and_masks_accounts(capsys: pytest.CaptureFixture[str]) -> None:
    long = "x" * 300
    print_listing([*COLUMNS, "long"], [(*row, long) for row in ROWS], Format.TABLE)
    shown = capsys.readouterr().out
    assert "1,234,567,890,123,456.10000000" in shown
    assert "-0.00000001" in shown
    assert long in shown
    assert "…7890" in shown
    assert "NG1234567890" not in shown


def test_headings_are_names_in_plain_words() -> None:
    assert headed(["next_step", "day"]) == [Column("next_step", "Next step"), Column("day", "Day")]


def test_accounts_are_shown_when_asked(capsys: pytest.CaptureFixture[str]) -> None:
    print_listing(
        [Column("iban_of_payee", "Payee", account=True)], [("NG1234567890",)], Format.TABLE, unmasked=True
    )
    assert "NG1234567890" in capsys.readouterr().out


def test_a_table_obeys_no_control_characters(capsys: pytest.CaptureFixture[str]) -> None:
    print_listing(["note"], [("a\x1b[31mb [bold]c",)], Format.TABLE)
    assert "a·[31mb [bold]c" in capsys.readouterr().out


def test_floats_and_ragged_rows_are_defects(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="float"):
        print_listing(["a"], [(0.1,)], Format.JSON, tmp_path / "x")
    with pytest.raises(ValueError, match="a row of 2 values for 1 columns"):
        print_listing(["a"], [("1", "2")], Format.JSON, tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(TypeError):
        print_listing(["a"], [("1",), (0.1,)], None, path)
    assert path.read_text(encoding="utf-8") == "old"
    with pytest.raises(UsageError, match="cannot be written"):
        print_listing(["a"], [("1",)], Format.CSV, tmp_path / "no" / "x.csv")
