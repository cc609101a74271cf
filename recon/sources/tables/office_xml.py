"""Workbooks in the XML of Excel 2003, which some banks still hand out under .xls: worksheets as rows of texts."""

import re
from typing import Final
from xml.parsers import expat

from recon.errors import InputRefused
from recon.sources.file import SourceFile

_BEGINS: Final = re.compile(
    rb"(?s)\s*(?:<\?xml.{0,500}?\?>\s*)?(?:<\?mso-application.{0,100}?\?>\s*)?<(?:\w+:)?Workbook\b"
)
"""A DOCTYPE, which might define entities, fits nowhere before the root element."""
_SHORT: Final = re.compile(r"(\d{4}-\d{2}-\d{2})T00:00:00(?:\.0+)?")
_NUMBER: Final = re.compile(r"-?\d+\.\d+")
_WIDEST: Final = 16_384
_LONGEST: Final = 1_048_576
"""Columns and rows of a worksheet."""
_SPACE: Final = "\x01"


def is_office_xml(head: bytes) -> bool:
    """Whether a file begins as such a workbook."""
    return _BEGINS.match(head.removeprefix(b"\xef\xbb\xbf")) is not None


def office_rows(content: bytes, file: SourceFile, decimal: str) -> dict[str, list[tuple[str, ...]]]:
    """The rows of each worksheet; numbers with the mark `decimal`, days as `2026-10-31`.

    Raises:
        InputRefused: it is no XML, ends too early, or a formula stands without its value.
    """
    found = _Sheets(file, decimal)
    try:
        found.parser.Parse(content, True)
    except expat.ExpatError as error:
        raise InputRefused(
            file.problem(
                "workbook",
                f"the workbook cannot be read: {expat.ErrorString(error.code)}",
                line=error.lineno,
                column=error.offset + 1,
                hint="fetch the file again, or open it in a spreadsheet program and save it as .xlsx",
            )
        ) from error
    return found.sheets


class _Sheets:
    """Collects the cells. `Index` says where a row or a cell stands that does not follow the one before."""

    def __init__(self, file: SourceFile, decimal: str) -> None:
        self.sheets: dict[str, list[tuple[str, ...]]] = {}
        self._file, self._decimal = file, decimal
        self._rows: list[tuple[str, ...]] = []
        self._row: list[str] = []
        self._kind, self._text, self._formula = "", list[str](), False
        self._at, self._inside = 0, False
        self.parser = expat.ParserCreate(namespace_separator=_SPACE)
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._data

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        said = {key.rpartition(_SPACE)[2]: value for key, value in attributes.items()}
        match name.rpartition(_SPACE)[2]:
            case "Worksheet":
                self._rows = self.sheets.setdefault(said.get("Name", f"table {len(self.sheets) + 1}"), [])
            case "Row":
                self._rows += [()] * (_place(said.get("Index"), len(self._rows), _LONGEST) - len(self._rows))
                self._row = []
            case "Cell":
                self._at = _place(said.get("Index"), len(self._row), _WIDEST)
                wide = _place(said.get("MergeAcross"), 0, _WIDEST, first=0)
                self._row += [""] * (self._at - len(self._row) + 1 + wide)
                self._formula = "Formula" in said
                self._text = []
            case "Data":
                self._kind, self._inside = said.get("Type", "String"), True

    def _end(self, name: str) -> None:
        match name.rpartition(_SPACE)[2]:
            case "Data":
                self._inside = False
                self._row[self._at] = self._shown("".join(self._text).strip())
            case "Cell" if self._formula and not self._text:
                raise InputRefused(
                    self._file.problem(
                        "formula",
                        "a cell holds a formula without its value",
                        line=self.parser.CurrentLineNumber,
                        hint="open the workbook in a spreadsheet program and save it: then its values are in it",
                    )
                )
            case "Row":
                self._rows.append(tuple(self._row))

    def _data(self, text: str) -> None:
        if self._inside:
            self._text.append(text)

    def _shown(self, text: str) -> str:
        if self._kind == "Number" and _NUMBER.fullmatch(text):
            return text.replace(".", self._decimal)
        if self._kind != "DateTime":
            return text
        return match[1] if (match := _SHORT.fullmatch(text)) else text.replace("T", " ").removesuffix(".000")


def _place(said: str | None, otherwise: int, most: int, first: int = 1) -> int:
    """A place that the file says, counted from 0, or the next one; places beyond those of a worksheet are not taken."""
    number = int(said) - first if said and said.isascii() and said.isdigit() else otherwise
    return number if otherwise <= number < most else otherwise
