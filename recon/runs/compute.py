"""The computation of a run on one engine: every rule set, then breaks, proof and journeys.

It reads the views of `scope` and leaves one table or view for each file of the run's folder, under the names of
`TABLES`. Nothing here touches the disk or the ledger.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa

from recon.breaks.journeys import Earlier, follow
from recon.breaks.lifecycle import find_breaks
from recon.close.proof import proof_ok, prove
from recon.engines.dialects import DUCKDB
from recon.engines.duck import DuckEngine
from recon.engines.expressions import Column, call
from recon.engines.types import ROW
from recon.matchers.differences import DIFFERENCES
from recon.matchers.pool import EXCLUDED as EXCLUDED_ROWS
from recon.matchers.results import create_results, write_results
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

TABLES: Mapping[str, tuple[str, pa.Schema, str | None]] = {
    "matches": ("matches", MATCHES, None),
    "members": ("members", MEMBERS, None),
    "excluded": ("excluded", EXCLUDED, "ruleset, side, entry_id"),
    "open": ("open_items", OPEN, "ruleset, side, entry_id"),
    "breaks": ("breaks", BREAKS, "break_id"),
    "proof": ("proof", PROOF, "ruleset, side, account, currency"),
    "bridge": ("bridge", BRIDGE, "ruleset, currency, class, side NULLS FIRST"),
    "journeys": ("journeys", JOURNEYS, None),
    "statements": ("statements", STATEMENTS, "source, file_id, statement_no"),
    "files": ("files", FILES, "source, file_id, path"),
    "refused": ("refused", REFUSED, "source, file_id, line_no, field"),
}
"""File name to the table it is written from, its schema, and the order of its rows; without one the rows stand in
order already: matches by rule set and id, members by rule set, side, entry and match, journeys by chain and entry."""


@dataclass
class Computed:
    """What a run found beside its tables."""

    passes: dict[str, list[PassOutcome]] = field(default_factory=dict)
    proof_ok: bool = False


def compute(
    engine: DuckEngine, configuration: Configuration, as_of: date, earlier: Earlier, progress: Progress
) -> Computed:
    """Run every rule set over `scope`, then find breaks, prove, and follow the chains."""
    computed = Computed()
    create_results(engine)
    engine.create_typed("excluded_rows", EXCLUDED_ROWS)
    engine.create_typed("differences", DIFFERENCES)
    for name, ruleset in configuration.rulesets.items():
        progress.step(f"matching {ruleset.title or name}")
        currencies, days = _extent(engine, name, as_of)
        made = run_passes(engine, ruleset, currencies, days)
        write_results(engine, ruleset, currencies, made)
        computed.passes[name] = made.outcomes
    _name_entries(engine)
    progress.step("finding breaks")
    find_breaks(engine, configuration.breaks, as_of)
    progress.step("proving")
    prove(engine)
    computed.proof_ok = proof_ok(engine)
    follow(engine, configuration.chains, earlier)
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
    """Row ids back to entry ids: `matches`, `members`, `excluded` and `open_items` in their canonical form."""
    entry, match = (DUCKDB.sql(call("entry_of", Column(ROW, name))) for name in ("rid", "mid"))
    engine.view("matches", f"SELECT * EXCLUDE (mid, lu, ru), {match} AS match_id FROM match_rows")
    engine.view(
        "members",
        f"SELECT {match} AS match_id, {entry} AS entry_id, * EXCLUDE (mid, rid, confirmed) FROM member_rows",
    )
    engine.materialise("excluded", f"SELECT * EXCLUDE (rid), {entry} AS entry_id FROM excluded_rows")
    engine.materialise("open_ids", f"SELECT ruleset, side, {entry} AS entry_id FROM open_rows")
    columns = ", ".join(f's."{name}"' for name in OPEN.names)
    engine.materialise(
        "open_items",
        f"SELECT {columns} FROM scope s SEMI JOIN open_ids o "
        "ON s.entry_id = o.entry_id AND s.ruleset = o.ruleset AND s.side = o.side",
    )
    engine.drop("excluded_rows", "open_rows", "open_ids")
