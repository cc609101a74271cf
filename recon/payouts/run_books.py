"""The books of a run: the entries it saw, and which of them reconciled, in it or in the runs it continues."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from recon.engines.duck import DuckEngine
from recon.payouts.activity import Books
from recon.payouts.period import matched_books
from recon.store.published import Published
from recon.store.store import Store

ENTRIES, MEMBERS, MATCHES, FILES = "entries", "members", "matches", "files"


@contextmanager
def books_of(
    store: Store, run: Published, memory_mb: int, threads: int, temporary: Path | None = None
) -> Iterator[tuple[DuckEngine, Books]]:
    """An engine that holds the books of a run, in the tables `entries`, `members`, `matches` and `files`.

    Every file is verified before it is read.

    Raises:
        ControlFailed: something published is gone or was changed.
    """
    runs = continued(store, run)
    wanted = {identity for one in runs for identity in one.manifest["inputs"]["ingests"]}
    ingests = [one for one in store.ingests() if one.identity in wanted]
    tables = {
        ENTRIES: [one.verified("entries.parquet") for one in ingests],
        FILES: [one.verified("files.parquet") for one in ingests],
        MEMBERS: [one.verified("members.parquet") for one in runs],
        MATCHES: [one.verified("matches.parquet") for one in runs],
    }
    inputs = [path for paths in tables.values() for path in paths]
    with DuckEngine.open(memory_mb, threads, temporary, inputs) as engine:
        for name, paths in tables.items():
            engine.scan(name, paths)
        yield engine, matched_books(engine, ENTRIES, MEMBERS, MATCHES)


def continued(store: Store, run: Published) -> Sequence[Published]:
    """The run and all it continues, the latest first: what reconciled on an earlier night stays reconciled."""
    by_identity = {one.identity: one for one in store.runs()}
    chain = []
    current: Published | None = run
    while current is not None:
        chain.append(current)
        current = by_identity.get(str(current.manifest.get("previous_run")))
    return chain
