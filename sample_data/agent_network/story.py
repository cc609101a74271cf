"""The whole story from one seed: the files that arrive month by month, and what everybody should be paid."""

from sample_data.agent_network.book import book
from sample_data.agent_network.expected import expected_files
from sample_data.agent_network.papers import files as papers
from sample_data.dice import Dice

SEED = "agent network, October and November 2026"


def files(seed: str = SEED) -> dict[str, bytes]:
    """Every file of the story by its path in the story's folder."""
    sales = book(Dice(seed))
    return {**papers(sales), **expected_files(sales)}
