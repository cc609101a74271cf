"""The work of one run: everything its result depends on, and how the files of its folder come from that.

`match` publishes what the work writes; `replay` does the same work again and compares. The key of a run is a hash
of its ingests, the run it continues, its configuration, its as-of date, what people decided, and the versions that
compute it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from recon import __version__
from recon.close.periods.locks import Locks
from recon.engines.duck import DuckEngine
from recon.model.ids import content_id
from recon.model.versions import versions
from recon.project.workspace import Project
from recon.runs.compute import CARRIED, TABLES, compute
from recon.runs.configuration import Configuration
from recon.runs.decisions import Decisions
from recon.runs.honoured import DECIDED_FILE, write_decided
from recon.runs.inputs import Scope
from recon.runs.kept import keep
from recon.runs.parts import TABLE, write_parts
from recon.runs.prior import PRIOR_FILE, write_prior
from recon.runs.progress import Progress
from recon.runs.put_back import put_back
from recon.runs.scope import register_scope
from recon.runs.summary import summary
from recon.sources.intake.arrivals import absences, known_days, paths_of
from recon.sources.intake.held import changing
from recon.store.canonical import canonical
from recon.store.published import Published
from recon.store.scratch import scratch_folder
from recon.store.store import Store


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
class Work:
    """One run's inputs. The same inputs give the same identity and the same bytes."""

    project: Project
    store: Store
    configuration: Configuration
    scope: Scope
    period: str | None
    decisions: Decisions
    locks: Locks = field(default_factory=Locks)

    @cached_property
    def inputs(self) -> dict[str, Any]:
        """What the run is made from, as its manifest records it."""
        return {
            "ingests": [one.identity for one in self.scope.ingests],
            "previous_run": self.scope.previous.identity if self.scope.previous else None,
            "as_of": self.scope.as_of.isoformat(),
            "period": self.period,
            "rulesets": list(self.configuration.rulesets),
            "chains": list(self.configuration.chains),
            "config": dict(self.configuration.hashes),
            "versions": versions(),
            **self.decisions.inputs,
            **self.locks.inputs,
        }

    @cached_property
    def key(self) -> str:
        """The run's key: the hash of its inputs."""
        return content_id([canonical(self.inputs)], 40)

    @property
    def identity(self) -> str:
        """The run's name: its day, and the beginning of its key."""
        return f"{self.scope.as_of}-{self.key[:10]}"

    @property
    def continued(self) -> bool:
        """Whether the run before was made by the same rules and versions, and no file changed earlier entries since."""
        before = self.scope.previous
        return (
            before is not None
            and before.manifest["config"] == self.inputs["config"]
            and before.manifest["versions"] == self.inputs["versions"]
            and not changing(self.scope.new)
        )

    def write(self, folder: Path, progress: Progress) -> dict[str, Any]:
        """Compute the run and write its tables into a folder; gives what its manifest says beside the files.

        Raises:
            ControlFailed: a file that it rests on was changed, or the disk fails.
        """
        line = Line(self.store, self.scope.previous)
        with self._engine(line, folder) as engine:
            splits = self.decisions.splits
            again = put_back(self.scope.new, self.scope.ingests, line.runs, splits)
            honoured = self.decisions.honoured(self.scope.previous, line.runs).with_returned(again)
            cut = register_scope(engine, self.scope, self.configuration, honoured.entries_back, splits)
            self.decisions.register(engine)
            honoured.register(engine, self.scope.as_of, cut.ended)
            computed = compute(
                engine,
                self.configuration,
                self.scope.as_of,
                line.files,
                progress,
                continued=self.continued,
            )
            progress.step("writing")
            for name, (table, schema, order) in TABLES.items():
                by = f" ORDER BY {order}" if order else ""
                write = engine.copy if name in CARRIED else engine.write
                write(f"SELECT * FROM {table}{by}", folder / f"{name}.parquet", schema)
            keep(self.configuration.files, folder)
            told = summary(engine, self.configuration, computed, self.scope.as_of)
            late = write_prior(engine, self.locks, folder / f"{PRIOR_FILE}.parquet")
            late |= write_decided(engine, folder / f"{DECIDED_FILE}.parquet")
            late |= write_parts(engine, folder / f"{TABLE}.parquet")
            return told | late | self._expected() | self._description()

    @contextmanager
    def _engine(self, line: Line, folder: Path) -> Iterator[DuckEngine]:
        """An engine that reaches the run's inputs and its folder, and spills inside the project."""
        published = [*self.scope.ingests, *line.runs]
        machine = self.project.settings.run
        with (
            scratch_folder(self.project.temporary_dir, "spill-") as spill,
            DuckEngine.open(
                memory_mb=machine.memory_for(self.scope.entries),
                threads=machine.threads_for(self.scope.entries),
                temporary=spill,
                inputs=[one.folder for one in published],
                outputs=[folder],
            ) as engine,
        ):
            yield engine

    def _expected(self) -> dict[str, Any]:
        """Files that should have come by the run's day and did not, where sources expect any."""
        profiles = self.configuration.profiles.values()
        if all(one.profile.expect is None for one in profiles):
            return {}
        paths = paths_of(self.scope.ingests)
        missing = absences(profiles, known_days(profiles, paths), self.scope.as_of)
        return {
            "expected": [
                {"source": one.source, "said": one.words, "missing": [day.isoformat() for day in one.days]}
                for one in missing
            ]
        }

    def _description(self) -> dict[str, Any]:
        described = ("as_of", "period", "previous_run", "config", "versions")
        return {
            "run_key": self.key,
            "project": self.project.settings.project.name,
            "recon": __version__,
            **{name: self.inputs[name] for name in described},
        }
