"""Identifiers that depend on content alone, so that the same facts have the same name in every run."""

import hashlib
from collections.abc import Iterable

ENTRY_ID_DIGITS = 24
FILE_ID_DIGITS = 16


def content_id(parts: Iterable[str | None], digits: int = 20) -> str:
    """The first hexadecimal digits of the SHA-256 of the parts.

    Parts are joined by a unit separator and an absent part differs from an empty one, so that no two different
    lists of parts share their text.
    """
    text = "\x1f".join("\x00" if part is None else part for part in parts)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:digits]


def file_id(sha256: str, reading: int = 1) -> str:
    """The short name of a file by its content; with the number of the reading, when it was put back and read again."""
    name = sha256[:FILE_ID_DIGITS]
    return name if reading == 1 else f"{name}-{reading}"
