"""Names of columns in the languages of statements, and the roles that they give to a column."""

import re
from functools import cache
from typing import Final

from recon.sources.detection.lexicon import is_wide, lexicon, unaccented

_BETWEEN: Final = re.compile(r"[^\w]+|_+")
_LONG: Final = 5
"""Letters of a word that is looked for inside longer ones: Kontosaldo, Buchungsdatum."""


@cache
def normal(text: str) -> str:
    """A text in small letters, without accents and signs, one blank between words."""
    return " ".join(_BETWEEN.sub(" ", unaccented(text)).split())


@cache
def _vocabulary() -> dict[str, frozenset[str]]:
    return {role: frozenset(map(normal, words)) for role, words in lexicon("columns").items()}


@cache
def roles_of(header: str) -> dict[str, int]:
    """The roles that the name of a column may give it, each with a score from 1 to 100."""
    name = normal(header)
    found = {role: max(_score(name, word) for word in words) for role, words in _vocabulary().items()}
    return {role: score for role, score in found.items() if score}


def role_of(header: str) -> tuple[str, int] | None:
    """The likeliest role and its score."""
    found = roles_of(header)
    best = max(found, key=lambda role: found[role], default=None)
    return None if best is None else (best, found[best])


def _score(name: str, word: str) -> int:
    """How much of a name a word is: all of it, its beginning, its end, or something inside."""
    if name == word:
        return 100
    if not name or word not in name:
        return 0
    share = 30 * len(word) // len(name)
    if is_wide(word):
        return 50 + share + 5 * name.endswith(word) if len(word) > 1 else 0
    padded = f" {name} "
    if f" {word} " in padded:
        return 50 + share + 5 * name.startswith(word)
    return 20 + share + 5 * name.endswith(word) if len(word) >= _LONG else 0


_BOOKED: Final = re.compile(
    "post|book|buchung|billing|comptab|contab|bokfor|bogfor|ksiegow|kirjaus|zauctov|платеж|入账|记账|入帳|記帳"
)


def is_booked(header: str) -> bool:
    """Whether a name speaks of what was booked, and not of what the customer did."""
    return bool(_BOOKED.search(normal(header)))


_SETTLED: Final = re.compile("settle|abrechnung|afreken|liquidad")


def is_settled(header: str) -> bool:
    """Whether a name speaks of what was settled, and not of what the customer was charged in his currency."""
    return bool(_SETTLED.search(normal(header)))


def is_word(text: str) -> bool:
    """Whether a cell is, as a whole, a word that heads columns."""
    best = role_of(text)
    return best is not None and best[1] >= 70
