"""`recon match`: from the entries in the store to a published, proven run.

The run's key is a hash of its ingests, the run it continues, its configuration, its as-of date and the versions
that computed it. The same key is the same run: nothing is computed twice, and nothing changes when nothing is new.
"""

import platform
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from recon import __version__
from recon.engines.duck import DuckEngine
from recon.model.ids import content_id
from recon.project.workspace import Project
from recon.runs.compute import TABLES, compute
from recon.runs.configuration import Configuration, load_configuration
from recon.runs.progress import Progress, Quiet
from recon.runs.scope import Scope, find_scope, register_scope
from recon.runs.summary import summary
from recon.store.canonical import canonical
from recon.store.publish import publishing
from recon.store.published import Published
from recon.store.store import RUN, Store


@dataclass(frozen=True)
class Line:
    """The runs that a run continues, oldest first."""

    store: Store
    previous: Published | None

    @property
    def runs(self) -> list[Published]:
        """The run before, the run before that, and so on, oldest first."""
        by_name = {one.identity: one for one in self.store.runs()}
        found, name = list[Published](), self.previous.identity if self.previous else None
        while name is not None:
            found.append(by_name[name])
            name = found[-1].manifest["previous_run"]
        return found[::-1]

    def files(self, name: str) -> list[Path]:
        """The files of a name of all these runs, verified."""
        return [one.verified(name) for one in self.runs]


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
        UsageError: nothing was ingested, or the date lies before the latest run.
        ControlFailed: the store was changed from outside, or the disk fails.
        Busy: another process is writing.
    """
    shown = progress or Quiet()
    configuration = load_configuration(project, rulesets)
    latest = None if fresh else store.latest_run()
    scope = find_scope(store.ingests(), latest, as_of)
    if latest is not None and _nothing_new(scope, latest, configuration, period):
        return RunOutcome(latest, is_new=False)
    inputs = _inputs(scope, configuration, period)
    key = content_id([canonical(inputs)], 40)
    identity = f"{scope.as_of}-{key[:10]}"
    with publishing(store, RUN, identity, project.runs_dir, inputs) as publication:
        if publication.already is not None:
            return RunOutcome(publication.already, is_new=False)
        folder = publication.folder
        line = Line(store, scope.previous)
        with _engine(project, scope, line, folder) as engine:
            register_scope(engine, scope, configuration)
            computed = compute(engine, configuration, scope.as_of, line.files, shown)
            shown.step("writing")
            for name, (table, schema, order) in TABLES.items():
                by = f" ORDER BY {order}" if order else ""
                engine.write(f"SELECT * FROM {table}{by}", folder / f"{name}.parquet", schema)
            publication.content.update(summary(engine, configuration, computed, scope.as_of))
        publication.content.update(_description(project, scope, configuration, period, key))
        shown.step("publishing")
    return RunOutcome(publication.published, is_new=True)


@contextmanager
def _engine(project: Project, scope: Scope, line: Line, folder: Path) -> Iterator[DuckEngine]:
    """An engine that reaches the run's inputs and its folder, and spills inside the project."""
    published = [*scope.ingests, *line.runs]
    project.temporary_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (
        TemporaryDirectory(dir=project.temporary_dir, prefix="spill-") as spill,
        DuckEngine.open(
            memory_mb=project.settings.run.memory_mb,
            threads=project.settings.run.threads,
            temporary=Path(spill),
            inputs=[one.folder for one in published],
            outputs=[folder],
        ) as engine,
    ):
        yield engine


def _nothing_new(scope: Scope, latest: Published, configuration: Configuration, period: str | None) -> bool:
    manifest = latest.manifest
    return (
        not scope.new
        and manifest["as_of"] == scope.as_of.isoformat()
        and manifest["period"] == period
        and manifest["config"] == dict(configuration.hashes)
        and manifest["versions"] == versions()
    )


def _inputs(scope: Scope, configuration: Configuration, period: str | None) -> dict[str, Any]:
    return {
        "ingests": [one.identity for one in scope.ingests],
        "previous_run": scope.previous.identity if scope.previous else None,
        "as_of": scope.as_of.isoformat(),
        "period": period,
        "rulesets": list(configuration.rulesets),
        "chains": list(configuration.chains),
        "config": dict(configuration.hashes),
        "versions": versions(),
    }


def _description(
    project: Project, scope: Scope, configuration: Configuration, period: str | None, key: str
) -> dict[str, Any]:
    return {
        "run_key": key,
        "project": project.settings.project.name,
        "as_of": scope.as_of.isoformat(),
        "period": period,
        "previous_run": scope.previous.identity if scope.previous else None,
        "recon": __version__,
        "versions": versions(),
        "config": dict(configuration.hashes),
    }


def versions() -> dict[str, str]:
    """Versions of what computes a run; a change of one makes another run."""
    import duckdb
    import pyarrow as pa

    return {
        "recon": __version__,
        "python": platform.python_version(),
        "duckdb": duckdb.__version__,
        "pyarrow": pa.__version__,
    }
