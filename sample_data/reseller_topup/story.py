"""The whole story from one seed: the files that arrive, and where every order must stand at the end of each month."""

from sample_data.dice import Dice
from sample_data.reseller_topup.book import book
from sample_data.reseller_topup.expected import expected_files
from sample_data.reseller_topup.papers import files as papers

SEED = "reseller top-up, October and November 2026"


def files(seed: str = SEED) -> dict[str, bytes]:
    """Every file of the story by its path in the story's folder."""
    orders = book(Dice(seed))
    return {**papers(orders), **expected_files(orders)}
