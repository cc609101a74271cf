"""The computation of a run on one engine: every rule set, then breaks, proof and journeys.

It reads the views of `scope` and leaves one table or view for each file of the run's folder, under the names of
`TABLES`. Nothing here touches the disk or the ledger.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa

from recon.breaks.journeys import follow
from recon.breaks.lifecycle import find_breaks
from recon.close.proof import proof_ok, prove
from recon.engines.dialects import DUCKDB
from recon.engines.duck import DuckEngine
from recon.engines.expressions import Column, call
from recon.engines.types import ROW
from recon.matchers.differences import DIFFERENCES
from recon.matchers.pool import EXCLUDED as EXCLUDED_ROWS
from recon.matchers.results import write_results
from recon.matchers.ruleset_run import PassOutcome, run_passes
from recon.model.tables import (
    BREAKS,
    BRIDGE,
    EXCLUDED,
    FILES,
    JOURNEYS,
    MATCHES,
    MEMBERS,
    OPEN,
    PROOF,
    REFUSED,
    STATEMENTS,
)
from recon.runs.configuration import Configuration
from recon.runs.progress import Progress

TABLES: Mapping[str, tuple[str, pa.Schema, str]] = {
    "matches": ("matches", MATCHES, 'ruleset, "pass", match_id, "rank"'),
    "members": ("members", MEMBERS, "ruleset, match_id, side, entry_id"),
    "excluded": ("excluded", EXCLUDED, "ruleset, side, entry_id"),
    "open": ("open_items", OPEN, "ruleset, side, entry_id"),
    "breaks": ("breaks", BREAKS, "break_id"),
    "proof": ("proof", PROOF, "ruleset, side, account, currency"),
    "bridge": ("bridge", BRIDGE, "ruleset, currency, class, side NULLS FIRST"),
    "journeys": ("journeys", JOURNEYS, "chain, entry_id"),
    "statements": ("statements", STATEMENTS, "source, file_id, statement_no"),
    "files": ("files", FILES, "source, file_id, path"),
    "refused": ("refused", REFUSED, "source, file_id, line_no, field"),
}
"""File name to the table it is written from, its schema, and the order of its rows."""

OPEN_ROWS = {name: EXCLUDED_ROWS[name] for name in ("ruleset", "side", "rid")}


@dataclass
class Computed:
    """What a run found beside its tables."""

    passes: dict[str, list[PassOutcome]] = field(default_factory=dict)
    proof_ok: bool = False


def compute(engine: DuckEngine, configuration: Configuration, as_of: date, progress: Progress) -> Computed:
    """Run every rule set over `scope`, then find breaks, prove, and follow the chains."""
    computed = Computed()
    for name, schema in (("matches", MATCHES), ("members", MEMBERS)):
        engine.create(name, schema)
    engine.create_typed("excluded_rows", EXCLUDED_ROWS)
    engine.create_typed("open_rows", OPEN_ROWS)
    engine.create_typed("differences", DIFFERENCES)
    for name, ruleset in configuration.rulesets.items():
        progress.step(f"matching {ruleset.title or name}")
        currencies, days = _extent(engine, name, as_of)
        computed.passes[name] = run_passes(engine, ruleset, currencies, days)
        write_results(engine, ruleset, currencies)
    _name_entries(engine)
    progress.step("finding breaks")
    find_breaks(engine, configuration.breaks, as_of)
    progress.step("proving")
    prove(engine)
    computed.proof_ok = proof_ok(engine)
    follow(engine, configuration.chains)
    return computed


def _extent(engine: DuckEngine, ruleset: str, as_of: date) -> tuple[list[str], tuple[date, date]]:
    """The currencies and the range of days of a rule set's scope."""
    currencies = engine.rows(
        "SELECT DISTINCT currency FROM scope WHERE ruleset = ? ORDER BY currency", (ruleset,)
    )
    first, last = engine.rows(
        "SELECT min(least(business_date, booking_date, value_date)), "
        "max(greatest(business_date, booking_date, value_date)) FROM scope WHERE ruleset = ?",
        (ruleset,),
    )[0]
    return [row[0] for row in currencies], (first or as_of, max(last or as_of, as_of))


def _name_entries(engine: DuckEngine) -> None:
    """Row ids back to entry ids: `excluded` and `open_items` in their canonical form."""
    entry_id = DUCKDB.sql(call("entry_of", Column(ROW, "rid")))
    engine.materialise("excluded", f"SELECT * EXCLUDE (rid), {entry_id} AS entry_id FROM excluded_rows")
    engine.materialise("open_ids", f"SELECT ruleset, side, {entry_id} AS entry_id FROM open_rows")
    columns = ", ".join(f's."{name}"' for name in OPEN.names)
    engine.materialise(
        "open_items",
        f"SELECT {columns} FROM scope s SEMI JOIN open_ids o "
        "ON s.entry_id = o.entry_id AND s.ruleset = o.ruleset AND s.side = o.side",
    )
    engine.drop("excluded_rows", "open_rows")
