"""Which files belong to which source: patterns of the profiles, or files that were named; archives are opened."""

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from recon.errors import InputRefused, Place, Problem, UsageError
from recon.project.folders import closed
from recon.project.workspace import Project
from recon.sources import containers
from recon.sources.file import inside_of
from recon.sources.profiles.patterns import FilePattern
from recon.sources.profiles.profile import LoadedProfile


@dataclass(frozen=True)
class Found:
    """A file of a source: `shown` is its path as printed and recorded, `inside` its address in an archive."""

    loaded: LoadedProfile
    path: Path
    shown: str
    inside: str = ""

    @property
    def source(self) -> str:
        """The source's name."""
        return self.loaded.source


_REFUSED = "!"
"""Stands for the address of whatever is in an archive that is refused; it belongs to whoever expects archives."""


def discover(
    project: Project,
    profiles: Sequence[LoadedProfile],
    files: Sequence[Path] = (),
    *,
    chosen: bool = False,
) -> list[Found]:
    """The files of the profiles by source and path; only those named, when files are named.

    With `chosen` the profiles were named too: a named file then is of the only one, whatever its pattern.

    Raises:
        UsageError: a named file is of no source, or of more than one.
        InputRefused: a folder in which files are looked for cannot be opened.
    """
    if not files:
        _refuse_closed(project, profiles)
    inside, folder = cache(_inside), cache(Path.resolve)
    found = list(_of_patterns(project, profiles, inside))
    if not files:
        return sorted(found, key=lambda one: (one.source, one.shown))
    taken: list[Found] = []
    problems: list[Problem] = []
    for named in files:
        path, address = containers.address_of(Path(os.path.normpath(Path(named).absolute())))
        place = _place(path, folder)
        of_it = [one for one in found if _place(one.path, folder) == place and address in ("", one.inside)]
        if not of_it and not os.path.lexists(path):
            problems.append(_gone(named))
            continue
        if not of_it and chosen and len(profiles) == 1:
            addresses = [address] if address else inside(path)
            of_it = [_found(project, profiles[0], path, one) for one in addresses]
        taken += of_it
        if len({one.source for one in of_it}) != 1:
            problems.append(_unclear(named, of_it))
    if problems:
        raise UsageError(*problems)
    unique = {(one.source, one.shown): one for one in taken}
    return [unique[key] for key in sorted(unique)]


def _of_patterns(
    project: Project, profiles: Sequence[LoadedProfile], inside: Callable[[Path], list[str]]
) -> Iterable[Found]:
    """The files that the patterns of the profiles take, each once for a source; `inside` opens archives."""
    return {
        (one.source, one.shown): one
        for loaded in profiles
        for pattern in map(FilePattern.parse, loaded.profile.files)
        for path in sorted(project.root.glob(pattern.glob))
        if not path.is_dir() and not _hidden(path, project.root) and pattern.takes(path.name)
        for address in inside(path)
        if pattern.takes_member(address) or address == _REFUSED
        for one in [_found(project, loaded, path, address)]
    }.values()


def _refuse_closed(project: Project, profiles: Sequence[LoadedProfile]) -> None:
    """Refuse folders on the way to files that cannot be opened: to a pattern they look as if they were empty."""
    patterns = {pattern for loaded in profiles for pattern in loaded.profile.files}
    parts = [Path(FilePattern.parse(pattern).glob).parts for pattern in patterns]
    above = sorted({"/".join(one[:depth]) for one in parts for depth in range(1, len(one))})
    found = dict.fromkeys(path for pattern in above for path in sorted(project.root.glob(pattern)))
    if problems := closed((path for path in found if not _hidden(path, project.root)), project.relative):
        raise InputRefused(*problems)


def _found(project: Project, loaded: LoadedProfile, path: Path, inside: str) -> Found:
    inside = "" if inside == _REFUSED else inside
    return Found(loaded, path, containers.shown_inside(project.relative(path), inside), inside)


def _inside(path: Path) -> list[str]:
    """The addresses of the files in an archive, or of the file itself; what is wrong with it is told on reading."""
    try:
        return inside_of(path)
    except InputRefused:
        return [_REFUSED]


def _hidden(path: Path, root: Path) -> bool:
    """Whether the file is hidden, as transfers in progress often are."""
    return any(part.startswith(".") for part in path.relative_to(root).parts)


def _place(path: Path, folder: Callable[[Path], Path]) -> Path:
    """Where a file lies, so that two ways to it can be told to be one. A link in place of the file is not followed."""
    return folder(path.parent) / path.name


def _gone(named: Path) -> Problem:
    hint = "correct the path; it is taken from the folder that you are in"
    return Problem("no-file", "there is no such file", Place(str(named)), hint)


def _unclear(named: Path, of_it: Sequence[Found]) -> Problem:
    if of_it:
        names = ", ".join(sorted({one.source for one in of_it}))
        return Problem(
            "two-sources", f"the file belongs to {names}", Place(str(named)), "name one with --source"
        )
    hint = "name its source with --source, or see `recon sources detect FILE`"
    return Problem("no-source", "the file matches the pattern of no source", Place(str(named)), hint)
