"""Words of many languages, from the text files under `lexicon/`: names, and below each its words."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

_LETTERS: Final = re.compile(r"[^\W\d_]{3,}")
_WIDE: Final = re.compile("[\u0e00-\u0e7f\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff]")


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
    listed = [unaccented(word) for word in lexicon(name)[group]]
    narrow = [word for word in listed if not is_wide(word)]
    wide = [word for word in listed if is_wide(word)]
    return re.compile("|".join([*([rf"\b(?:{'|'.join(narrow)})\b"] if narrow else []), *wide]))


@cache
def vocabulary() -> tuple[frozenset[str], frozenset[str]]:
    """All words of the lexicon, those of scripts with blanks in small letters without accents, and the others."""
    known = {
        part
        for name in ("columns", "languages", "directions", "balances", "habits")
        for words in lexicon(name).values()
        for word in words
        for part in ([word] if is_wide(word) else _LETTERS.findall(word))
    }
    return frozenset(unaccented(one) for one in known if not is_wide(one)), frozenset(filter(is_wide, known))


def unaccented(text: str) -> str:
    """A text in small letters without accents."""
    small = text.casefold().replace("ø", "o").replace("ł", "l").replace("æ", "ae").replace("\u0131", "i")
    apart = unicodedata.normalize("NFKD", small)
    return unicodedata.normalize("NFC", "".join(one for one in apart if not "\u0300" <= one <= "\u036f"))


def is_wide(word: str) -> bool:
    """Whether a word is of a script that has no blanks between words."""
    return bool(_WIDE.search(word))
