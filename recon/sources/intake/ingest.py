"""Files into the store: read what is new, prove every file, name every entry, publish once or not at all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from recon.errors import InputRefused, Problem, ReconError
from recon.model.ids import content_id
from recon.project.workspace import Project
from recon.sources.file import SourceFile
from recon.sources.intake.discovery import Found, discover
from recon.sources.intake.held import Held, held
from recon.sources.intake.laying import FileRow, lay, spans
from recon.sources.intake.staging import StagedFile, stage, staging_folder
from recon.sources.profiles.profile import load_profiles
from recon.store.publish import publishing
from recon.store.published import Published
from recon.store.store import Store

_READERS_MB: Final = 250
"""What reading files leaves in use beside the database that lays them out."""
Progress = Callable[[str, int], None]
"""Told of each file read: its path and how many entries it gave."""


@dataclass(frozen=True)
class IngestOutcome:
    """What an ingest did. `published` is None when nothing was new; `problems` are those of files left out."""

    published: Published | None
    files: Sequence[FileRow] = ()
    problems: Sequence[Problem] = ()
    seen: int = 0
    known_files: int = 0

    @property
    def entries(self) -> int:
        """New entries in the store."""
        return sum(row.entries for row in self.files)

    @property
    def known(self) -> int:
        """Entries of new files that the store held already."""
        return sum(row.known for row in self.files)

    @property
    def refused(self) -> int:
        """Refused rows of the files that were taken."""
        return sum(row.refused for row in self.files)


@dataclass(frozen=True, slots=True)
class _ToRead:
    """A file to be read. `reading` is 1 for content that is new; more when an earlier version was put back."""

    found: Found
    sha256: str
    reading: int


@dataclass
class _Sorted:
    """The files found: to be read, the same content under another path, and those known already."""

    new: list[_ToRead] = field(default_factory=list)
    copies: list[FileRow] = field(default_factory=list)
    known: int = 0
    problems: list[Problem] = field(default_factory=list)


def ingest(
    project: Project,
    store: Store,
    *,
    sources: Sequence[str] | None = None,
    files: Sequence[Path] = (),
    keep_going: bool = False,
    progress: Progress | None = None,
) -> IngestOutcome:
    """Take new files into the store, all of them or none; with `keep_going` those that can be taken.

    A file whose content is known is not read again, unless it was put back in place of a later version. Entries that
    an earlier file brought are counted and left out. Nothing is published when nothing is new.

    Raises:
        ConfigError, UsageError: a profile is wrong, a source or the source of a file is not known.
        InputRefused: files cannot be taken; all problems of all files together. The store is as it was.
        Busy: another process is writing.
        ControlFailed: the store is damaged or cannot be written to.
    """
    found = discover(project, load_profiles(project, sources), files, chosen=sources is not None)
    if not found:
        return IngestOutcome(None)
    with store.writing("ingest"):
        already = held(store)
        ordered = _sorted(found, already)
        if ordered.problems and not keep_going:
            ordered.problems += _also_wrong(ordered.new, project)
            raise InputRefused(*ordered.problems)
        if not ordered.new and not ordered.copies:
            return IngestOutcome(None, problems=ordered.problems, seen=len(found), known_files=ordered.known)
        with staging_folder(project) as folder:
            staged, problems = _staged(project, ordered.new, folder, progress)
            problems = [*ordered.problems, *problems]
            if problems and not keep_going:
                raise InputRefused(*problems)
            if not staged and not ordered.copies:
                return IngestOutcome(None, problems=problems, seen=len(found), known_files=ordered.known)
            published, rows = _published(project, store, already, staged, ordered.copies, folder)
    return IngestOutcome(published, rows, problems, len(found), ordered.known)


def _sorted(found: Sequence[Found], already: Held) -> _Sorted:
    """Which files are new, by the hash of their content."""
    ordered = _Sorted()
    first: dict[tuple[str, str], str] = {}
    for one in found:
        try:
            with SourceFile(one.path, one.shown, inside=one.inside) as file:
                sha256, size = file.sha256, file.size
        except InputRefused as error:
            ordered.problems += error.problems
            continue
        taken = first.get((one.source, sha256))
        known_as = already.first_path(one.source, sha256) or taken
        if known_as is None or (taken is None and already.put_back(one.source, sha256, one.shown)):
            first[one.source, sha256] = one.shown
            ordered.new.append(_ToRead(one, sha256, already.readings(one.source, sha256) + 1))
        elif already.knows_path(one.source, sha256, one.shown):
            ordered.known += 1
        else:
            ordered.copies.append(FileRow.of_copy(one, sha256, size, known_as))
    return ordered


def _staged(
    project: Project, new: Sequence[_ToRead], folder: Path | None, progress: Progress | None
) -> tuple[list[StagedFile], list[Problem]]:
    """The files that can be taken, read; and the problems of all others."""
    good: list[StagedFile] = []
    problems: list[Problem] = []
    offset = 0
    for each in new:
        one = each.found
        limit = one.loaded.profile.max_refused
        most = project.settings.run.max_refused if limit is None else limit
        try:
            staged, wrong = stage(one, folder, most, offset, each.sha256, each.reading)
        except ReconError as error:
            problems += error.problems
            continue
        problems += wrong
        offset += staged.entries
        good += [] if wrong else [staged]
        if progress is not None:
            progress(one.shown, staged.entries)
    return good, list(dict.fromkeys(problems))


def _also_wrong(new: Sequence[_ToRead], project: Project) -> list[Problem]:
    """The problems of the files that did open, so that everything is told at once."""
    return _staged(project, new, None, None)[1]


def _published(
    project: Project,
    store: Store,
    already: Held,
    staged: Sequence[StagedFile],
    copies: Sequence[FileRow],
    folder: Path,
) -> tuple[Published, Sequence[FileRow]]:
    inputs = [
        {
            "source": one.source,
            "path": one.found.shown,
            "sha256": one.sha256,
            "profile": one.found.loaded.meaning,
            **({"reading": str(one.reading)} if one.reading > 1 else {}),
        }
        for one in staged
    ] + [{"source": row.source, "path": row.path, "sha256": row.sha256, "profile": ""} for row in copies]
    inputs.sort(key=lambda one: (one["source"], one["path"]))
    identity = content_id([value for one in inputs for value in one.values()], 16)
    with publishing(store, "ingest", identity, store.ingests_folder, {"files": inputs}) as publication:
        if publication.already is None:
            memory = project.settings.run.memory_mb
            left = memory - min(_READERS_MB, memory // 2)
            rows = lay(publication.folder, already, staged, copies, folder, left)
            publication.content["days"] = {source: span.text for source, span in spans(staged).items()}
            publication.content["counts"] = {
                "files": len(rows),
                "entries": sum(row.entries for row in rows),
                "known": sum(row.known for row in rows),
                "refused": sum(row.refused for row in rows),
            }
        else:
            rows = []
    return publication.published, rows
