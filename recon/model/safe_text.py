"""Text from files made safe for what shows it: spreadsheets take some of it for formulas, terminals for commands."""

from typing import Final

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection)."""


def no_formula(text: str) -> str:
    """The text behind an apostrophe where a spreadsheet would take it for a formula, else the text itself."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def printable(text: str) -> str:
    """The text with a dot for each control character, which a terminal would obey."""
    return "".join(char if char.isprintable() else "·" for char in text)
