"""What wanted rows would change in a registry: what is added, changed and ended, before anything is written."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal

from recon.errors import Place
from recon.partners.registry.reading import FIRST, LAST, Row, day_of
from recon.partners.registry.registry import Registry
from recon.partners.registry.tables import DATES, TABLES

DAY = timedelta(days=1)
Act = Literal["add", "change", "end"]
NOWHERE = Place("")


@dataclass(frozen=True, slots=True)
class Change:
    """One row before and after: None before it is added."""

    act: Act
    table: str
    before: Row | None
    after: Row

    @property
    def differing(self) -> Iterator[tuple[str, str, str]]:
        """The cells that differ, each with what it was and what it will be."""
        old = cells_of(self.before) if self.before is not None else {}
        new = cells_of(self.after)
        for name in TABLES[self.table].header:
            if old.get(name, "") != new.get(name, ""):
                yield name, old.get(name, ""), new.get(name, "")

    def told(self) -> dict[str, object]:
        """The change as the ledger keeps it."""
        before = cells_of(self.before) if self.before is not None else None
        return {"act": self.act, "table": self.table, "before": before, "after": cells_of(self.after)}


def in_words(one: Change) -> str:
    """What a change does to its row; account numbers show their end alone."""
    hidden = {column.name for column in TABLES[one.table].columns if column.account}
    key = set(TABLES[one.table].key) if one.before is None else set()
    parts = []
    for name, *values in one.differing:
        old, new = (f"…{value[-4:]}" if name in hidden and value else value for value in values)
        if name not in key:
            parts.append(f"{name} {old} → {new or 'open'}" if one.before is not None else f"{name} {new}")
    return ", ".join(parts).replace("  → ", " → ")


def change_of(told: Mapping[str, Any]) -> Change:
    """A change that the ledger kept."""
    table = str(told["table"])
    before = row_of(table, told["before"]) if told["before"] is not None else None
    return Change(told["act"], table, before, row_of(table, told["after"]))


def cells_of(row: Row) -> dict[str, str]:
    """A row as it is written: its cells, and its days where it has any."""
    days = {name: day.isoformat() for name, day in zip(DATES, (row.first, row.last), strict=True)
            if day not in {FIRST, LAST}}  # fmt: skip
    return {**row.cells, **days}


def row_of(table: str, cells: Mapping[str, str], place: Place = NOWHERE) -> Row:
    """The row that written cells stand for."""
    own = {one.name: cells[one.name] for one in TABLES[table].columns if cells.get(one.name)}
    first, last = (day_of(cells.get(name, "")) for name in DATES)
    return Row(table, own, first or FIRST, last or LAST, place)


def changes_for(
    registry: Registry, wanted: Sequence[Row], *, since: date | None = None, complete: bool = False
) -> list[Change]:
    """What must change so that the wanted rows hold.

    A row of new content ends the one that held on its first day; where that one held for longer, it goes on
    afterwards. A row of the same first day takes the place of the one there is.

    Args:
        registry: as it is.
        wanted: rows that are to hold; those that say so already change nothing.
        since: the first day of rows that name none; without it they always held.
        complete: whether the wanted rows are all there is of their tables from `since` on: others end the day before.
    """
    rows = [
        replace(row, first=since) if since and row.first == FIRST and _dated(row) else row for row in wanted
    ]
    found = [change for row in rows for change in _changes(registry, row)]
    if complete and since:
        kept = {(row.table, row.key) for row in rows}
        for name in dict.fromkeys(row.table for row in rows):
            found += [
                Change("end", name, row, replace(row, last=since - DAY))
                for row in registry.tables[name]
                if TABLES[name].dated and row.holds(since) and (name, row.key) not in kept and row.first < since
            ]
    return found


def _dated(row: Row) -> bool:
    return TABLES[row.table].dated


def _changes(registry: Registry, row: Row) -> Iterator[Change]:
    table = row.table
    held = registry.by_key[table].get(row.key, ())
    same_start = next((one for one in held if one.first == row.first), None)
    if not _dated(row):
        if same_start is None or same_start.cells != row.cells:
            yield Change("change" if same_start else "add", table, same_start, row)
        return
    present = same_start or next((one for one in held if one.holds(row.first)), None)
    if present is None:
        yield Change("add", table, None, row)
        return
    if present.cells == row.cells and present.last == row.last:
        return
    if present.first == row.first:
        ended = present.cells == row.cells and row.last < present.last
        yield Change("end" if ended else "change", table, present, row)
        if not ended and row.last < present.last:
            yield Change("add", table, None, replace(present, first=row.last + DAY))
        return
    if present.cells == row.cells:  # the same, with another last day
        yield Change(
            "end" if row.last < present.last else "change", table, present, replace(present, last=row.last)
        )
        return
    yield Change("end", table, present, replace(present, last=row.first - DAY))
    yield Change("add", table, None, row)
    if row.last < present.last:
        yield Change("add", table, None, replace(present, first=row.last + DAY))


def changed(registry: Registry, changes: Iterable[Change]) -> Registry:
    """The registry after the changes: rows in their old order, new ones behind those of their key or at the end."""
    tables: dict[str, list[Row]] = {}
    for name, own in _by_table(changes).items():
        swapped = {id(one.before): one.after for one in own if one.before is not None}
        rows = [_instead(row, swapped) for row in registry.tables[name]]
        added: dict[tuple[str, ...], list[Row]] = {}
        for one in own:
            if one.before is None:
                added.setdefault(one.after.key, []).append(one.after)
        last = {row.key: position for position, row in enumerate(rows)}
        result: list[Row] = []
        for position, row in enumerate(rows):
            result.append(row)
            if last[row.key] == position:
                result += added.pop(row.key, [])
        tables[name] = result + [row for own_rows in added.values() for row in own_rows]
    return Registry({name: tables.get(name, rows) for name, rows in registry.tables.items()})


def _instead(row: Row, swapped: Mapping[int, Row]) -> Row:
    after = swapped.get(id(row))
    return row if after is None else replace(after, place=row.place)


def _by_table(changes: Iterable[Change]) -> dict[str, list[Change]]:
    found: dict[str, list[Change]] = {}
    for one in changes:
        found.setdefault(one.table, []).append(one)
    return found


def anchored(registry: Registry, changes: Iterable[Change]) -> tuple[list[Change], list[Change]]:
    """Changes whose old rows are those of this registry, and changes whose old row is there no more."""
    fitting: list[Change] = []
    lost: list[Change] = []
    for one in changes:
        if one.before is None:
            fitting.append(one)
            continue
        wanted = cells_of(one.before)
        held = registry.by_key[one.table].get(one.before.key, ())
        row = next((row for row in held if cells_of(row) == wanted), None)
        (fitting if row is not None else lost).append(replace(one, before=row) if row is not None else one)
    return fitting, lost
