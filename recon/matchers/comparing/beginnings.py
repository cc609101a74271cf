"""References of which a pass compares some characters only: whether one of two is the beginning of the other.

Somebody cut a reference off, so that one is the beginning of the other. Two that are both longer and go on differently
begin alike and name two things: what agrees in nothing else than amount and days waits for a person. So does what more
than one fits: a hundred invoices begin alike, and of two over the same amount the nearer in days need not be meant.
"""

from collections.abc import Sequence
from typing import Final

from recon.engines.expressions import Column, Expression, all_of, any_of, call
from recon.engines.types import TEXT, Kind
from recon.matchers.comparing.keys import column, is_cut, normalised
from recon.rules.passes import REFERENCE_COLUMNS
from recon.rules.ruleset import Pass

_WHOLE: Final = "p_whole_"
"""Carried by units, each key as it would be compared if nothing were cut off."""


def waits_where_cut(item: Pass) -> bool:
    """Whether a pass only suggests what goes on differently after the characters that it compares.

    An author who says `confirm: automatic` knows that what comes later says nothing.
    """
    entry_by_entry = item.group is None and item.subset is None
    return item.normalise.first is not None and entry_by_entry and item.confirm is None and item.confirms


def counts_alone(item: Pass, *sides: Sequence[Expression]) -> bool:
    """Whether only what nothing else fits counts at once; `sides` are the keys of either.

    So it is where a key is cut and none is a reference that is not. An author who says `confirm: automatic`, or which
    of several to take, knows that what is left out says nothing.
    """
    is_asked = item.confirm is None and item.confirms and item.ambiguous == "suggest"
    is_single = item.group is None and item.subset is None and item.offset is None
    whole = {place for keys in sides for place, key in enumerate(keys) if _is_reference(key)}
    cut = {place for keys in sides for place, key in enumerate(keys) if is_cut(key)}
    return is_asked and is_single and bool(cut) and whole <= cut


def _is_reference(key: Expression) -> bool:
    return not is_cut(key) and any(found.name in REFERENCE_COLUMNS for found in key.columns())


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
