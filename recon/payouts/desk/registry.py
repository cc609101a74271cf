"""What the registry of partners says to payouts: one more table of facts, made for each payout and kept with it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from recon.model.periods import Period
from recon.partners.facts import facts_of_project, facts_table
from recon.payouts.desk.materials import Material
from recon.payouts.periods.known_facts import KnownFact, read_facts
from recon.project.workspace import Project
from recon.store.store import Store

NAME: Final = "registry.csv"
SHOWN: Final = "registry of partners"


def registry_material(project: Project, store: Store) -> list[Material]:
    """The facts of the registry as a file would hold them; none where a project has no registry.

    Raises:
        InputRefused: the registry cannot be read.
    """
    facts = list(facts_of_project(project, store))
    return [Material(Path(NAME), SHOWN, facts_table(facts))] if facts else []


def registry_known(project: Project, store: Store) -> list[KnownFact]:
    """The same facts as they are read. Raises as `registry_material` does."""
    return [
        fact
        for one in registry_material(project, store)
        for fact in read_facts(one.path, one.shown, one.content)
    ]


def holds_now(project: Project, store: Store, period: Period) -> Mapping[str, str]:
    """Whom the registry holds on the last day of a period, and why. Raises as `registry_material` does."""
    facts = registry_known(project, store)
    return {one.payee: one.name for one in facts if one.what == "hold" and one.holds(period.last)}
