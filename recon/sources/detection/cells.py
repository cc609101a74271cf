"""What a single cell may be: a date and how it is written, an amount and its marks, a currency, nothing."""

import re
from calendar import month_name
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Final

from recon.model.money import is_currency
from recon.sources.detection.lexicon import lexicon
from recon.sources.months import MONTHS
from recon.sources.time_formats import ZONE_NAMES

_CLOCK: Final = re.compile(
    r"(?P<blank> ?T? ?)(?P<h>\d{1,2}):\d{2}(?P<s>:\d{2})?(?P<f>[.,]\d{1,9})?(?P<a> ?[AaPp]\.?[Mm]\.?)?"
    rf"(?: (?P<n>{'|'.join(sorted(ZONE_NAMES))})|(?P<z> ?(?:Z|[+-]\d{{2}}:?\d{{2}})))?"
)
_NUMERIC: Final = re.compile(r"(\d{1,4})([-/. ]|\. )(\d{1,2})\2(\d{1,4})(\.?)(?!\d)")
_STAMP: Final = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[01]\d|2[0-3])[0-5]\d[0-5]\d(\[[\w:.+-]{1,12}\])?")
_COMPACT: Final = re.compile(r"\d{8}(?!\d)")
_NAMED: Final = re.compile(r"(\d{1,2})([-/. ]{1,2})([^\W\d_]{3,12})\.?([-/., ]{1,2})(\d{4}|\d{2})(?!\d)")
_AMERICAN: Final = re.compile(r"([^\W\d_]{3,12})\.? (\d{1,2}), ?(\d{4})(?!\d)")
_EASTERN: Final = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_AS_OF: Final = re.compile(r"(.*?) as of (.*)", re.IGNORECASE)
FIRST_OF_TWO_DAYS: Final = "(?i)^(.*?)(?: as of .*)?$"
"""Finds the day of booking where the day that it counts from stands behind it: 04/17/2026 as of 04/15/2026."""
ZONE_BEHIND: Final = re.compile(r" '([A-Z]{3,4})'$")
"""Finds the abbreviation of a zone at the end of a format."""
_LONG_MONTHS: Final = frozenset(month_name[1:])
FIRST_YEAR, LAST_YEAR = 1970, 2100
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


@dataclass(frozen=True, slots=True)
class Written:
    """A way to read a cell as a date: the format as profiles write it, and the day."""

    format: str
    day: date


@lru_cache(maxsize=100_000)
def dates_in(cell: str) -> tuple[Written, ...]:
    """Every way to read the cell as a date, with a time of day or without; none when it is no date.

    Of two days, `04/17/2026 as of 04/15/2026`, the first counts.
    """
    text = cell.strip()
    if two := _AS_OF.fullmatch(text):
        return dates_in(two[1]) if dates_in(two[2]) else ()
    if not 6 <= len(text) <= 40 or not text[0].isalnum():
        return ()
    for shape in (_stamp, _eastern, _numeric, _named, _american, _compact):
        days, rest = shape(text)
        if days and (clock := _clock(rest)) is not None:
            return tuple(Written(one.format + clock, one.day) for one in days)
    return ()


def has_two_days(cell: str) -> bool:
    """Whether the day that it counts from stands behind a day."""
    return _AS_OF.fullmatch(cell.strip()) is not None and bool(dates_in(cell))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None


def _made(options: Iterable[tuple[str, int, int, int]]) -> list[Written]:
    days = ((written, _day(year, month, day)) for written, year, month, day in options)
    return [Written(written, day) for written, day in days if day is not None]


def _stamp(text: str) -> tuple[list[Written], str]:
    """20261031120000, with a zone in brackets behind it or without."""
    match = _STAMP.fullmatch(text)
    if match is None:
        return [], ""
    zone = f"'{match[4]}'" if match[4] else ""
    return _made([(f"yyyyMMddHHmmss{zone}", int(match[1]), int(match[2]), int(match[3]))]), ""


def _numeric(text: str) -> tuple[list[Written], str]:
    """2026-10-31, 31/10/2026, 10/31/26, 2026. 10. 31."""
    match = _NUMERIC.match(text)
    if match is None:
        return [], ""
    one, mark, two, three, end = match.groups()
    first, second, third = int(one), int(two), int(three)
    day, month = "dd", "MM"
    options: list[tuple[str, int, int, int]] = []
    if len(one) == 4 and len(three) <= 2:
        options = [(f"yyyy{mark}{month}{mark}{day}{end}", first, second, third)]
    elif len(one) <= 2 and len(three) in {2, 4}:
        year, years = (third, "yyyy") if len(three) == 4 else (_century(third), "yy")
        options = [
            (f"{day}{mark}{month}{mark}{years}{end}", year, second, first),
            (f"{month}{mark}{day}{mark}{years}{end}", year, first, second),
        ]
        if len(three) == 2 and len(one) == 2:
            options.append((f"yy{mark}{month}{mark}{day}{end}", _century(first), second, third))
    return _made(options), text[match.end() :]


def _century(short: int) -> int:
    """The year of two digits, as those who read dates take it."""
    return short + (2000 if short < 69 else 1900)


def _compact(text: str) -> tuple[list[Written], str]:
    """20261031, 31102026."""
    match = _COMPACT.match(text)
    if match is None:
        return [], ""
    whole = match[0]
    found = _made([("yyyyMMdd", int(whole[:4]), int(whole[4:6]), int(whole[6:]))]) or _made(
        [
            ("ddMMyyyy", int(whole[4:]), int(whole[2:4]), int(whole[:2])),
            ("MMddyyyy", int(whole[4:]), int(whole[:2]), int(whole[2:4])),
        ]
    )
    return found, text[match.end() :]


def _month(name: str) -> tuple[int, str] | None:
    number = MONTHS.get(name.lower())
    return None if number is None else (number, "MMMM" if name.capitalize() in _LONG_MONTHS else "MMM")


def _named(text: str) -> tuple[list[Written], str]:
    """31-Oct-2026, 31 October 26."""
    match = _NAMED.match(text)
    month = _month(match[3]) if match else None
    if match is None or month is None:
        return [], ""
    year, years = (int(match[5]), "yyyy") if len(match[5]) == 4 else (_century(int(match[5])), "yy")
    return _made([(f"dd{match[2]}{month[1]}{match[4]}{years}", year, month[0], int(match[1]))]), text[
        match.end() :
    ]


def _american(text: str) -> tuple[list[Written], str]:
    """Oct 31, 2026."""
    match = _AMERICAN.match(text)
    month = _month(match[1]) if match else None
    if match is None or month is None:
        return [], ""
    gap = ", " if ", " in match[0] else ","
    return _made([(f"{month[1]} dd{gap}yyyy", int(match[3]), month[0], int(match[2]))]), text[match.end() :]


def _eastern(text: str) -> tuple[list[Written], str]:
    match = _EASTERN.match(text)
    if match is None:
        return [], ""
    return _made([("yyyy'年'MM'月'dd'日'", int(match[1]), int(match[2]), int(match[3]))]), text[match.end() :]


def _clock(rest: str) -> str | None:
    """How the time after a day is written; an empty text for none, None for something else."""
    if not rest.strip():
        return ""
    match = _CLOCK.fullmatch(rest)
    if match is None or (match["blank"] == "" and rest[:1].isdigit()):
        return None
    before = "'T'" if "T" in match["blank"] else match["blank"]
    hours = "hh" if match["a"] else "HH"
    seconds = ":ss" if match["s"] else ""
    fraction = ".SSS" if match["f"] else ""
    half = "" if not match["a"] else " a" if match["a"].startswith(" ") else "a"
    zone = "" if not match["z"] else " XXX" if match["z"].startswith(" ") else "XXX"
    named = f" '{match['n']}'" if match["n"] else ""
    return f"{before}{hours}:mm{seconds}{fraction}{half}{zone}{named}"


def serial_of(cell: str) -> Written | None:
    """The day that a number stands for where workbooks keep days as numbers, from 2000 to 2099."""
    match = _SERIAL.fullmatch(cell)
    if match is None or not 36_526 <= int(match[1]) <= 73_050:
        return None
    return Written("excel", date(1899, 12, 30) + timedelta(days=int(match[1])))


_SERIAL: Final = re.compile(r"(\d{5})(?:[.,]\d+)?")
_TIME: Final = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?")


def time_of(cell: str) -> str | None:
    """How a cell that is only a time of day is written."""
    text = cell.strip()
    if not _TIME.fullmatch(text):
        return None
    return "HH:mm:ss" if text.count(":") == 2 else "HH:mm"


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
