"""Source profiles: one YAML file per source under `configs/sources`, read aloud before it is run."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field, create_model, model_validator

from recon.errors import ConfigError, Place, Problem, ReconError, UsageError
from recon.model.tables import ENTRY_STATUSES, ENTRY_TYPES
from recon.project.folders import settings_in
from recon.project.located import Document, read_yaml
from recon.project.models import ConfigModel, Fault, refuse
from recon.project.suggest import did_you_mean
from recon.project.workspace import Project
from recon.sources.profiles.columns import Columns, Dates, StatementRule, Words
from recon.sources.profiles.examples import ProfileTest
from recon.sources.profiles.expected import Expect
from recon.sources.profiles.extending import extended, meaning_of
from recon.sources.profiles.layouts import ONE_OR_MORE, TableLayout
from recon.sources.profiles.money_columns import Money
from recon.sources.profiles.patterns import FilePattern
from recon.sources.registry import FORMATS, TABLES, reader
from recon.sources.values.time_formats import format_of

NAME: Final = r"[a-z][a-z0-9_]{0,62}"


def _name(value: str) -> str:
    if not re.fullmatch(NAME, value):
        raise ValueError(f'"{value}" is no name; use small letters, digits and _, beginning with a letter')
    return value


def _inside(value: list[str]) -> list[str]:
    for pattern in value:
        FilePattern.parse(pattern)
    return value


def _patterns(value: list[str]) -> list[str]:
    for pattern in value:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f'"{pattern}" is no regular expression: {error}') from None
    return value


def _word_of(known: Sequence[str], what: str) -> AfterValidator:
    def check(value: str | Words) -> str | Words:
        words = [value] if isinstance(value, str) else [*value.words.values(), value.otherwise, value.empty]
        for word in words:
            if word is not None and word not in known:
                hint = did_you_mean(word, known)
                raise ValueError(f'"{word}" is no {what}; {hint or "known: " + ", ".join(known)}')
        return value

    return AfterValidator(check)


EntryType = Annotated[str | Words, _word_of(ENTRY_TYPES, "type of entry")]
EntryStatus = Annotated[str | Words, _word_of(ENTRY_STATUSES, "status of an entry")]
Derived = dict[str, str]


class Profile(ConfigModel):
    """What every profile says: which files they are, and what is known without reading them."""

    source: Annotated[str, AfterValidator(_name)] = Field(
        description="The name by which rules call this source."
    )
    title: str = Field(description="What it is, in words for reports.")
    files: Annotated[list[str], ONE_OR_MORE, AfterValidator(_inside)] = Field(
        min_length=1, description="Patterns of the files' paths, relative to the project."
    )
    expect: Expect | None = Field(
        default=None,
        description="How often a file should come, when its name says its day: "
        "`files: inbox/bill_{yyyyMMdd}.csv`. Days without a file are told.",
    )
    extends: str | None = Field(
        default=None, description="The shipped profile whose settings hold where this one says nothing else."
    )
    looks_like: Annotated[list[str], ONE_OR_MORE, AfterValidator(_patterns)] = Field(
        default_factory=list,
        description="Regular expressions, all of which are found in the first lines of such a file; by them "
        "`recon sources detect` knows it.",
    )
    account: str | None = Field(default=None, description="The account, when the file does not name it.")
    derive: Derived = Field(
        default_factory=dict,
        description="Fields computed from other fields by an expression; attributes as `attributes.name`.",
    )
    max_refused: int | None = Field(
        default=None, ge=0, description="Refused rows that a file may have; as in recon.toml unless said."
    )
    tests: tuple[ProfileTest, ...] = Field(
        default=(),
        description="Small files and the entries that must come of them; `recon sources test` runs them.",
    )

    @model_validator(mode="after")
    def _dated(self) -> "Profile":
        if self.expect is not None and not any(FilePattern.parse(one).is_dated for one in self.files):
            hint = "files: inbox/bill_{yyyyMMdd}.csv"
            refuse(Fault("files are expected by their day: write where their names say it", ("files",), hint))
        return self


class TableProfile(Profile):
    """A profile of files whose columns are mapped: CSV, Excel, Parquet, fixed width, IPM."""

    reader: Annotated[list[Literal["csv", "excel", "parquet", "fixed", "ipm"]], ONE_OR_MORE] = Field(
        min_length=1, description="The format of the files, or several when one source sends several."
    )
    layout: TableLayout = Field(default=TableLayout(), description="Where in the file the rows are.")
    money: Money = Field(description="How amounts are written, their sign rule and currency.")
    dates: Dates = Field(description="How dates are written, in which time zone.")
    columns: Columns = Field(description="Fields of an entry and the columns they come from.")
    type: EntryType = Field(default="other", description="The type of every entry, or a column and its words.")
    status: EntryStatus = Field(
        default="booked", description="The status of every entry, or a column and its words."
    )
    statement: StatementRule | None = Field(
        default=None, description="Balances and totals in the file that must tie."
    )

    @model_validator(mode="after")
    def _no_guessing(self) -> "TableProfile":
        faults = []
        if "fixed" in self.reader and self.layout.fixed is None:
            hint = "fixed: {columns: {Amount: 20-31}}"
            faults.append(Fault("say where the columns are in a record", ("layout",), hint))
        columns, formats = self.columns, [format_of(text) for text in self.dates.formats]
        if self.account is None and columns.account is None:
            faults.append(
                Fault("say the account: `account` once, or `columns.account` when the file holds several")
            )
        if not columns.times():
            faults.append(Fault("map at least one of booking_date, value_date and event_time", ("columns",)))
        if columns.event_time is not None:
            own = columns.event_time.format
            timed = [format_of(own)] if own else [one for one in formats if one.has_time]
            if not timed:
                faults.append(
                    Fault("no format has a time of day, and event_time is mapped", ("dates", "formats"))
                )
            if self.dates.zone is None:
                faults.append(
                    Fault("event_time is mapped: say its time zone", ("dates",), "zone: Africa/Lagos")
                )
        if faults:
            refuse(*faults)
        return self


class FormatProfile(Profile):
    """A profile of files whose format says what each field means: MT940, CAMT, OFX, ..."""

    accounts: dict[str, str] = Field(
        default_factory=dict, description="Accounts as the file writes them, and as we call them."
    )
    types: dict[str, Annotated[str, _word_of(ENTRY_TYPES, "type of entry")]] = Field(
        default_factory=dict, description="The file's own codes and the type of entry each stands for."
    )
    dates: Dates | None = Field(default=None, description="Time zone and cut-off, for formats with times.")


@dataclass(frozen=True)
class LoadedProfile:
    """A profile with the document it was read from."""

    profile: Profile
    document: Document

    @property
    def source(self) -> str:
        """The source's name."""
        return self.profile.source

    @property
    def shown(self) -> str:
        """The profile's file as it is shown."""
        return self.document.shown

    @property
    def meaning(self) -> str:
        """A hash of what decides how files are read."""
        return meaning_of(self.document.root)


def load_profile(path: Path, shown: str | None = None) -> LoadedProfile:
    """One profile.

    Raises:
        ConfigError: with all problems of the file, each with its place.
    """
    document = extended(read_yaml(path, shown))
    names = document.build(_Head).reader
    unknown = [name for name in names if name not in (*TABLES, *FORMATS)]
    if unknown:
        hint = did_you_mean(unknown[0], [*TABLES, *FORMATS]) or f"known: {', '.join((*TABLES, *FORMATS))}"
        raise ConfigError(document.problem(("reader",), "unknown-reader", f"no reader `{unknown[0]}`", hint))
    loaded = LoadedProfile(document.build(model_of(names[0])), document)
    if loaded.source != path.stem:
        message = f"the file is named {path.name} and its source `{loaded.source}`"
        raise ConfigError(document.problem(("source",), "source-name", message, "give both the same name"))
    return loaded


class _Head(ConfigModel, extra="ignore"):
    """The one setting that says how the others are to be read."""

    reader: Annotated[list[str], ONE_OR_MORE] = Field(min_length=1, description="The format of the files.")

    @model_validator(mode="before")
    @classmethod
    def _not_misspelt(cls, data: object) -> object:
        """The other settings are read later, but one of them may have been meant for this."""
        if isinstance(data, Mapping) and "reader" not in data:
            known = {*TableProfile.model_fields, *FormatProfile.model_fields}
            meant = {str(name): did_you_mean(str(name), ["reader"]) for name in data if name not in known}
            faults = [
                Fault(f"unknown setting `{name}`", (name,), hint, "unknown-setting", key=True)
                for name, hint in meant.items()
                if hint
            ]
            if faults:
                refuse(*faults)
        return data


@cache
def model_of(name: str) -> type[Profile]:
    """The model of profiles for a reader."""
    if name in TABLES:
        return TableProfile
    options = reader(name).options
    fields: dict[str, Any] = {
        "reader": (Literal[name], Field(description="The format of the files.")),
        "layout": (options, Field(default_factory=options, description="Options of the format.")),
    }
    made: type[Profile] = create_model(f"{name.title()}Profile", __base__=FormatProfile, **fields)
    return made


def load_profiles(project: Project, names: Sequence[str] | None = None) -> list[LoadedProfile]:
    """The project's profiles in the order of their names, or those that are named.

    Raises:
        ConfigError: with the problems of all profiles together.
        UsageError: a name is not that of a profile.
    """
    paths = {path.stem: path for path in settings_in(project, project.sources_dir)}
    if names is not None:
        for name in names:
            if name not in paths:
                hint = did_you_mean(name, paths) or f"sources here: {', '.join(paths) or 'none'}"
                raise UsageError(Problem("unknown-source", f"no source `{name}`", Place(name), hint))
        paths = {name: paths[name] for name in sorted(set(names))}
    loaded: list[LoadedProfile] = []
    problems: list[Problem] = []
    for path in paths.values():
        try:
            loaded.append(load_profile(path, project.relative(path)))
        except ReconError as error:
            problems += error.problems
    if problems:
        raise ConfigError(*problems)
    return loaded


def readers_of(profile: Profile) -> list[str]:
    """The names of the readers that a profile allows."""
    named: str | list[str] = getattr(profile, "reader", [])
    return [named] if isinstance(named, str) else list(named)
