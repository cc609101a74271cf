"""Files written by the engine: one schema whatever their rows, so that they go together."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recon.engines.duck import COPIED_ROW_GROUP, DuckEngine
from recon.engines.parquet import ROW_GROUP
from recon.model.tables import BREAKS, ENTRIES, JOURNEYS, MATCHES

ROWS = {"full": "SELECT * FROM given", "empty": "SELECT * FROM given WHERE false", "none": "SELECT * FROM bare"}


@pytest.mark.parametrize(
    "schema", [ENTRIES, MATCHES, BREAKS, JOURNEYS], ids=["entries", "matches", "breaks", "journeys"]
)
def test_files_of_one_schema_go_together_whatever_their_rows(tmp_path: Path, schema: pa.Schema) -> None:
    with DuckEngine.open(outputs=[tmp_path]) as engine:
        engine.create("bare", schema)
        columns = ", ".join(f'{_value(field.type)} AS "{field.name}"' for field in schema)
        engine.materialise("given", f"SELECT {columns}")
        for name, sql in ROWS.items():
            assert engine.write(sql, tmp_path / name, schema) == (name == "full")
            assert engine.copy(sql, tmp_path / f"copied-{name}", schema) == (name == "full")
    tables = [pq.read_table(tmp_path / f"{way}{name}") for way in ("", "copied-") for name in ROWS]
    assert pa.concat_tables(tables).num_rows == 2
    assert {field.nullable for table in tables for field in table.schema} == {True}
    assert [field.type for field in tables[0].schema] == [field.type for field in tables[1].schema]


@pytest.mark.parametrize(("way", "size"), [("write", ROW_GROUP), ("copy", COPIED_ROW_GROUP)])
def test_bytes_depend_on_the_rows_alone(tmp_path: Path, way: str, size: int) -> None:
    """Chunks come ragged from a filter, and differently from one thread than from three."""
    sql = (
        "SELECT md5(CAST(i AS VARCHAR)) AS entry_id, CAST(if(i % 7 = 0, 'a', 'b') AS ENUM('a', 'b', 'c')) AS side, "
        "CAST(i AS DECIMAL(24,8)) AS amount, [CAST(i % 5 AS VARCHAR)] AS waiting "
        f"FROM range({3 * size}) r(i) WHERE hash(i) % 3 > 0 ORDER BY i"
    )
    schema = pa.schema(
        [
            ("entry_id", pa.string()),
            ("side", pa.string()),
            ("amount", pa.decimal128(24, 8)),
            ("waiting", pa.list_(pa.string())),
        ]
    )
    for threads in (1, 3):
        with DuckEngine.open(threads=threads, outputs=[tmp_path]) as engine:
            rows = getattr(engine, way)(sql, tmp_path / str(threads), schema)
    one, other = (tmp_path / str(threads) for threads in (1, 3))
    assert one.read_bytes() == other.read_bytes()
    file = pq.ParquetFile(one, page_checksum_verification=True)
    assert [file.metadata.row_group(n).num_rows for n in range(2)] == [size, size]
    table = file.read()
    assert table.num_rows == rows
    assert table.schema.equals(schema) or way == "copy"
    assert table["amount"].to_pylist() == sorted(table["amount"].to_pylist())


def test_ids_that_come_as_numbers_are_the_same_file_as_their_texts(tmp_path: Path) -> None:
    text = "CASE WHEN i = 0 THEN repeat('0', 24) WHEN i = 1 THEN repeat('f', 24) ELSE left(md5(i::VARCHAR), 24) END"
    asked = f"SELECT i, {text} AS entry_id FROM range({3 * ROW_GROUP}) r(i) WHERE i % 3 < 2"
    schema = pa.schema([("entry_id", pa.string()), ("i", pa.int64())])
    with DuckEngine.open(outputs=[tmp_path]) as engine:
        engine.write(f"{asked} ORDER BY i", tmp_path / "texts", schema)
        numbers = f"SELECT i, CAST('0x' || entry_id AS HUGEINT) AS entry_id FROM ({asked}) ORDER BY i"
        assert engine.write(numbers, tmp_path / "numbers", schema) == 2 * ROW_GROUP
    assert (tmp_path / "numbers").read_bytes() == (tmp_path / "texts").read_bytes()


def test_an_absent_id_is_not_written_as_another(tmp_path: Path) -> None:
    with DuckEngine.open(outputs=[tmp_path]) as engine, pytest.raises(ValueError, match="an id is absent"):
        engine.write(
            "SELECT CAST(NULL AS HUGEINT) AS entry_id",
            tmp_path / "t.parquet",
            pa.schema([("entry_id", pa.string())]),
        )


def test_a_column_that_is_no_text_is_not_written_as_one(tmp_path: Path) -> None:
    with DuckEngine.open(outputs=[tmp_path]) as engine, pytest.raises(pa.ArrowException):
        engine.write("SELECT {'a': 1} AS name", tmp_path / "t.parquet", pa.schema([("name", pa.string())]))


def _value(type_: pa.DataType) -> str:
    if pa.types.is_map(type_):
        return "MAP {'a': 'b'}"
    if pa.types.is_list(type_):
        return f"[{_value(type_.value_type)}]"
    if pa.types.is_struct(type_):
        return "{" + ", ".join(f"'{field.name}': {_value(field.type)}" for field in type_) + "}"
    if pa.types.is_date(type_) or pa.types.is_timestamp(type_):
        return "DATE '2026-10-31'"
    return "true" if pa.types.is_boolean(type_) else "'1'"
