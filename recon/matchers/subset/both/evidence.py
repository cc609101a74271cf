"""What a match of several with several rests on, as its evidence says it."""

import json
from collections.abc import Mapping

from recon.engines.expressions import Expression, call, literal
from recon.engines.relations import Relation
from recon.matchers.subset.both.books import BothBooks
from recon.matchers.subset.evidence import FOUND_AS, WHY, chosen
from recon.matchers.subset.ways import CLAIMED

WHY_OF_BOTH: Mapping[int, str] = {**WHY, CLAIMED: "an entry of it is in another set that adds up"}


def found_json(books: BothBooks, ways: Relation) -> Expression:
    """Members of a JSON object, of ways on the left: how they were found and what of coincidence is to be expected.

    `found`, `of` and `facing` (the columns of the natural groups of the left and of the right), `expected` and `bound`
    (ways that coincidence makes where this one lies, and fewer than how many are allowed), `pairs` (of sets, one of
    either side, that it was found among) and `because`.
    """
    found = chosen(ways.of("l", "step"), {number: json.dumps(words) for number, words in FOUND_AS.items()})
    lists = {number: json.dumps(list(spec)) for number, spec in enumerate(books.specs)}
    because = chosen(
        ways.of("l", "reason"), {number: json.dumps(words) for number, words in WHY_OF_BOTH.items()}
    )
    return call(
        "concat",
        literal('"found":'),
        found,
        literal(',"of":'),
        chosen(ways.of("l", "spec"), lists),
        literal(',"facing":'),
        chosen(ways.of("l", "spec_right"), lists),
        literal(',"expected":"'),
        call("as_text", ways.of("l", "expected")),
        literal(f'","bound":"{books.subset.chance:f}","pairs":'),
        call("as_text", ways.of("l", "pairs")),
        literal(',"because":'),
        because,
    )
