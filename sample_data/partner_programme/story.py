"""The whole story from one seed: the files that arrive month by month, and what every partner should be paid."""

from sample_data.dice import Dice
from sample_data.partner_programme.book import book
from sample_data.partner_programme.expected import expected_files
from sample_data.partner_programme.papers import files as papers

SEED = "partner programme, last quarter of 2026"


def files(seed: str = SEED) -> dict[str, bytes]:
    """Every file of the story by its path in the story's folder."""
    sales = book(Dice(seed))
    return {**papers(sales), **expected_files(sales)}
