"""The books of a run: the entries it saw, and which of them reconciled, in it or in the runs it continues."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from recon.engines.duck import DuckEngine
from recon.engines.names import text_literal
from recon.matchers.standing import (
    MATCHED,
    TAKEN_BACK,
    decided_in,
    decisions_of,
    lay_matched,
    lay_taken_back,
    leave_out_withdrawn,
    of_runs,
)
from recon.matchers.wholes import PARTS, parts_files
from recon.model import tables as schemas
from recon.payouts.books.activity import Books
from recon.payouts.plan.measures import Of
from recon.store.lineage import continued
from recon.store.published import Published
from recon.store.store import Store

ENTRIES, MEMBERS, MATCHES, FILES, BREAKS = "entries", "members", "matches", "files", "breaks"
JOURNEYS, SETTLED = "journeys", "settled"


@contextmanager
def books_of(
    store: Store,
    run: Published,
    memory_mb: int,
    threads: int,
    temporary: Path | None = None,
    outputs: Sequence[Path] = (),
) -> Iterator[tuple[DuckEngine, Books]]:
    """An engine that holds the books of a run, and may write into `outputs`; every file is verified before it is read.

    The tables are `entries`, `members`, `matches`, `files`, `breaks` and `journeys`.

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
        BREAKS: [run.verified("breaks.parquet")],
        JOURNEYS: [one.verified("journeys.parquet") for one in runs if "journeys.parquet" in one.names()],
        PARTS: parts_files(runs),
    }
    inputs = [path for paths in tables.values() for path in paths]
    inputs += [decisions_of(one) for one in decided_in(runs)]
    with DuckEngine.open(memory_mb, threads, temporary, inputs, outputs) as engine:
        for name, paths in tables.items():
            if paths:
                engine.scan(name, paths)
        if not tables[JOURNEYS]:
            engine.register(JOURNEYS, schemas.JOURNEYS.empty_table())
        leave_out_withdrawn(engine, ENTRIES, ingests)
        lay_taken_back(engine, runs)
        if engine.has(TAKEN_BACK) and tables[JOURNEYS]:
            engine.view(JOURNEYS, _latest(of_runs(runs, JOURNEYS, "entry_id, status")))
        yield engine, held_books(engine)


def _latest(journeys: str) -> str:
    """Where each entry has come by the last run that looked: what was settled may be open again."""
    return f"SELECT * FROM ({journeys}) QUALIFY run = max(run) OVER (PARTITION BY entry_id)"


def held_books(engine: DuckEngine) -> Books:
    """The books in the tables `entries`, `members`, `matches`, `breaks` and `journeys` that an engine holds.

    Matched is what stands of what runs matched (see `lay_matched`); collected are entries whose journey
    through a chain ended settled. Broken are entries with a break that is not resolved, and the members of a match with
    such a break. An entry that was split is broken while one of its parts is.
    """
    lay_matched(engine)
    engine.materialise(
        "broken",
        f"SELECT entry_id, break_id, kind FROM {BREAKS} WHERE state <> 'resolved' AND entry_id IS NOT NULL "
        f"UNION SELECT m.entry_id, b.break_id, b.kind FROM {BREAKS} AS b JOIN {MEMBERS} AS m USING (match_id) "
        "WHERE b.state <> 'resolved'",
    )
    if engine.has(PARTS):
        whole = f"(SELECT DISTINCT entry_id, whole FROM {PARTS})"
        engine.append(
            "broken",
            f"SELECT p.whole AS entry_id, b.break_id, b.kind FROM broken b JOIN {whole} p USING (entry_id)",
        )
    engine.materialise(
        "collected", f"SELECT DISTINCT entry_id FROM {JOURNEYS} WHERE status = {text_literal(SETTLED)}"
    )
    return Books(ENTRIES, {Of.MATCHED: MATCHED, Of.COLLECTED: "collected"}, "broken")
