"""What the bank sends again: the dollar statement of 14 October, with the credit that was missing in it."""

from dataclasses import replace

from sample_data.miniapp_settlement.bank import ACCOUNTS
from sample_data.miniapp_settlement.statements import camt_file, statements
from sample_data.miniapp_settlement.story import books


def corrected_statement() -> tuple[str, bytes]:
    """The file within the story, and its content: every movement of the day that was short."""
    movements = books().movements
    (day,) = {one.booked for one in movements if not one.printed}
    whole = [replace(one, printed=True) for one in movements]
    found = [one for one in statements(ACCOUNTS["USD"], whole) if one.day == day]
    return f"data/bank/usd_{day}_corrected.xml", camt_file(found)
