"""The configuration that a run was made with: copied into its folder as it was, and read again from there.

A year later a run is done again, and its breaks are explained, by the rules that made it, whatever the project's files
say by then; and whoever has the folder can read them.
"""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Final

from recon.project.located import ConfigFile
from recon.project.workspace import Project
from recon.runs.configuration import Configuration, load_configuration
from recon.store.disk import PRIVATE_FILE, make_private_folder
from recon.store.published import Published

KEPT: Final = "configuration"
"""The folder of the copies within that of the run."""


def keep(files: Iterable[ConfigFile], folder: Path) -> None:
    """Copy the files into the folder of a run, byte by byte."""
    for one in files:
        copy = folder / _copy_of(one.shown)
        make_private_folder(copy.parent)
        copy.write_bytes(one.content)
        copy.chmod(PRIVATE_FILE)


def as_made(
    project: Project,
    run: Published,
    rulesets: tuple[str, ...] | None = None,
    chains: tuple[str, ...] | None = None,
) -> Configuration | None:
    """The configuration that a run was made with, or that of some of its rule sets; None where it keeps none.

    Its files have the names that they had.

    Raises:
        ConfigError: this version of the program does not take the rules any more.
        ControlFailed: a copy is gone or was changed.
    """
    copies = [name for name in run.names() if PurePosixPath(name).parts[0] == KEPT]
    if not copies:
        return None
    for name in copies:
        run.verified(name)
    inputs = run.manifest["inputs"]
    recorded = {_copy_of(shown): shown for shown in inputs["config"]}
    read = load_configuration(
        as_it_was(project, run),
        tuple(inputs["rulesets"]) if rulesets is None else rulesets,
        tuple(inputs["chains"]) if chains is None else chains,
    )
    return replace(read, files=[replace(one, shown=recorded[_copy_of(one.shown)]) for one in read.files])


def as_it_was(project: Project, run: Published) -> Project:
    """The project by the name that it had when a run was made, and with what the run keeps as its configuration."""
    return project.configured_by(run.folder / KEPT, str(run.manifest["project"]))


def changed_since(project: Project, made: Configuration) -> list[str]:
    """The files of a configuration that the project no longer has, or has otherwise."""
    return sorted(one.shown for one in made.files if _now(project.root / one.shown) != one.content)


def differing(run: Published, now: Configuration) -> list[str]:
    """The files of a configuration that are not those that a run was made with, by what it recorded of them."""
    then = run.manifest["config"]
    return sorted(name for name, sha256 in now.hashes.items() if then.get(name) != sha256)


def _copy_of(shown: str) -> str:
    """The name of a copy in the run's folder: its kind of file and its own name."""
    return "/".join((KEPT, *PurePosixPath(shown).parts[-2:]))


def _now(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
