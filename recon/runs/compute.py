"""The computation of a run on one engine: every rule set, then breaks, proof and journeys.

It reads the views of `scope` and leaves one table or view for each file of the run's folder, under the names of
`TABLES`. Nothing here touches the disk or the ledger.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import pyarrow as pa

from recon.breaks.journeys import follow
from recon.breaks.lifecycle import find_breaks
from recon.breaks.waiting import Earlier
from recon.close.proof import proof_ok, prove
from recon.close.run_files import RUN_FILES
from recon.engines.duck import DuckEngine
from recon.matchers.pool import EXCLUDED as EXCLUDED_ROWS
from recon.matchers.pool import POOLS, tally_pools
from recon.matchers.results.differences import DIFFERENCES
from recon.matchers.results.named import name_results
from recon.matchers.results.written import create_results, write_results
from recon.matchers.ruleset_run import PassOutcome, run_passes
from recon.matchers.survey import SURVEYED, extent, keep_codes, survey
from recon.runs.configuration import Configuration
from recon.runs.progress import Progress

_TABLE_OF: Final = {"open": "open_items", "matches": "written_matches", "members": "written_members"}
TABLES: Mapping[str, tuple[str, pa.Schema, str | None]] = {
    name: (_TABLE_OF.get(name, name), file.schema, None if file.in_turn else file.order_by())
    for name, file in RUN_FILES.items()
}
"""File name to the table it is written from, its schema, and the order of its rows; without one the rows stand in
order already: matches by rule set, pass and id, members by rule set, side and match, journeys by chain and entry."""
CARRIED: Final = frozenset({"open", "breaks", "journeys"})
"""Files that the next run reads whole, night after night: they are written so that reading them takes least."""


@dataclass
class Computed:
    """What a run found beside its tables."""

    passes: dict[str, list[PassOutcome]] = field(default_factory=dict)
    proof_ok: bool = False


def compute(
    engine: DuckEngine,
    configuration: Configuration,
    as_of: date,
    earlier: Earlier,
    progress: Progress,
    *,
    continued: bool,
) -> Computed:
    """Run every rule set over `scope`, then find breaks, prove, and follow the chains.

    `continued`: the run before was made by the same rules, so that what nothing new touches stays what it was.
    """
    computed = Computed()
    survey(engine)
    keep_codes(engine)
    tally_pools(engine)
    create_results(engine)
    engine.create_typed("excluded_rows", EXCLUDED_ROWS)
    engine.create_typed("differences", DIFFERENCES)
    for number, (name, ruleset) in enumerate(configuration.rulesets.items()):
        progress.step(f"matching {ruleset.title or name}")
        currencies, days = extent(engine, name, as_of)
        made = run_passes(engine, ruleset, currencies, days)
        write_results(engine, number, ruleset, currencies, made)
        computed.passes[name] = made.outcomes
    name_results(engine, configuration.rulesets)
    progress.step("finding breaks")
    find_breaks(engine, configuration.breaks, as_of, earlier, continued=continued)
    progress.step("proving")
    prove(engine)
    computed.proof_ok = proof_ok(engine)
    engine.drop(POOLS, SURVEYED)
    follow(engine, configuration.chains, configuration.rulesets, earlier)
    return computed
