"""How the amounts of a table are written: the decimal mark, the mark between groups, words beside them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Final

from recon.sources.detection.cells import OUTWARD, amount_in
from recon.sources.values.amounts import Writing

_SPACES: Final = "\u00a0\u202f\u2009"
_ENOUGH: Final = 4
"""Amounts among which some would be below a thousand, or not whole tens, if a point parted thousands."""
_APOSTROPHES: Final = "\u2019"


@dataclass(frozen=True)
class Numbers:
    """The marks of amounts, with the doubt that is left about them."""

    decimal: str
    thousands: str
    words: tuple[str, ...] = ()
    minus_words: tuple[str, ...] = ()
    doubt: str | None = None

    @cached_property
    def writing(self) -> Writing:
        """The grammar by which a profile with these marks reads amounts."""
        return Writing(self.decimal, self.thousands, self.words, minus_words=self.minus_words)

    @cached_property
    def _grammar(self) -> re.Pattern[str]:
        return re.compile(self.writing.pattern)

    def value(self, cell: str) -> Decimal | None:
        """The amount of a cell; None where it is blank or no amount of this grammar."""
        found = amount_in(cell)
        if found is None or not self._grammar.match(found[0]):
            return None
        digits = "".join(one for one in found[0] if one.isdigit() or one == self.decimal)
        number = Decimal(digits.replace(self.decimal, "."))
        minus = (
            found[0][:1] in "(-\u2212"
            or found[0][-1:] in "-\u2212"
            or bool(set(found[1]) & set(self.minus_words))
        )
        return -number if minus else number

    def values(self, cells: Iterable[str]) -> list[Decimal | None]:
        """The amounts of some cells."""
        return [self.value(cell) for cell in cells]


def numbers_of(cells: Sequence[str], *, comma: bool, mixed: bool, digits: int | None = None) -> Numbers:
    """The marks of amounts by what the cells prove.

    `comma` says that a comma is likelier to be the decimal mark where nothing proves it. `mixed` is said of workbooks,
    where numbers have a point whatever mark the texts beside them have. `digits` are those that amounts usually have
    behind the decimal mark.
    """
    found = [one for cell in cells if (one := amount_in(cell)) is not None]
    bare = [text for text, _ in found]
    words = tuple(dict.fromkeys(word for _, units in found for word in units))
    words = tuple(sorted(words, key=lambda word: (-len(word), word)))
    decimal, doubt = _decimal(bare, comma=comma, mixed=mixed, digits=digits)
    minus = tuple(word for word in words if word.upper() in OUTWARD)
    words = tuple(word for word in words if word not in minus)
    return Numbers(decimal, _thousands(bare, decimal), words, minus, doubt)


def _decimal(cells: Sequence[str], *, comma: bool, mixed: bool, digits: int | None) -> tuple[str, str | None]:
    votes = {".": 0, ",": 0}
    groups = {".": 0, ",": 0}
    for cell in cells:
        text = cell.strip("+-()\u2212\u2013 ")
        last = max(text.rfind("."), text.rfind(","))
        if last < 0:
            continue
        mark = text[last]
        other = "," if mark == "." else "."
        if text.count(mark) > 1:
            votes[other] += 1
        elif other in text or len(text) - last - 1 != 3 or text[:last] in {"", "0"} or last > 3:
            votes[mark] += 1
        else:
            groups[mark] += 1
    if mixed and votes[","]:
        return ",", None
    if votes["."] != votes[","]:
        return (".", None) if votes["."] > votes[","] else (",", None)
    if groups["."] != groups[","]:
        return _before_three(cells, "." if groups["."] > groups[","] else ",", comma=comma, digits=digits)
    likely = "," if comma else "."
    return likely, "no amount has a fraction, the other mark may be the decimal one" if any(
        groups.values()
    ) else None


def _before_three(
    cells: Sequence[str], mark: str, *, comma: bool, digits: int | None
) -> tuple[str, str | None]:
    """The decimal mark where each amount has one mark at most, and three digits behind it."""
    if digits == 3 and (mark == "." or comma):
        return mark, None
    if mark == ",":
        return ".", "no amount has a fraction" if comma else None
    if not comma:
        return ".", "all amounts have three digits behind the point, which may part thousands"
    ends = [cell.strip("+-()\u2212\u2013 ")[-2:] for cell in {*cells}]
    tens = all(end[1:] == "0" for end in ends) and all(mark in cell for cell in cells)
    if digits and tens and len(ends) >= _ENOUGH and ends.count("00") * 2 <= len(ends):
        return ".", "amounts of three digits behind the point, of which the last is 0: it may part thousands"
    return ",", "no amount has a fraction, the point may be the decimal mark"


def _thousands(cells: Sequence[str], decimal: str) -> str:
    other = "," if decimal == "." else "."
    counts = {
        other: sum(other in cell for cell in cells),
        "'": sum(any(mark in cell for mark in "'" + _APOSTROPHES) for cell in cells),
        " ": sum(bool(re.search(rf"\d[ {_SPACES}]\d", cell)) for cell in cells),
    }
    best = max(counts, key=lambda mark: counts[mark])
    return best if counts[best] else "none"
