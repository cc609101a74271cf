"""Whether the references in a text make one list, so that none of them is a customer's number that stands beside it."""

import itertools
import re
from collections.abc import Iterable, Iterator, Set

from recon.matchers.comparing.keys import RUN_OF_WORDS
from recon.matchers.listed.completed import JOINING

_WORD = re.compile("[A-Z0-9]+")
_SIGN = re.compile("[^A-Z0-9 ]")


def is_one_list(text: str, names: Set[str], ends: Set[str]) -> bool:
    """Whether all references of a text follow each other, with signs or words of lists between or one word before each.

    `names` stand in the text whole, of `ends` the last digits do. Blanks alone say nothing: two numbers side by
    side may well be an invoice and a customer.
    """
    words = list(_WORD.finditer(text.upper()))
    places = list(_places([word[0] for word in words], names, ends))
    if len(places) < 2 or len(places) < len(names) + len(ends):
        return False
    lead = words[places[0][0] - 1][0] if places[0][0] else ""
    between = [
        (text[words[last].end() : words[first].start()], [word[0] for word in words[last + 1 : first]])
        for (_, last), (first, _) in itertools.pairwise(places)
    ]
    return _all_signs(between) or bool(
        lead and not lead.isdigit() and all(found == [lead] for _, found in between)
    )


def _all_signs(between: Iterable[tuple[str, list[str]]]) -> bool:
    return all(set(found) <= JOINING and (found or _SIGN.search(text.upper())) for text, found in between)


def _places(words: list[str], names: Set[str], ends: Set[str]) -> Iterator[tuple[int, int]]:
    """The first and the last word of each reference in a text."""
    place = 0
    while place < len(words):
        longest = min(RUN_OF_WORDS, len(words) - place)
        length = next((n for n in range(longest, 0, -1) if "".join(words[place : place + n]) in names), 0)
        word = words[place]
        if not length and word.isdigit() and any(name.endswith(word) for name in ends):
            length = 1
        if length:
            yield place, place + length - 1
        place += length or 1
