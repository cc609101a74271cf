"""The part of `scope` that a question is about, read from the files once and not once for each rule set and side.

A run makes the views `asked_scope` and `asked_known_before` over the tables of this module as it makes `scope` and
`known_before` over the files (`runs.scope`); where they are missing, the whole is asked.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from recon.engines.duck import DuckEngine, sql_type
from recon.engines.names import identifier
from recon.model.tables import ENTRIES, OPEN

PREFIX: Final = "asked_"
RAW: Final[Mapping[str, str]] = {
    "new_entries_all": "new_entries_all",
    "earlier_entries": "earlier_in_scope",
    "previous_open": "previous_open",
}
"""What the views read, and what of it lies in scope."""
CARRIED: Final = "previous_open"
EARLIER: Final = "earlier_entries"
PLACED: Final = "placed_entries"
"""The view of earlier entries with `filename` and `file_row_number`, their places; absent without any."""
FIGURES: Final = "asked_figures"
"""A table of the columns of an entry that what a rule set compares is made of: `name`."""
_MADE_OF: Final = frozenset({"entry_id", "source", "currency", "amount", "business_date"})
"""What a scope is made of, beside those and what open items hold of their own."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Names of what holds the rows asked for and perhaps more: of `scope`, and of `known_before`."""

    scope: str = "scope"
    known_before: str = "known_before"


def looked_at(engine: DuckEngine) -> list[str]:
    """Tables and views that together hold every entry in scope, most of them once; those that hold any."""
    if not engine.has(f"{PREFIX}scope"):
        return ["scope"]
    return [table for table in _not_bare(engine, RAW.values()) if engine.rows(f"SELECT 1 FROM {table} LIMIT 1")]


def all_looked_at(engine: DuckEngine) -> list[str]:
    """Tables and views that together hold every entry in scope, and of what earlier runs looked at."""
    if not engine.has(f"{PREFIX}scope"):
        return ["scope", "known_before"]
    return _not_bare(engine, RAW)


def _not_bare(engine: DuckEngine, tables: Iterable[str]) -> list[str]:
    """Those that are not known to hold no row, as in a first run nearly all do."""
    return [table for table in tables if not engine.is_bare(table)]


@contextmanager
def asked(
    engine: DuckEngine,
    which: str,
    *,
    known_before: bool = False,
    columns: Collection[str] | None = None,
    earlier: str | None = None,
) -> Iterator[Asked]:
    """The rows of `scope` that a semi join on an entry keeps, and perhaps more; `which` calls the entry `e`.

    With `known_before`, those of what earlier runs looked at as well. `columns` are those of an entry that are asked
    for, where not all are: the others are absent and not read, but for what a scope is made of. `earlier` is a query of
    the earlier entries that are kept, where they are known already.
    """
    if not engine.has(f"{PREFIX}scope"):
        yield Asked()
        return
    if columns is not None:
        columns = {*columns, *_MADE_OF, *(row[0] for row in engine.rows(f"SELECT name FROM {FIGURES}"))}
    for name, in_scope in RAW.items():
        read = "e.*" if columns is None else _read(OPEN if name == CARRIED else ENTRIES, columns)
        table = identifier(name if known_before else in_scope)
        if earlier is not None and name == EARLIER:
            table = f"({earlier})"
        _hold(engine, name, f"SELECT {read} FROM {table} e", which)
    try:
        yield Asked(f"{PREFIX}scope", f"{PREFIX}known_before")
    finally:
        ask_nothing(engine)


def ask_nothing(engine: DuckEngine) -> None:
    """Make what the views read hold no row."""
    for name in RAW:
        _hold(engine, name, f"FROM {identifier(name)} WHERE false", "")


def _hold(engine: DuckEngine, name: str, rows: str, which: str) -> None:
    """Let the views read these rows. Where a table holds nothing, what is made of it first stays.

    What is carried is read where it lies, and all of it: most of it is asked for, and once only.
    """
    if engine.is_bare(name) and engine.has(f"{PREFIX}{name}"):
        return
    if name == CARRIED:
        engine.view(f"{PREFIX}{name}", rows)
    else:
        engine.materialise(f"{PREFIX}{name}", f"{rows} {which}")


def _read(schema: pa.Schema, columns: Collection[str]) -> str:
    """The columns of a table, those that nobody asks for as absent."""
    return ", ".join(
        f"e.{identifier(field.name)}"
        if field.name in columns or field.name not in ENTRIES.names
        else f"CAST(NULL AS {sql_type(field.type)}) AS {identifier(field.name)}"
        for field in schema
    )
