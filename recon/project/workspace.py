"""The project at hand: found from where the command was typed, with its settings and its folders.

A project is the folder that holds a `recon.toml`. Settings come, first wins, from the environment, the
project's `recon.toml`, the user's `config.toml`, and the program; each remembers where it came from.
"""

import os
from dataclasses import dataclass, field, replace
from pathlib import Path

from recon.errors import ConfigError, Problem
from recon.project.layers import Setting, layered
from recon.project.located import Document
from recon.project.settings import Settings, UserSettings
from recon.project.toml_text import read_toml

PROJECT_FILE = "recon.toml"
PROJECT_VARIABLE = "RECON_PROJECT"


@dataclass(frozen=True)
class Project:
    """A project on disk; all paths are absolute. `origins` say who set what."""

    root: Path
    settings: Settings
    origins: tuple[Setting, ...] = field(default=(), repr=False)

    @property
    def configs(self) -> Path:
        """The folder of the configuration."""
        return self.root / self.settings.project.configs

    @property
    def sources_dir(self) -> Path:
        """The folder of source profiles."""
        return self.configs / "sources"

    @property
    def rules_dir(self) -> Path:
        """The folder of rule sets and chains."""
        return self.configs / "rules"

    @property
    def rates_dir(self) -> Path:
        """The folder of rate cards and exchange rates."""
        return self.configs / "rates"

    @property
    def plans_dir(self) -> Path:
        """The folder of commission plans."""
        return self.configs / "plans"

    @property
    def store_dir(self) -> Path:
        """The folder of the ledger and of entries."""
        return self.root / self.settings.project.store

    @property
    def runs_dir(self) -> Path:
        """The folder of finished runs."""
        return self.root / self.settings.project.runs

    @property
    def reports_dir(self) -> Path:
        """The folder of reports."""
        return self.root / self.settings.project.reports

    @property
    def temporary_dir(self) -> Path:
        """The folder for work in progress; on the same disk as the store, so that a rename is atomic."""
        return self.store_dir / "tmp"

    def configured_by(self, configs: Path, name: str) -> "Project":
        """The project as it would be with another folder of configuration, and by that name."""
        own = self.settings.project.model_copy(update={"configs": str(configs), "name": name})
        return replace(self, settings=self.settings.model_copy(update={"project": own}))

    def relative(self, path: Path) -> str:
        """The path as shown in messages and manifests: relative to the project, with forward slashes.

        A path outside the project stays as it is.
        """
        absolute = path if path.is_absolute() else self.root / path
        return (
            absolute.relative_to(self.root).as_posix()
            if absolute.is_relative_to(self.root)
            else path.as_posix()
        )


def open_project(explicit: Path | None = None) -> Project:
    """The project in `explicit`, else in `RECON_PROJECT`, else the nearest one upward from here.

    Raises:
        ConfigError: if there is none (naming every place looked at), or its settings are wrong.
    """
    root = find_project(explicit)
    document = read_toml(root / PROJECT_FILE, PROJECT_FILE)
    settings, origins = layered(document, user_document(), os.environ)
    return Project(root, settings, origins)


def find_project(explicit: Path | None = None) -> Path:
    """The folder of the project, absolute.

    Raises:
        ConfigError: if there is none, naming every place looked at.
    """
    named = _named(explicit)
    looked = [named[1]] if named else _upward(Path.cwd())
    for folder in looked:
        if (folder / PROJECT_FILE).is_file():
            return folder
    places = [f"  {folder / PROJECT_FILE}" for folder in looked]
    if named:
        message = f"no project in the folder that {named[0]} names; looked for"
        hint = "name the folder that holds `recon.toml`, or make a project there with `recon init`"
    else:
        message = f"no project here ({PROJECT_VARIABLE} is not set); looked for"
        hint = "go to the project's folder, name it with `--project DIR`, or make one with `recon init`"
    raise ConfigError(Problem("no-project", message, hint=hint, excerpt="\n".join(places)))


def _named(explicit: Path | None) -> tuple[str, Path] | None:
    """Who names a project, and its folder; naming `recon.toml` itself is as good as naming its folder."""
    by_variable = os.environ.get(PROJECT_VARIABLE)
    if explicit is None and not by_variable:
        return None
    who, path = ("--project", explicit) if explicit is not None else (PROJECT_VARIABLE, Path(by_variable or ""))
    absolute = Path(os.path.abspath(path.expanduser()))  # noqa: PTH100  (links stay as they were typed)
    return who, absolute.parent if absolute.name == PROJECT_FILE else absolute


def _upward(start: Path) -> list[Path]:
    return [start, *start.parents]


def user_file() -> Path:
    """Where the user's own defaults are kept: `recon/config.toml` under `XDG_CONFIG_HOME` or `~/.config`."""
    base = os.environ.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path.home() / ".config") / "recon" / "config.toml"


def user_document() -> Document | None:
    """The user's own file, if there is one.

    Raises:
        ConfigError: if it is wrong.
    """
    path = user_file()
    if not path.is_file():
        return None
    document = read_toml(path)
    document.build(UserSettings)
    return document
