"""All profiles of a project, sound or not, so that what is said of one does not hang on another."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from recon.errors import ConfigError, Problem, ReconError
from recon.project.folders import settings_in
from recon.project.located import read_yaml
from recon.project.nodes import Scalar, find
from recon.project.workspace import Project
from recon.sources.profiles.profile import LoadedProfile, TableProfile, load_profiles

Carried = Mapping[str, frozenset[str] | None]
"""The attributes that the entries of each source carry; None where the format leaves them open."""


@dataclass(frozen=True)
class ReadProfiles:
    """The profiles that are sound, the sources of those that are not, and what is wrong with these."""

    sound: Sequence[LoadedProfile]
    faulty: frozenset[str]
    problems: Sequence[Problem]

    @property
    def attributes(self) -> dict[str, frozenset[str] | None]:
        """The attributes that each source's entries carry, as `Carried`; of a faulty profile they are left open."""
        return {**dict.fromkeys(self.faulty), **attributes({one.source: one for one in self.sound})}


def attributes(profiles: Mapping[str, LoadedProfile]) -> dict[str, frozenset[str] | None]:
    """The attributes that each source's entries carry, as `Carried`."""
    return {
        name: frozenset(loaded.profile.columns.attributes)
        | {field.partition(".")[2] for field in loaded.profile.derive if field.startswith("attributes.")}
        if isinstance(loaded.profile, TableProfile)
        else None
        for name, loaded in profiles.items()
    }


def read_profiles(project: Project) -> ReadProfiles:
    """Read every profile of the project by itself."""
    sound, faulty, problems = list[LoadedProfile](), set[str](), list[Problem]()
    for path in settings_in(project, project.sources_dir):
        try:
            sound += load_profiles(project, [path.stem])
        except ReconError as error:
            problems += error.problems
            faulty |= {path.stem, *_said_name(path)}
    return ReadProfiles(sound, frozenset(faulty), problems)


def _said_name(path: Path) -> Iterator[str]:
    """The name that a profile gives its source, which its file may not have."""
    with suppress(ConfigError):
        name = find(read_yaml(path).root, ("source",))
        if isinstance(name, Scalar):
            yield name.text
