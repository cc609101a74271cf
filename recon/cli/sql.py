"""`recon sql`: one SELECT over everything the project holds, changing nothing."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.sql_ledger import TABLES, table_of
from recon.cli.terminal.console import Terminal, terminal
from recon.cli.terminal.help import epilog
from recon.cli.terminal.listing import FormatOption, OutputOption, UnmaskedOption, print_listing
from recon.errors import ControlFailed, Problem, UsageError
from recon.project.suggest import did_you_mean

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from recon.engines.duck import DuckEngine
    from recon.store.published import Published
    from recon.store.store import Store

app = typer.Typer()

INGESTED = ("entries", "raw", "statements", "files", "refused")
"""Tables over all ingests, with the ingest in the column `ingest`."""
LATE = ("prior", "decided", "parts")
"""Tables that only some runs have: prior-period items, what decisions left out or brought back, parts of entries."""
COMPUTED = ("matches", "members", "breaks", "open", "excluded", "proof", "bridge", "journeys", *LATE)
"""Tables of the latest run, and over all runs as `all_<name>`, with the run in the column `run`."""
ALL = "all_"


@app.command(
    "sql",
    epilog=epilog(
        'recon sql "SELECT kind, count(*), sum(amount) FROM breaks GROUP BY kind, currency"',
        'recon sql "SELECT run, count(*) FROM all_breaks GROUP BY run" --format json',
        'recon sql "DESCRIBE entries"',
    ),
)
def sql(
    context: typer.Context,
    query: Annotated[
        str | None, typer.Argument(metavar="QUERY", help="One SELECT; without it, the tables are listed.")
    ] = None,
    form: FormatOption = None,
    output: OutputOption = None,
    unmasked: UnmaskedOption = False,
) -> None:
    """Ask the project's data a question in SQL, in DuckDB's dialect.

    `entries`, `raw`, `statements`, `files` and `refused` hold every ingest. `matches`, `members`, `breaks`, `open`,
    `excluded`, `proof`, `bridge` and `journeys` hold the latest run, and with `all_` before the name, such as
    `all_breaks`, every run; so do `prior` (prior-period items), `decided` (what decisions left out or brought back) and
    `parts` (of entries that were split). `decisions` and `cases` hold what people decided and what they were asked,
    `ledger` everything that happened. Only published data is seen, each file is verified before
    it is read, and nothing outside the project can be reached.
    """
    from recon.store.store import Store

    here = terminal(context)
    store = Store.open(here.project())
    if query is None:
        print_listing(("table", "columns"), _tables(), form, output)
        return
    with _opened(here, store, query) as engine:
        names, rows = _answer(engine, query)
    print_listing(names, rows, form, output, unmasked=unmasked)


@contextmanager
def _opened(here: Terminal, store: "Store", query: str) -> Iterator["DuckEngine"]:
    """A database with the tables that the query mentions; their files are verified first."""
    from recon.engines.duck import DuckEngine

    machine = here.project().settings.run
    mentioned = {word.lower() for word in re.findall(r"\w+", query)}
    wanted = [name for name in _sources() if name in mentioned]
    parts = {name: _parts(store, name) for name in wanted}
    files = [path for found in parts.values() for _, path in found]
    with DuckEngine.open(machine.memory_mb, machine.threads, inputs=files) as engine:
        for name in (one for one in TABLES if one in mentioned):
            engine.register(name, table_of(store.ledger, name))
        for name in wanted:
            _create_view(engine, name, parts[name])
        yield engine


def _sources() -> dict[str, tuple[str, str]]:
    """Each table's file and the column that says where a row is from."""
    found = {name: (name, "ingest") for name in INGESTED}
    for name in COMPUTED:
        found[name] = found[f"{ALL}{name}"] = (name, "run")
    return found


def _parts(store: "Store", table: str) -> list[tuple["Published", "Path"]]:
    """The files that a table is made of, with what they were published in."""
    file = f"{_sources()[table][0]}.parquet"
    published = store.ingests() if table in INGESTED else store.runs()
    if table in COMPUTED:
        published = published[-1:]
    return [(one, one.verified(file)) for one in published if file in one.names()]


def _create_view(engine: "DuckEngine", table: str, parts: list[tuple["Published", "Path"]]) -> None:
    from recon.engines.names import identifier, parquet_files, text_literal

    file, column = _sources()[table]
    selects = [
        f"SELECT *, {text_literal(one.identity)} AS {column} FROM {parquet_files([path])}"
        for one, path in parts
    ]
    if not selects:
        empty = f"_no_{file}"
        engine.register(empty, _schema(file).empty_table())
        selects = [f"SELECT *, '' AS {column} FROM {identifier(empty)}"]
    engine.rows(f"CREATE VIEW {identifier(table)} AS {' UNION ALL BY NAME '.join(selects)}")


def _schema(table: str) -> "pa.Schema":
    from recon.model import decided, parts, prior, tables

    room = {"prior": prior, "decided": decided, "parts": parts}.get(table, tables)
    schema: pa.Schema = getattr(room, table.upper())
    return schema


def _tables() -> list[tuple[str, str]]:
    listed = [(name, [*_schema(file).names, column]) for name, (file, column) in _sources().items()]
    listed += [(name, [column for column, _ in columns]) for name, columns in TABLES.items()]
    return [(name, " ".join(columns)) for name, columns in listed]


def _answer(engine: "DuckEngine", query: str) -> tuple[list[str], list[list[object]]]:
    """The columns and rows of the answer.

    Raises:
        UsageError: the text is not one SELECT, or the database does not understand it.
        ControlFailed: memory runs out.
    """
    import duckdb

    _one_select(engine, query)
    inner = query.strip().rstrip(";")
    try:
        names = [str(row[0]) for row in engine.rows(f"DESCRIBE SELECT * FROM (\n{inner}\n)")]
        rows = engine.rows(query)
    except duckdb.OutOfMemoryException as error:
        hint = "ask for less, or give it more with `memory_mb` in recon.toml"
        raise ControlFailed(Problem("memory", f"the query needs more memory: {error}", hint=hint)) from error
    except duckdb.Error as error:
        raise UsageError(_sql_problem(str(error))) from error
    return names, [[_plain(value) for value in row] for row in rows]


def _one_select(engine: "DuckEngine", query: str) -> None:
    parsed = json.loads(engine.rows("SELECT json_serialize_sql(?)", [query])[0][0])
    if parsed["error"] and parsed.get("error_type") == "parser":
        raise UsageError(_sql_problem(f"Parser Error: {parsed['error_message']}"))
    if parsed["error"] or len(parsed["statements"]) != 1:
        message = "`recon sql` only answers questions: give it one SELECT statement"
        raise UsageError(Problem("sql", message, hint="what the project holds is never changed with SQL"))


def _sql_problem(message: str) -> Problem:
    """What the database says, with its own excerpt and hint kept as they are."""
    head, _, excerpt = message.partition("\n\nLINE ")
    missing = re.search(r"Table with name (\w+) does not exist", head)
    if missing:
        head = f"there is no table `{missing[1]}`"
    near = did_you_mean(missing[1], [*_sources(), *TABLES]) if missing else None
    hint = near or "`recon sql` without a query lists the tables and their columns"
    return Problem("sql", head.strip(), hint=hint, excerpt=f"LINE {excerpt}" if excerpt else None)


def _plain(value: object) -> object:
    """A value as listings take it: an approximate number as its shortest decimal, a structure as JSON text."""
    if value is None or isinstance(value, bool | int | str | Decimal | datetime | date):
        return value
    if isinstance(value, float):
        return Decimal(repr(value)) if value - value == 0 else str(value)
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=str)
    return value.hex() if isinstance(value, bytes) else str(value)
