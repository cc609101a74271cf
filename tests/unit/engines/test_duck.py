"""The engine is locked down: it reaches the folders it was given, and nothing else, whatever it is asked."""

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recon.engines.duck import COPIED_ROW_GROUP, DuckEngine, sql_type
from recon.engines.relations import Scan
from recon.engines.types import INTEGER, TEXT

TABLE = pa.table({"n": pa.array([3, 1, 2], pa.int64()), "name": pa.array(["c", "a", None], pa.string())})


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """A folder that the engine is given, and one that it is not; each with the same file."""
    for name in ("given", "kept"):
        (tmp_path / name).mkdir()
        pq.write_table(TABLE, tmp_path / name / "t.parquet")
    (tmp_path / "kept" / "t.csv").write_text("n\n1\n", encoding="utf-8")
    return tmp_path / "given", tmp_path / "kept"


def test_what_it_was_given_is_read(folders: tuple[Path, Path]) -> None:
    given, _ = folders
    with DuckEngine.open(inputs=[given]) as engine:
        engine.scan("t", [given / "t.parquet"])
        assert engine.count("t") == 3
    with DuckEngine.open(inputs=[given / "t.parquet"]) as engine:
        engine.scan("t", [given / "t.parquet"])
        assert engine.rows("SELECT n FROM t WHERE name = ?", ["a"]) == [(1,)]


@pytest.mark.parametrize(("name", "other"), [("a*", "ab"), ("a?", "ab"), ("a[b]", "ab"), ("[a]*", "ab")])
def test_a_folder_whose_name_looks_like_a_pattern_is_that_folder_alone(
    tmp_path: Path, name: str, other: str
) -> None:
    for folder in (name, other):
        (tmp_path / folder).mkdir()
        pq.write_table(TABLE, tmp_path / folder / "t.parquet")
    file = tmp_path / name / "t.parquet"
    for given in (tmp_path / name, file):
        with DuckEngine.open(inputs=[given]) as engine:
            engine.scan("t", [file])
            assert engine.count("t") == 3
            with pytest.raises(duckdb.Error):
                engine.scan("u", [tmp_path / other / "t.parquet"])


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_parquet('{kept}/t.parquet')",
        "SELECT * FROM '{kept}/t.parquet'",
        "SELECT * FROM read_csv('{kept}/t.csv')",
        "SELECT * FROM read_text('{kept}/t.csv')",
        "SELECT * FROM read_text('{given}/../kept/t.csv')",
        "SELECT * FROM read_blob('/etc/hostname')",
        "SELECT * FROM glob('{kept}/*')",
        "COPY (SELECT 1) TO '{kept}/out.csv'",
        "COPY (SELECT 1) TO '{given}/../kept/out.csv'",
        "COPY (SELECT 1) TO '{kept}/out.parquet' (FORMAT parquet)",
        "EXPORT DATABASE '{kept}/all'",
        "ATTACH '{kept}/other.db'",
        "ATTACH '{kept}/other.db' (TYPE sqlite)",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SELECT * FROM 'https://example.com/x.parquet'",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "SET allowed_directories = ['/']",
        "SET memory_limit = '100GB'",
        "PRAGMA temp_directory = '{kept}'",
        "RESET allowed_directories",
    ],
)
def test_what_it_was_not_given_is_out_of_reach(folders: tuple[Path, Path], sql: str) -> None:
    given, kept = folders
    before = sorted(kept.iterdir())
    with DuckEngine.open(inputs=[given]) as engine, pytest.raises(duckdb.Error):
        engine.rows(sql.format(given=given, kept=kept))
    assert sorted(kept.iterdir()) == before


def test_it_writes_where_it_may_and_nowhere_else(folders: tuple[Path, Path]) -> None:
    given, kept = folders
    schema = pa.schema([pa.field("n", pa.int64()), pa.field("name", pa.string())])
    with DuckEngine.open(outputs=[given]) as engine:
        engine.register("t", TABLE)
        assert engine.write("SELECT * FROM t ORDER BY n", given / "out.parquet", schema) == 3
        with pytest.raises(ValueError, match="no folder that the engine may write to"):
            engine.write("SELECT * FROM t", kept / "out.parquet", schema)
        with pytest.raises(duckdb.Error):
            engine.copy("SELECT * FROM t", kept / "out.parquet", schema)
    assert pq.read_table(given / "out.parquet")["n"].to_pylist() == [1, 2, 3]
    assert not (kept / "out.parquet").exists()


def test_no_database_file_is_left(tmp_path: Path) -> None:
    with DuckEngine.open(temporary=tmp_path) as engine:
        engine.materialise("t", "SELECT 1 AS one")
    assert list(tmp_path.iterdir()) == []


def test_tables_are_made_appended_renamed_and_forgotten() -> None:
    with DuckEngine.open() as engine:
        engine.create("plain", pa.schema([pa.field("n", pa.int64()), pa.field("name", pa.string())]))
        engine.create_typed("typed", {"n": INTEGER, "name": TEXT})
        assert engine.append("typed", "SELECT 'x' AS name, 1 AS n") == 1
        assert engine.rows("SELECT n, name FROM typed") == [(1, "x")]
        engine.rename("typed", "plain")
        assert engine.count("plain") == 1
        engine.drop("plain", "nowhere")
        with pytest.raises(duckdb.Error):
            engine.count("plain")


def test_it_knows_what_it_holds() -> None:
    with DuckEngine.open() as engine:
        engine.materialise("One", "SELECT 1 AS a")
        engine.view("other", "FROM One")
        assert engine.has("one")
        assert engine.has("other")
        engine.rename("One", "two")
        assert not engine.has("one")
        engine.drop("two", "never made")
        assert not engine.has("two")


def test_how_many_rows_there_are_is_the_same_known_or_counted() -> None:
    with DuckEngine.open() as engine:

        def held(name: str) -> tuple[int, int]:
            return engine.count(name), len(engine.rows(f"FROM {name}"))

        engine.materialise("t", "SELECT range AS n FROM range(10)")
        engine.view("seen", "FROM t WHERE n < 5")
        assert (held("t"), held("seen")) == ((10, 10), (5, 5))
        engine.append("T", "SELECT range AS n FROM range(10, 13)")
        assert held("t") == (13, 13)
        assert engine.remove("t", Scan({"n": INTEGER}, "seen"), n="n") == 5
        assert (held("t"), held("seen")) == ((8, 8), (0, 0))
        engine.create("other", pa.schema([pa.field("n", pa.int64())]))
        assert held("other") == (0, 0)
        engine.rename("t", "other")
        assert held("other") == (8, 8)
        engine.materialise("other", "FROM other WHERE n = 7")
        assert held("other") == (1, 1)
        engine.drop("other")
        engine.register("other", TABLE)
        assert held("other") == (3, 3)


def test_a_table_without_rows_is_bare_and_a_view_never_is() -> None:
    with DuckEngine.open() as engine:
        engine.create_typed("t", {"n": INTEGER})
        engine.view("seen", "FROM t")
        assert [engine.is_bare(name) for name in ("T", "seen", "nowhere")] == [True, False, False]
        engine.append("t", "SELECT 1 AS n")
        assert not engine.is_bare("t")


def test_values_are_bound_and_never_pasted() -> None:
    with DuckEngine.open() as engine:
        engine.register("t", TABLE)
        assert engine.rows("SELECT n FROM t WHERE name = ?", ["a' OR '1' = '1"]) == []
        with pytest.raises(ValueError, match="not an identifier"):
            engine.count('t"; DROP TABLE t; --')


def test_how_many_rows_an_arrow_table_holds_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    with DuckEngine.open() as engine:
        engine.register("t", TABLE)
        monkeypatch.delattr(DuckEngine, "rows")  # nobody asks the database
        assert engine.count("t") == TABLE.num_rows
        engine.register("t", TABLE.schema.empty_table())
        assert engine.is_bare("t")


def test_records_are_what_an_arrow_table_holds() -> None:
    with DuckEngine.open() as engine:
        of_two = "SELECT * FROM (VALUES (1, 'a', 2.50, DATE '2026-10-01', true), (2, NULL, NULL, NULL, false))"
        query = f"{of_two} AS t(place, name, amount, day, holds) ORDER BY place"
        assert engine.records(query) == engine.table(query).to_pylist()
        assert engine.records(f"SELECT * FROM ({query}) WHERE place > 2") == []


def test_a_scan_needs_a_file() -> None:
    with DuckEngine.open() as engine, pytest.raises(ValueError, match="at least one file"):
        engine.scan("t", [])


def test_types_of_the_canonical_tables() -> None:
    assert sql_type(pa.decimal128(24, 8)) == "DECIMAL(24,8)"
    assert sql_type(pa.map_(pa.string(), pa.string())) == "MAP(VARCHAR, VARCHAR)"
    assert sql_type(pa.list_(pa.struct([("a", pa.bool_())]))) == 'STRUCT("a" BOOLEAN)[]'
    with pytest.raises(ValueError, match="no SQL type for double"):
        sql_type(pa.float64())


def test_codes_are_copied_as_text_that_depends_on_no_thread(tmp_path: Path) -> None:
    # an ENUM as it stands gives each row group a dictionary with places for texts that it does not hold
    text = f"CASE WHEN n < {COPIED_ROW_GROUP} THEN 'a' ELSE 'b' END"
    made = f"SELECT CAST({text} AS ENUM('a', 'b', 'c')) AS name FROM range({COPIED_ROW_GROUP + 20_000}) r(n)"
    path = tmp_path / "t.parquet"
    with DuckEngine.open(outputs=[tmp_path]) as engine:
        engine.copy(made, path, pa.schema([("name", pa.string())]))
    file = pq.ParquetFile(path, read_dictionary=["name"])
    groups = [file.read_row_group(number)["name"].chunk(0).dictionary for number in range(2)]
    assert [one.to_pylist() for one in groups] == [["a"], ["b"]]
