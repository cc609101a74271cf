"""The plans of a project, with all problems of all files reported together, and the shipped ones to start from."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

from recon.errors import ConfigError, Problem
from recon.payouts.plan.plan import Plan, load
from recon.project.folders import SETTINGS, Shown, files_in
from recon.project.located import Document
from recon.project.shipped import shipped_configs
from recon.project.suggest import did_you_mean

EXAMPLES: Final = "library"
"""The folder of plans that pay nobody, whosever project they lie in: they are read, and taken over by name."""


@dataclass(frozen=True, slots=True)
class Filed:
    """A plan and the file it stands in."""

    plan: Plan
    document: Document
    path: Path


def plans_in(folder: Path, shown: Shown = Path.as_posix) -> list[Filed]:
    """Every plan of a folder but for the examples below it, by name and effective day.

    Raises:
        ConfigError: with the problems of every file, two versions of a plan that begin on one day, or a folder
            that cannot be opened.
    """
    paths = files_in(folder, SETTINGS, shown, below=True)
    return read([path for path in paths if EXAMPLES not in path.relative_to(folder).parts], shown)


def shipped_plans() -> list[Filed]:
    """The plans that come with the program, by name.

    Raises:
        ConfigError: with the problems of all of them; a shipped plan is never wrong unless it was edited.
    """
    return read(
        files_in(shipped_configs() / "plans" / EXAMPLES, SETTINGS), lambda path: f"{EXAMPLES}/{path.name}"
    )


def read(paths: Sequence[Path], shown: Shown = Path.as_posix) -> list[Filed]:
    """The plans of some files.

    Raises:
        ConfigError: as `plans_in`.
    """
    filed: list[Filed] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            filed.append(Filed(*load(path, shown(path)), path))
        except ConfigError as error:
            problems += error.problems
    filed.sort(key=lambda one: (one.plan.plan, one.plan.effective))
    for earlier, later in pairwise(filed):
        if earlier.plan.version == later.plan.version:
            message = (
                f"{later.plan.plan} has another version of {later.plan.effective} in {earlier.document.shown}"
            )
            hint = "a version is never edited in place: give the new one its own effective day"
            problems.append(later.document.problem(("effective",), "two-versions", message, hint))
    if problems:
        raise ConfigError(*problems)
    return filed


def named(filed: Sequence[Filed], names: Sequence[str]) -> list[Filed]:
    """The versions of the plans of these names, all plans without names.

    Raises:
        ConfigError: a name that no plan has.
    """
    known = {one.plan.plan for one in filed}
    unknown = [name for name in names if name not in known]
    if unknown:
        here = (
            f"plans here: {', '.join(sorted(known)) or 'none'}; `recon plans library` lists others to take over"
        )
        raise ConfigError(
            *(Problem("no-plan", f"no plan {name}", hint=did_you_mean(name, known) or here) for name in unknown)
        )
    return [one for one in filed if not names or one.plan.plan in names]
