"""Amounts as files write them: one grammar, checked on whole columns, exact from the first digit to the last."""

import re
from dataclasses import dataclass
from typing import Final

import polars as pl

from recon.model.money import SCALE

MONEY: Final = pl.Decimal(24, SCALE)
RATE: Final = pl.Decimal(13, SCALE)
_WHOLE_DIGITS: Final = 24 - SCALE
LARGEST: Final = f"at most {_WHOLE_DIGITS} digits before the decimal mark and {SCALE} after it"
"""What an entry can hold, in words."""
_MINUS: Final = r"\-\u2212"
_SIGNS: Final = "+-\u2212() "
_GROUP_MARKS: Final = {" ": " \u00a0\u202f\u2009", "'": "'\u2019", ",": ",", ".": "."}
_PLAIN: Final = rf"^(?:-?\d{{1,{_WHOLE_DIGITS}}}(?:\.\d{{1,{SCALE}}})?)?$"
_FITS: Final = rf"^0*\d{{0,{_WHOLE_DIGITS}}}(?:\.\d{{0,{SCALE}}}0*)?$"


BLANKS: Final = frozenset(
    {"", "-", "--", "---", "\u2013", "\u2014", "/", "N/A", "n/a", "NULL", "null", "None", "\\N"}
)
"""Cells that stand for nothing."""


def is_blank(cell: pl.Expr) -> pl.Expr:
    """Whether a cell stands for nothing."""
    return cell.is_in(list(BLANKS))


@dataclass(frozen=True)
class Writing:
    """How a source writes amounts: the marks, words that may stand beside them, digits of minor units.

    `minus_words` are words beside an amount that mean a minus (Dr). `minor_units` None means that amounts are
    written with their decimal mark; otherwise they are whole numbers of the smallest unit, with so many digits
    after the point.
    """

    decimal: str
    thousands: str = "none"
    words: tuple[str, ...] = ()
    minor_units: int | None = None
    minus_words: tuple[str, ...] = ()

    @property
    def pattern(self) -> str:
        """The grammar: digits, a sign before or after, or brackets for a minus.

        Where there is a mark for groups they have three digits, or as in India two and at last three.
        """
        number = r"\d+"
        if self.thousands != "none":
            mark = f"[{re.escape(_GROUP_MARKS[self.thousands])}]"
            number = rf"(?:\d+|\d{{1,3}}(?:{mark}\d{{2,3}})*{mark}\d{{3}})"
        if self.minor_units is None:
            point = re.escape(self.decimal)
            number = rf"(?:{number}(?:{point}\d*)?|{point}\d+)"
        sign = rf"[+{_MINUS}]"
        return rf"^(?:{sign}?\s?{number}|{number}\s?{sign}|\({number}\))$"

    @property
    def described(self) -> str:
        """The way of writing in words, for reasons of refusal."""
        marks = f'decimal mark "{self.decimal}"' if self.minor_units is None else "whole minor units"
        groups = (
            "no mark between groups" if self.thousands == "none" else f'groups marked by "{self.thousands}"'
        )
        return f"{marks}, {groups}"

    def bare(self, cell: pl.Expr) -> pl.Expr:
        """The cell without words and blanks around the amount; one that stands for nothing is null."""
        for word in self.words:
            cell = cell.str.replace_all(word, "", literal=True)
        for word in self.minus_words:
            without = pl.concat_str([pl.lit("-"), cell.str.replace(word, "", literal=True).str.strip_chars()])
            cell = pl.when(cell.str.contains(word, literal=True)).then(without).otherwise(cell)
        cell = cell.str.strip_chars()
        return pl.when(is_blank(cell)).then(None).otherwise(cell)

    def grammatical(self, bare: pl.Expr) -> pl.Expr:
        """Whether a bare cell is an amount; null where it is empty."""
        return bare.str.contains(self.pattern)

    def digits(self, bare: pl.Expr) -> pl.Expr:
        """Digits with a point, without sign, of a bare cell that is an amount."""
        if self.thousands != "none":
            bare = bare.str.replace_all(f"[{re.escape(_GROUP_MARKS[self.thousands])}]", "")
        bare = bare.str.strip_chars(_SIGNS)
        if self.minor_units is None:
            return bare if self.decimal == "." else bare.str.replace(self.decimal, ".", literal=True)
        if self.minor_units == 0:
            return bare
        padded = bare.str.zfill(self.minor_units + 1)
        return pl.concat_str(
            [padded.str.head(-self.minor_units), pl.lit("."), padded.str.tail(self.minor_units)]
        )

    def fits(self, digits: pl.Expr) -> pl.Expr:
        """Whether the digits fit `DECIMAL(24,8)` exactly."""
        return digits.str.contains(_FITS)

    def negative(self, bare: pl.Expr) -> pl.Expr:
        """Whether a bare amount has a minus before or after it, or stands in brackets."""
        return bare.str.contains(rf"^[({_MINUS}]|[{_MINUS}]$")

    def value(self, bare: pl.Expr) -> pl.Expr:
        """The signed amount of a bare cell; null where it is no amount or does not fit."""
        digits = self.digits(bare)
        number = pl.when(self.grammatical(bare) & self.fits(digits)).then(digits).cast(MONEY, strict=False)
        return pl.when(self.negative(bare)).then(-number).otherwise(number)

    def values(self, cells: pl.Series) -> pl.Series:
        """The amounts of cleaned cells, as `value` gives them; columns that are plain throughout take a short cut."""
        if self.decimal == "." and self.minor_units is None and cells.str.contains(_PLAIN).all():
            return cells.cast(MONEY, strict=False)
        cell = pl.col(cells.name)
        return cells.to_frame().select(self.value(self.bare(cell)).alias("value"))["value"]
