"""The whole story from one seed: the files of both halves of October, and what comes of them."""

from sample_data.channel_ops.bills import files as bills
from sample_data.channel_ops.book import book
from sample_data.channel_ops.expected import expected_files
from sample_data.channel_ops.papers import files as papers
from sample_data.dice import Dice

SEED = "channel desk, October 2026"


def files(seed: str = SEED) -> dict[str, bytes]:
    """Every file of the story by its path in the story's folder."""
    ledger = book(Dice(seed))
    return {**papers(ledger), **bills(ledger), **expected_files(ledger)}
