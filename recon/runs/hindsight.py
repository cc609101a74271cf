"""A published run looked back on: its scope and its results on an engine, for whoever asks why.

The rules are those that made the run, as it keeps them, unless others are asked about.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

from recon.engines.duck import DuckEngine
from recon.matchers.explain.entries import scan_ingests
from recon.matchers.explain.explainer import Explainer
from recon.matchers.explain.outcomes import Outcomes
from recon.project.workspace import Project
from recon.runs.configuration import Configuration, load_configuration
from recon.runs.decisions import Decisions
from recon.runs.inputs import Scope
from recon.runs.kept import as_made
from recon.runs.parts import Splits
from recon.runs.scope import register_scope
from recon.store.published import Published
from recon.store.scratch import scratch_folder
from recon.store.store import Store


@contextmanager
def hindsight(
    project: Project, store: Store, run: Published, ruleset: str, configuration: Configuration | None = None
) -> Iterator[Explainer]:
    """An explainer of the entries of one rule set in a run, by the rules of the run or of a `configuration`.

    Raises:
        ConfigError: the configuration is wrong, or has no such rule set.
        ControlFailed: a published file is not what it was.
    """
    rules = configuration or as_made(project, run, (ruleset,), ()) or load_configuration(project, (ruleset,))
    ingests = store.ingests_of(run)
    outcomes = Outcomes.of(rules.rulesets[ruleset], run, store.recorded("run"), ingests)
    scope = Scope(ingests, ingests, None, date.fromisoformat(run.manifest["as_of"]))
    machine = project.settings.run
    with (
        scratch_folder(project.temporary_dir, "spill-") as spill,
        DuckEngine.open(
            memory_mb=machine.memory_for(scope.entries),
            threads=machine.threads_for(scope.entries),
            temporary=spill,
            inputs=[one.folder for one in (*ingests, *outcomes.line)],
        ) as engine,
    ):
        asked = replace(rules, rulesets={ruleset: outcomes.ruleset})
        register_scope(engine, scope, asked, splits=_splits(store, run, ruleset))
        scan_ingests(engine, ingests, [run])
        yield Explainer(engine, outcomes)


def _splits(store: Store, run: Published, ruleset: str) -> Splits:
    """What had been split when a run was made."""
    known = run.manifest["inputs"].get("decisions")
    return Decisions.of(store.ledger, [ruleset], known["row"]).splits if known else Splits()
