"""Dates, times and zones as files name them: formats, the names of zones, the end of the business day.

What columns of such texts are in UTC is computed in `moments`; whoever only checks a profile needs no more than this.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

_TOKENS: Final = {
    "yyyy": "%Y", "yyy": "%Y", "yy": "%y", "MMMM": "%B", "MMM": "%b", "MM": "%m", "M": "%m", "dd": "%d", "d": "%d",
    "HH": "%H", "H": "%H", "hh": "%I", "h": "%I", "mm": "%M", "ss": "%S", ".SSS": "%.f", "a": "%p", "XXX": "%z",
    "Z": "%z", "EEE": "%a",
}  # fmt: skip
_YEARS_OF_TAIWAN: Final = "yyy"
_SPLIT: Final = re.compile(r"'([^']*)'|(\.S+|y+|M+|d+|H+|h+|m+|s+|a+|X+|Z|E+)|([A-Za-z])|(.)")
UNIX: Final = {"unix": "s", "unix_ms": "ms"}
SERIAL: Final = "excel"
_YEARLESS: Final = re.compile(r"([^{}]+?) ?\{(\d{4})\}")


@dataclass(frozen=True)
class Format:
    """One way of writing a date or time: what was configured, and what the parser is told.

    `year` is that of dates which do not say theirs. `from_1912` says that years count from 1912 on, as Taiwan writes
    them: 115 is 2026.
    """

    written: str
    directives: str
    has_time: bool
    has_zone: bool
    year: str = ""
    from_1912: bool = False

    @property
    def has_month_name(self) -> bool:
        """Whether the first word is the name of a month."""
        return "%a" not in self.directives and ("%b" in self.directives or "%B" in self.directives)


@cache
def format_of(written: str) -> Format:
    """A date format as an analyst writes it, such as `dd/MM/yyyy HH:mm:ss`; other text goes into quotes.

    Raises:
        ValueError: it has a letter with no meaning or does not say year, month and day.
    """
    if written in UNIX:
        return Format(written, written, has_time=True, has_zone=True)
    if match := _YEARLESS.fullmatch(written):
        return replace(format_of(f"{match[1]}|yyyy"), written=written, year=match[2])
    if written == SERIAL:
        return Format(written, written, has_time=True, has_zone=False)
    parts: list[str] = []
    seen: set[str] = set()
    short = False
    for quoted, token, letter, other in _SPLIT.findall(written):
        directive = _TOKENS.get(".SSS" if token.startswith(".S") else token)
        if (token and directive is None) or (letter and letter != "T"):
            raise ValueError(
                f'"{token or letter}" has no meaning in the date format {written}; see dd/MM/yyyy HH:mm:ss'
            )
        if directive is not None:
            seen.add(directive)
            short |= token == _YEARS_OF_TAIWAN
        parts.append(directive or (quoted or letter or other).replace("%", "%%"))
    if not ({"%Y", "%y"} & seen and {"%m", "%b", "%B"} & seen and "%d" in seen):
        raise ValueError(f"the date format {written} does not say year, month and day")
    return Format(
        written,
        "".join(parts),
        has_time=bool({"%H", "%I"} & seen),
        has_zone="%z" in seen,
        from_1912=short,
    )


def check_formats(written: Iterable[str]) -> None:
    """Refuse formats that read the same text as different days.

    Raises:
        ValueError: a format is wrong, or two of them differ in the order of day and month only.
    """
    shapes: dict[str, str] = {}
    for text in written:
        directives = format_of(text).directives
        shape = re.sub(r"%[dm]", "%?", directives)
        if shapes.setdefault(shape, directives) != directives:
            raise ValueError("two formats differ in the order of day and month: the same date would fit both")


@cache
def zone_of(name: str) -> ZoneInfo:
    """A time zone by its IANA name.

    Raises:
        ValueError: there is none of that name.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f'"{name}" is no time zone; write a name such as Africa/Lagos or UTC') from None


_ABBREVIATIONS: Final = {
    "PST": 8, "PDT": 7, "MST": 7, "MDT": 6, "CST": 6, "CDT": 5, "EST": 5, "EDT": 4, "AKST": 9, "AKDT": 8, "HST": 10,
    "BRT": 3, "GMT": 0, "UTC": 0, "Z": 0, "WET": 0, "WEST": -1, "BST": -1, "CET": -1, "CEST": -2, "EET": -2,
    "EEST": -3, "MSK": -3, "WAT": -1, "CAT": -2, "SAST": -2, "EAT": -3, "GST": -4, "SGT": -8, "HKT": -8, "AWST": -8,
    "MET": -1, "MEST": -2, "TRT": -3, "ICT": -7, "WIB": -7, "PHT": -8, "MYT": -8, "ART": 3, "CLT": 4, "COT": 5,
    "PET": 5, "JST": -9, "KST": -9, "AEST": -10, "AEDT": -11, "NZST": -12, "NZDT": -13,
}  # fmt: skip
"""Abbreviations of zones as reports write them, and their hours behind Greenwich: each is one offset, whatever
the date. CST is that of America."""
_SUMMER_AND_WINTER: Final = {
    "America/Los_Angeles": {"PST", "PDT"}, "America/Denver": {"MST", "MDT"}, "America/Chicago": {"CST", "CDT"},
    "America/New_York": {"EST", "EDT"}, "Europe/London": {"GMT", "BST"}, "Europe/Berlin": {"CET", "CEST"},
    "Europe/Athens": {"EET", "EEST"}, "Australia/Sydney": {"AEST", "AEDT"}, "Pacific/Auckland": {"NZST", "NZDT"},
}  # fmt: skip
ZONE_NAMES: Final = frozenset(_ABBREVIATIONS) - {"Z"}
"""Abbreviations of zones that may stand behind a time."""


def zone_of_all(names: Iterable[str]) -> str | None:
    """The zone that has all these abbreviations of `ZONE_NAMES` in its year, by its IANA name; None without one."""
    said = {*names}
    fixed = {_ABBREVIATIONS[name] for name in said}
    if fixed == {0}:
        return "UTC"
    found = [zone for zone, both in _SUMMER_AND_WINTER.items() if said and said <= both]
    return found[0] if found else f"Etc/GMT{fixed.pop():+d}" if len(fixed) == 1 else None


@cache
def zone_named(name: str) -> ZoneInfo | None:
    """The zone that a report names: an abbreviation, which is a fixed offset, or an IANA name; None otherwise."""
    hours = _ABBREVIATIONS.get(name.upper())
    try:
        return zone_of(name if hours is None else f"Etc/GMT{hours:+d}")
    except ValueError:
        return None


def cut_off_minutes(text: str) -> int:
    """Minutes from midnight of a business day to its end: `17:00` is 1020, `02:00 next day` is 1560.

    Raises:
        ValueError: the text is neither.
    """
    match = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)( next day)?", text)
    if not match:
        raise ValueError(f'"{text}" is no cut-off; write 17:00, or 02:00 next day')
    return int(match[1]) * 60 + int(match[2]) + (1440 if match[3] else 0)
