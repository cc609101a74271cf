"""The whole story from one seed: three books, the files that each desk receives, and what should come out."""

from sample_data.dice import Dice
from sample_data.miniapp_settlement.bank import movements
from sample_data.miniapp_settlement.book import Books
from sample_data.miniapp_settlement.expected import expected_files
from sample_data.miniapp_settlement.orders import order_book
from sample_data.miniapp_settlement.papers import order_files, settlement_files
from sample_data.miniapp_settlement.settlement import settlement_lines
from sample_data.miniapp_settlement.statements import statement_files

SEED = "miniapp settlement, October 2026"


def books(seed: str = SEED) -> Books:
    """The three books. Each has draws of its own, so that a change in one leaves the others alone."""
    orders = order_book(Dice(f"{seed}: orders"))
    lines = settlement_lines(orders, Dice(f"{seed}: processor"))
    return Books(
        orders=[order for order in orders if order.population != "missing_in_books"],
        lines=lines,
        movements=movements(lines, Dice(f"{seed}: bank")),
    )


def files(seed: str = SEED) -> dict[str, bytes]:
    """Every file of the story by its path in the story's folder: data, the late file, the expected result."""
    told = books(seed)
    return {
        **order_files(told.orders),
        **settlement_files(told.lines),
        **statement_files(told.movements),
        **expected_files(told),
    }
