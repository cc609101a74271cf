"""By which profile a table is read when nobody named one: a shipped one that fits, or one drafted from the content."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from recon.errors import ConfigError, InputRefused
from recon.sources.detection.detecting import detected
from recon.sources.detection.drafting import drafted
from recon.sources.detection.readings import BOTH_WAYS
from recon.sources.detection.trial import loaded
from recon.sources.file import SourceFile
from recon.sources.library import Fitting, fitting
from recon.sources.profiles.describing import starter
from recon.sources.profiles.profile import LoadedProfile, readers_of
from recon.sources.registry import FORMATS, TABLES, fits, table_reader
from recon.sources.unread import unknown

DRAFT: Final = "draft"
DRAFTED: Final = frozenset({"csv", "excel"})
"""Formats whose tables are understood by their content."""
_TEXTS: Final = frozenset({".csv", ".tsv", ".txt"})
_SURE: Final = 75
"""The fit from which on a shipped profile is taken: it knows half of the file's columns."""


@dataclass(frozen=True)
class Chosen:
    """A profile for a file: its name, `draft` for one made of the content, and what of that was guessed."""

    name: str
    loaded: LoadedProfile
    doubts: Sequence[str] = ()


def chosen_profile(file: SourceFile) -> Chosen:
    """The profile by which a table is read.

    Raises:
        InputRefused: it is no table, or its dates or amounts cannot be told.
    """
    shipped = fitting(file)
    if shipped and shipped[0].fit.score >= _SURE:
        return Chosen(shipped[0].name, shipped[0].loaded)
    reader = table_format(file)
    found = detected(file, reader) if reader in DRAFTED else None
    if reader is None or found is None:
        raise InputRefused(unknown(file))
    if found.money is None or found.money.doubt == BOTH_WAYS or not found.dates:
        message = "; ".join(found.doubts)
        hint = "`recon sources detect --draft FILE` writes a profile to correct"
        raise InputRefused(file.problem("not-understood", message, hint=hint))
    try:
        return Chosen(DRAFT, loaded(drafted(file, reader, found), reader, DRAFT), found.doubts)
    except ConfigError as error:
        raise InputRefused(*error.problems) from error


class Candidate(NamedTuple):
    """A way to read a file: the reader, the profile if one is needed, a score from 0 to 100 and the reason."""

    reader: str
    profile: str | None
    score: int
    reason: str


def candidates(file: SourceFile) -> list[Candidate]:
    """Every way to read a file, best first: banks' formats, shipped profiles, and a draft for a table.

    Raises:
        InputRefused: there is none.
    """
    found = [
        Candidate(name, None if name in FORMATS else DRAFT, fit.score, fit.reason)
        for name, fit in fits(file.head(), file.path)
    ]
    found = [one if one.profile is None else _understood(file, one) for one in found]
    found += [Candidate(_reader(one), one.name, one.fit.score, one.fit.reason) for one in fitting(file)]
    if not found:
        hint = "see `recon sources list` for the readers of your sources"
        raise InputRefused(file.problem("no-reader", "no reader knows this kind of file", hint=hint))
    return sorted(found, key=lambda one: (-one.score, one.reader))  # shipped profiles are in their order


def beginning_of(file: SourceFile) -> str:
    """A profile to start from: one that extends the shipped profile that fits the file, or else a draft.

    Raises:
        InputRefused: as `draft_of`.
    """
    shipped = fitting(file)
    if shipped and shipped[0].fit.score >= _SURE:
        return starter(shipped[0].loaded, delimiter=shipped[0].delimiter)
    return draft_of(file)


def draft_of(file: SourceFile) -> str:
    """A profile to start from, for the tabular format that fits a file best.

    Raises:
        InputRefused: no reader fits it.
    """
    found = fits(file.head(), file.path)
    reader = found[0][0] if found else table_format(file)
    if reader is None:
        hint = "see `recon sources list` for the readers of your sources"
        raise InputRefused(file.problem("no-reader", "no reader knows this kind of file", hint=hint))
    return drafted(file, reader, detected(file, reader) if reader in DRAFTED else None)


def _reader(one: Fitting) -> str:
    return readers_of(one.loaded.profile)[0]


def _understood(file: SourceFile, one: Candidate) -> Candidate:
    """A tabular format with what its content says; a table in which nothing is guessed fits best."""
    found = detected(file, one.reader) if one.reader in DRAFTED else None
    if found is None:
        return one
    doubts = f"; to check: {'; '.join(found.doubts)}" if found.doubts else ""
    score = max(one.score, _SURE - 1 - 3 * len(found.doubts)) if found.money and found.dates else one.score
    return one._replace(score=score, reason=f"{one.reason}; {found.described}{doubts}")


def table_format(file: SourceFile) -> str | None:
    """The tabular format that fits the content best."""
    head = file.head()
    found = [(fit.score, name) for name in TABLES if (fit := table_reader(name).sniff(head, file.path))]
    if found:
        return max(found)[1]
    return "csv" if file.path.suffix.lower() in _TEXTS and b"\0" not in head else None
