"""Which entry a name stands for: that of a break, of an open item by a reference, or any entry of a run by its id."""

from collections.abc import Sequence

from recon.breaks.called import by_book
from recon.breaks.casefile import Casefile
from recon.errors import Problem, UsageError
from recon.matchers.explain.outcomes import placed
from recon.rules.ruleset import Side
from recon.store.published import Published

EntryPlace = tuple[str, Side, str]
"""Rule set, side, and the id of an entry."""


def entry_named(
    casefile: Casefile,
    runs: Sequence[Published],
    name: str,
    ruleset: str | None = None,
    ingests: Sequence[Published] = (),
) -> EntryPlace:
    """The one entry that a name stands for; `runs` are those up to the run of the casefile.

    With the `ingests` of the run, a reference may be that of an entry that is matched or left out: that of the first
    book which has it.

    Raises:
        UsageError: nothing is called so, several things are, or it is a break of a statement.
        ControlFailed: a file is not what was published.
    """
    if not casefile.named(name, ruleset):
        places = _placed(casefile, runs, name, ruleset, ingests)
        if len({(one[0], one[1]) for one in places}) > 1:
            names = ", ".join(sorted({f"{one[0]} ({one[1]})" for one in places}))
            hint = "name the one you mean with `--ruleset`"
            raise UsageError(Problem("entry", f"entry `{name}` is in {names}", hint=hint))
        if places:
            return places[0]
        if not casefile.named(name):
            message = f"run {casefile.run.identity} has no break, entry or reference `{name}`"
            raise UsageError(Problem("break", message, hint=casefile.hint(name)))
    found = casefile.find(name, ruleset)
    if found.entry_id is None or found.side is None:
        hint = f"`recon breaks show {found.break_id}` tells what does not add up"
        message = f"`{name}` is a break of a statement, which no pass matches"
        raise UsageError(Problem("break", message, hint=hint))
    return found.ruleset, "left" if found.side == "left" else "right", found.entry_id


def _placed(
    casefile: Casefile, runs: Sequence[Published], name: str, ruleset: str | None, ingests: Sequence[Published]
) -> list[EntryPlace]:
    """Where the entry with an id is, or that with a reference in the first book that the rule set has.

    Raises:
        UsageError: the reference is that of several entries of one book.
    """
    for ids in ([name], *by_book(name, casefile.run, ingests)):
        places = [one for each in ids for one in placed(runs, each) if ruleset in {None, one[0]}]
        if len({one[2] for one in places}) > 1:
            message = f"`{name}` is the name of {len(ids):,} entries"
            hint = f"`recon where {name}` tells of all of them; name one by its id"
            raise UsageError(Problem("entry", message, hint=hint))
        if places:
            return places
    return []


def pair_named(
    casefile: Casefile,
    runs: Sequence[Published],
    names: tuple[str, str],
    ruleset: str | None = None,
    ingests: Sequence[Published] = (),
) -> tuple[EntryPlace, EntryPlace]:
    """The two entries that two names stand for, in the one rule set that has them on its two sides.

    Raises:
        UsageError: a name stands for nothing or for several entries, no rule set faces the two, or several do.
        ControlFailed: a file is not what was published.
    """
    one, other = (_places(casefile, runs, name, ruleset, ingests) for name in names)
    pairs = [
        (mine, theirs)
        for mine in one
        for theirs in other
        if mine[0] == theirs[0] and mine[1] != theirs[1] and mine[2] != theirs[2]
    ]
    if len(pairs) == 1:
        return pairs[0]
    if pairs:
        known = ", ".join(sorted({mine[0] for mine, _ in pairs}))
        hint = "name the entries by their ids, or the rule set with `--ruleset`"
        raise UsageError(Problem("entry", f"the two face each other in several ways, in {known}", hint=hint))
    where = "; ".join(
        f"`{name}` is in {', '.join(sorted({f'{place[0]} ({place[1]})' for place in places}))}"
        for name, places in zip(names, (one, other), strict=True)
    )
    hint = "name an entry of the left and one of the right side of one rule set"
    raise UsageError(Problem("entry", f"no rule set faces the two: {where}", hint=hint))


def in_order(pair: tuple[EntryPlace, EntryPlace]) -> tuple[EntryPlace, EntryPlace]:
    """The two with the left one first."""
    return pair if pair[0][1] == "left" else (pair[1], pair[0])


def _places(
    casefile: Casefile, runs: Sequence[Published], name: str, ruleset: str | None, ingests: Sequence[Published]
) -> list[EntryPlace]:
    """Everywhere that the entry of a name is; a name of a break leads to its entry in all its rule sets."""
    ids = {one.entry_id for one in casefile.named(name) if one.entry_id is not None} or {name}
    found = {place for one in sorted(ids) for place in placed(runs, one) if ruleset in {None, place[0]}}
    if not found:
        found = {
            place
            for ids in by_book(name, casefile.run, ingests)
            if len(ids) == 1
            for place in placed(runs, ids[0])
            if ruleset in {None, place[0]}
        }
    return sorted(found) or [entry_named(casefile, runs, name, ruleset, ingests)]
