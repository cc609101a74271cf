"""Folders that may not be opened: what lies in them would be passed over without a word, as if they were empty."""

import os
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Final

from recon.errors import ConfigError, Place, Problem
from recon.project.workspace import Project

SETTINGS: Final = (".yaml",)
Shown = Callable[[Path], str]
"""How a path stands in messages."""


def closed(folders: Iterable[Path], shown: Shown) -> list[Problem]:
    """A problem for each of these folders that is there and cannot be read."""
    hint = "check its owner and its mode: whoever runs recon has to be able to list it and open what is in it"
    return [
        Problem("folder-unreadable", "the folder cannot be opened", Place(shown(folder)), hint)
        for folder in folders
        if folder.is_dir() and not os.access(folder, os.R_OK | os.X_OK)
    ]


def files_in(
    folder: Path, endings: Collection[str], shown: Shown = Path.as_posix, *, below: bool = False
) -> list[Path]:
    """The files of a folder with one of these endings, by path; `below`, those of its folders as well.

    Where there is no such folder there are none.

    Raises:
        ConfigError: the folder, or one below, cannot be opened.
    """
    if not folder.is_dir():
        return []
    folders = [folder]
    if below:
        folders += [Path(path, name) for path, names, _ in os.walk(folder) for name in names]
    if problems := closed(folders, shown):
        raise ConfigError(*problems)
    return sorted(path for one in folders for path in one.iterdir() if path.suffix.lower() in endings)


def settings_in(project: Project, folder: Path) -> list[Path]:
    """The YAML files of a folder of settings, by name; none where there is no such folder.

    Raises:
        ConfigError: the folder cannot be opened.
    """
    return files_in(folder, SETTINGS, project.relative)
