"""How a QIF file writes dates and amounts: it does not say, so all of them are looked at before the first is read."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from recon.sources.bank import signed_amount

DateOrder = Literal["mdy", "dmy", "ymd"]

_DATE: Final = re.compile(r"\s*(\d{1,4})\s*[/.\-]\s*(\d{1,2})\s*([/.\-']|/')\s*(\d{1,4})\s*", re.ASCII)
_POINT_CENTS: Final = re.compile(r"\.\d{1,2}\s*[+-]?\s*$", re.ASCII)
_COMMA_CENTS: Final = re.compile(r",\d{1,2}\s*[+-]?\s*$", re.ASCII)
_GROUPS: Final = re.compile(r"\s*[+-]?\s*\d{1,3}(?:[.,]\d{3})+\s*[+-]?\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Conventions:
    """The order of a file's dates and its decimal mark, each None where the file leaves it open."""

    order: DateOrder | None
    decimal: str | None

    def day(self, text: str) -> date | None:
        """The date of a text, or None if there is no such day or the file's order of day and month is open.

        Years of two digits are 1970 to 2069, behind an apostrophe 2000 to 2099; three digits count from 1900.
        """
        found = _DATE.fullmatch(text)
        if not found or self.order is None:
            return None
        first, second, mark, third = int(found[1]), int(found[2]), found[3], int(found[4])
        if self.order == "ymd" or len(found[1]) == 4:
            year, month, day = _year(found[1], ""), second, third
        else:
            year = _year(found[4], mark)
            month, day = (first, second) if self.order == "mdy" else (second, first)
        try:
            return date(year, month, day)
        except ValueError:
            return None

    def amount(self, text: str) -> Decimal | None:
        """The amount of a text, or None if it is none or its mark may part thousands as well as decimals."""
        if _GROUPS.fullmatch(text) and len(set(text) & {".", ","}) == 1:
            mark = "," if "," in text else "."
            if self.decimal is None:
                return None
            if mark != self.decimal:
                return signed_amount(text.replace(mark, ""))
        return signed_amount(text)


def conventions(dates: Iterable[str], amounts: Iterable[str], order: DateOrder | None) -> Conventions:
    """What dates and amounts of a file show; an order that is configured is believed.

    Of two numbers only a day can be over 12; of two marks only the decimal one can stand before one or two digits.
    """
    found = [match for text in dates if (match := _DATE.fullmatch(text))]
    if order is None and found:
        if any(len(match[1]) == 4 for match in found):
            order = "ymd"
        else:
            day_first = any(int(match[1]) > 12 for match in found)
            day_second = any(int(match[2]) > 12 for match in found)
            order = None if day_first == day_second else "dmy" if day_first else "mdy"
    texts = list(amounts)
    point = any(_POINT_CENTS.search(text) for text in texts)
    comma = any(_COMMA_CENTS.search(text) for text in texts)
    return Conventions(order, None if point == comma else "." if point else ",")


def _year(text: str, mark: str) -> int:
    number = int(text)
    if len(text) == 4:
        return number
    if len(text) == 3:
        return 1900 + number
    if "'" in mark:
        return 2000 + number
    return number + (1900 if number >= 70 else 2000)
