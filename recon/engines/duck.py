"""DuckDB in memory: the default engine, and the only place where its SQL is executed.

A connection reaches only the folders and files named when it is opened: external access is switched off and
the configuration locked before the first statement. Nothing is ever downloaded. It spills into a temporary
folder of the project when it passes its memory limit; no database file is kept.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from recon.engines.dialects import DUCKDB, code_type
from recon.engines.names import identifier, only_file, parquet_files, path_list, text_literal
from recon.engines.parquet import ROW_GROUP, write_answer
from recon.engines.relations import Relation, Scan, Schema
from recon.engines.render import render
from recon.engines.trouble import machine_errors
from recon.engines.types import CODED

COPIED_ROW_GROUP = 122_880
PARQUET = (
    "COMPRESSION zstd, COMPRESSION_LEVEL 1, PARQUET_VERSION v2, DICTIONARY_SIZE_LIMIT 4000, "
    f"ROW_GROUP_SIZE {COPIED_ROW_GROUP}"
)
"""How `copy` writes Parquet. Ids are all different, and looking for a dictionary of them costs a third of the writing:
it is given up early, but not before merchants and what to do next have theirs."""


class DuckEngine:
    """One in-memory database of one run."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, outputs: Sequence[Path] = ()) -> None:
        """An engine of a database without tables; asking one for its tables takes longer than most queries."""
        self._connection = connection
        self._outputs = tuple(outputs)
        self._rows: dict[str, int | None] = {}
        """Tables and views by name; of tables, also those of Arrow, how many rows they hold."""

    @classmethod
    @contextmanager
    def open(
        cls,
        memory_mb: int = 900,
        threads: int = 2,
        temporary: Path | None = None,
        inputs: Sequence[Path] = (),
        outputs: Sequence[Path] = (),
    ) -> Iterator["DuckEngine"]:
        """A database that reaches only `inputs` and `outputs` (folders, or single files for inputs).

        `temporary` is where it spills; without it, it does not spill and fails when memory runs out.

        Raises:
            ControlFailed: the disk is full or fails, or the memory does not suffice.
        """
        connection = duckdb.connect(":memory:", config={"threads": threads})
        try:
            folders = _as_read(path for path in (*inputs, *outputs) if path.is_dir())
            files = _as_read(path for path in inputs if not path.is_dir())
            for setting, value in (
                ("memory_limit", text_literal(f"{memory_mb}MB")),
                ("temp_directory", text_literal(str(temporary) if temporary else "")),
                ("autoinstall_known_extensions", "false"),
                ("autoload_known_extensions", "false"),
                ("TimeZone", "'UTC'"),
                ("error_on_division_by_zero", "true"),
                ("preserve_insertion_order", "true"),
                ("allowed_directories", path_list(folders)),
                ("allowed_paths", path_list(files)),
                ("enable_external_access", "false"),
                ("lock_configuration", "true"),
            ):
                connection.execute(f"SET {setting} = {value}")
            with machine_errors(memory_mb):
                engine = cls(connection, outputs)
                for column in CODED:
                    engine.code(column)
                yield engine
        finally:
            connection.close()

    @contextmanager
    def beside(self) -> Iterator["DuckEngine"]:
        """The same database for another thread, which neither waits; it knows tables and views, but no Arrow tables."""
        connection = self._connection.cursor()
        try:
            yield DuckEngine(connection, self._outputs)
        finally:
            connection.close()

    def scan(self, name: str, paths: Sequence[Path]) -> None:
        """A view over Parquet files that share one schema."""
        if not paths:
            raise ValueError("a scan needs at least one file")
        self.view(name, f"SELECT * FROM {parquet_files(paths)}")

    def view(self, name: str, sql: str) -> None:
        """A view: a query by name, run anew at each use and reading only the columns that are asked for."""
        self._connection.execute(f"CREATE OR REPLACE VIEW {identifier(name)} AS {sql}")
        self._rows[name.lower()] = None

    def register(self, name: str, table: pa.Table) -> None:
        """A view over an Arrow table; the table is not copied."""
        self._connection.register(name, table)
        self._rows[name.lower()] = table.num_rows

    def materialise(self, name: str, sql: str) -> int:
        """A table holding the rows of a query, in place of one of the same name; the number of rows."""
        rows = self._changed(f"CREATE OR REPLACE TABLE {identifier(name)} AS {sql}")
        self._rows[name.lower()] = rows
        return rows

    def build(self, name: str, relation: Relation) -> int:
        """A table holding the rows of a relation; the number of rows."""
        return self.materialise(name, render(relation))

    def held(self, name: str, relation: Relation) -> Scan:
        """A relation held in a table, as what it is read from."""
        self.build(name, relation)
        return Scan(relation.schema, name)

    def append_relation(self, name: str, relation: Relation, order: Sequence[str] = ()) -> int:
        """Add the rows of a relation to a table, by column name and in an order; the number of rows added."""
        by = f"\nORDER BY {', '.join(map(identifier, order))}" if order else ""
        return self.append(name, f"SELECT * FROM (\n{render(relation)}\n){by}")

    def code(self, column: str, texts: Sequence[str] | None = None) -> None:
        """Keep a column as numbers that stand for these texts, all that it will ever hold; see `dialects.code_type`.

        Before, and without texts, it is kept as text. Numbers are in the order of the texts.
        """
        name = code_type(column)
        known = "VARCHAR" if texts is None else f"ENUM({', '.join(map(text_literal, sorted(texts)))})"
        self._connection.execute(f"CREATE OR REPLACE TYPE {name} AS {known}")

    def count(self, name: str) -> int:
        """The number of rows of a table or view; that of a table is known."""
        known = self._rows.get(name.lower())
        return int(self.rows(f"SELECT count(*) FROM {identifier(name)}")[0][0]) if known is None else known

    def has(self, name: str) -> bool:
        """Whether there is a table or view of the name; asking the database takes longer than most small queries."""
        return name.lower() in self._rows

    def is_bare(self, name: str) -> bool:
        """Whether it is a table that holds no row; a view is not looked into."""
        return self._rows.get(name.lower()) == 0

    def append(self, name: str, sql: str) -> int:
        """Add the rows of a query to a table, by column name; the number of rows added."""
        return self._more(name, self._changed(f"INSERT INTO {identifier(name)} BY NAME {sql}"))

    def remove(self, name: str, other: Relation, **keys: str) -> int:
        """Delete the rows of a table whose keys (own name = other's name) are in a relation; how many there were."""
        equal = " AND ".join(f"l.{identifier(own)} = r.{identifier(column)}" for own, column in keys.items())
        removed = self._changed(
            f"DELETE FROM {identifier(name)} AS l USING ({render(other)}) AS r WHERE {equal}"
        )
        self._more(name, -removed)
        return removed

    def _more(self, name: str, rows: int) -> int:
        """Note that a table holds so many rows more."""
        known = self._rows.get(name.lower())
        if known is not None:
            self._rows[name.lower()] = known + rows
        return rows

    def _changed(self, sql: str) -> int:
        """Execute a statement that makes, adds or deletes rows; how many."""
        return int(self._connection.execute(sql).fetchall()[0][0])

    def create(self, name: str, schema: pa.Schema) -> None:
        """An empty table of a schema."""
        self._create(name, {field.name: sql_type(field.type) for field in schema})

    def create_typed(self, name: str, schema: Schema) -> None:
        """An empty table with the columns of a relation."""
        self._create(name, {column: DUCKDB.type(type_) for column, type_ in schema.items()})

    def _create(self, name: str, types: Mapping[str, str]) -> None:
        columns = ", ".join(f"{identifier(column)} {type_}" for column, type_ in types.items())
        self._connection.execute(f"CREATE OR REPLACE TABLE {identifier(name)} ({columns})")
        self._rows[name.lower()] = 0

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query with bound parameters; for answers that are small."""
        return self._connection.execute(sql, list(parameters)).fetchall()

    def records(self, sql: str) -> list[dict[str, Any]]:
        """All rows of a query by the names of its columns; for answers that are small. `table` plans a query twice."""
        answer = self._connection.execute(sql)
        names = [column[0] for column in answer.description or ()]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    def table(self, sql: str, parameters: Sequence[object] = ()) -> pa.Table:
        """The answer of a query as an Arrow table."""
        return self._connection.sql(sql, params=list(parameters)).to_arrow_table()

    def write(self, sql: str, path: Path, schema: pa.Schema) -> int:
        """Write a query's answer to a Parquet file with exactly the columns and types of the schema.

        The order of rows is the query's; it must end in a unique key, so that equal answers are equal bytes.

        Raises:
            ValueError: the file lies in no folder of the engine's outputs.
            pyarrow.ArrowException: a column of texts has no texts.
        """
        self._refuse_beyond(path)
        columns = ", ".join(
            identifier(field.name)
            if pa.types.is_string(field.type)
            else f"CAST({identifier(field.name)} AS {sql_type(field.type)}) AS {identifier(field.name)}"
            for field in schema
        )
        with self._connection.sql(f"SELECT {columns} FROM ({sql})").to_arrow_reader(ROW_GROUP) as answer:
            return write_answer(answer, path, schema)

    def copy(self, sql: str, path: Path, schema: pa.Schema) -> int:
        """The same as `write` for what runs read whole: entries, and what one run leaves to the next.

        The database's own files take longer to write than those of `write` and less time to read. Codes become text:
        the dictionary that DuckDB 2.0 writes of an ENUM depends on how threads shared the rows.
        """
        columns = ", ".join(_nullable(field) for field in schema)
        return self._changed(
            f"COPY (SELECT {columns} FROM ({sql})) TO {text_literal(str(path))} (FORMAT parquet, {PARQUET})"
        )

    def _refuse_beyond(self, path: Path) -> None:
        """Answers of `write` do not pass the database, which would refuse them by itself."""
        if not any(path.is_relative_to(folder) for folder in self._outputs):
            raise ValueError(f"{path} lies in no folder that the engine may write to")

    def rename(self, name: str, new: str) -> None:
        """Give a table the name of another, which is forgotten."""
        self.drop(new)
        self._connection.execute(f"ALTER TABLE {identifier(name)} RENAME TO {identifier(new)}")
        self._rows[new.lower()] = self._rows.pop(name.lower(), None)

    def drop(self, *names: str) -> None:
        """Forget tables, to give their memory back."""
        for name in names:
            if self.has(name):
                self._connection.execute(f"DROP TABLE IF EXISTS {identifier(name)}")
                del self._rows[name.lower()]


def sql_type(type_: pa.DataType) -> str:
    """The SQL name of an Arrow type of the canonical tables.

    Raises:
        ValueError: the canonical tables have no such type.
    """
    if pa.types.is_decimal(type_):
        return f"DECIMAL({type_.precision},{type_.scale})"
    if pa.types.is_list(type_):
        return f"{sql_type(type_.value_type)}[]"
    if pa.types.is_map(type_):
        return f"MAP({sql_type(type_.key_type)}, {sql_type(type_.item_type)})"
    if pa.types.is_struct(type_):
        fields = ", ".join(f"{identifier(field.name)} {sql_type(field.type)}" for field in type_)
        return f"STRUCT({fields})"
    names = {
        pa.string(): "VARCHAR",
        pa.int32(): "INTEGER",
        pa.int64(): "BIGINT",
        pa.bool_(): "BOOLEAN",
        pa.date32(): "DATE",
        pa.timestamp("us"): "TIMESTAMP",
    }
    if type_ not in names:
        raise ValueError(f"no SQL type for {type_}")
    return names[type_]


def _nullable(field: pa.Field) -> str:
    """A column cast to its type, and optional in the file.

    DuckDB marks a column as required when it sees that no value of it is absent, and as optional when there are no
    rows; behind a CASE it sees neither.
    """
    name = identifier(field.name)
    return f"CASE WHEN {name} IS NULL THEN NULL ELSE CAST({name} AS {sql_type(field.type)}) END AS {name}"


def _as_read(paths: Iterable[Path]) -> list[Path]:
    """The paths, and how readers are told of them; the lock is asked about both."""
    return sorted({form for path in paths for form in (path, only_file(path))})
