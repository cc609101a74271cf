"""What a subset match rests on, as its evidence says it: how the set was found, and how likely it is by coincidence."""

import json
from collections.abc import Mapping
from typing import Final

from recon.engines.expressions import Expression, call, literal
from recon.engines.relations import Relation
from recon.matchers.subset.ways import (
    CHANCE,
    CLAIMED,
    GROUPS,
    LARGE,
    PARTS,
    POOLS,
    RUNS,
    SETTLED,
    SEVERAL,
    SHORT,
    SINGLE,
    TWINS,
)
from recon.rules.subset import Subset

FOUND_AS: Final[Mapping[int, str]] = {
    GROUPS: "whole group", RUNS: "run", POOLS: "small pool", PARTS: "part of a group"
}  # fmt: skip
WHY: Final[Mapping[int, str]] = {
    SETTLED: "nothing else adds up as well",
    SINGLE: "it is one entry alone",
    SEVERAL: "several sets add up",
    CLAIMED: "its entries add up to another one too",
    CHANCE: "coincidence is not ruled out",
    SHORT: "so short a run may be any few of the pool",
    TWINS: "an entry of it has an equal that is left out",
    LARGE: "what is in reach is too much to rule out others",
}


def found_json(subset: Subset, ways: Relation) -> Expression:
    """Members of a JSON object: `found`, `of` (columns), `expected`, `bound` and `because`, of ways on the left."""
    found = chosen(ways.of("l", "step"), {number: json.dumps(words) for number, words in FOUND_AS.items()})
    lists = {number: json.dumps(list(spec)) for number, spec in enumerate(subset.specs)}
    because = chosen(ways.of("l", "reason"), {number: json.dumps(words) for number, words in WHY.items()})
    return call(
        "concat",
        literal('"found":'),
        found,
        literal(',"of":'),
        chosen(ways.of("l", "spec"), lists | {len(lists): "[]"}) if lists else literal("[]"),
        literal(',"expected":"'),
        call("as_text", ways.of("l", "expected")),
        literal(f'","bound":"{subset.chance:f}","because":'),
        because,
    )


def chosen(number: Expression, texts: Mapping[int, str]) -> Expression:
    """The text that stands for a number, as JSON; null for any other number."""
    result: Expression = literal("null")
    for value, text in texts.items():
        result = call("if", call("eq", number, literal(value)), literal(text), result)
    return result
