"""Excerpts: the line of a text where something is wrong, with a caret under the place."""

import re
import unicodedata
from collections.abc import Sequence

WIDEST = 100
"""Characters of a line that are shown; a longer line is cut around the place."""

_LINE_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")


def split_lines(text: str) -> list[str]:
    """The lines of a text, broken where YAML breaks them, so that line numbers agree with its reader."""
    return _LINE_BREAK.split(text)


def excerpt(lines: Sequence[str], line: int, column: int | None = None) -> str | None:
    """Line number `line` of `lines` with a caret under `column`; both count from 1. None beyond the end."""
    if not 1 <= line <= len(lines):
        return None
    shown, caret = _cut(lines[line - 1], column)
    gutter = f"  {line}"
    first = f"{gutter} | {_printable(shown)}".rstrip()
    if caret is None:
        return first
    return f"{first}\n{' ' * len(gutter)} | {' ' * _width(shown[: caret - 1])}^"


def _cut(line: str, column: int | None) -> tuple[str, int | None]:
    """The part of a long line around the column, and the column within that part."""
    if len(line) <= WIDEST:
        return line, column
    start = max(0, min((column or 1) - WIDEST // 2, len(line) - WIDEST))
    before = "…" if start else ""
    after = "…" if start + WIDEST < len(line) else ""
    shown = f"{before}{line[start : start + WIDEST]}{after}"
    return shown, None if column is None else column - start + len(before)


def _printable(line: str) -> str:
    """The line without control characters, which a terminal would obey; a tab becomes one space."""
    return "".join(" " if char == "\t" else char if char.isprintable() else "·" for char in line)


def _width(text: str) -> int:
    """Terminal columns the text takes: two for wide characters, none for combining ones."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )
