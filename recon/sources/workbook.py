"""A workbook's archive: bombs refused by what they declare, every CRC checked, merged cells found."""

import re
import zipfile
import zlib
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
_CHUNK: Final = 1024 * 1024
_OVERLAP: Final = 200


@dataclass(frozen=True, slots=True)
class Merged:
    """A range of merged cells; rows and columns count from 1."""

    name: str
    first_row: int
    last_row: int
    first_column: int

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
    return {sheet: _merged_in(archive, path) for sheet, path in paths.items() if path in names}


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
    """Merged ranges by a scan of the worksheet's text, flat in memory."""
    found: dict[str, Merged] = {}
    with archive.open(path) as stream:
        rest = b""
        while chunk := stream.read(_CHUNK):
            text = rest + chunk
            for match in _MERGE.finditer(text):
                left, top, right, bottom = (part.decode() for part in match.groups())
                name = f"{left}{top}:{right}{bottom}"
                found[name] = Merged(name, int(top), int(bottom), _column(left))
            rest = text[-_OVERLAP:]
    return list(found.values())


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _damaged(file: SourceFile, why: str) -> Problem:
    return file.problem(
        "workbook-damaged", f"the workbook is damaged: {why}", hint="ask the sender for the file again"
    )
