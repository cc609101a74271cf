"""What is wrong with the hierarchy: loops, and partners above whom somebody is missing."""

from collections.abc import Iterator

from recon.errors import Problem
from recon.model.wording import plain_words
from recon.partners.registry.days import Days, left_out, said
from recon.partners.registry.hierarchy import Hierarchy
from recon.partners.registry.lifecycle import WORKING
from recon.partners.registry.reading import Row
from recon.partners.registry.registry import Registry
from recon.partners.settings import PartnerSettings


def loops(registry: Registry) -> Iterator[tuple[str, Problem]]:
    """Rows that put somebody above themselves, through others or at once; each loop once, at its last row."""
    told: set[frozenset[str]] = set()
    for row in registry.tables["hierarchy"]:
        ring = _ring(registry, row)
        if ring and frozenset(ring) not in told:
            told.add(frozenset(ring))
            message = f"{' is below '.join([*ring, ring[0]])}"
            yield row.about, Problem("loop", message, row.at("above"), "take one of them out of the ring")


def _ring(registry: Registry, row: Row) -> list[str]:
    """The names of the loop that a row closes on the first day on which all of it holds; nothing when there is none.

    A loop holds from the latest first day of its rows, so that each row is tried on its own first day.
    """
    names, current = [row["who"]], row["above"]
    while current and current not in names:
        names.append(current)
        current = registry.value("hierarchy", (current,), "above", row.first)
    return names if current == row["who"] else []


def missing_levels(registry: Registry, settings: PartnerSettings) -> Iterator[tuple[str, Problem]]:
    """Working days on which a level that a partner needs above it is vacant or missing."""
    tree = Hierarchy(registry)
    for partner in registry.partners if settings.above else ():
        wanted: list[Days] = []
        level = ""
        for row in registry.by_key["statuses"].get((partner,), ()):
            kind = registry.value("partners", (partner,), "kind", row.first)
            if row["status"] in WORKING and kind in settings.above:
                level = settings.above[kind]
                wanted.append((row.first, row.last))
        if not wanted:
            continue
        covered = [(span.first, span.last) for span in tree.spans(partner) if level in span.people]
        for days in left_out(wanted, covered):
            place = registry.by_key["partners"][partner,][0].place
            message = f"{partner} has no {plain_words(level)} above it {said(days)}"
            yield partner, Problem("no-manager", message, place, "add a row to hierarchy, or fill the post")
