"""What a reference proves that stands in a text: a number as short as a day, a year or a price may be just that."""

from typing import Final

from recon.engines.expressions import Expression, all_of, any_of, call, literal
from recon.matchers.comparing.keys import ignores_zeros
from recon.rules.ruleset import Normalise

SHORTEST: Final = 5
"""Digits that a reference without letters has at the least to prove anything; shorter ones are years and prices too."""
SHORTEST_WITH_LETTERS: Final = 4
"""Letters and digits of a reference that has both."""
_DATE: Final = (
    "^((19|20)[0-9][0-9](0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])"
    "|(0[1-9]|[12][0-9]|3[01])(0[1-9]|1[0-2])(19|20)[0-9][0-9])$"
)


def is_telling(word: Expression) -> Expression:
    """Whether a reference, as it is looked for in a text, is hardly anything else there."""
    length = call("length", word)
    has_digit, has_letter, is_date = (
        call("rx_is", word, literal(pattern)) for pattern in ("[0-9]", "[A-Z]", _DATE)
    )
    long_enough = any_of(
        call("ge", length, literal(SHORTEST)),
        all_of(has_letter, call("ge", length, literal(SHORTEST_WITH_LETTERS))),
    )
    return all_of(has_digit, long_enough, call("not", is_date))


def figures(text: Expression, how: Normalise) -> Expression:
    """The runs of digits in a reference or in words of a text, so that 7 and 9 side by side are not taken for 79."""
    found = call("concat", literal(" "), call("rx_all", text, literal("[^0-9]+"), literal(" ")))
    return call("trim", call("rx_all", found, literal(" 0+"), literal(" ")) if ignores_zeros(how) else found)


def sought(word: Expression, how: Normalise) -> Expression:
    """A word in the form in which words of texts and references meet; `figures` tell what it does not."""
    return call("rx_all", word, literal("0"), literal("")) if ignores_zeros(how) else word
