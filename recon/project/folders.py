"""Folders that may not be opened: what lies in them would be passed over without a word, as if they were empty."""

import os
from collections.abc import Iterable
from pathlib import Path

from recon.errors import ConfigError, Place, Problem
from recon.project.workspace import Project


def closed(project: Project, folders: Iterable[Path]) -> list[Problem]:
    """A problem for each of these folders that is there and cannot be read."""
    hint = "check its owner and its mode: whoever runs recon has to be able to list it and open what is in it"
    return [
        Problem("folder-unreadable", "the folder cannot be opened", Place(project.relative(folder)), hint)
        for folder in folders
        if folder.is_dir() and not os.access(folder, os.R_OK | os.X_OK)
    ]


def settings_in(project: Project, folder: Path) -> list[Path]:
    """The YAML files of a folder of settings, by name; none where there is no such folder.

    Raises:
        ConfigError: the folder cannot be opened.
    """
    if problems := closed(project, [folder]):
        raise ConfigError(*problems)
    return sorted(folder.glob("*.yaml"))
