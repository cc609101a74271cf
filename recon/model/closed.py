"""Columns of an entry that say one of a few words, and what is told of a condition on any other word."""

from typing import Final

from recon.model.tables import ENTRY_STATUSES, ENTRY_TYPES
from recon.project.suggest import did_you_mean

CLOSED: Final = {"type": ENTRY_TYPES, "status": ENTRY_STATUSES}
"""The words of each such column."""


def never_said(column: str, word: str) -> tuple[str, str] | None:
    """That no entry says the word in this column, and what to write instead; None for a word that some may say."""
    words = CLOSED.get(column)
    if words is None or word in words:
        return None
    return f"`{column}` is never `{word}`", did_you_mean(word, words) or f"the words are {', '.join(words)}"
