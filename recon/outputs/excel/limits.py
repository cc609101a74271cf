"""What a cell and a sheet hold, as Excel documents it."""

from decimal import Decimal

EXCEL_DIGITS = 15
"""Significant digits that a number cell keeps; longer amounts are written as text."""
MOST_BREAKS = 1_048_575
"""Rows of a sheet below its header."""


def fits(amount: Decimal) -> bool:
    """Whether a number cell holds the amount exactly."""
    return len("".join(map(str, amount.as_tuple().digits)).strip("0")) <= EXCEL_DIGITS
