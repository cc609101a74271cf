"""`recon runs replay`: a published run done again from its recorded inputs, and compared byte by byte.

It takes the configuration that the run keeps, so that what the project's files say today does not matter. It needs the
versions that made the run; with others the question would be another one, and is refused. Nothing is published, and no
lock is taken.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from recon.close.periods.locks import Locks
from recon.errors import ControlFailed, Place, Problem
from recon.model.versions import refuse_other_versions
from recon.project.workspace import Project
from recon.runs.configuration import Configuration
from recon.runs.decisions import Decisions
from recon.runs.inputs import Scope
from recon.runs.kept import KEPT, as_it_was, as_made
from recon.runs.progress import Progress, Quiet
from recon.runs.work import Work
from recon.store.manifest import MANIFEST, compose
from recon.store.published import Published
from recon.store.replayed import compared
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
        UsageError: the versions are not those that the run was made with.
        ControlFailed: the run's manifest, or something that the run rests on, is gone or was changed.
    """
    inputs = run.manifest["inputs"]
    refuse_other_versions(inputs["versions"], "the run", f"{run.shown}/{MANIFEST}")
    configuration = _configuration(project, run)
    decisions = Decisions.recorded(store.ledger, configuration.rulesets, inputs)
    locks = Locks.recorded(store.ledger, inputs)
    then = as_it_was(project, run)
    work = Work(then, store, configuration, _scope(store, run), inputs["period"], decisions, locks)
    with scratch_folder(project.temporary_dir, "replay-") as folder:
        content = work.write(folder, progress or Quiet())
        (folder / MANIFEST).write_text(compose(folder, RUN, work.inputs, content, run.identity), "utf-8")
        found = dict(compared(run, folder))
    return Replayed(
        run,
        tuple(name for name, problem in found.items() if problem is None),
        tuple(problem for problem in found.values() if problem is not None),
    )


def _configuration(project: Project, run: Published) -> Configuration:
    """What the run was made with, as its folder keeps it.

    Raises:
        ControlFailed: the folder keeps none, or it stands for something else now, by a shipped profile that changed.
    """
    place = Place(f"{run.shown}/{KEPT}")
    made = as_made(project, run)
    if made is None:
        raise ControlFailed(Problem("replay-configuration", "the run does not keep its configuration", place))
    recorded: Mapping[str, str] = run.manifest["inputs"]["config"]
    changed = [name for name, sha256 in recorded.items() if made.hashes.get(name) != sha256]
    if changed:
        message = f"a shipped profile is no longer the one that {', '.join(sorted(changed))} extended"
        hint = "replay it with the program as it was installed then"
        raise ControlFailed(Problem("replay-configuration", message, place, hint))
    return made


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
