"""The store of one project: its ledger, and everything it vouches for.

Readers need no lock and see only what was published. A published folder that is gone is never passed over in
silence: a result without it would be a result on less data.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path

from recon.errors import ControlFailed, Problem, UsageError
from recon.project.suggest import did_you_mean
from recon.project.workspace import Project
from recon.store.chain import LedgerRow
from recon.store.ledger import ENTRIES, Clock, Ledger, utc_now
from recon.store.lock import writer_lock
from recon.store.manifest import changed
from recon.store.pruned import PRUNED, kept
from recon.store.published import Published
from recon.store.verification import store_problems

LEDGER_FILE = "ledger.db"
INGEST, RUN = "ingest", "run"


class Store:
    """The ledger, the ingests and the runs of one project.

    `root` is the project's folder; paths are shown relative to it. `folder` holds the ledger and the lock.
    """

    def __init__(self, root: Path, folder: Path, runs_folder: Path, clock: Clock = utc_now) -> None:
        self.root = root
        self.folder = folder
        self.ingests_folder = folder / ENTRIES
        self.runs_folder = runs_folder
        self.payouts_folder = folder / "payouts"
        self.batches_folder = folder / "batches"
        self.journals_folder = folder / "journals"
        self.releases_folder = folder / "releases"
        self.clock = clock
        self.ledger = Ledger.open(folder / LEDGER_FILE, clock)
        self._published: dict[int, Published] = {}

    @classmethod
    def open(cls, project: Project, clock: Clock = utc_now) -> "Store":
        """The store of a project. Nothing is created: the first thing published does that."""
        return cls(project.root, project.store_dir, project.runs_dir, clock)

    def ingests(self) -> list[Published]:
        """The published ingests, oldest first.

        Raises:
            ControlFailed: the ledger is damaged, or a published folder is gone.
        """
        return self._all_present(INGEST)

    def ingests_of(self, run: Published) -> list[Published]:
        """The ingests that a run knew, oldest first. Raises as `ingests` does."""
        known = set(run.manifest["inputs"]["ingests"])
        return [one for one in self.ingests() if one.identity in known]

    def runs(self) -> list[Published]:
        """The published runs, oldest first. Raises as `ingests` does."""
        return self._all_present(RUN)

    def latest_run(self) -> Published | None:
        """The run that was published last; None before the first."""
        runs = self.runs()
        return runs[-1] if runs else None

    def run(self, name: str) -> Published:
        """The run with this identity, or the only one whose identity starts so; `latest` is the last one.

        Raises:
            UsageError: there is no such run, or more than one.
            ControlFailed: as `ingests`.
        """
        runs = self.recorded(RUN)
        exact = [run for run in runs if run.identity == name]
        near = exact or (
            runs[-1:] if name == "latest" else [run for run in runs if run.identity.startswith(name)]
        )
        if len(near) == 1:
            return self._present(near[0])
        if near:
            message = (
                f"`{name}` is the beginning of {len(near)} runs: {', '.join(run.identity for run in near)}"
            )
            raise UsageError(Problem("run", message, hint="give more of the run's name"))
        hint = did_you_mean(name, [run.identity for run in runs]) or (
            "`recon runs list` shows the runs" if runs else "there are no runs yet; `recon run` makes one"
        )
        raise UsageError(Problem("run", f"no run `{name}`", hint=hint))

    def recorded(self, kind: str) -> list[Published]:
        """What the ledger says was published of a kind and not removed since, oldest first, present or not."""
        return [self.published(row) for row in kept(self.ledger.rows(f"{kind}.published", f"{kind}.{PRUNED}"))]

    def up_to(self, run: Published) -> list[Published]:
        """The published runs that are still there, up to and with one, oldest first."""
        return [one for one in self.recorded(RUN) if one.present and one.seq <= run.seq]

    def find(self, kind: str, identity: str) -> Published | None:
        """What was published as this, present or not; None when nothing was."""
        return next((one for one in self.recorded(kind) if one.identity == identity), None)

    def published(self, row: LedgerRow) -> Published:
        """What a `published` row of the ledger stands for."""
        if row.seq not in self._published:
            body = row.body
            shown = str(body["folder"])
            self._published[row.seq] = Published(
                kind=row.kind.partition(".")[0],
                identity=str(body["identity"]),
                folder=self.root / shown,
                shown=shown,
                manifest_sha256=str(body["manifest"]),
                at=row.at,
                seq=row.seq,
            )
        return self._published[row.seq]

    def verified(self, path: Path) -> Path:
        """The path of a published file, after its SHA-256 was compared with the manifest, once per process.

        Raises:
            ControlFailed: the file is missing or was changed, or was never published.
        """
        rows = (row for row in self.ledger.rows() if row.kind.endswith(".published"))
        by_folder = {one.folder: one for one in map(self.published, rows)}
        for folder in path.parents:
            one = by_folder.get(folder)
            if one and path.relative_to(folder).as_posix() in one.names():
                return one.verified(path.relative_to(folder).as_posix())
        raise ControlFailed(changed("the file was never published", self.shown(path)))

    def verify_all(self) -> list[Problem]:
        """Everything that is wrong with ledger, published files, strays and modes; empty when sound."""
        return store_problems(self)

    @contextmanager
    def writing(self, purpose: str) -> Iterator[None]:
        """Hold the writer's lock; what an earlier writer left unfinished is adopted or swept first.

        It may be held again inside the block; what the block itself is writing is then left alone.

        Raises:
            Busy: another process is writing.
            ControlFailed: the store cannot be written to, or its ledger is damaged.
        """
        from recon.store.recovery import recover

        since = f"{self.clock().astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        with writer_lock(self.folder, purpose, since) as outermost:
            if outermost:
                recover(self)
            yield

    def shown(self, path: Path) -> str:
        """A path as it is shown and recorded: relative to the project, with forward slashes."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else str(path)

    def _all_present(self, kind: str) -> list[Published]:
        recorded = self.recorded(kind)
        gone = [problem for one in recorded for problem in _gone(one)]
        if gone:
            raise ControlFailed(*gone)
        return recorded

    def _present(self, one: Published) -> Published:
        if gone := _gone(one):
            raise ControlFailed(*gone)
        return one


def _gone(one: Published) -> list[Problem]:
    return [] if one.present else one.problems()
