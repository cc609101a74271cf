"""Which entry a name stands for: that of a break, of an open item by a reference, or any entry of a run by its id."""

from collections.abc import Sequence

from recon.breaks.casefile import Casefile
from recon.errors import Problem, UsageError
from recon.matchers.explain_outcomes import placed
from recon.rules.ruleset import Side
from recon.store.published import Published

EntryPlace = tuple[str, Side, str]
"""Rule set, side, and the id of an entry."""


def entry_named(
    casefile: Casefile, runs: Sequence[Published], name: str, ruleset: str | None = None
) -> EntryPlace:
    """The one entry that a name stands for; `runs` are those up to the run of the casefile.

    Raises:
        UsageError: nothing is called so, several things are, or it is a break of a statement.
        ControlFailed: a file is not what was published.
    """
    if not casefile.named(name, ruleset):
        places = [one for one in placed(runs, name) if ruleset in {None, one[0]}]
        if len({(one[0], one[1]) for one in places}) > 1:
            names = ", ".join(sorted({f"{one[0]} ({one[1]})" for one in places}))
            hint = "name the one you mean with `--ruleset`"
            raise UsageError(Problem("entry", f"entry `{name}` is in {names}", hint=hint))
        if places:
            return places[0]
    found = casefile.find(name, ruleset)
    if found.entry_id is None or found.side is None:
        hint = f"`recon breaks show {found.break_id}` tells what does not add up"
        message = f"`{name}` is a break of a statement, which no pass matches"
        raise UsageError(Problem("break", message, hint=hint))
    return found.ruleset, "left" if found.side == "left" else "right", found.entry_id


def pair_named(
    casefile: Casefile, runs: Sequence[Published], names: tuple[str, str], ruleset: str | None = None
) -> tuple[EntryPlace, EntryPlace]:
    """The two entries that two names stand for, in the one rule set that has them on its two sides.

    Raises:
        UsageError: a name stands for nothing or for several entries, no rule set faces the two, or several do.
        ControlFailed: a file is not what was published.
    """
    one, other = (_places(casefile, runs, name, ruleset) for name in names)
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


def _places(casefile: Casefile, runs: Sequence[Published], name: str, ruleset: str | None) -> list[EntryPlace]:
    """Everywhere that the entry of a name is; a name of a break leads to its entry in all its rule sets."""
    ids = {one.entry_id for one in casefile.named(name) if one.entry_id is not None} or {name}
    found = {place for one in sorted(ids) for place in placed(runs, one) if ruleset in {None, place[0]}}
    return sorted(found) or [entry_named(casefile, runs, name, ruleset)]
