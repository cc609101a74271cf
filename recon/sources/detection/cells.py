"""What a single cell may be: an amount and its marks, a currency, nothing."""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Final

from recon.model.money import is_currency
from recon.sources.detection.lexicon import lexicon

_SIGN: Final = "+\\-\u2212\u2013"
_WAY: Final = re.compile(
    r"^(CR|DR)\.?\s?(?=[\d(])|(?:(?<=[\d.)])\s?(CR|DR)\.?|(?<=[.,]\d\d)\s?([CDHS]|\([-+]\)))$", re.IGNORECASE
)
OUTWARD: Final = frozenset({"DR", "D", "S", "(-)"})
"""Of the words beside an amount that say its direction, those for money out."""
_BARE: Final = re.compile(
    rf"^(?:[{_SIGN}]\s?)?\(?(?:\d[\d.,' \u00a0\u202f\u2009\u2019]*|[.,]\d+)\)?\s?[{_SIGN}]?$"
)


@cache
def signs() -> Mapping[str, str]:
    """Signs beside amounts and the currency of each; blank where several countries use it."""
    return {
        sign: "" if code == "several" else code for code, listed in lexicon("signs").items() for sign in listed
    }


@cache
def _unit() -> re.Pattern[str]:
    """A sign or a code before an amount, behind its minus too, or after it."""
    sign = "|".join(re.escape(one) for one in sorted(signs(), key=len, reverse=True))
    before = rf"^([{_SIGN}(]?)\s?({sign}|[A-Z]{{3}})\s?(?=[{_SIGN}(]?\s?[\d.,])"
    after = rf"(?<=[\d.,{_SIGN})])\s?({sign}|[A-Z]{{3}})(\)?)$"
    return re.compile(f"{before}|{after}")


@lru_cache(maxsize=100_000)
def amount_in(cell: str) -> tuple[str, tuple[str, ...]] | None:
    """The bare amount of a cell and the signs and codes that stand beside it; None when it is no amount."""
    text, units = cell.strip(), list[str]()
    if match := _WAY.search(text):
        units.append(match[1] or match[2] or match[3])
        text = (text[: match.start()] + text[match.end() :]).strip()
    for _ in range(2):
        match = _unit().search(text)
        if match is None:
            break
        unit = match[2] or match[3]
        if len(unit) == 3 and unit.isupper() and unit not in signs() and not is_currency(unit):
            return None
        units.append(unit)
        text = (text[: match.start()] + (match[1] or "") + (match[4] or "") + text[match.end() :]).strip()
    if not _BARE.match(text) or not any(one.isdigit() for one in text):
        return None
    return text, tuple(units)


_NO_CURRENCIES: Final = frozenset({"XXX", "XTS"})


def is_code(cell: str) -> bool:
    """Whether a cell is the code of a currency."""
    text = cell.strip().upper()
    return len(text) == 3 and text.isalpha() and text not in _NO_CURRENCIES and is_currency(text)


def code_of(unit: str) -> str | None:
    """The currency that a sign or a code beside an amount names; None where several do, or none."""
    return unit if unit not in signs() and is_currency(unit) else signs().get(unit) or None


_SHARED: Final = {
    "$": frozenset(
        {
            "ARS", "AUD", "BBD", "BMD", "BND", "BSD", "CAD", "CLP", "COP", "HKD", "JMD", "MXN", "NZD",
            "SGD", "TTD", "TWD", "USD", "UYU", "XCD",
        }
    ),
    "¥": frozenset({"CNY", "JPY"}),
    "kr": frozenset({"DKK", "ISK", "NOK", "SEK"}),
}  # fmt: skip
"""Signs that several currencies share, and these."""


def may_mean(unit: str, code: str | None) -> bool:
    """Whether a sign or a word beside an amount may stand beside amounts in a currency; it may where none is known."""
    shared = _SHARED.get(unit.replace("￥", "¥").casefold().rstrip("."))
    return code is None or (code in shared if shared else code_of(unit) in {None, code})
