"""Names that are alike and conditions over both entries, held against every pair tried by hand."""

import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from recon.rules.similar import COMPANY_FORMS
from tests.unit.matchers.bench_of import entry, matches, ruleset

WORDS = ("Acme", "ÀCME", "Trading", "Lagos", "Ltd.", "Beta", "Stores", "& Sons", "O'Neil", "the")
NAMES = st.lists(st.sampled_from(WORDS), min_size=0, max_size=4).map(" ".join)
AMOUNTS = st.sampled_from(("10.00", "10.50", "99.00"))
SIDE = st.lists(st.tuples(NAMES, AMOUNTS, st.sampled_from(("B1", "B2", None))), min_size=0, max_size=5)


def words_of(name: str) -> set[str]:
    """The words of a name that say which it is, by the rule as it is written down."""
    plain = "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))
    words = re.split(r"\W+", plain.upper().replace(".", "").replace("'", ""))
    return {word for word in words if word and word not in COMPANY_FORMS}


def score(one: str, other: str) -> int:
    mine, theirs = words_of(one), words_of(other)
    return 200 * len(mine & theirs) // (len(mine) + len(theirs)) if mine and theirs else 0


def rows_of(left: list[Any], right: list[Any]) -> list[Mapping[str, Any]]:
    return [
        entry(f"{side}{place}", side, amount, counterparty_name=name, ref_bank=reference)
        for side, entries in (("left", left), ("right", right))
        for place, (name, amount, reference) in enumerate(entries)
    ]


def pairs_found(found: list[dict[str, Any]]) -> set[tuple[str, str]]:
    return {(match["sides"][0][0], match["sides"][1][0]) for match in found}


@settings(max_examples=12)
@given(SIDE, SIDE, st.sampled_from((34, 66, 80, 100)))
def test_names_that_are_alike(left: list[Any], right: list[Any], at_least: int) -> None:
    item = {
        "name": "payer",
        "similar": {"left": "counterparty_name", "right": "counterparty_name", "at_least": at_least},
    }
    found = matches(ruleset([item]), rows_of(left, right))
    possible = {
        (f"left{mine}", f"right{theirs}")
        for mine, (name, amount, _) in enumerate(left)
        for theirs, (other, wanted, _) in enumerate(right)
        if amount == wanted and score(name, other) >= at_least
    }
    assert pairs_found(found) <= possible
    for match in found:
        names = [
            next(
                name
                for place, (name, _, _) in enumerate(entries)
                if f"{side}{place}" == match["sides"][number][0]
            )
            for number, (side, entries) in enumerate((("left", left), ("right", right)))
        ]
        told = json.loads(match["evidence"])
        assert told["alike"] == score(*names)
        assert told["shared"] == sorted(words_of(names[0]) & words_of(names[1]))
    assert len({pair[0] for pair in possible}) == 0 or found


@settings(max_examples=12)
@given(SIDE, SIDE)
def test_conditions_over_both(left: list[Any], right: list[Any]) -> None:
    where = "left.ref_bank = right.ref_bank AND starts_with(right.counterparty_name, left.counterparty_name)"
    found = matches(ruleset([{"name": "bank", "where": where}]), rows_of(left, right))
    possible = {
        (f"left{mine}", f"right{theirs}")
        for mine, (name, amount, reference) in enumerate(left)
        for theirs, (other, wanted, stated) in enumerate(right)
        if amount == wanted and reference is not None and reference == stated and other.startswith(name)
    }
    assert pairs_found(found) <= possible
    for side, entry_name in ((0, "left"), (1, "right")):
        alone = [one for one in possible if sum(other[side] == one[side] for other in possible) == 1]
        both = {one for one in alone if sum(other[1 - side] == one[1 - side] for other in possible) == 1}
        assert both <= pairs_found(found), entry_name
