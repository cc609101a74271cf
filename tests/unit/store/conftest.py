"""A store in a temporary project, and a clock that stands still."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from recon.store.parquet import write_table
from recon.store.publish import publishing
from recon.store.published import Published
from recon.store.store import Store

Publish = Callable[..., Published]


def noon() -> datetime:
    return datetime(2026, 10, 14, 12, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path, tmp_path / "store", tmp_path / "runs", noon)


@pytest.fixture
def publish(store: Store) -> Publish:
    """Publishes a run of one small table."""

    def run(identity: str = "r1", rows: int = 3, kind: str = "run") -> Published:
        parent = store.runs_folder if kind == "run" else store.ingests_folder
        with publishing(store, kind, identity, parent, {"rows": str(rows)}) as publication:
            if publication.already is None:
                write_table(pa.table({"n": list(range(rows))}), publication.folder / "matches.parquet")
                publication.content["verdict"] = "reconciled"
        return publication.published

    return run
