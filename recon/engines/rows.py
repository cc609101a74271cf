"""Ids of entries and matches as SQL text: the number that stands for one inside a run, and the id of a number."""

from recon.engines.dialects import DUCKDB
from recon.engines.expressions import Column, call
from recon.engines.types import ROW, TEXT


def row_number(column: str) -> str:
    """The number of the id in a column of texts."""
    return DUCKDB.sql(call("row_of", Column(TEXT, column)))


def entry_text(column: str, side: str | None = None) -> str:
    """The id of the number in a column, of one side of a join where it is named."""
    return DUCKDB.sql(call("entry_of", Column(ROW, column, side)))
