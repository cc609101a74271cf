"""Identifiers and text in SQL: checked, quoted, never pasted."""

import re
from collections.abc import Iterable
from functools import lru_cache
from glob import escape
from pathlib import Path

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
"""Names in settings have up to 63 characters, and tables are named for what they hold of one."""


@lru_cache(4_096)  # a run says the same few hundred names fifteen thousand times
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


def parquet_files(paths: Iterable[Path], *, numbered: bool = False) -> str:
    """The rows of these Parquet files, as what an SQL query reads from; with their numbers in each file, if wanted."""
    numbers = ", file_row_number = true" if numbered else ""
    return f"read_parquet({path_list(map(only_file, paths))}{numbers})"


def only_file(path: Path) -> Path:
    """The path as a reader takes it that looks for patterns in names: `*`, `?` and `[` are characters of the name.

    Files of a project in `acme*` would otherwise be read together with those of `acme-2` beside it.
    """
    return Path(escape(str(path)))


def path_list(paths: Iterable[Path]) -> str:
    """The paths as a list in SQL."""
    return "[" + ", ".join(text_literal(str(path)) for path in paths) + "]"
