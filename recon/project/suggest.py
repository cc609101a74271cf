"""Did-you-mean: the nearest known name to one that is not known."""

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """A hint that names the nearest known name, or None when nothing is near."""
    by_fold = {candidate.casefold(): candidate for candidate in sorted(known, reverse=True)}
    near = get_close_matches(name.casefold(), by_fold, n=1, cutoff=0.6)
    return f"did you mean `{by_fold[near[0]]}`?" if near else None
