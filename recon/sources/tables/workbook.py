"""A workbook's archive: bombs refused, every CRC checked, merged cells and formulas without values found."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import normpath
from typing import Final
from xml.parsers import expat

from recon.errors import InputRefused, Problem
from recon.sources.file import SourceFile

MOST_INFLATED: Final = 1024 * 1024 * 1024
MOST_RATIO: Final = 100
_SMALL: Final = 1024 * 1024
_MERGE: Final = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_EMPTY_FORMULA: Final = re.compile(
    rb'<(?:\w+:)?c r="([A-Z]{1,3}\d{1,7})"(?![^>]*t="str")[^>]*><(?:\w+:)?f(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)'
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>"
)
_ERROR: Final = re.compile(
    rb'<(?:\w+:)?c r="([A-Z]{1,3})(\d{1,7})"[^>]{0,100}\bt="e"[^>]{0,100}>'
    rb"(?:<(?:\w+:)?f[^>]{0,200}>[^<]*</(?:\w+:)?f>)?<(?:\w+:)?v>(#[^<]{1,20})</"
)
_MOST_ERRORS: Final = 100_000
_CHUNK: Final = 1024 * 1024
_OVERLAP: Final = 10_000
"""Bytes, more than a formula has."""


@dataclass(frozen=True, slots=True)
class Merged:
    """A range of merged cells; rows and columns count from 1."""

    name: str
    first_row: int
    last_row: int
    first_column: int
    last_column: int

    @property
    def is_wide(self) -> bool:
        """Whether it is one cell over several columns of one row: what stands in it stands in the first."""
        return self.first_row == self.last_row

    def touches(self, row: int) -> bool:
        """Whether the range has cells in the row."""
        return self.first_row <= row <= self.last_row


def is_archive(content: bytes) -> bool:
    """Whether the workbook is a zip archive; old Excel files are not."""
    return content.startswith(b"PK\x03\x04")


def check_archive(archive: zipfile.ZipFile, file: SourceFile) -> None:
    """Refuse an archive that would inflate beyond measure, or that is damaged.

    Raises:
        InputRefused: a declared size or ratio is too large, or a CRC does not fit.
    """
    members = archive.infolist()
    total = sum(member.file_size for member in members)
    for member in members:
        ratio = member.file_size / max(member.compress_size, 1)
        if total > MOST_INFLATED or (member.file_size > _SMALL and ratio > MOST_RATIO):
            message = (
                f"{member.filename} would inflate to {member.file_size:,} bytes ({ratio:.0f} times its size)"
            )
            raise InputRefused(
                file.problem("archive-bomb", message, hint="this is no workbook that a person made")
            )
    try:
        damaged = archive.testzip()
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as error:
        raise InputRefused(_damaged(file, str(error))) from error
    if damaged is not None:
        raise InputRefused(_damaged(file, f"the checksum of {damaged} does not fit"))


def merged_cells(archive: zipfile.ZipFile, file: SourceFile) -> dict[str, list[Merged]]:
    """The merged cells of each worksheet of an xlsx archive; nothing for other kinds.

    Raises:
        InputRefused: the parts that name the worksheets have a DOCTYPE or are no XML.
    """
    return {sheet: _merged_in(archive, path) for sheet, path in _worksheets(archive, file).items()}


def empty_formulas(archive: zipfile.ZipFile, file: SourceFile) -> dict[str, str]:
    """The first cell of each worksheet of an xlsx archive that holds a formula and not the value that it gives.

    Programs that write a workbook without opening it leave such cells; a spreadsheet works them out when it saves.

    Raises:
        InputRefused: as `merged_cells`.
    """
    found = {sheet: _first(archive, path, _EMPTY_FORMULA) for sheet, path in _worksheets(archive, file).items()}
    return {sheet: cell for sheet, cell in found.items() if cell}


def error_cells(archive: zipfile.ZipFile, file: SourceFile) -> dict[str, dict[tuple[int, int], str]]:
    """The cells of each worksheet of an xlsx archive that hold an error such as #N/A, by row and column from 0.

    Raises:
        InputRefused: as `merged_cells`.
    """
    return {sheet: _errors_in(archive, path) for sheet, path in _worksheets(archive, file).items()}


def _worksheets(archive: zipfile.ZipFile, file: SourceFile) -> dict[str, str]:
    """The worksheets of an xlsx archive by their names, and where they are in it."""
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return {}
    targets = {
        one["Id"]: normpath("xl/" + one["Target"]) if not one["Target"].startswith("/") else one["Target"][1:]
        for one in _elements(archive.read("xl/_rels/workbook.xml.rels"), "Relationship", file)
        if {"Id", "Target"} <= one.keys()
    }
    sheets = _elements(archive.read("xl/workbook.xml"), "sheet", file)
    paths = {one["name"]: targets.get(_relation(one), "") for one in sheets if "name" in one}
    return {sheet: path for sheet, path in paths.items() if path in names}


def _relation(attributes: dict[str, str]) -> str:
    return next((value for name, value in attributes.items() if name.rpartition(":")[2] == "id"), "")


def _elements(content: bytes, wanted: str, file: SourceFile) -> list[dict[str, str]]:
    """The attributes of all elements of a name. A DOCTYPE is refused."""
    found: list[dict[str, str]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == wanted:
            found.append(attributes)

    def doctype(*_parts: object) -> None:
        raise InputRefused(
            file.problem("doctype", "the workbook's XML has a DOCTYPE", hint="ask for another file")
        )

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise InputRefused(_damaged(file, str(error))) from error
    return found


def _merged_in(archive: zipfile.ZipFile, path: str) -> list[Merged]:
    """Merged ranges by a scan of the worksheet's text."""
    found: dict[str, Merged] = {}
    for text in _texts(archive, path):
        for match in _MERGE.finditer(text):
            left, top, right, bottom = (part.decode() for part in match.groups())
            name = f"{left}{top}:{right}{bottom}"
            found[name] = Merged(name, int(top), int(bottom), _column(left), _column(right))
    return list(found.values())


def _errors_in(archive: zipfile.ZipFile, path: str) -> dict[tuple[int, int], str]:
    found: dict[tuple[int, int], str] = {}
    for text in _texts(archive, path):
        for match in _ERROR.finditer(text):
            if len(found) < _MOST_ERRORS:
                letters, row, said = (part.decode() for part in match.groups())
                found[int(row) - 1, _column(letters) - 1] = said
    return found


def _first(archive: zipfile.ZipFile, path: str, wanted: re.Pattern[bytes]) -> str | None:
    matches = (match[1].decode() for text in _texts(archive, path) if (match := wanted.search(text)))
    return next(matches, None)


def _texts(archive: zipfile.ZipFile, path: str) -> Iterator[bytes]:
    """A worksheet's text piece by piece, flat in memory; each begins with the end of the one before."""
    with archive.open(path) as stream:
        rest = b""
        while chunk := stream.read(_CHUNK):
            text = rest + chunk
            yield text
            rest = text[-_OVERLAP:]


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _damaged(file: SourceFile, why: str) -> Problem:
    return file.problem(
        "workbook-damaged", f"the workbook is damaged: {why}", hint="ask the sender for the file again"
    )
