"""Identifiers and text in SQL: checked, quoted, never pasted."""

import re

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")


def identifier(name: str) -> str:
    """The name in double quotes.

    Raises:
        ValueError: the name is not a plain identifier. Names reach SQL only after a model has checked them, so
            this is a defect, not a configuration error.
    """
    if not _IDENTIFIER.fullmatch(name):
        raise ValueError(f"{name!r} is not an identifier")
    return f'"{name}"'


def text_literal(text: str) -> str:
    """The text as an SQL literal."""
    if "\x00" in text:
        raise ValueError("text for SQL holds a NUL character")
    return "'" + text.replace("'", "''") + "'"
