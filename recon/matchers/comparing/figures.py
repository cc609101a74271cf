"""Numbers in texts: what stands there as a price, a share, a day or an hour names no entry.

Order 390 stands in "EUR 1.390,00", and an order of that price may be open. Such a pair waits for a person, and so does
what texts are full of: a number of one or two digits, a year, the amount itself. What has letters says itself what it
is.
"""

from typing import Final

from recon.engines.expressions import Column, Expression, all_of, any_of, call, literal
from recon.engines.types import SUM, TEXT
from recon.rules.lists import InText
from recon.rules.ruleset import Pass

_COMMON: Final = "^([0-9]{1,2}|20[23][0-9])$"
"""Counts, days and months, and the years in which texts are written now."""
_MONEY: Final = "(?:[A-Z]{3}|[€$£¥])"
_PRICE: Final = f"(?:{_MONEY} ?)?[0-9]{{1,3}}(?:[.,' ]?[0-9]{{3}})*[.,](?:[0-9]{{2}}|-+)(?: ?{_MONEY})?"
_SHARE: Final = "[0-9]+(?:[.,][0-9]+)? ?%"
_DAY: Final = "(?:0?[1-9]|[12][0-9]|3[01])"
_YEAR: Final = "(?:19|20)[0-9][0-9]"
_DATE: Final = f"{_DAY}[./-]{_DAY}[./-](?:{_YEAR}|[0-9][0-9])|{_YEAR}[./-]{_DAY}[./-]{_DAY}|{_DAY}[.]{_DAY}[.]"
_HOUR: Final = "[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?"
_BEFORE: Final = "(^|[^0-9A-Z.,:/-]|(?:^|[^0-9A-Z])[.,:/-])"
_AFTER: Final = "($|[^0-9A-Z.,:/-]|[.,:/-](?:$|[^0-9A-Z]))"
_FIGURE: Final = f"{_BEFORE}(?:{_PRICE}|{_SHARE}|{_DATE}|{_HOUR}){_AFTER}"
"""A figure by itself: in 2026-10-12-0001 there is no day, as the number goes on."""


def waits_in_figures(item: Pass) -> bool:
    """Whether a pass only suggests what rests on a number that may be a figure of its text.

    An author who says `confirm: automatic` knows that the texts hold nothing else. Where a column must be equal
    besides, or a whole group adds up, it is not the number alone that speaks.
    """
    alone = not item.keys and item.group is None
    return bool(item.contains) and alone and item.confirm is None and item.confirms


def names_for_sure(item: Pass) -> Expression | None:
    """Whether what a unit's text holds is the other's reference and no figure; None for a pass that does not ask."""
    if not item.contains or not waits_in_figures(item):
        return None
    holds, named = ("l", "r") if InText.of(item.contains).side == "left" else ("r", "l")
    text, word = call("upper", Column(TEXT, "text", holds)), Column(TEXT, "word", named)
    amount = call("as_text", call("abs", Column(SUM, "amount", named)))
    common = any_of(
        call("rx_is", word, literal(_COMMON)), call("starts_with", amount, call("concat", word, literal(".")))
    )
    rest = _without_figures(
        _without_figures(text)
    )  # of two side by side the first takes the blank between them
    stands = call(
        "if", _has_word(text, word), _has_word(rest, word), call("contains", _letters(rest, ""), word)
    )
    return any_of(call("rx_is", word, literal("[A-Z]")), all_of(call("not", common), stands))


def _without_figures(text: Expression) -> Expression:
    return call("rx_all", text, literal(_FIGURE), literal(r"\1 \2"))


def _letters(text: Expression, between: str) -> Expression:
    return call("rx_all", text, literal("[^0-9A-Z]+"), literal(between))


def _has_word(text: Expression, word: Expression) -> Expression:
    """Whether a word stands in a text as it is; where not, it is made of several."""
    blank = literal(" ")
    return call(
        "contains", call("concat", blank, _letters(text, " "), blank), call("concat", blank, word, blank)
    )
