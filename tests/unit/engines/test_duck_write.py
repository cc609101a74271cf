"""Files written by the engine: one schema whatever their rows, so that they go together."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recon.engines.duck import DuckEngine
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
    tables = [pq.read_table(tmp_path / name) for name in ROWS]
    assert pa.concat_tables(tables).num_rows == 1
    assert {field.nullable for table in tables for field in table.schema} == {True}
    assert [field.type for field in tables[0].schema] == [field.type for field in tables[1].schema]


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
