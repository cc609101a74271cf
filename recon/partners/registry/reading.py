"""Rows of the registry from CSV, Excel and YAML, each with its place; everything that is wrong is told together."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from pydantic import create_model

from recon.errors import ConfigError, InputRefused, Place, Problem
from recon.model.money import decimal_of
from recon.partners.registry.tables import DATES, TABLES, Column, Table, columns_named_like
from recon.project.located import read_yaml
from recon.project.models import ConfigModel
from recon.project.suggest import did_you_mean
from recon.project.text_table import TextRow, read_rows

YAML: Final = (".yaml", ".yml")
SUFFIXES: Final = (".csv", ".xlsx", *YAML)
FIRST, LAST = date.min, date.max


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its cells by column, the days on which it holds (both included), and where it stands."""

    table: str
    cells: Mapping[str, str]
    first: date
    last: date
    place: Place

    def __getitem__(self, column: str) -> str:
        """A cell; the empty text when there is none."""
        return self.cells.get(column, "")

    @property
    def key(self) -> tuple[str, ...]:
        """What there is one of on every day."""
        return tuple(self[name] for name in TABLES[self.table].key)

    @property
    def about(self) -> str:
        """Whom the row is about."""
        return self[TABLES[self.table].about]

    def holds(self, day: date) -> bool:
        """Whether it is so on a day."""
        return self.first <= day <= self.last

    def at(self, field: str) -> Place:
        """The place of one of its cells."""
        return replace(self.place, field=field)


def read_file(path: Path, shown: str, table: str | None = None) -> list[Row]:
    """The rows of one file: those of one table, or of several in YAML.

    The table is the one named, else the file's name, else the one whose columns the file has.

    Raises:
        InputRefused: with every cell that cannot be read.
        ConfigError: a YAML file is wrong.
    """
    if path.suffix.lower() in YAML:
        found = list(_from_yaml(path, shown))
    else:
        one = _table_of(path, shown, table)
        found = [(one, row) for row in read_rows(path, shown, one.needed, one.optional)]
    problems = [problem for about, row in found for problem in _problems(about, row)]
    if problems:
        raise InputRefused(*problems)
    return [_row(about, row) for about, row in found]


def _table_of(path: Path, shown: str, table: str | None) -> Table:
    name = table or (path.stem if path.stem in TABLES else None)
    if name in TABLES:
        return TABLES[name]
    if name:
        hint = did_you_mean(name, TABLES) or f"tables: {', '.join(TABLES)}"
        raise InputRefused(Problem("unknown-table", f"the registry has no table {name}", Place(shown), hint))
    header = _header(path, shown)
    fitting = columns_named_like(header)
    if len(fitting) == 1 or (fitting and len(fitting[0].needed) > len(fitting[1].needed)):
        return fitting[0]
    message = f"its columns ({', '.join(sorted(header))}) are those of no table of the registry"
    if fitting:
        message = f"it may be {' or '.join(one.name for one in fitting)}"
    raise InputRefused(Problem("unknown-table", message, Place(shown, 1), "name the table with `--table`"))


def _header(path: Path, shown: str) -> set[str]:
    """The columns of a file of which nothing is known yet."""
    names = {name for table in TABLES.values() for name in table.header}
    rows = read_rows(path, shown, (), sorted(names))
    return set(rows[0].cells) if rows else set()


@cache
def _sections() -> type[ConfigModel]:
    fields: dict[str, Any] = dict.fromkeys(TABLES, (tuple[dict[str, str], ...], ()))
    return create_model("Registry", __base__=ConfigModel, __doc__="Tables of the registry.", **fields)


def _from_yaml(path: Path, shown: str) -> Iterator[tuple[Table, TextRow]]:
    document = read_yaml(path, shown)
    sections = document.build(_sections())
    problems = []
    for name, table in TABLES.items():
        for number, cells in enumerate(getattr(sections, name)):
            for column in cells:
                if column not in table.header:
                    hint = did_you_mean(column, table.header) or f"columns: {', '.join(table.header)}"
                    message = f"{name} has no column {column}"
                    problems.append(
                        document.problem((name, number, column), "unknown-setting", message, hint, key=True)
                    )
            yield table, TextRow(cells, document.place((name, number)))
    if problems:
        raise ConfigError(*problems)


def _problems(table: Table, row: TextRow) -> Iterable[Problem]:
    for column in table.columns:
        if problem := _cell_problem(column, row[column.name]):
            yield problem.at(replace(row.place, field=column.name))
    if not table.dated:
        return
    days = [day_of(row[name]) for name in DATES]
    for name, day in zip(DATES, days, strict=True):
        if row[name] and day is None:
            yield _no_day(row[name]).at(replace(row.place, field=name))
    if days[0] and days[1] and days[1] < days[0]:
        message = f"ends on {days[1]}, before it begins on {days[0]}"
        place = replace(row.place, field="until")
        yield Problem("not-a-date", message, place, "`until` is the last day on which it holds")


def _cell_problem(column: Column, text: str) -> Problem | None:
    """What is wrong with a cell, without its place."""
    if not text:
        return Problem("empty-field", "is empty", hint="every row has one") if column.needed else None
    if column.kind == "choice" and text not in column.choices:
        hint = did_you_mean(text, column.choices) or f"one of {', '.join(column.choices)}"
        return Problem("unknown-value", f"{text} is no {column.name}", hint=hint)
    if column.kind == "day" and day_of(text) is None:
        return _no_day(text)
    if column.kind == "number" and decimal_of(text) is None:
        return Problem("not-a-number", f"{text} is no plain number", hint="write it as 1234.50")
    return None


def _no_day(text: str) -> Problem:
    return Problem("not-a-date", f"{text} is no day", hint="write it as 2026-10-01")


def day_of(text: str) -> date | None:
    """The day that a text such as `2026-10-01` says; None for any other text."""
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _row(table: Table, row: TextRow) -> Row:
    cells = {one.name: row[one.name] for one in table.columns if row[one.name]}
    first, last = (day_of(row[name]) for name in DATES)
    return Row(table.name, cells, first or FIRST, last or LAST, row.place)
