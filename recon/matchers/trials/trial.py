"""A rule set tried by itself over a scope: what its passes find, without breaks, proof or anything published."""

from datetime import date
from typing import Final

from recon.engines.duck import DuckEngine
from recon.engines.names import identifier
from recon.matchers.pool import EXCLUDED, WITHDRAWN
from recon.matchers.results.differences import DIFFERENCES
from recon.matchers.results.named import name_results
from recon.matchers.results.written import create_results, write_results
from recon.matchers.ruleset_run import PassOutcome, run_passes
from recon.matchers.survey import extent, survey
from recon.rules.ruleset import RuleSet

KEPT: Final = ("matches", "members", "excluded")


def try_rules(engine: DuckEngine, ruleset: RuleSet, as_of: date, *, name: str = "") -> list[PassOutcome]:
    """Match the view `scope` by one rule set, and honour the table `decisions` if there is one.

    Leaves the tables `<name>matches`, `<name>members` and `<name>excluded`, in the canonical columns. The rule set is
    called in the scope as it calls itself.
    """
    create_results(engine)
    engine.create_typed("excluded_rows", EXCLUDED)
    engine.create_typed("differences", DIFFERENCES)
    if not engine.has("withdrawn"):
        engine.create_typed("withdrawn", WITHDRAWN)
    survey(engine)
    currencies, days = extent(engine, ruleset.ruleset, as_of)
    made = run_passes(engine, ruleset, currencies, days)
    write_results(engine, 0, ruleset, currencies, made)
    name_results(engine, {ruleset.ruleset: ruleset})
    if name:
        for table in KEPT:
            engine.materialise(f"{name}{table}", f"SELECT * FROM {identifier(table)}")
    return made.outcomes
