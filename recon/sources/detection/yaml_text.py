"""Texts and lists as YAML reads them back."""

import re
from collections.abc import Sequence
from typing import Final

_PLAIN: Final = re.compile(r"[A-Za-z](?:[A-Za-z0-9/.\- :]*[A-Za-z0-9])?")


def quoted(text: str) -> str:
    """A text in double quotes."""
    body = (
        text.replace("\\", "\\\\")
        .replace('"', '\\"')
        .replace("\t", "\\t")
        .replace("\n", "\\n")
        .replace("\r", "\\r")
    )
    return f'"{body}"'


def single(pattern: str) -> str:
    """An expression in single quotes, in which YAML leaves backslashes alone."""
    return "'" + pattern.replace("'", "''") + "'"


def plain(text: str) -> str:
    """A text without quotes where YAML needs none."""
    return text if _PLAIN.fullmatch(text) and ": " not in text else quoted(text)


def listed(texts: Sequence[str]) -> str:
    """A list in one line."""
    return f"[{', '.join(map(quoted, texts))}]"


def indented(lines: Sequence[str]) -> list[str]:
    """Lines of a section."""
    return [f"  {line}" for line in lines]
