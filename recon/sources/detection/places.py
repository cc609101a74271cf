"""Where a file is from, by the words in it: what its currency, decimal mark and order of dates are likely to be."""

from dataclasses import dataclass
from typing import Final

from recon.sources.detection.grids import Grid
from recon.sources.detection.lexicon import is_wide, lexicon, pattern
from recon.sources.detection.words import normal

_ROWS: Final = 200
_MONTH_FIRST: Final = frozenset({"USD", "CAD"})
_COMMA: Final = frozenset({"BRL", "COP"})


@dataclass(frozen=True)
class Place:
    """A country or language: its usual currency, time zone, decimal mark and order of day and month.

    `why` are the words that were seen.
    """

    currency: str | None
    zone: str | None
    comma: bool
    american: bool
    why: str


def place_of(grid: Grid, name: str) -> Place:
    """Where a file seems to be from: the country of banks and ways to pay first, then the language."""
    rows = grid.rows[:_ROWS]
    said = normal(" ".join([name, *(cell for row in rows for cell in row if not cell[:1].isdigit())]))
    language, words = _language(said)
    settings = language.split() if language else []
    comma = bool(settings) and "point" not in settings
    home, seen = _home(said)
    if home is not None:
        currency, zone = home.split()
        american = currency in _MONTH_FIRST and language is None
        return Place(currency, zone, comma or currency in _COMMA, american, f'the words "{seen}"')
    if language is not None:
        why = f"{settings[0]} words: {', '.join(words[:4])}"
        return Place(settings[1], settings[2], comma, american=False, why=why)
    return Place(None, None, comma=False, american=False, why="")


def _home(said: str) -> tuple[str | None, str]:
    """The country that most words in a text are at home in, the first of equals, and the first of those words."""
    best: list[str] = []
    country = None
    for home in lexicon("homes"):
        found = list(dict.fromkeys(match[0] for match in pattern("homes", home).finditer(said)))
        if len(found) > len(best):
            country, best = home, found
    return country, best[0] if best else ""


def _language(said: str) -> tuple[str | None, list[str]]:
    """The language with the most words of its own in a text, if there are two, and those words."""
    padded = f" {said} "
    best: list[str] = []
    language = None
    for name, words in lexicon("languages").items():
        found = [word for word in words if (word in said if is_wide(word) else f" {word} " in padded)]
        if len(found) > max(len(best), 1):
            language, best = name, found
    return language, best
