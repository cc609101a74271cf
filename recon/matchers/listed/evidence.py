"""What a match of listed references rests on, as its evidence says it."""

import json
from collections.abc import Mapping
from typing import Final

from recon.engines.expressions import Expression, call, literal
from recon.engines.relations import Relation
from recon.matchers.listed.naming import CUT, SHORT
from recon.matchers.subset.evidence import chosen
from recon.matchers.subset.ways import CLAIMED, SETTLED, SEVERAL

NAMED_WHOLE, NAMED_PART = 11, 12
"""The steps, beside those of other passes over sums (`ways`): all that a text names, and some of it."""
BRIEF, SHARED, GONE, PART, DOUBTFUL, CUT_OFF = range(11, 17)
"""Reasons that only references in texts have."""
WHY: Final[Mapping[int, str]] = {
    SETTLED: "each reference in the text names one open entry, and all of them add up",
    SEVERAL: "several sets of what the text names add up",
    CLAIMED: "what another text names adds up with an entry of it too",
    BRIEF: "short numbers in a text may mean something else",
    SHARED: "a reference in the text is that of several entries",
    GONE: "the text also names an entry that is matched or out of reach",
    DOUBTFUL: "an entry that the text does not name would do as well as a number in it",
    CUT_OFF: "the text is cut off in its last reference",
    PART: "only some of what the text names adds up",
}


def why(ways: Relation, step: int, claimed: Expression, *, trusts_numbers: bool) -> Expression:
    """Why a way does not count at once."""
    brief = call("and", call("eq", ways["spec"], literal(SHORT)), literal(not trusts_numbers))
    several = call("gt", ways["total"], literal(1))
    checks = (
        (call("and", several, literal(step == NAMED_PART)), SEVERAL),
        (literal(step == NAMED_PART), PART),
        (claimed, CLAIMED),
        (call("eq", ways["twins"], literal(1)), SHARED),
        (call("eq", ways["spec"], literal(CUT)), CUT_OFF),
        (call("gt", ways["since"], literal(0)), GONE),
        (brief, BRIEF),
        (call("and", call("eq", ways["until"], literal(1)), literal(not trusts_numbers)), DOUBTFUL),
    )
    found: Expression = literal(SETTLED)
    for failed, number in reversed(checks):
        found = call("if", failed, literal(number), found)
    return found


def found_json(ways: Relation) -> Expression:
    """Members of a JSON object: `listed` (how many entries of the text are in the match) and `because`."""
    because = chosen(ways.of("l", "reason"), {number: json.dumps(words) for number, words in WHY.items()})
    count = call("as_text", ways.of("l", "n"))
    return call("concat", literal('"listed":'), count, literal(',"because":'), because)
