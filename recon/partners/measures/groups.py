"""Groups of partners, day by day: by partner, owner, level above, region, kind, programme or tag."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

import pyarrow as pa

from recon.errors import Problem, UsageError
from recon.partners.measures.books import dated_table
from recon.partners.registry.hierarchy import Hierarchy
from recon.partners.registry.reading import FIRST, LAST
from recon.partners.registry.registry import Registry
from recon.project.suggest import did_you_mean

OF_TABLES: Final = {
    "owner": ("owners", "owner"),
    "kind": ("partners", "kind"),
    "region": ("partners", "region"),
    "programme": ("enrolments", "programme"),
    "tag": ("tags", "tag"),
}
"""Groups that a table of the registry says, and the column that names them."""
PRODUCT: Final = "product"
ALL, PARTNER = "all", "partner"


def levels(registry: Registry) -> list[str]:
    """The levels of the hierarchy: roles of people and kinds of partners that stand above others."""
    above = {row["above"] for row in registry.tables["hierarchy"]}
    roles = {row["role"] for row in registry.tables["people"] if row["person"] in above}
    kinds = {row["kind"] for row in registry.tables["partners"] if row["partner"] in above}
    return sorted(roles | kinds)


def known_groups(registry: Registry) -> list[str]:
    """Everything that figures can be grouped by."""
    return [PARTNER, *OF_TABLES, PRODUCT, *levels(registry), ALL]


def group_table(registry: Registry, by: str) -> pa.Table:
    """Who belongs to which group on which days: `partner`, `grp`, `first`, `last`. A partner may be in several.

    Raises:
        UsageError: there is no such group.
    """
    if by not in known_groups(registry):
        hint = did_you_mean(by, known_groups(registry)) or f"one of {', '.join(known_groups(registry))}"
        raise UsageError(Problem("unknown-group", f"figures cannot be grouped by {by}", hint=hint))
    return dated_table(list(_rows(registry, by)), "partner", "grp")


def _rows(registry: Registry, by: str) -> Iterator[Mapping[str, object]]:
    if by in {PARTNER, ALL, PRODUCT}:
        for name in registry.partners:
            yield _row(name, name if by == PARTNER else "all", FIRST, LAST)
    elif by in OF_TABLES:
        table, column = OF_TABLES[by]
        for row in registry.tables[table]:
            if row[column]:
                yield _row(row["partner"], row[column], row.first, row.last)
    else:
        tree = Hierarchy(registry)
        for name in registry.partners:
            for span in tree.spans(name):
                if by in span.people:
                    yield _row(name, span.people[by], span.first, span.last)


def _row(partner: str, group: str, first: date, last: date) -> dict[str, object]:
    return {"partner": partner, "grp": group, "first": first, "last": last}
