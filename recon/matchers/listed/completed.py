"""References that a text names without writing them out.

Where the beginning stands only once, INV-7, 9 and 12 names INV-9 and INV-12 as well; INV-100092-94, where what stands
in the text does not add up, all from the one to the other.
"""

import re
from collections.abc import Iterator, Set
from typing import Final

from recon.matchers.comparing.keys import RUN_OF_WORDS

JOINING: Final = frozenset({"AND", "E", "EN", "ET", "I", "OCH", "OG", "PLUS", "SOWIE", "U", "UND", "Y"})
"""Words between the numbers of a list."""
REACHING: Final = frozenset({"AL", "AU", "BIS", "TILL", "THROUGH", "THRU", "TO", "TOT"})
"""Words from the first to the last of a range."""
_DASH: Final = "[-\N{EN DASH}\N{EM DASH}]"
_BETWEEN: Final = "|".join(sorted(JOINING | REACHING))
FOLLOWS: Final = (
    f"[0-9][^A-Z0-9]+(({_BETWEEN})[^A-Z0-9]+)?[0-9]|[0-9] ?({_DASH}|{'|'.join(sorted(REACHING))}) ?[A-Z]"
)
"""What a text in capitals has in it where a number follows another, or a range leads from one reference to another."""
MOST_BETWEEN: Final = 40
"""References between the first and the last of a range; what leads further is no range."""
_REACHES: Final = re.compile(f" ?(?:{_DASH}|{'|'.join(sorted(REACHING))}) ?")
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


def ranged(text: str, names: Set[str]) -> set[str]:
    """The references between the first and the last of each range; `names` are those that stand in the text whole."""
    text = text.upper()
    places = list(_WORD.finditer(text))
    words = [place[0] for place in places]
    found, place, ended = set[str](), 0, 0
    last: str | None = None
    before: list[str] = []
    while place < len(words):
        length = _named(words, place, names)
        if length:
            last = "".join(words[place : place + length])
            here = [last]
        elif last is not None and words[place].isdigit():
            here = list(_with_end(last, words[place]))
        elif words[place] in JOINING | REACHING:
            place += 1
            continue
        else:
            last, here = None, []
        if before and here and _REACHES.fullmatch(text[ended : places[place].start()]):
            found.update(name for first in before for end in here for name in _between(first, end))
        before, ended = here, places[place + (length or 1) - 1].end()
        place += length or 1
    return found - names


def _between(first: str, last: str) -> Iterator[str]:
    """The references between two that are alike but for their number."""
    one, other = _PARTS.fullmatch(first), _PARTS.fullmatch(last)
    if one is None or other is None or one[1] != other[1]:
        return
    begin, end, width = int(one[2]), int(other[2]), len(one[2])
    if (width == len(other[2]) or one[2][0] != "0") and end - begin - 1 <= MOST_BETWEEN:
        yield from (f"{one[1]}{number:0{width}d}" for number in range(begin + 1, end))


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
