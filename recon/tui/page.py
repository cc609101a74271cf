"""What a filter lets through, as the list shows it: only the rows on the screen are ever read.

Half a million breaks are half a million numbers here, their places in the order of the board. A row is laid out when
the list asks for it, with those around it.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal, NoReturn

import pyarrow as pa
import pyarrow.compute as pc
from textual_fastdatatable import DataTableBackend

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


class Rows(DataTableBackend[pa.Table]):
    """The rows of a page, read as the list comes to them. They are looked at only; ticks are whoever holds them's."""

    def __init__(
        self,
        data: pa.Table,
        max_rows: int | None = None,
        column_names: Sequence[str] | None = None,
        *,
        lay: Laid = lambda _: [],
        widths: Sequence[int] = (),
        ticked: Sequence[str] = (),
    ) -> None:
        """`data` has one column: the places, in order. `ticked` is read anew each time a row is shown."""
        super().__init__(data, max_rows, column_names)
        self._places, self._lay, self._widths, self.ticked = data.column(0), lay, list(widths), ticked
        self._windows: dict[int, list[dict[str, Any]]] = {}

    @classmethod
    def from_pydict(
        cls,
        data: Mapping[str, Sequence[Any]],
        max_rows: int | None = None,
        column_names: Sequence[str] | None = None,
    ) -> "Rows":
        """The rows at some places."""
        return cls(pa.table(dict(data)), max_rows, column_names)

    @property
    def source_data(self) -> pa.Table:
        """The places of the rows."""
        return pa.table({"place": self._places})

    @property
    def source_row_count(self) -> int:
        """How many rows there are."""
        return len(self._places)

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        return len(self._places)

    @property
    def columns(self) -> Sequence[str]:
        """The names of the columns."""
        return COLUMNS

    @property
    def column_content_widths(self) -> Sequence[int]:
        """How wide the widest value of each column is."""
        return self._widths

    def id_at(self, index: int) -> str:
        """The break in a row."""
        return str(self._row(index)["break_id"])

    def index_of(self, place: int | None) -> int | None:
        """The row of a place of the board, if it is among them."""
        found = -1 if place is None else pc.index(self._places, place).as_py()
        return None if found < 0 else int(found)

    def get_row_at(self, index: int) -> Sequence[Any]:
        """The values of a row."""
        row = self._row(index)
        return [TICK if row["break_id"] in self.ticked else "", *(row[name] for name in COLUMNS[1:])]

    def get_column_at(self, index: int) -> Sequence[Any]:
        """The values of a column, all of them; the list never asks."""
        return [self.get_cell_at(row, index) for row in range(self.row_count)]

    def get_cell_at(self, row_index: int, column_index: int) -> Any:  # noqa: ANN401  (whatever the column holds)
        """One value."""
        return self.get_row_at(row_index)[column_index]

    def update_cell(self, row_index: int, column_index: int, value: object) -> None:
        """Refused: a page is looked at only."""
        raise NotImplementedError

    def append_column(self, label: str, default: object = None) -> NoReturn:
        """Refused: a page is looked at only."""
        raise NotImplementedError

    def append_rows(self, records: object) -> NoReturn:
        """Refused: a page is looked at only."""
        raise NotImplementedError

    def drop_row(self, row_index: int) -> NoReturn:
        """Refused: a page is looked at only."""
        raise NotImplementedError

    def sort(self, by: list[tuple[str, Literal["ascending", "descending"]]] | str) -> NoReturn:
        """Refused: the order is the board's."""
        raise NotImplementedError

    def _row(self, index: int) -> dict[str, Any]:
        if not 0 <= index < self.row_count:
            raise IndexError(index)
        number, within = divmod(index, WINDOW)
        if number not in self._windows:
            if len(self._windows) > WINDOW:
                self._windows.clear()
            self._windows[number] = self._lay(self._places.slice(number * WINDOW, WINDOW).to_pylist())
        return self._windows[number][within]
