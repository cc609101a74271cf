"""Numbers of a list whose beginning stands only once: INV-7, 9 and 12 names INV-9 and INV-12 as well."""

import re
from collections.abc import Iterator, Set
from typing import Final

from recon.matchers.keys import RUN_OF_WORDS

JOINING: Final = frozenset({"AND", "E", "EN", "ET", "I", "OCH", "OG", "PLUS", "SOWIE", "U", "UND", "Y"})
"""Words between the numbers of a list."""
FOLLOWS: Final = f"[0-9][^A-Z0-9]+(({'|'.join(sorted(JOINING))})[^A-Z0-9]+)?[0-9]"
"""What a text in capitals has in it where a number follows another."""
_WORD: Final = re.compile("[A-Z0-9]+")
_PARTS: Final = re.compile("(.*?)([0-9]+)")


def completed(text: str, names: Set[str]) -> set[str]:
    """The references that a text may name by their ends alone; `names` are those that stand in it whole."""
    words = _WORD.findall(text.upper())
    found, place = set[str](), 0
    last: str | None = None
    while place < len(words):
        length = _named(words, place, names)
        if length:
            last = "".join(words[place : place + length])
        elif last is not None and words[place].isdigit():
            found.update(_with_end(last, words[place]))
        elif words[place] not in JOINING:
            last = None
        place += length or 1
    return found - names


def _named(words: list[str], place: int, names: Set[str]) -> int:
    """How many words from a place on are one of the names, the longest such run."""
    longest = min(RUN_OF_WORDS, len(words) - place)
    return next((n for n in range(longest, 0, -1) if "".join(words[place : place + n]) in names), 0)


def _with_end(name: str, number: str) -> Iterator[str]:
    """A reference like a name that ends in another number: one after its letters, or in place of its last digits."""
    parts = _PARTS.fullmatch(name)
    if parts is None:
        return
    head, digits = parts.groups()
    if head:
        yield head + number
    if 1 < len(number) < len(digits) or (head and len(number) < len(digits)):
        yield name[: -len(number)] + number
