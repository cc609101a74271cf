"""The registry as it is read: every table's rows, what holds on a day, and what was ever said of somebody."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Final

from recon.errors import ConfigError, InputRefused, Problem, UsageError
from recon.partners.registry.reading import SUFFIXES, Row, read_file
from recon.partners.registry.tables import TABLES
from recon.project.folders import Shown, files_in
from recon.project.suggest import did_you_mean
from recon.project.workspace import Project

FOLDER: Final = ("partners", "registry")


def registry_folder(project: Project) -> Path:
    """Where a project keeps the tables of its registry."""
    return project.configs.joinpath(*FOLDER)


def registry_files(folder: Path, shown: Shown = Path.as_posix) -> list[Path]:
    """The files of a registry, by name.

    Raises:
        ConfigError: the folder cannot be opened.
    """
    return files_in(folder, SUFFIXES, shown)


@dataclass(frozen=True)
class Registry:
    """All rows of all tables, in the order of their files."""

    tables: Mapping[str, Sequence[Row]]

    @classmethod
    def of(cls, rows: Iterable[Row]) -> "Registry":
        """A registry of these rows."""
        tables: dict[str, list[Row]] = {name: [] for name in TABLES}
        for row in rows:
            tables[row.table].append(row)
        return cls(tables)

    @classmethod
    def read(cls, folder: Path, shown: Shown = Path.as_posix) -> "Registry":
        """The registry in a folder; an empty one where there is none.

        Raises:
            InputRefused: with everything that is wrong in every file.
            ConfigError: the folder cannot be opened.
        """
        rows: list[Row] = []
        problems: list[Problem] = []
        for path in registry_files(folder, shown):
            try:
                rows += read_file(path, shown(path))
            except (InputRefused, ConfigError) as error:
                problems += error.problems
        if problems:
            raise InputRefused(*problems)
        return cls.of(rows)

    @classmethod
    def of_project(cls, project: Project) -> "Registry":
        """The registry of a project. Raises as `read` does."""
        return cls.read(registry_folder(project), project.relative)

    @property
    def empty(self) -> bool:
        """Whether there is no row at all."""
        return not any(self.tables.values())

    @cached_property
    def by_key(self) -> Mapping[str, Mapping[tuple[str, ...], Sequence[Row]]]:
        """The rows of each table by key, in the order of their days."""
        found: dict[str, dict[tuple[str, ...], list[Row]]] = {}
        for name, rows in self.tables.items():
            keyed = found.setdefault(name, {})
            for row in rows:
                keyed.setdefault(row.key, []).append(row)
            for own in keyed.values():
                if len(own) > 1:
                    own.sort(key=lambda row: (row.first, row.last))
        return found

    @cached_property
    def by_about(self) -> Mapping[str, Mapping[str, Sequence[Row]]]:
        """The rows of each table by whom they are about, in the order of their days."""
        found: dict[str, dict[str, list[Row]]] = {}
        for name in TABLES:
            mine = found.setdefault(name, {})
            for rows in self.by_key[name].values():
                for row in rows:
                    mine.setdefault(row.about, []).append(row)
        return found

    def on(self, table: str, key: tuple[str, ...], day: date) -> Row | None:
        """The row of a key that holds on a day; the earliest where several do, which `check` finds."""
        return next((row for row in self.by_key[table].get(key, ()) if row.holds(day)), None)

    def value(self, table: str, key: tuple[str, ...], column: str, day: date) -> str:
        """A cell of the row of a key that holds on a day; the empty text when there is none."""
        row = self.on(table, key, day)
        return row[column] if row is not None else ""

    def all_on(self, table: str, about: str, day: date) -> list[Row]:
        """The rows about somebody that hold on a day."""
        return [row for row in self.by_about[table].get(about, ()) if row.holds(day)]

    @property
    def partners(self) -> list[str]:
        """Every partner there ever was, by name."""
        return sorted(key[0] for key in self.by_key["partners"])

    def refuse_unknown(self, partner: str) -> None:
        """Refuse the name of nobody.

        Raises:
            UsageError: no table knows it as a partner or a person.
        """
        known = {key[0] for name in ("partners", "people") for key in self.by_key[name]}
        if partner not in known:
            hint = did_you_mean(partner, known) or "`recon partners list` shows them"
            raise UsageError(
                Problem("unknown-partner", f"the registry knows nobody called {partner}", hint=hint)
            )
