"""How the workbook looks: one font, formats by what a cell holds."""

from enum import StrEnum
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from recon.model.money import SCALE, exponent
from recon.outputs.palette import BLUE, GREY, INK, NAVY

RULE, HEAD, INPUT = "#B8C2CE", "#E9EEF4", "#FFF9E5"
VERDICTS = {
    "reconciled": ("#E4F1E7", "#1D6B38"),
    "breaks": ("#FCF2DD", "#8A5A00"),
    "incomplete": ("#FBE4E1", "#A3231B"),
}
"""Fill and text of the banner by verdict."""
DATE = "yyyy-mm-dd"
COUNT, DAYS, SHARE = '#,##0_);(#,##0);"-"_)', "#,##0_)", "0.0%_)"
TEXT_AS_NUMBER = "@_)"
"""Text in a column of numbers, as far from the edge as they are."""


class Cell(StrEnum):
    """What a cell holds; each kind has one look."""

    TITLE = "title"
    SUBTITLE = "subtitle"
    SECTION = "section"
    HEAD = "head"
    HEAD_RIGHT = "head right"
    HEAD_CENTRE = "head centre"
    HEAD_INPUT = "head input"
    TEXT = "text"
    WRAP = "wrap"
    CODE = "code"
    LABEL = "label"
    NOTE = "note"
    LINK = "link"
    DATE = "date"
    SOURCE = "source"
    FORMULA = "formula"
    TOTAL = "total"
    TOTAL_LABEL = "total label"
    FACT = "fact"
    INPUT = "input"
    RESULT = "result"
    STATUS = "status"
    STRONG = "strong"


_HEAD: dict[str, Any] = {"bold": True, "bg_color": HEAD, "bottom": 1, "bottom_color": RULE, "text_wrap": True}
_LOOKS: dict[Cell, dict[str, Any]] = {
    Cell.TITLE: {"bold": True, "font_size": 16, "font_color": NAVY},
    Cell.SUBTITLE: {"font_color": GREY},
    Cell.SECTION: {"bold": True, "font_size": 11, "font_color": NAVY, "bottom": 2, "bottom_color": NAVY},
    Cell.HEAD: _HEAD,
    Cell.HEAD_RIGHT: _HEAD | {"align": "right", "num_format": TEXT_AS_NUMBER},
    Cell.HEAD_CENTRE: _HEAD | {"align": "center"},
    Cell.HEAD_INPUT: _HEAD | {"bg_color": "#F7E9B8"},
    Cell.TEXT: {},
    Cell.WRAP: {"text_wrap": True, "font_size": 9},
    Cell.CODE: {"font_name": "Consolas", "font_size": 9, "font_color": INK},
    Cell.LABEL: {"font_color": GREY},
    Cell.NOTE: {"font_color": GREY, "italic": True},
    Cell.LINK: {"font_color": BLUE, "underline": 1},
    Cell.DATE: {"num_format": DATE, "align": "center"},
    Cell.SOURCE: {"font_color": BLUE},
    Cell.FORMULA: {"font_color": "#000000"},
    Cell.TOTAL: {"font_color": "#000000", "bold": True, "top": 1, "bottom": 6},
    Cell.TOTAL_LABEL: {"bold": True, "top": 1, "bottom": 6},
    Cell.FACT: {"align": "left", "num_format": "#,##0"},
    Cell.INPUT: {"bg_color": INPUT, "bottom": 4, "bottom_color": RULE, "text_wrap": True},
    Cell.RESULT: {"align": "center"},
    Cell.STATUS: {"bold": True},
    Cell.STRONG: {"bold": True, "font_color": "#000000"},
}  # fmt: skip


def digits(currency: str | None) -> int:
    """Digits after the point that amounts of the currency are shown with; all stored ones for unknown codes."""
    if currency is None:
        return 0
    try:
        known = exponent(currency)
    except KeyError:
        known = None
    return SCALE if known is None else known


def accounting(places: int) -> str:
    """The accounting format with that many decimals: negatives red in parentheses, zero as a dash."""
    point = "." + "0" * places if places else ""
    return f'#,##0{point}_);[Red](#,##0{point});"-"{"?" * places}_)'


class Styles:
    """Formats of one workbook, made when first asked for and shared afterwards."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def of(self, kind: Cell, **more: str | float | bool) -> Format:
        """The look of a kind of cell, with properties of xlsxwriter on top."""
        look = {"font_name": "Calibri", "font_size": 10, "font_color": INK, "valign": "vcenter"}
        look |= _LOOKS[kind] | more
        key = tuple(sorted(look.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format(look)
        return self._made[key]

    def amount(self, kind: Cell, currency: str | None, places: int | None = None) -> Format:
        """An amount of the currency, or a plain count for None; `places` when it has more than the currency."""
        if kind is Cell.FACT:
            return self.of(kind)
        shown = digits(currency) if places is None else max(places, digits(currency))
        return self.of(kind, num_format=accounting(shown) if currency else COUNT, align="right")

    def long_amount(self, kind: Cell) -> Format:
        """An amount that Excel cannot hold, as text."""
        return self.of(kind, num_format=TEXT_AS_NUMBER, align="right")

    def conditional(self, look: dict[str, Any]) -> Format:
        """A format of a conditional rule: only what it changes."""
        return self._workbook.add_format(look)

    def banner(self, verdict: str) -> Format:
        """The band that says the verdict."""
        fill, text = VERDICTS[verdict]
        return self.of(Cell.TEXT, bg_color=fill, font_color=text, bold=True, font_size=12)
