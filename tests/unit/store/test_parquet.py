"""Tables as they are kept: the same bytes every time, and damage found by the page it is in."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recon.errors import ControlFailed
from recon.model.tables import FEE_PART, MONEY
from recon.store.digest import digest, file_digest
from recon.store.parquet import largest, read_table, write_table

TABLE = pa.table(
    {
        "id": pa.array(["a", "b", None]),
        "amount": pa.array([Decimal("0.00000001"), Decimal("-12.5"), None], MONEY),
        "day": pa.array([date(2026, 10, 14), None, date(1999, 1, 1)]),
        "at": pa.array([datetime(2026, 10, 14, 1), None, None], pa.timestamp("us")),  # noqa: DTZ001  (UTC by schema)
        "ok": pa.array([True, False, None]),
        "parts": pa.array(
            [[{"kind": "x", "amount": Decimal(1), "currency": "NGN"}], [], None], pa.list_(FEE_PART)
        ),
        "attributes": pa.array([[("k", "v"), ("n", None)], [], None], pa.map_(pa.string(), pa.string())),
    }
)


def of(table: pa.Table) -> str:
    """The digest of a table."""
    return digest(table.to_batches())[1]


def test_equal_tables_give_equal_bytes_however_they_are_chunked(tmp_path: Path) -> None:
    write_table(TABLE, tmp_path / "a.parquet")
    write_table(pa.concat_tables([TABLE.slice(0, 1), TABLE.slice(1)]), tmp_path / "b.parquet")
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()
    assert (tmp_path / "a.parquet").stat().st_mode & 0o777 == 0o600
    assert read_table(tmp_path / "a.parquet").equals(TABLE)
    assert file_digest(tmp_path / "a.parquet") == digest(TABLE.to_batches())


def test_a_file_is_never_overwritten(tmp_path: Path) -> None:
    write_table(TABLE, tmp_path / "a.parquet")
    with pytest.raises(ControlFailed, match="cannot write a table"):
        write_table(TABLE, tmp_path / "a.parquet")


def test_a_damaged_page_is_found_on_reading(tmp_path: Path) -> None:
    table = pa.table({"n": pa.array(range(5000), pa.int64())})
    path = tmp_path / "a.parquet"
    write_table(table, path)
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 1
    path.write_bytes(content)
    with pytest.raises(ControlFailed, match="the file is damaged"):
        read_table(path)
    with pytest.raises(ControlFailed, match="the file is damaged"):
        file_digest(path)


def test_a_missing_file_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(ControlFailed, match="cannot read a table"):
        read_table(tmp_path / "absent.parquet")


def test_the_digest_is_the_documented_one() -> None:
    """The definition computed by hand for one row with every kind of column."""
    import hashlib

    row = "\x1f".join(
        ["a", "1", "2026-10-14", "1791939600000000", "true", "x\x1c100000000\x1cNGN", "k\x1cv\x1dn\x1c\x1e"]
    )
    expected = int(hashlib.sha256(row.encode()).hexdigest()[:15], 16)
    assert of(TABLE.slice(0, 1)) == f"1:{expected}"
    assert of(TABLE.slice(0, 0)) == "0:0"


def test_null_and_empty_differ_in_the_digest() -> None:
    assert of(TABLE.slice(1, 1)) != of(TABLE.slice(2, 1))
    assert of(pa.table({"a": [""], "b": ["x"]})) != of(pa.table({"a": pa.nulls(1, pa.string()), "b": ["x"]}))


def test_there_are_no_floats_in_the_store() -> None:
    with pytest.raises(TypeError, match="no floats"):
        of(pa.table({"n": [0.1]}))


@pytest.mark.parametrize("statistics", [True, False])
def test_the_largest_value_is_said_or_looked_for(tmp_path: Path, *, statistics: bool) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(TABLE, path, row_group_size=1, write_statistics=statistics)
    assert largest(path, "day") == date(2026, 10, 14)
    pq.write_table(TABLE.slice(1, 1), path, write_statistics=statistics)
    assert largest(path, "day") is None
    pq.write_table(TABLE.slice(0, 0), path, write_statistics=statistics)
    assert largest(path, "day") is None


def test_a_damaged_file_says_no_largest_value(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(b"PAR1 and nothing else")
    with pytest.raises(ControlFailed, match="the file is damaged"):
        largest(path, "day")
