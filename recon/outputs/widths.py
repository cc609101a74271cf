"""How narrow a table may become: columns of numbers are never cut, columns of words may fold."""

from rich.cells import cell_len
from rich.table import Column, Table
from rich.text import Text


def least_width(table: Table, words: int) -> int:
    """The columns of a terminal that the table needs: what stays on one line in full, others at `words` at most.

    Rich cuts what does not fit without a mark, so whoever prints a table gives it this much or lays it out otherwise.
    """
    _, right, _, left = table.padding
    gap = right + left + (1 if table.box else 0)
    kept = (_widest(one) if one.no_wrap else min(_widest(one), words) for one in table.columns)
    return sum(kept) + gap * max(0, len(table.columns) - 1)


def _widest(column: Column) -> int:
    """The width of the longest cell; all cells are text."""
    return max(
        cell_len(cell.plain if isinstance(cell, Text) else str(cell)) for cell in (column.header, *column.cells)
    )
