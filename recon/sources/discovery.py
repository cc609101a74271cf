"""Which files belong to which source: patterns of the profiles, or files that were named."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from recon.errors import Place, Problem, UsageError
from recon.project.workspace import Project
from recon.sources.profile import LoadedProfile


@dataclass(frozen=True)
class Found:
    """A file of a source: `shown` is its path as printed and recorded."""

    loaded: LoadedProfile
    path: Path
    shown: str

    @property
    def source(self) -> str:
        """The source's name."""
        return self.loaded.source


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
    """
    found = [
        Found(loaded, path, project.relative(path))
        for loaded in profiles
        for path in sorted({path for pattern in loaded.profile.files for path in project.root.glob(pattern)})
        if not path.is_dir() and not _hidden(path, project.root)
    ]
    if not files:
        return sorted(found, key=lambda one: (one.source, one.shown))
    taken: list[Found] = []
    problems: list[Problem] = []
    for named in files:
        path = Path(named).absolute()
        of_it = [one for one in found if one.path == path]
        if not of_it and chosen and len(profiles) == 1:
            of_it = [Found(profiles[0], path, project.relative(path))]
        taken += of_it
        if len(of_it) != 1:
            problems.append(_unclear(named, of_it))
    if problems:
        raise UsageError(*problems)
    unique = {(one.source, one.shown): one for one in taken}
    return [unique[key] for key in sorted(unique)]


def _hidden(path: Path, root: Path) -> bool:
    """Whether the file is hidden, as transfers in progress often are."""
    return any(part.startswith(".") for part in path.relative_to(root).parts)


def _unclear(named: Path, of_it: Sequence[Found]) -> Problem:
    if of_it:
        names = ", ".join(one.source for one in of_it)
        return Problem(
            "two-sources", f"the file belongs to {names}", Place(str(named)), "name one with --source"
        )
    hint = "name its source with --source, or see `recon sources detect FILE`"
    return Problem("no-source", "the file matches the pattern of no source", Place(str(named)), hint)
