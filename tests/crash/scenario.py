"""What the crash tests interrupt: an ingest and a run published over a store that holds a run already.

Run as a program, `python -m tests.crash.scenario FOLDER` does the work once; it prints the identity of each
publication after `publishing` returned, which is the promise that must never be lost.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from recon.errors import ReconError
from recon.store.parquet import write_table
from recon.store.publish import publishing
from recon.store.store import Store

WORK = [("ingest", "i1"), ("run", "r1")]


def noon() -> datetime:
    return datetime(2026, 10, 14, 12, tzinfo=UTC)


def store_of(root: Path) -> Store:
    return Store(root, root / "store", root / "runs", noon)


def publish(store: Store, kind: str, identity: str) -> None:
    parent = store.ingests_folder if kind == "ingest" else store.runs_folder
    with publishing(store, kind, identity, parent, {"of": identity}) as publication:
        if publication.already is None:
            for name in ("entries.parquet", "raw.parquet"):
                write_table(pa.table({"n": [1, 2, 3], "by": [identity] * 3}), publication.folder / name)
            publication.content["verdict"] = "reconciled"


def prepare(root: Path) -> None:
    """A store with one published run and one decision."""
    store = store_of(root)
    publish(store, "run", "r0")
    store.ledger.append("decision", {"by": "ada"})


def work(root: Path) -> None:
    """Publish everything, saying after each that it is done."""
    store = store_of(root)
    for kind, identity in WORK:
        publish(store, kind, identity)
        sys.stdout.write(f"{identity}\n")
        sys.stdout.flush()


def faults_before_recovery(root: Path, promised: list[str]) -> list[str]:
    """What a reader must not find after a writer was stopped, and before the next one starts."""
    store = store_of(root)
    faults = [str(problem) for problem in store.verify_all()]
    seen = [one.identity for one in (*store.ingests(), *store.runs())]
    done = ["r0", *(identity for _, identity in WORK if identity in promised)]
    faults += [f"{identity} was promised and is gone" for identity in done if identity not in seen]
    for one in (*store.ingests(), *store.runs()):
        faults += [str(problem) for problem in one.problems()]
    return faults


def advance(_root: Path, _steps: int) -> int:
    """Nothing can be done before."""
    return 1


def disproved(_root: Path) -> list[str]:
    """No run was computed, so none can be proven."""
    return []


def faults_after_next(root: Path, undisturbed: dict[str, str]) -> list[str]:
    """What must not be left once the next writer has done the work again."""
    store = store_of(root)
    faults = [str(problem) for problem in store.verify_all()]
    published = [row.body["identity"] for row in store.ledger.rows("run.published", "ingest.published")]
    if sorted(map(str, published)) != ["i1", "r0", "r1"]:
        faults.append(f"published: {published}")
    if manifests(root) != undisturbed:
        faults.append("a manifest differs from that of an undisturbed run")
    if not store.ledger.rows("decision"):
        faults.append("the decision is gone")
    expected = {"ledger.db", "lock", "entries", "i1", "runs", "r0", "r1", "store"}
    expected |= {"manifest.json", "entries.parquet", "raw.parquet"}
    faults += [f"left behind: {path}" for path in root.rglob("*") if path.name not in expected]
    return faults


def manifests(root: Path) -> dict[str, str]:
    """The SHA-256 of each manifest, by identity."""
    store = store_of(root)
    return {one.identity: one.manifest_sha256 for one in (*store.ingests(), *store.runs())}


if __name__ == "__main__":
    try:
        work(Path(sys.argv[1]))
    except ReconError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(int(error.exit_status))
