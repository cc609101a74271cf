"""The shipped profiles: the reports of processors that recon knows, and which of them a file is."""

import re
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from typing import Final

from recon.errors import ConfigError, InputRefused, Place, Problem, UsageError
from recon.project.suggest import did_you_mean
from recon.sources.file import SourceFile
from recon.sources.mapping.compiled import wanted_columns
from recon.sources.profiles.extending import library_paths
from recon.sources.profiles.profile import LoadedProfile, Profile, TableProfile, load_profile, readers_of
from recon.sources.reader import Fit
from recon.sources.reading import read
from recon.sources.registry import TABLES, format_fit, table_reader
from recon.sources.tables.delimited import most_regular
from recon.sources.tables.table import HEADER_SEARCH
from recon.sources.text import encoding_among, encoding_of, guess_encoding

_DOUBLED: Final = re.compile(r"#\d+$")
"""What is added to names that stand twice in a header."""
MANY: Final = 12
"""Columns that a profile must know for a fit beyond doubt, however many others a file has."""


@dataclass(frozen=True)
class Fitting:
    """A shipped profile that reads a file, and how well."""

    loaded: LoadedProfile
    fit: Fit
    known: int
    """How many of the file's columns the profile names."""
    delimiter: str | None = None
    """That of the file, where the profile says another."""

    @property
    def name(self) -> str:
        """The profile's name."""
        return self.loaded.source


def shipped_names() -> tuple[str, ...]:
    """The names of the shipped profiles."""
    return tuple(library_paths())


@cache
def shipped_profile(name: str) -> LoadedProfile:
    """A shipped profile by its name.

    Raises:
        UsageError: there is none of that name.
    """
    paths = library_paths()
    if name not in paths:
        hint = did_you_mean(name, paths) or "`recon sources library` lists them"
        raise UsageError(Problem("unknown-profile", f"no shipped profile `{name}`", Place(name), hint))
    return load_profile(paths[name], f"library/{name}.yaml")


def shipped_profiles() -> list[LoadedProfile]:
    """All shipped profiles, in the order of their names.

    Raises:
        ConfigError: with the problems of all of them; a shipped profile is never wrong unless it was edited.
    """
    loaded: list[LoadedProfile] = []
    problems: list[Problem] = []
    for name in shipped_names():
        try:
            loaded.append(shipped_profile(name))
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(*problems)
    return loaded


def fitting(file: SourceFile) -> list[Fitting]:
    """The shipped profiles whose columns the file has and whose rules its first rows keep, best first.

    The more of the file's columns a profile knows, the better it fits; rows that it refuses count against it.
    """
    look = _Look(file)
    found = [one for loaded in shipped_profiles() if (one := _fitting(look, loaded)) is not None]
    return sorted(found, key=lambda one: (-one.fit.score, -one.known, one.name))


class _Look:
    """The beginning of a file as text, looked at once however many profiles are tried."""

    def __init__(self, file: SourceFile) -> None:
        self.file, self.head = file, file.head()
        self._texts: dict[str, str] = {}

    def text(self, reader_name: str, encoding: str) -> str:
        """The text that a reader finds first: cells of a workbook, or what the bytes are in an encoding."""
        kind = reader_name if reader_name == "excel" else encoding_of(self.head, encoding)
        if kind not in self._texts:
            self._texts[kind] = (
                self._cells() if kind == "excel" else _lines(self.head.decode(kind, errors="ignore"))
            )
        return self._texts[kind]

    def _cells(self) -> str:
        from recon.sources.tables.excel import sheet_rows

        rows = (row for _, sheet in sheet_rows(self.file) for row in sheet[:HEADER_SEARCH])
        return "\n".join(",".join(cell or "" for cell in row) for row in rows)


def _lines(text: str) -> str:
    """A text whose lines end as those that readers take do, whichever end it has."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _may_fit(look: _Look, profile: Profile, name: str) -> bool:
    """Whether the names of the columns that a profile needs stand in the beginning of the file at all."""
    text = look.text(name, _encoding(look, profile))
    if not all(re.search(pattern, text, re.MULTILINE) for pattern in profile.looks_like):
        return False
    if name not in {"csv", "excel"} or not isinstance(profile, TableProfile):
        return True
    layout, flat = profile.layout, " ".join(text.split())
    carried = {name for names in layout.records.carry.values() for name in names} if layout.records else set()
    wanted = () if isinstance(layout.header, list) else wanted_columns(profile)
    return all(any(_DOUBLED.sub("", name) in flat or name in carried for name in one) for one in wanted)


def _encoding(look: _Look, profile: Profile) -> str:
    if not isinstance(profile, TableProfile):
        return guess_encoding(look.head)
    return encoding_among(look.file, profile.layout.encoding, profile.layout.other_encodings)


def _fitting(look: _Look, loaded: LoadedProfile) -> Fitting | None:
    """How well a profile fits, with the delimiter that it says or else that of the file; None where it does not."""
    profile = loaded.profile
    name = next((name for name in readers_of(profile) if _sniffed(name, look.head, look.file)), None)
    try:
        if name is None or not _may_fit(look, profile, name):
            return None
    except InputRefused:
        return None
    if found := _read_by(look.file, loaded, name):
        return found
    if name != "csv" or not isinstance(profile, TableProfile) or profile.layout.cell_mark:
        return None
    # a spreadsheet may have saved the report again
    mark = most_regular(look.text(name, _encoding(look, profile)))
    if mark == profile.layout.delimiter:
        return None
    layout = profile.layout.model_copy(update={"delimiter": mark})
    other = replace(loaded, profile=profile.model_copy(update={"layout": layout}))
    again = _read_by(look.file, other, name)
    return again and replace(again, delimiter=mark)


def _read_by(file: SourceFile, loaded: LoadedProfile, name: str) -> Fitting | None:
    """How well a profile fits as it is; None where it does not."""
    profile = loaded.profile
    try:
        batches = list(islice(read(file, loaded), 2))
        columns = _columns_of(file, profile, name)
    except InputRefused:
        return None
    entries = sum(batch.entries.num_rows for batch in batches)
    refused = sum(len(batch.refused) for batch in batches)
    if refused > entries or (not columns and not profile.looks_like):
        return None
    known = len(columns & known_columns(profile)) if isinstance(profile, TableProfile) else 0
    share = max(known / len(columns), min(1, known / MANY)) if columns else 1
    score = 60 + int(35 * share) - (20 if refused else 0)
    said = f"{known} of its {len(columns)} columns are known" if columns else "its first lines look like it"
    rows = f"{entries} of the first {entries + refused} rows are read"
    return Fitting(loaded, Fit(score, f"{profile.title}: {said}; {rows}"), known)


def _sniffed(name: str, head: bytes, file: SourceFile) -> bool:
    if name == "csv":
        return not head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1"))
    fit = table_reader(name).sniff(head, file.path) if name in TABLES else format_fit(name, head, file.path)
    return fit is not None


def _columns_of(file: SourceFile, profile: Profile, name: str) -> frozenset[str]:
    """The file's columns, without those that have no name; none where it has no header of its own."""
    if not isinstance(profile, TableProfile) or isinstance(profile.layout.header, list):
        return frozenset()
    chunks = table_reader(name).chunks(file, profile.layout, wanted_columns(profile), profile.money.decimal)
    first = next(iter(chunks), None)
    names = [] if first is None else first.cells.columns
    return frozenset(name for name in names if not name.startswith("#"))


def known_columns(profile: TableProfile) -> frozenset[str]:
    """Every name of a column that a profile says."""
    ours = {alternative for one in wanted_columns(profile, optional=True) for alternative in one}
    return frozenset({*ours, *profile.layout.also})
