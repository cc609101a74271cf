"""Transfers: what somebody looks after goes to somebody else from a day on, all at once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from recon.errors import Problem, UsageError
from recon.partners.registry.changes import Change, changes_for
from recon.partners.registry.reading import Row
from recon.partners.registry.registry import Registry

COLUMNS: Final = {"owners": "owner", "hierarchy": "above"}
"""The tables that say who looks after whom, and the column that names this person."""


def transfer(
    registry: Registry, table: str, giver: str, taker: str, day: date, only: Sequence[str] = ()
) -> list[Change]:
    """What changes when `taker` follows `giver` in `owners` or `hierarchy` from a day on, for all or for some.

    Days before stay as they were; what is already planned for a later day stays as it is planned.

    Raises:
        UsageError: either is unknown, the giver has none of them on the day, or a name in `only` is not among them.
    """
    for one in (giver, taker):
        registry.refuse_unknown(one)
    column = COLUMNS[table]
    held = [
        row for row in registry.tables[table] if row[column] == giver and row.holds(day) and row.about != taker
    ]
    mine = {row.about for row in held}
    strangers = [name for name in only if name not in mine]
    if strangers or not held:
        message = f"{giver} has nobody in {table} on {day}"
        if strangers:
            message = f"{', '.join(strangers)} is not with {giver} on {day} ({table})"
        raise UsageError(
            Problem("nothing-to-transfer", message, hint=f"`recon partners show {giver}` shows who is")
        )
    wanted = [_handed_over(row, column, taker, day) for row in held if not only or row.about in only]
    return changes_for(registry, wanted)


def _handed_over(row: Row, column: str, taker: str, day: date) -> Row:
    return replace(row, cells={**row.cells, column: taker}, first=max(day, row.first))
