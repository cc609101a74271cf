"""Records of fixed places: lines cut to their width, and the amounts, days and currencies that stand in them."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from recon.sources.bank import in_units, text_lines, yymmdd
from recon.sources.file import SourceFile

_MOST_DIGITS: Final = 24
_NO_DAY: Final = frozenset({"", "000000"})


class Record(NamedTuple):
    """One record: the number of its line and its text, filled up with blanks to the width of the format."""

    line_no: int
    text: str

    def part(self, first: int, last: int) -> str:
        """What stands in some places, counted from 1, without blanks around it."""
        return self.text[first - 1 : last].strip()

    def words(self, first: int, last: int) -> str:
        """The same with its blanks: a text that fills its places goes on in the next ones."""
        return self.text[first - 1 : last]


def records(file: SourceFile, encoding: str, width: int) -> Iterator[Record]:
    """The records of a file in file order; lines that hold several are cut, blank ones come as they are.

    Raises:
        InputRefused: see `text_lines`.
    """
    for number, line in enumerate(text_lines(file, encoding), 1):
        text = line.lstrip("\ufeff")
        for start in range(0, max(len(text.rstrip()), 1), width):
            yield Record(number, text[start : start + width].ljust(width))


def minor_amount(digits: str, decimals: int) -> Decimal | None:
    """The amount of a whole number of minor units; None for anything but digits, or too many of them."""
    digits = digits.strip()
    if not (digits.isascii() and digits.isdigit()) or len(digits) > _MOST_DIGITS:
        return None
    return in_units(int(digits), decimals)


def day_month_year(text: str) -> tuple[date | None, str | None]:
    """The day of six digits, day first, and what is wrong with it; neither where none is given."""
    return _day(text, text[4:6] + text[2:4] + text[:2])


def year_month_day(text: str) -> tuple[date | None, str | None]:
    """The day of six digits, year first, and what is wrong with it; neither where none is given."""
    return _day(text, text)


def _day(written: str, sorted_: str) -> tuple[date | None, str | None]:
    if written in _NO_DAY:
        return None, None
    found = yymmdd(sorted_)
    return found, None if found else f"date {written} does not exist"


def joined(pieces: Sequence[str]) -> str | None:
    """A text in pieces; one that ends in a blank is followed by one, any other goes on without a gap."""
    return " ".join("".join(piece if piece.strip() else " " for piece in pieces).split()) or None
