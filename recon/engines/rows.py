"""Ids of entries and matches as SQL text: the number of one inside a run, the id of a number, and sums of many."""

from recon.engines.dialects import DUCKDB
from recon.engines.expressions import Column, call
from recon.engines.types import ROW, TEXT


def row_number(column: str) -> str:
    """The number of the id in a column of texts."""
    return DUCKDB.sql(call("row_of", Column(TEXT, column)))


def entry_text(column: str, side: str | None = None) -> str:
    """The id of the number in a column, of one side of a join where it is named."""
    return DUCKDB.sql(call("entry_of", Column(ROW, column, side)))


def weight(number: str) -> str:
    """What an amount is weighted by in a fingerprint: a small number that depends on an id's number alone."""
    return f"CAST(hash({number}) % 65521 AS DECIMAL(5,0))"


def held(amount: str, number: str) -> str:
    """The columns of a tally: count, sum, and as fingerprints the sum of ids and of amounts weighted by ids."""
    return (
        f"count(*) AS n, CAST(sum({amount}) AS DECIMAL(38,8)) AS amount, sum({number}) AS ids, "
        f"sum({weight(number)} * {amount}) AS weighted"
    )
