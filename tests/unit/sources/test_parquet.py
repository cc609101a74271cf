"""Parquet files: exact types are taken, floats are not."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recon.errors import InputRefused
from tests.unit.sources.workbench import BASIC, Result, at, profile, read_bytes

PARQUET = ("reader: csv", "reader: parquet")


def read(folder: Path, table: pa.Table, *changes: tuple[str, str]) -> Result:
    path = folder / "made.parquet"
    pq.write_table(table, path)
    return read_bytes(folder, path.read_bytes(), profile(folder, BASIC, PARQUET, *changes), "till.parquet")


def test_exact_types(tmp_path: Path) -> None:
    table = pa.table(
        {
            "Date": pa.array([date(2026, 10, 1), date(2026, 10, 2)]),
            "Ref": pa.array([12, None], pa.int64()),
            "Amount": pa.array([Decimal("12.345678"), Decimal("-1.000000")], pa.decimal128(20, 6)),
        }
    )
    result = read(tmp_path, table)
    assert result.column("amount") == [Decimal("12.345678"), Decimal(-1)]
    assert result.column("ref_merchant") == ["12", None]
    assert result.column("booking_date") == [date(2026, 10, 1), date(2026, 10, 2)]
    assert (result.column("line_no"), result.lines) == ([1, 2], 2)


def test_decimals_do_not_depend_on_the_mark_of_the_profile(tmp_path: Path) -> None:
    table = pa.table({"Date": ["2026-10-01"], "Ref": ["A"], "Amount": pa.array([Decimal("1.234")])})
    change = ('  decimal: "."\n', '  decimal: ","\n  thousands: "."\n')
    assert read(tmp_path, table, change).column("amount") == [Decimal("1.234")]


def test_times_with_a_zone_are_that_moment(tmp_path: Path) -> None:
    when = pa.array([datetime(2026, 7, 1, 10, tzinfo=UTC)], pa.timestamp("us", "Africa/Lagos"))
    table = pa.table({"Date": when, "Ref": ["A"], "Amount": ["1"]})
    changes = (
        ("[yyyy-MM-dd]", "[yyyy-MM-dd HH:mm:ss]\n  zone: Europe/Berlin"),
        ("booking_date", "event_time"),
    )
    assert read(tmp_path, table, *changes).column("event_time") == [at("2026-07-01 10:00:00")]


def test_a_float_is_refused_where_it_is_mapped(tmp_path: Path) -> None:
    table = pa.table({"Date": ["2026-10-01"], "Ref": ["A"], "Amount": [1.5], "Score": [0.5]})
    with pytest.raises(InputRefused) as refused:
        read(tmp_path, table)
    assert [(one.code, str(one.place)) for one in refused.value.problems] == [
        ("float-column", "till.parquet:Amount")
    ]


def test_what_is_no_parquet(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="no Parquet file or is damaged"):
        read_bytes(tmp_path, b"PAR1 no", profile(tmp_path, BASIC, PARQUET), "till.parquet")
