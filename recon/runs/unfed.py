"""What a run passes over in silence: sources that never had a file, files of settings that nobody reads."""

from collections.abc import Iterator

from recon.errors import Place, Problem
from recon.model.sides import SIDES
from recon.project.workspace import Project
from recon.runs.configuration import Configuration
from recon.sources.intake.discovery import discover
from recon.store.store import Store


def passed_over(project: Project, store: Store, configuration: Configuration) -> list[Problem]:
    """Everything of the kind, as problems that end nothing.

    Raises:
        ControlFailed: something published was changed.
    """
    return [*unread(project), *unfed(project, store, configuration)]


def unread(project: Project) -> Iterator[Problem]:
    """Files of profiles and rules that are not read because of how their names end."""
    for folder in (project.sources_dir, project.rules_dir):
        for path in sorted(folder.glob("*.yml")):
            message = "the file is not read: its name ends in .yml"
            yield Problem("not-read", message, Place(project.relative(path)), f"name it {path.stem}.yaml")


def unfed(project: Project, store: Store, configuration: Configuration) -> Iterator[Problem]:
    """Sources of rule sets of which no file was ever taken in and none lies where their profiles look."""
    fed = {source for one in store.ingests() for source in one.manifest["days"]}
    waiting: dict[str, str] = {}
    for name, ruleset in configuration.rulesets.items():
        for side in SIDES:
            for source in ruleset.sources(side):
                if source not in fed:
                    waiting.setdefault(source, f"{side} side of {name}")
    profiles = [configuration.profiles[source] for source in sorted(waiting)]
    found = {one.source for one in discover(project, profiles)} if profiles else set()
    for one in profiles:
        if one.source not in found:
            message = f"`{one.source}`, {waiting[one.source]}, never had a file"
            hint = f"looked for {', '.join(one.profile.files)}; correct `files:`, or put the file there"
            yield Problem("never-a-file", message, one.document.place(("files",)), hint)
