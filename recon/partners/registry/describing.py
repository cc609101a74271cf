"""What holds of somebody on a day, line by line, each with its days and its place."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from recon.errors import Place
from recon.partners.registry.days import Days
from recon.partners.registry.hierarchy import Hierarchy
from recon.partners.registry.reading import Row
from recon.partners.registry.registry import Registry
from recon.partners.registry.tables import TABLES


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that holds: what, its value, the days, the place; `account` marks account numbers."""

    what: str
    value: str
    days: Days
    place: Place
    account: bool = False


def words_of(row: Row, without: Collection[str] = ()) -> str:
    """A row in words, without whom it is about."""
    left = {TABLES[row.table].about, *without}
    return ", ".join(f"{name} {text}" for name, text in row.cells.items() if name not in left)


def facts_of(registry: Registry, who: str, day: date) -> Iterator[Said]:
    """Everything that holds of a partner or a person on a day, then who stands above, and who below."""
    for name, table in TABLES.items():
        if not table.dated or name in {"hierarchy", "entities", "accounts"}:
            continue
        for row in registry.all_on(name, who, day):
            yield from _of_row(row)
            if name == "payees":
                yield from _of_entity(registry, row["entity"], day)
    tree, below = Hierarchy(registry), who
    for one in tree.above(who, day):
        edge = registry.on("hierarchy", (below,), day)
        if edge is not None:
            level = tree.level(one, day) or "vacant"
            yield Said(f"above: {level}", one, (edge.first, edge.last), edge.place)
        below = one
    for name, column in (("hierarchy", "above"), ("owners", "owner")):
        for row in registry.tables[name]:
            if row[column] == who and row.holds(day):
                yield Said(
                    "below" if name == "hierarchy" else "looks after",
                    row.about,
                    (row.first, row.last),
                    row.place,
                )


def _of_entity(registry: Registry, entity: str, day: date) -> Iterator[Said]:
    for name in ("entities", "accounts"):
        for row in registry.all_on(name, entity, day):
            yield from _of_row(row)


def _of_row(row: Row) -> Iterator[Said]:
    """A row in one line; an account number in a line of its own, so that it can be masked."""
    accounts = {one.name for one in TABLES[row.table].columns if one.account}
    days = (row.first, row.last)
    yield Said(row.table, words_of(row, without=accounts), days, row.place)
    for name in sorted(accounts & row.cells.keys()):
        yield Said(f"{row.table}: {name}", row[name], days, row.place, account=True)
