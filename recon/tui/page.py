"""What a filter lets through, as the list shows it: only the rows on the screen are ever read.

Half a million breaks are half a million numbers here, their places in the order of the board. A row is laid out when
the list asks for it, with those around it.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

TICK: Final = "✓"
COLUMNS: Final = (
    TICK, "break", "kind", "status", "amount", "ccy", "date", "age", "due", "owner", "reference", "counterparty",
    "reason",
)  # fmt: skip
"""The columns that are shown, in their order."""
WINDOW: Final = 256
"""Rows that are read at once."""
Laid = Callable[[Sequence[int]], list[dict[str, Any]]]
"""Lays out the rows at some places of the board: the values of `COLUMNS` by name, and `break_id`."""


class Rows:
    """The rows of a page, read as the list comes to them. `widths` says how wide the widest value of a column is."""

    def __init__(self, places: pa.ChunkedArray, lay: Laid, widths: Sequence[int]) -> None:
        self.places, self._lay, self.widths = places, lay, list(widths)
        self._windows: dict[int, list[dict[str, Any]]] = {}

    def __len__(self) -> int:
        return len(self.places)

    def id_at(self, index: int) -> str:
        """The break in a row."""
        return str(self._row(index)["break_id"])

    def place_at(self, index: int) -> int:
        """The place on the board of a row."""
        return int(self.places[index].as_py())

    def said_at(self, index: int) -> tuple[str, str]:
        """Owner and priority of a row, as people or routing say."""
        row = self._row(index)
        return str(row["owner"] or ""), str(row["priority"])

    def index_of(self, place: int | None) -> int | None:
        """The row of a place of the board, if it is among them."""
        found = -1 if place is None else pc.index(self.places, place).as_py()
        return None if found < 0 else int(found)

    def texts_at(self, index: int) -> list[str]:
        """The values of a row as they are shown; the tick is the list's."""
        row = self._row(index)
        return ["", *("" if row[name] is None else str(row[name]) for name in COLUMNS[1:])]

    def _row(self, index: int) -> dict[str, Any]:
        if not 0 <= index < len(self):
            raise IndexError(index)
        number, within = divmod(index, WINDOW)
        if number not in self._windows:
            if len(self._windows) > WINDOW:
                self._windows.clear()
            self._windows[number] = self._lay(self.places.slice(number * WINDOW, WINDOW).to_pylist())
        return self._windows[number][within]
