"""The column that says of each row whether it was booked, is pending or failed, and its words."""

from functools import cache
from typing import Final

from recon.sources.detection.lexicon import lexicon
from recon.sources.detection.tables import Column, Table
from recon.sources.detection.words import normal

_NAMED: Final = 70
_MOST_WORDS: Final = 40
"""Different words of a column of states; a column of more is a text."""


@cache
def _states() -> dict[str, str]:
    return {normal(word): state for state, words in lexicon("statuses").items() for word in words}


def states_of(table: Table) -> tuple[Column, dict[str, str]] | None:
    """The column of states with its words for rows that failed or are pending; None where all rows are booked."""
    for column in table.columns:
        if column.kind != "text" or column.roles.get("status", 0) < _NAMED:
            continue
        seen = dict.fromkeys(column.filled)
        words = {word: _states()[normal(word)] for word in seen if normal(word) in _states()}
        if words and len(seen) <= _MOST_WORDS:
            return column, words
    return None
