"""Where money is, as a person reads it: an entry a book, and under it what each rule set made of it."""

from collections.abc import Iterator

from recon.breaks.casefile import Break
from recon.breaks.whereabouts import Facing, Standing, Stop, Whereabouts
from recon.model.wording import counted, plain_words, with_currency
from recon.outputs.told import Line, Teller

_SHORT = 12
"""Characters of an id that are shown where it is only pointed to."""
_MOST = 6
"""Matches that are told apart when a name fits several."""


def where_lines(teller: Teller, found: Whereabouts) -> Iterator[Line]:
    """Everything known of a name, from the first book to the last."""
    for stop in found.stops:
        yield "head", f"{stop.entry.source}: {_what(teller, stop)}"
        if not stop.standings:
            yield "", f"  {_unplaced(found)}"
        for one in stop.standings:
            yield from _standing_lines(one)
        yield "", ""
    for row in found.refused:
        yield "no", f"refused: {row.place}: {row.reason}"
    for journey in found.journeys:
        yield "head", f"{journey.chain}: {plain_words(journey.status)}, {journey.reason}"


def brief(found: Whereabouts) -> str:
    """In one sentence what became of the first entry that the name stands for."""
    if not found.stops:
        return "; ".join(f"refused: {row.place}: {row.reason}" for row in found.refused)
    stop = found.stops[0]
    told = "; ".join(f"{one.ruleset}: {_made(one)}" for one in stop.standings)
    return f"{stop.entry.place}: {told or _unplaced(found)}"


def _unplaced(found: Whereabouts) -> str:
    return (
        f"run {found.run} has no place for it: it came later, no rule set reads it, or its match was taken back"
    )


def match_excerpt(stop: Stop) -> str:
    """The matches that entries are in, one a line."""
    lines = [f"  {name}  {one.ruleset}" for one in stop.standings for name in one.matches]
    more = [f"  and {len(lines) - _MOST:,} more"] if len(lines) > _MOST else []
    return "\n".join([*lines[:_MOST], *more])


def _what(teller: Teller, stop: Stop) -> str:
    if stop.entries == 1:
        return teller.entry(stop.entry)
    total = with_currency(stop.amount, stop.entry.currency)
    return f"{counted(stop.entries, 'entry')}, {total}, the first {teller.entry(stop.entry)}"


def _standing_lines(one: Standing) -> Iterator[Line]:
    style = {"open": "no", "suggested": "no", "excluded": "dim"}.get(one.state, "")
    yield style and "", f"  {one.ruleset}: {_made(one)}"
    for left in one.breaks if one.state == "matched" else ():
        yield "", f"    {_break(left)}"
    if len(one.matches) == 1:
        yield "dim", f"    `recon matches show {one.matches[0][:_SHORT]}`"
    elif one.state == "open":
        yield "dim", f"    `recon breaks explain {one.breaks[0].break_id[:_SHORT]}`"


def _made(one: Standing) -> str:
    """What a rule set made of entries."""
    if one.state == "open":
        return "open: " + "; ".join(_break(left) for left in one.breaks)
    if one.state == "excluded":
        return f"left out: {one.reason}"
    count = f"{len(one.matches)} matches" if len(one.matches) > 1 else f"match {one.matches[0]}"
    facing = " and ".join(_facing(other) for other in one.facing)
    return f"{one.state} by {', '.join(one.passes)} with {facing or 'nothing else'} ({count})"


def _facing(one: Facing) -> str:
    return f"{counted(one.entries, 'entry')} of {one.source}, {with_currency(one.amount, one.currency)}"


def _break(one: Break) -> str:
    due = f", due on {one.due_date}" if one.due_date and f"{one.due_date}" not in one.reason else ""
    amount = with_currency(one.amount, one.currency)
    return f"{plain_words(one.kind)} {amount}: {one.reason}{due} (break {one.break_id[:_SHORT]})"
