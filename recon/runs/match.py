"""`recon match`: from the entries in the store to a published, proven run.

The same inputs are the same run: nothing is computed twice, and nothing changes when nothing is new.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from recon.close.periods.locks import Locks, line_on
from recon.errors import Problem, UsageError
from recon.model.versions import versions
from recon.project.workspace import Project
from recon.runs.configuration import Configuration, load_configuration
from recon.runs.decisions import Decisions
from recon.runs.inputs import Scope, find_scope, refuse_going_back
from recon.runs.progress import Progress, Quiet
from recon.runs.work import Work
from recon.store.publish import publishing
from recon.store.published import Published
from recon.store.store import RUN, Store


@dataclass(frozen=True)
class RunOutcome:
    """A published run, and whether it was made now or stood already."""

    run: Published
    is_new: bool

    @property
    def verdict(self) -> str:
        """reconciled, breaks or incomplete."""
        return str(self.run.manifest["verdict"])


def match(
    project: Project,
    store: Store,
    *,
    period: str | None = None,
    as_of: date | None = None,
    rulesets: tuple[str, ...] | None = None,
    fresh: bool = False,
    progress: Progress | None = None,
) -> RunOutcome:
    """Match everything in the store as of a date and publish the run.

    Raises:
        ConfigError: the configuration is wrong.
        UsageError: nothing was ingested, the date is closed or lies before the latest run, or that has more rule sets.
        ControlFailed: the store was changed from outside, or the disk fails.
        Busy: another process is writing.
    """
    shown = progress or Quiet()
    configuration = load_configuration(project, rulesets)

    def found() -> Work | RunOutcome:
        locks, runs = Locks.of(store.ledger), store.runs()
        base = locks.base(runs)
        latest = base if fresh else line_on(runs, base)
        if as_of is not None:
            locks.refuse(as_of)
        if latest is not None and rulesets is not None:
            _refuse_parting(latest, configuration)
        scope = find_scope(store.ingests(), latest, as_of)
        decisions = Decisions.of(store.ledger, configuration.rulesets)
        work = Work(project, store, configuration, scope, period, decisions, locks)
        if latest is not None and _nothing_new(work, latest):
            return RunOutcome(latest, is_new=False)
        return replace(work, scope=_after_closing(scope, locks))

    if isinstance(standing := found(), RunOutcome):
        return standing
    with store.writing("match"):
        # Looked for again: what another process published in the meantime is continued, not passed by.
        work = found()
        return work if isinstance(work, RunOutcome) else _published(work, shown)


def prepare(project: Project, store: Store, as_of: date | None = None, *, fresh: bool = False) -> Configuration:
    """Find what would keep a run from being made before any file is taken in: wrong rules, a day that is past.

    Gives what is configured.

    Raises:
        ConfigError: the configuration is wrong.
        UsageError: the date is closed, or lies before the latest run.
    """
    configuration = load_configuration(project)
    if as_of is None:
        return configuration
    locks, runs = Locks.of(store.ledger), store.runs()
    locks.refuse(as_of)
    base = locks.base(runs)
    latest = base if fresh else line_on(runs, base)
    if latest is not None:
        refuse_going_back(latest, as_of)
    return configuration


def _after_closing(scope: Scope, locks: Locks) -> Scope:
    """The scope as of the first day that is not closed, where everything that is known lies in closed periods."""
    if locks.day is None or scope.as_of > locks.day:
        return scope
    return replace(scope, as_of=locks.day + timedelta(1))


def _refuse_parting(latest: Published, configuration: Configuration) -> None:
    """A run of some rule sets only cannot continue a run of more: the others' open items would be lost to it."""
    left_out = [row["name"] for row in latest.manifest["rulesets"] if row["name"] not in configuration.rulesets]
    if left_out:
        message = f"the latest run, {latest.identity}, also has {', '.join(left_out)}"
        hint = "run all rule sets, or add `--fresh` to compute these alone from the first file on"
        raise UsageError(Problem("partial-run", message, hint=hint))


def _published(work: Work, progress: Progress) -> RunOutcome:
    parent = work.project.runs_dir
    with publishing(work.store, RUN, work.identity, parent, work.inputs) as publication:
        if publication.already is not None:
            return RunOutcome(publication.already, is_new=False)
        publication.content.update(work.write(publication.folder, progress))
        progress.step("publishing")
    return RunOutcome(publication.published, is_new=True)


def _nothing_new(work: Work, latest: Published) -> bool:
    """Whether the latest run is what a new one would be. The run of a closed period stands for itself."""
    manifest = latest.manifest
    closed = work.locks.names(latest.identity) is not None
    same_period = manifest["period"] == work.period or (closed and work.period is None)
    return (
        not work.scope.new
        and manifest["as_of"] == work.scope.as_of.isoformat()
        and same_period
        and manifest["config"] == dict(work.configuration.hashes)
        and manifest["versions"] == versions()
        and manifest["inputs"].get("decisions") == work.decisions.inputs.get("decisions")
        and (closed or manifest["inputs"].get("closed") == work.inputs.get("closed"))
    )
