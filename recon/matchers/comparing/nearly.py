"""How nearly two references are the same, in points: whole, cut off, without a prefix, misread or mistyped."""

from collections.abc import Sequence
from typing import Final

from recon.engines.expressions import Expression, all_of, any_of, call, literal

SAME, MISREAD, PART, TYPING_ERRORS, SHORT, UNLIKE = 50, 45, 40, 30, 20, -30
FEWEST_CHARACTERS: Final = 6
"""A part of a reference that is shorter says less; one with typing errors has two characters more."""
FEWEST_OF_SHORT: Final = 4
"""Below this, parts and typing errors are everywhere; leading zeros do not count, so that many numbers are short."""
IN_WORDS: Final = {
    SAME: "same",
    MISREAD: "same but for zeros",
    PART: "a part or one character off",
    TYPING_ERRORS: "two characters off",
    SHORT: "short and nearly the same",
    0: "absent",
}


def reference_points(left: Expression, right: Expression) -> Expression:
    """The points of two references as they are compared; none where one is absent."""
    shorter, longer = (call(end, call("length", left), call("length", right)) for end in ("least", "greatest"))
    parts = [
        call(operation, *both)
        for operation in ("starts_with", "ends_with")
        for both in ((left, right), (right, left))
    ]
    edits, long_enough = call("edits", left, right), call("ge", shorter, literal(FEWEST_CHARACTERS + 2))
    nearly = any_of(
        all_of(call("ge", shorter, literal(FEWEST_OF_SHORT)), any_of(*parts)),
        all_of(call("ge", longer, literal(FEWEST_OF_SHORT)), call("le", edits, literal(1))),
        all_of(call("gt", longer, literal(FEWEST_OF_SHORT)), call("le", edits, literal(2))),
    )
    return first_that_holds(
        [
            (any_of(call("is_null", left), call("is_null", right)), 0),
            (call("eq", left, right), SAME),
            (_is_misread(left, right), MISREAD),
            (all_of(call("ge", shorter, literal(FEWEST_CHARACTERS)), any_of(*parts)), PART),
            (all_of(long_enough, call("le", edits, literal(1))), PART),
            (all_of(long_enough, call("le", edits, literal(2))), TYPING_ERRORS),
            (nearly, SHORT),
        ],
        UNLIKE,
    )


def as_misread(reference: Expression) -> Expression:
    """A reference with O read as 0 and without the zeros that begin a number in it."""
    return call("as_misread", reference)


def _is_misread(left: Expression, right: Expression) -> Expression:
    """Whether two references differ in zeros that begin a number, or in O for 0, and in nothing else."""
    ours, theirs = as_misread(left), as_misread(right)
    return all_of(call("eq", ours, theirs), call("ge", call("length", ours), literal(FEWEST_OF_SHORT)))


def first_that_holds(branches: Sequence[tuple[Expression, int]], otherwise: int) -> Expression:
    """The points of the first condition that holds."""
    found: Expression = literal(otherwise)
    for condition, points in reversed(branches):
        found = call("if", condition, literal(points), found)
    return found
