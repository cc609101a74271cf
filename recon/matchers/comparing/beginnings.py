"""References of which a pass compares the first characters only: whether one of two is the beginning of the other.

Somebody cut a reference off, so that one is the beginning of the other. Two that are both longer and go on differently
begin alike and name two things: what agrees in nothing else than amount and days waits for a person.
"""

from collections.abc import Sequence
from typing import Final

from recon.engines.expressions import Column, Expression, all_of, any_of, call
from recon.engines.types import TEXT, Kind
from recon.matchers.comparing.keys import column, normalised
from recon.rules.ruleset import Pass

_WHOLE: Final = "p_whole_"
"""Carried by units, each key as it would be compared if nothing were cut off."""


def waits_where_cut(item: Pass) -> bool:
    """Whether a pass only suggests what goes on differently after the characters that it compares.

    An author who says `confirm: automatic` knows that what comes later says nothing.
    """
    entry_by_entry = item.group is None and item.subset is None
    return item.normalise.first is not None and entry_by_entry and item.confirm is None and item.confirms


def wholes(item: Pass, names: Sequence[str]) -> dict[str, Expression]:
    """What units of a side carry, over an entry, by the columns of its keys."""
    if not waits_where_cut(item):
        return {}
    uncut = item.normalise.model_copy(update={"first": None})
    found = {place: column(name) for place, name in enumerate(names, start=1)}
    return {
        f"{_WHOLE}{place}": normalised(value, uncut)
        for place, value in found.items()
        if value.type.kind is Kind.TEXT
    }


def begin_alike(item: Pass, left: Sequence[str], right: Sequence[str]) -> Expression | None:
    """Whether of each key of two units one is the beginning of the other; None for a pass that does not ask."""
    names = [name for name in wholes(item, left) if name in wholes(item, right)]
    if not names:
        return None
    pairs = [(Column(TEXT, name, "l"), Column(TEXT, name, "r")) for name in names]
    return all_of(
        *(any_of(call("starts_with", one, other), call("starts_with", other, one)) for one, other in pairs)
    )
