"""What came in or was decided since the run of a period was made, and would change it: nothing, before it is closed."""

from datetime import date

from recon.engines.duck import DuckEngine
from recon.engines.names import text_literal
from recon.model.periods import Period
from recon.model.wording import counted
from recon.project.workspace import Project
from recon.runs.configuration import load_configuration
from recon.runs.decisions import Decisions
from recon.store.published import Published
from recon.store.store import Store


def came_after(project: Project, store: Store, run: Published, period: Period) -> list[str]:
    """What a run of the period made now would know beside, in words; rules that were changed do not count.

    Raises:
        ConfigError: the configuration is wrong.
        ControlFailed: a published file is not what it was.
    """
    known = set(run.manifest["inputs"]["ingests"])
    later = [one for one in store.ingests() if one.identity not in known]
    sources = {source for one in run.manifest["rulesets"] for side in ("left", "right") for source in one[side]}
    return [*_entries(later, sources, period.last), *_decisions(project, store, run)]


def _entries(ingests: list[Published], sources: set[str], last: date) -> list[str]:
    if not ingests:
        return []
    listed = ", ".join(text_literal(source) for source in sorted(sources))
    with DuckEngine.open(inputs=[one.folder for one in ingests]) as engine:
        engine.scan("entries", [one.verified("entries.parquet") for one in ingests])
        engine.scan("files", [one.verified("files.parquet") for one in ingests])
        rows = engine.rows(
            f"""
            SELECT f.path, count(*) FROM entries e JOIN files f USING (file_id)
            WHERE e.business_date <= DATE '{last}' AND e.source IN ({listed}) GROUP BY f.path ORDER BY f.path
            """
        )
    return [f"{path}: {counted(count, 'entry')} up to {last}" for path, count in rows]


def _decisions(project: Project, store: Store, run: Published) -> list[str]:
    rulesets = tuple(run.manifest["inputs"]["rulesets"])
    now = Decisions.of(store.ledger, load_configuration(project, rulesets).rulesets)
    told = now.inputs.get("decisions")
    if told == run.manifest["inputs"].get("decisions"):
        return []
    return ["decisions about matches that the run does not know"]
