"""A few entries, matched and published in a store of their own, and the explanation of any of them."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pyarrow as pa

from recon.engines.duck import DuckEngine
from recon.matchers.explain.entries import scan_ingests
from recon.matchers.explain.explainer import Explainer
from recon.matchers.explain.facts import Explanation, PassVerdict
from recon.matchers.explain.outcomes import Outcomes
from recon.matchers.pool import EXCLUDED, WITHDRAWN
from recon.matchers.results.differences import DIFFERENCES
from recon.matchers.results.named import name_results
from recon.matchers.results.written import create_results, write_results
from recon.matchers.ruleset_run import run_passes
from recon.model.ids import content_id
from recon.model.tables import ENTRIES, FILES, MATCHES, MEMBERS
from recon.rules.ruleset import RuleSet, Side
from recon.store.parquet import write_table
from recon.store.publish import publishing
from recon.store.published import Published
from recon.store.store import Store
from tests.unit.matchers.bench_of import SCOPE_SCHEMA, Row

DAYS = (date(2026, 8, 1), date(2026, 12, 31))
FILE = {
    "file_id": "f", "source": "left", "path": "inbox/f.csv", "sha256": "0" * 64, "size": 1, "reader": "csv", "lines": 1,
    "entries": 1, "known": 0, "refused": 0, "recognised": 0, "proof_ok": True,
}  # fmt: skip


@contextmanager
def looked_back(rules: RuleSet, rows: Sequence[Row]) -> Iterator[Explainer]:
    """An explainer over entries that were matched by the rules and published."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        store = Store(root, root / "store", root / "runs")
        table = pa.Table.from_pylist([dict(row) for row in rows], schema=SCOPE_SCHEMA)
        ingest = published_ingest(store, table)
        run = published_run(store, rules, table)
        with DuckEngine.open(inputs=[ingest.folder, run.folder]) as engine:
            engine.register("scope", table)
            engine.create_typed("withdrawn", WITHDRAWN)
            scan_ingests(engine, [ingest])
            yield Explainer(engine, Outcomes.of(rules, run, [run], [ingest]))


def published_ingest(store: Store, scope: pa.Table) -> Published:
    """An ingest that holds the entries of a scope."""
    with publishing(store, "ingest", "i1", store.ingests_folder, {}) as publication:
        write_table(scope.select(ENTRIES.names).cast(ENTRIES), publication.folder / "entries.parquet")
        write_table(pa.Table.from_pylist([FILE], schema=FILES), publication.folder / "files.parquet")
    return publication.published


def published_run(store: Store, rules: RuleSet, scope: pa.Table) -> Published:
    """A run with the matches that the rules find."""
    currencies = sorted(set(scope["currency"].to_pylist()))
    with publishing(store, "run", "r1", store.runs_folder, {"ingests": ["i1"]}) as publication:
        with DuckEngine.open(outputs=[publication.folder]) as engine:
            engine.register("scope", scope)
            create_results(engine)
            engine.create_typed("excluded_rows", EXCLUDED)
            engine.create_typed("differences", DIFFERENCES)
            engine.create_typed("withdrawn", WITHDRAWN)
            write_results(engine, 0, rules, currencies, run_passes(engine, rules, currencies, DAYS))
            name_results(engine, {rules.ruleset: rules})
            for name, schema in (("matches", MATCHES), ("members", MEMBERS)):
                engine.write(f"SELECT * FROM {name}", publication.folder / f"{name}.parquet", schema)
        publication.content |= {"as_of": "2026-10-31", "rulesets": [{"name": rules.ruleset}], "config": {}}
    return publication.published


def told_by(explainer: Explainer, name: str, side: Side = "left", against: str | None = None) -> Explanation:
    """Why the entry of a name is matched or open, or how it fares beside another."""
    return explainer.explain(
        side, content_id([name], 24), None if against is None else content_id([against], 24)
    )


def verdict_by(explainer: Explainer, name: str, side: Side = "left", against: str | None = None) -> PassVerdict:
    """What the only pass of the rules made of an entry, or would make of it beside another."""
    (verdict,) = told_by(explainer, name, side, against).passes
    return verdict


def explained(
    rules: RuleSet, rows: Sequence[Row], name: str, side: Side = "left", against: str | None = None
) -> Explanation:
    """The same of entries that are matched for this one question."""
    with looked_back(rules, rows) as explainer:
        return told_by(explainer, name, side, against)


def verdicts_of(rules: RuleSet, rows: Sequence[Row], *asked: tuple[str, Side]) -> list[PassVerdict]:
    """What the only pass of the rules made of each of some entries, which are matched once."""
    with looked_back(rules, rows) as explainer:
        return [verdict_by(explainer, name, side) for name, side in asked]


def verdict_of(rules: RuleSet, rows: Sequence[Row], name: str, side: Side = "left") -> PassVerdict:
    """What the only pass of the rules made of an entry."""
    (verdict,) = verdicts_of(rules, rows, (name, side))
    return verdict
