"""Text from files made safe for what shows it: spreadsheets take some of it for formulas, terminals for commands."""

import re
from typing import Final

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection)."""
MOST_CELL: Final = 32767
"""Characters of a cell of Excel, which counts those beyond U+FFFF, such as emoji, as two."""
NOT_IN_XML: Final = tuple(map(chr, (*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF)))
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")


def no_formula(text: str) -> str:
    """The text behind an apostrophe where a spreadsheet would take it for a formula, else the text itself."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def printable(text: str) -> str:
    """The text with a dot for each control character, which a terminal would obey."""
    return "".join(char if char.isprintable() else "·" for char in text)


def cut(text: str) -> str:
    """As much of a text as a cell of Excel holds; more of it, and Excel repairs the workbook by taking cells away."""
    if 2 * len(text) <= MOST_CELL:
        return text
    return text.encode("utf-16-le")[: 2 * MOST_CELL].decode("utf-16-le", "ignore")


def unescaped(text: str) -> str:
    """The text that a cell stands for: workbooks write what XML cannot hold as `_x001B_`, and `_x` as `_x005F_x`."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
