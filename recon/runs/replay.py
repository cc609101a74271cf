"""`recon runs replay`: a published run done again from its recorded inputs, and compared byte by byte.

It needs the configuration and the versions that made the run; with others the question would be another one, and
is refused. Nothing is published, and no lock is taken.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from recon.close.periods.locks import Locks
from recon.errors import ConfigError, ControlFailed, Place, Problem
from recon.model.versions import refuse_other_versions
from recon.project.located import read_yaml
from recon.project.workspace import PROJECT_FILE, Project
from recon.runs.configuration import load_configuration
from recon.runs.decisions import Decisions
from recon.runs.difference import first_difference
from recon.runs.progress import Progress, Quiet
from recon.runs.scope import Scope
from recon.runs.work import Work
from recon.sources.extending import extended
from recon.store.disk import sha256_of_file
from recon.store.manifest import MANIFEST, compose, files_of
from recon.store.published import Published
from recon.store.scratch import scratch_folder
from recon.store.store import INGEST, RUN, Store


@dataclass(frozen=True)
class Replayed:
    """A run that was done again. `files` are those that came out the same, `problems` those that did not."""

    run: Published
    files: tuple[str, ...]
    problems: tuple[Problem, ...]


def replay(project: Project, store: Store, run: Published, progress: Progress | None = None) -> Replayed:
    """Do the work of a run again in a private folder and compare every file, the manifest included.

    Raises:
        ConfigError: configuration files are not those that the run was made with; each is named.
        UsageError: the versions are not those that the run was made with.
        ControlFailed: the run's manifest, or something that the run rests on, is gone or was changed.
    """
    inputs = run.manifest["inputs"]
    refuse_other_versions(inputs["versions"], "the run", f"{run.shown}/{MANIFEST}")
    _refuse_other_files(project, run, inputs["config"])
    configuration = load_configuration(project, tuple(inputs["rulesets"]), tuple(inputs["chains"]))
    decisions = Decisions.recorded(store.ledger, configuration.rulesets, inputs)
    locks = Locks.recorded(store.ledger, inputs)
    work = Work(project, store, configuration, _scope(store, run), inputs["period"], decisions, locks)
    with scratch_folder(project.temporary_dir, "replay-") as folder:
        content = work.write(folder, progress or Quiet())
        (folder / MANIFEST).write_text(compose(folder, RUN, work.inputs, content, run.identity), "utf-8")
        compared = dict(_compared(folder, run))
    return Replayed(
        run,
        tuple(name for name, problem in compared.items() if problem is None),
        tuple(problem for problem in compared.values() if problem is not None),
    )


def _refuse_other_files(project: Project, run: Published, recorded: Mapping[str, str]) -> None:
    hint = f"bring back the file that run {run.identity} was made with, then replay it"
    problems = []
    for shown, sha256 in sorted(recorded.items()):
        path = project.root / shown
        if not path.is_file():
            problems.append(
                Problem(
                    "replay-configuration", "the run was made with this file, which is gone", Place(shown), hint
                )
            )
        elif _sha256_now(project, path, shown) != sha256:
            message = (
                "the file, or a shipped profile that it extends, was changed since the run was made: "
                f"its SHA-256 was {sha256[:16]}…"
            )
            problems.append(Problem("replay-configuration", message, Place(shown), hint))
    name = project.settings.project.name
    if run.manifest["project"] != name:
        message = (
            f"the project was called `{run.manifest['project']}` when the run was made, and is now `{name}`"
        )
        problems.append(Problem("replay-configuration", message, Place(PROJECT_FILE), hint))
    if problems:
        raise ConfigError(*problems)


def _sha256_now(project: Project, path: Path, shown: str) -> str | None:
    """The hash of a file as a run records it: that of a profile is of all that it extends; None where it is wrong."""
    if path.parent != project.sources_dir:
        return sha256_of_file(path)
    try:
        return extended(read_yaml(path, shown)).sha256
    except ConfigError:
        return None


def _scope(store: Store, run: Published) -> Scope:
    """What the run looked at, as its manifest recorded it."""
    inputs = run.manifest["inputs"]
    ingests = [_recorded(store, INGEST, name, run) for name in inputs["ingests"]]
    name = inputs["previous_run"]
    previous = _recorded(store, RUN, name, run) if name else None
    known = set(previous.manifest["inputs"]["ingests"]) if previous else set[str]()
    new = [one for one in ingests if one.identity not in known]
    return Scope(ingests, new, previous, date.fromisoformat(inputs["as_of"]))


def _recorded(store: Store, kind: str, identity: str, run: Published) -> Published:
    found = store.find(kind, identity)
    if found is None:
        message = f"the run rests on {kind} {identity}, which the ledger does not know"
        raise ControlFailed(Problem("published-changed", message, Place(f"{run.shown}/{MANIFEST}")))
    return found


def _compared(folder: Path, run: Published) -> Iterator[tuple[str, Problem | None]]:
    """Every file of either folder, and how the published one differs from the one made now."""
    made = {path.relative_to(folder).as_posix() for path in (*files_of(folder), folder / MANIFEST)}
    for name in sorted({*made, *run.names(), MANIFEST}):
        place = Place(f"{run.shown}/{name}")
        published = run.folder / name
        if name not in made:
            yield (
                name,
                Problem("replay-differs", "the file was published, and the replay does not give it", place),
            )
        elif not published.is_file():
            yield name, Problem("replay-differs", "the replay gives this file, and it is not in the run", place)
        else:
            yield name, first_difference(published, folder / name, place)
