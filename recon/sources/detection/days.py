"""Whether a cell is a day, with a time or without, and how it is written."""

import re
from calendar import month_name
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from recon.sources.values.months import MONTHS
from recon.sources.values.time_formats import ZONE_NAMES

_CLOCK: Final = re.compile(
    r"(?P<blank> ?T? ?|, ?| - | at )(?P<h>\d{1,2})(?P<m>[:.h])\d{2}(?P<s>(?P=m)\d{2})?(?P<f>[.,]\d{1,9})?"
    r"(?P<a> ?[AaPp]\.? ?[Mm]\.?)?"
    rf"(?: (?P<n>{'|'.join(sorted(ZONE_NAMES))})|(?P<z> ?(?:Z|[+-]\d{{2}}:?\d{{2}})))?"
)
_NUMERIC: Final = re.compile(r"(\d{1,4})([-/. ]|\. )(\d{1,2})\2(\d{1,4})(\.?)(?!\d)")
_STAMP: Final = re.compile(
    r"(\d{4})(\d{2})(\d{2})([T ]?)(?:[01]\d|2[0-3])[0-5]\d[0-5]\d(?:(\[[\w:.+-]{1,12}\])|(Z|[+-]\d{2}:?\d{2}))?"
)
_COMPACT: Final = re.compile(r"\d{8}(?!\d)")
_NAMED: Final = re.compile(
    r"(\d{1,2})([-/. ]{1,2}| de |)([^\W\d_]{3,12})\.?([-/., ]{1,2}| del? |)(\d{4}|\d{2})(?!\d)"
)
_YEAR_FIRST: Final = re.compile(r"(\d{4})([-/. ])([^\W\d_]{3,12})\.?\2(\d{1,2})(?!\d)")
_AMERICAN: Final = re.compile(r"([^\W\d_]{3,12})\.? (\d{1,2})(, ?| )(\d{4})(?!\d)")
_EASTERN: Final = re.compile(r"(\d{4})([年년])( ?)(\d{1,2})([月월])( ?)(\d{1,2})([日일])")
_WEEKDAY: Final = re.compile(
    r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?|mo|di|mi|do|fr|sa|so"
    r"|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
    r"|lunes|martes|mi[eé]rcoles|jueves|viernes|s[aá]bado|domingo)[.,]{0,2} (?=\S)",
    re.IGNORECASE,
)
BEHIND_WEEKDAY: Final = r"^[^\W\d_]{2,12}[.,]{0,2} +(.*)$"
"""Finds the day behind the name of its weekday: Mon, 05 Jan 2026."""
_AS_OF: Final = re.compile(r"(.*?) as of (.*)", re.IGNORECASE)
FIRST_OF_TWO_DAYS: Final = "(?i)^(.*?)(?: as of .*)?$"
"""Finds the day of booking where the day that it counts from stands behind it: 04/17/2026 as of 04/15/2026."""
ZONE_BEHIND: Final = re.compile(r" '([A-Z]{3,4})'$")
"""Finds the abbreviation of a zone at the end of a format."""
_LONG_MONTHS: Final = frozenset(month_name[1:])
FIRST_YEAR, LAST_YEAR = 1970, 2100


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
    if weekday := _WEEKDAY.match(text):
        text = text[weekday.end() :]
    if two := _AS_OF.fullmatch(text):
        return dates_in(two[1]) if dates_in(two[2]) else ()
    if not 6 <= len(text) <= 40 or not text[0].isalnum():
        return ()
    for shape in (_stamp, _eastern, _numeric, _named, _year_first, _american, _compact):
        days, rest = shape(text)
        if days and (clock := _clock(rest)) is not None:
            return tuple(Written(one.format + clock, one.day) for one in days)
    return ()


def has_two_days(cell: str) -> bool:
    """Whether the day that it counts from stands behind a day."""
    return _AS_OF.fullmatch(cell.strip()) is not None and bool(dates_in(cell))


def has_weekday(cell: str) -> bool:
    """Whether the name of its weekday stands before a day."""
    return _WEEKDAY.match(cell.strip()) is not None and bool(dates_in(cell))


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
    """20261031120000, 20261031T120000Z, with a zone in brackets behind it or without."""
    match = _STAMP.fullmatch(text)
    if match is None:
        return [], ""
    between = "'T'" if match[4] == "T" else match[4]
    zone = f"'{match[5]}'" if match[5] else "XXX" if match[6] else ""
    return _made([(f"yyyyMMdd{between}HHmmss{zone}", int(match[1]), int(match[2]), int(match[3]))]), ""


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


def month_of(name: str) -> tuple[int, str] | None:
    """The number of a month, and how profiles write its name; None for another word."""
    number = MONTHS.get(name.lower())
    return None if number is None else (number, "MMMM" if name.capitalize() in _LONG_MONTHS else "MMM")


def _named(text: str) -> tuple[list[Written], str]:
    """31-Oct-2026, 31 October 26, 31OCT26, 31 de octubre de 2026."""
    match = _NAMED.match(text)
    month = month_of(match[3]) if match else None
    if match is None or month is None or bool(match[2]) != bool(match[4]):
        return [], ""
    year, years = (int(match[5]), "yyyy") if len(match[5]) == 4 else (_century(int(match[5])), "yy")
    return _made(
        [(f"dd{_quoted(match[2])}{month[1]}{_quoted(match[4])}{years}", year, month[0], int(match[1]))]
    ), text[match.end() :]


def _quoted(between: str) -> str:
    return f"'{between}'" if between.strip("-/., ") else between


def _year_first(text: str) -> tuple[list[Written], str]:
    """2026-Oct-31."""
    match = _YEAR_FIRST.match(text)
    month = month_of(match[3]) if match else None
    if match is None or month is None:
        return [], ""
    written = f"yyyy{match[2]}{month[1]}{match[2]}dd"
    return _made([(written, int(match[1]), month[0], int(match[4]))]), text[match.end() :]


def _american(text: str) -> tuple[list[Written], str]:
    """Oct 31, 2026, Oct 31 2026."""
    match = _AMERICAN.match(text)
    month = month_of(match[1]) if match else None
    if match is None or month is None:
        return [], ""
    written = f"{month[1]} dd{match[3]}yyyy"
    return _made([(written, int(match[4]), month[0], int(match[2]))]), text[match.end() :]


def _eastern(text: str) -> tuple[list[Written], str]:
    match = _EASTERN.match(text)
    if match is None:
        return [], ""
    year, after_year, one, month, after_month, two, day, after_day = match.groups()
    written = f"yyyy'{after_year}'{one}MM'{after_month}'{two}dd'{after_day}'"
    return _made([(written, int(year), int(month), int(day))]), text[match.end() :]


def _clock(rest: str) -> str | None:
    """How the time after a day is written; an empty text for none, None for something else."""
    if not rest.strip():
        return ""
    match = _CLOCK.fullmatch(rest)
    if match is None or (match["blank"] == "" and rest[:1].isdigit()):
        return None
    before = "'T'" if "T" in match["blank"] else _quoted(match["blank"])
    hours = "hh" if match["a"] else "HH"
    mark = "'h'" if match["m"] == "h" else match["m"]
    seconds = f"{mark}ss" if match["s"] else ""
    fraction = ".SSS" if match["f"] else ""
    half = "" if not match["a"] else " a" if match["a"].startswith(" ") else "a"
    zone = "" if not match["z"] else " XXX" if match["z"].startswith(" ") else "XXX"
    named = f" '{match['n']}'" if match["n"] else ""
    return f"{before}{hours}{mark}mm{seconds}{fraction}{half}{zone}{named}"


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
