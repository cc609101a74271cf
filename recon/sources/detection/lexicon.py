"""Words of many languages, from the text files under `lexicon/`: names, and below each its words."""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

_WIDE: Final = re.compile("[\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff]")


@cache
def lexicon(name: str) -> Mapping[str, tuple[str, ...]]:
    """The words of one file by the name above them, in the order of the file.

    Lines that begin with `#` are remarks, lines that begin with a blank hold words, with ` | ` between two.
    """
    text = files("recon.sources.detection").joinpath("lexicon", f"{name}.txt").read_text(encoding="utf-8")
    found: dict[str, list[str]] = {}
    words: list[str] = []
    for line in text.splitlines():
        if line.startswith("    "):
            words += [word.strip() for word in line.split(" | ")]
        elif line and not line.startswith("#"):
            words = found.setdefault(line.strip(), [])
    return {group: tuple(listed) for group, listed in found.items()}


@cache
def pattern(name: str, group: str) -> re.Pattern[str]:
    """An expression that finds any of the words: whole words, but inside a text in scripts without blanks."""
    listed = lexicon(name)[group]
    narrow = [word for word in listed if not is_wide(word)]
    wide = [word for word in listed if is_wide(word)]
    return re.compile("|".join([*([rf"\b(?:{'|'.join(narrow)})\b"] if narrow else []), *wide]))


def is_wide(word: str) -> bool:
    """Whether a word is of a script that has no blanks between words."""
    return bool(_WIDE.search(word))
