"""Evaluates the workbook's formulas from its constants alone, as a spreadsheet program would, but exactly."""

import re
from collections.abc import Callable, Iterator
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import range_boundaries

Value = Decimal | str | None
_REFERENCE = re.compile(
    r"(?P<text>\"[^\"]*\")"
    r"|(?:(?:'(?P<quoted>[^']+)'|(?P<plain>[A-Za-z]\w*))!)?"
    r"(?P<cell>\$?[A-Z]{1,2}\$?\d+(?::\$?[A-Z]{1,2}\$?\d+)?)(?![\w(])"
    r"|(?P<name>(?:adjusted_left|adjusted_right|difference)_\d+)"
)


class Evaluator:
    """A workbook read without its cached values."""

    def __init__(self, workbook: Workbook) -> None:
        self._book = workbook
        self._known: dict[tuple[str, str], Value] = {}
        self._functions: dict[str, Callable[..., Value]] = {
            "SUM": lambda cells: sum((c for c in cells if isinstance(c, Decimal)), Decimal(0)),
            "ROUND": lambda value, places: value.quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_UP),
            "ROUNDDOWN": lambda value, places: value.quantize(Decimal(1).scaleb(-int(places)), ROUND_DOWN),
            "IF": lambda test, yes, no: yes if test else no,
            "COUNTIF": lambda cells, wanted: Decimal(sum(cell == wanted for cell in cells)),
        }

    def value(self, sheet: str, cell: str) -> Value:
        """The value of a cell, formulas evaluated."""
        key = (sheet, cell.replace("$", ""))
        if key not in self._known:
            raw = self._book[sheet][key[1]]
            self._known[key] = self._formula(sheet, raw.value) if raw.data_type == "f" else _constant(raw.value)
        return self._known[key]

    def formulas(self) -> Iterator[tuple[str, str, str]]:
        """Sheet, cell and text of every formula."""
        for sheet in self._book.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.data_type == "f":
                        yield sheet.title, cell.coordinate, str(cell.value)

    def _formula(self, sheet: str, formula: str) -> Value:
        held: list[Any] = []

        def bound(match: re.Match[str]) -> str:
            held.append(self._operand(sheet, match))
            return f"held[{len(held) - 1}]"

        text = _REFERENCE.sub(bound, formula.removeprefix("="))
        text = re.sub(r"(?<![<>=\w.\[])(\d+)(?![\w.\]])", r"Decimal(\1)", text)
        text = re.sub(r"(?<![<>])=", "==", text).replace("<>", "!=")
        names = {"held": held, "Decimal": Decimal, "__builtins__": {}} | self._functions
        found: Value = eval(text, names)  # noqa: S307  (formulas of the workbook under test)
        return found

    def _operand(self, sheet: str, match: re.Match[str]) -> Any:
        if match["text"]:
            return match["text"].strip('"')
        if match["name"]:
            target = self._book.defined_names[match["name"]].attr_text
            inner = _REFERENCE.fullmatch(target)
            assert inner is not None, target
            return self._operand(sheet, inner)
        where = match["quoted"] or match["plain"] or sheet
        if ":" not in match["cell"]:
            return self.value(where, match["cell"])
        left, top, right, bottom = range_boundaries(match["cell"].replace("$", ""))
        return [
            self.value(where, self._book[where].cell(row, column).coordinate)
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
        ]


def _constant(value: object) -> Value:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(str(value))
    return value if isinstance(value, str) else None
