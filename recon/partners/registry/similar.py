"""Partners who may be one and the same: by tax number, phone, mail, or names that differ by a letter."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

_FORMS: Final = frozenset({
    "ltd", "limited", "plc", "llc", "inc", "incorporated", "corp", "corporation", "co", "company", "gmbh", "ag", "sa",
    "sarl", "bv", "nv", "oy", "ab", "as", "sro", "spa", "srl", "pty", "ventures", "enterprises", "enterprise", "and",
    "the",
})  # fmt: skip
"""Words of a name that say nothing about who it is."""
_WORD: Final = re.compile(r"[^\W_]+")
SHORTEST: Final = 8
"""Letters that a name must have before one letter more or less is taken for a slip."""


def bare(name: str) -> str:
    """A name without case, accents, punctuation, order of words and legal form; never empty unless the name is."""
    folded = "".join(
        one for one in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(one)
    )
    words = _WORD.findall(folded)
    return " ".join(sorted(word for word in words if word not in _FORMS) or sorted(words))


def alike(names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Pairs of ids whose names are the same but for form, or one letter apart with the same digits; each pair once."""
    by_name: dict[str, list[str]] = {}
    for one, name in sorted(names.items()):
        by_name.setdefault(bare(name), []).append(one)
    for name, same in by_name.items():
        if name:
            yield from ((same[0], other) for other in same[1:])
    for left, right in sorted(_one_letter_apart(name for name in by_name if len(name) >= SHORTEST)):
        yield by_name[left][0], by_name[right][0]


def _one_letter_apart(names: Iterable[str]) -> set[tuple[str, str]]:
    """Pairs of names with the same digits, of which one becomes the other by a letter more, less, or other.

    Two such names share a text that each gives with at most one letter taken out, so that they meet without comparing
    all with all. Digits are never taken out: shop 1 and shop 2 are two shops.
    """
    meeting: dict[str, list[str]] = {}
    for name in names:
        for text in {name, *(name[:at] + name[at + 1 :] for at, one in enumerate(name) if not one.isdigit())}:
            meeting.setdefault(text, []).append(name)
    return {
        (min(left, right), max(left, right))
        for together in meeting.values()
        for position, left in enumerate(together)
        for right in together[position + 1 :]
        if left != right
    }
