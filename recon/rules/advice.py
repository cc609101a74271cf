"""Advice on rule sets: what is allowed and seldom meant."""

from collections.abc import Iterator

from recon.errors import Problem
from recon.rules.book import RuleBook
from recon.rules.ruleset import Pass, RuleSet


def advice(book: RuleBook) -> list[Problem]:
    """Warnings about the rule sets of a book, each at its place; they never stop a run."""
    found: list[Problem] = []
    for name, ruleset in sorted(book.rulesets.items()):
        document = book.documents[name]
        for position, code, message, hint in _of_ruleset(ruleset):
            found.append(document.problem(("passes", position, "name"), code, message, hint))
    return found


def _of_ruleset(ruleset: RuleSet) -> Iterator[tuple[int, str, str, str]]:
    for position, item in enumerate(ruleset.passes):
        if item.confirms and not item.rests_on_reference and item.subset is None:
            yield (
                position,
                "confirms-without-reference",
                f"`{item.name}` confirms matches without a reference; such matches are wrong in 3 to 5 of 100 cases",
                "write confirm: suggest, or add the reference that proves them",
            )
        earlier = next((before for before in ruleset.passes[:position] if _covers(before, item)), None)
        if earlier is not None:
            yield (
                position,
                "pass-in-vain",
                f"`{item.name}` can find nothing that `{earlier.name}` left over",
                "remove it, or make it wider than the pass before",
            )


def _covers(before: Pass, item: Pass) -> bool:
    """Whether an earlier pass is the same but for its name."""
    return before.confirms and before.model_copy(update={"name": item.name}) == item
